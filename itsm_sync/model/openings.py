"""A ticket that is to be opened, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from itsm_sync.model.tickets import FieldName, Ticket
from itsm_sync.model.words import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A ticket to be opened. Texts are plain, but for a description that is `rendered` already; ids
    are Redmine's.

    `group` becomes the assignee. `fields` are values of ours, `field_ids` the ids of those that the
    tracker has. `start` and `due` are dates as Redmine writes them. `private`: until the ticket is
    known to be private it shows `neutral` alone. `marker` is the line that ends the description of
    a signal's ticket; it and the key that it names tell nothing, and stand there from the
    beginning. `status` is asked for; None: the tracker's first.
    """

    project: int
    tracker: int
    subject: str
    description: str = ""
    group: int | None = None
    priority: int | None = None
    fields: Mapping[FieldName, str] = field(default_factory=dict)
    field_ids: Mapping[FieldName, int] = field(default_factory=dict)
    private: bool = False
    neutral: str = ""
    rendered: bool = False
    marker: str = ""
    start: str = ""
    due: str = ""
    status: int | None = None

    def __post_init__(self) -> None:
        if self.private and (self.group is None or not self.neutral):
            raise ValueError("a private ticket needs a group that sees it, and a neutral subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A ticket as it was read back, with what a `Ticket` leaves out."""

    ticket: Ticket
    subject: str
    description: str
    priority: int


class OpeningOutcome(StrEnum):
    """What became of an opening."""

    OPENED = "opened"
    NEUTRAL = "neutral"  # a private one that shows its neutral subject and nothing else
    REFUSED = "refused"  # there is no ticket
    UNKNOWN = "unknown"  # the answer was lost: there may be a ticket, or none


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What became of an opening, and why it is not all that was asked for.

    `number` is the ticket's, None where there is none or it is not known; `ticket` is it as read
    back. `dropped` names what Redmine left out or replaced: fields of ours, "tracker", "group",
    "priority", "subject", "description", "due_date". `again`: it was refused for the moment only.
    `reasons` are Redmine's own words for a refusal; each begins with a field's name.
    """

    outcome: OpeningOutcome
    number: int | None = None
    ticket: Ticket | None = None
    dropped: tuple[str, ...] = ()
    why: Message | None = None
    again: bool = False
    reasons: tuple[str, ...] = ()
