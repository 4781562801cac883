"""How much a cycle may write before a person looks at it."""

from dataclasses import dataclass
from enum import StrEnum

from itsm_sync.model.words import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The most that a cycle may write; 0 is no cap.

    `rule`, `team`, `cycle`, `share` (percent of the open tickets already routed, where more than
    `floor` are to be edited) and `mails` are about tickets already routed; `new` is about those
    never routed, `incidents` about those of the `urgent` processes (ids), `clocks` about edits that
    tell nothing but how a service level stands.
    """

    rule: int = 0
    team: int = 0
    cycle: int = 0
    share: int = 0
    floor: int = 0
    mails: int = 0
    new: int = 0
    incidents: int = 0
    clocks: int = 0
    urgent: tuple[str, ...] = ()


class Cap(StrEnum):
    """A cap, by its name in the settings."""

    RULE = "rule"
    TEAM = "team"
    CYCLE = "cycle"
    SHARE = "share"
    MAILS = "mails"
    NEW = "new"
    INCIDENTS = "incidents"
    CLOCKS = "clocks"


# What is over one of these waits for the next cycle; the other caps hold, until a person lets go.
RATES = (Cap.NEW, Cap.INCIDENTS, Cap.CLOCKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """A cap that the plan goes over: `of` which rule or team (id), by how many of how many.

    `number` counts edits, or mails; `told` says it for people.
    """

    cap: Cap
    number: int
    most: int
    told: Message
    of: str = ""
