"""What the store tells of itself, beside the model's own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from itsm_sync.model.cycles import Health, Rejected
from itsm_sync.model.findings import Finding
from itsm_sync.model.plans import Override
from itsm_sync.model.routing import Routing
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamHealth:
    """How a stream answered last, and the last cycle's time in which it answered fully.

    Times are None for a stream read outside a cycle, `succeeded_at` also where it never did.
    """

    source: str
    stream: str
    health: Health
    error: Message | None
    seen_at: datetime | None
    succeeded_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A payload set aside with its error; `times` counts the cycles' tries."""

    source: str
    stream: str
    key: str
    error: str
    first_at: datetime | None
    last_at: datetime | None
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of a batch: how many items are news, and those that can't be stored."""

    news: int
    unfit: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRouting:
    """A decision as it was first made, with the hashes of facts and configuration it came from."""

    routing: Routing
    cycle: str
    at: datetime
    facts: str
    configuration: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One line of the ledger; `undone_by` is the cycle that put `old` back, empty otherwise."""

    ticket: int
    field: FieldName
    old: str
    new: str
    cycle: str
    at: datetime
    undone_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOverride:
    """An override as it is remembered, with rule, team and choice of the time people overruled.

    `since` is when the person decided, or where Redmine does not tell the cycle that saw it first;
    None where that is not known either. `given_back_at` is None while it stands.
    """

    override: Override
    since: datetime | None
    given_back_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """A ticket that was written by a rule's decision for a team (id), and when first."""

    ticket: int
    rule: str
    team: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFinding:
    """A finding that stands, since when, and when it was last seen."""

    finding: Finding
    first_at: datetime
    last_at: datetime


class State(StrEnum):
    """How far a cycle came."""

    FINISHED = "finished"
    RUNNING = "running"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleRecord:
    """One cycle as it is remembered; `summary` is what `finish` was given."""

    id: str
    started_at: datetime
    finished_at: datetime | None
    configuration: str
    state: State
    summary: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStanding:
    """How a whole source answered last, when it was first asked, and when it last answered."""

    source: str
    health: Health
    error: Message | None
    read_at: datetime
    first_at: datetime
    succeeded_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRecord:
    """Who holds a lease: a host and a process there."""

    name: str
    host: str
    process: int

    @property
    def holder(self) -> str:
        return f"{self.host}, process {self.process}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """That an operator has paused writing: when, who, why."""

    at: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonStart:
    """When a daemon last began to work, and on which host."""

    at: datetime
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much is stored. `unsure` and `unrouted` (caught only by the last rule) count items
    still there, `tickets_unsure` and `tickets_unrouted` the open tickets among them.
    """

    items: Mapping[str, int]  # by source
    open_tickets: int
    routed: int
    unsure: int
    unrouted: int
    tickets_unsure: int
    tickets_unrouted: int
    overrides: int
    refusals: int
    findings: int
