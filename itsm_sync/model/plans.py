"""What a cycle intends to write, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from itsm_sync.model.caps import Over
from itsm_sync.model.openings import Opened, Opening
from itsm_sync.model.tickets import CLOCKS, FieldName, Ref, Ticket
from itsm_sync.model.words import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldEdit:
    """One field's intended change: the normalised value now, the value to be, why; who set the old
    value, and when, where that is known.

    `theirs` is the person's value that is put back, where a write of ours had replaced it.
    `old_name` and `new_name` are what people know the values by, where they are numbers. `again`:
    the value was the last that we wrote, in the last day, and came back changed.
    """

    name: FieldName
    old: str
    new: str
    why: Message
    old_by: str = ""
    old_at: datetime | None = None
    theirs: "Override | None" = None
    old_name: str = ""
    new_name: str = ""
    again: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptNote:
    """A note of ours that is kept up in place: what it shall say, as mark-up.

    `name` tells a ticket's kept notes apart. `journal` is the one there is; None: it is to be made.
    """

    name: str
    text: str
    private: bool = False
    journal: int | None = None


# How the names of notes begin that tell that the time of a service level runs out.
ESCALATION = "sla_"


def is_escalation(note: KeptNote) -> bool:
    """Whether a kept note tells that time runs out."""
    return note.name.startswith(ESCALATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteEdit:
    """A note that goes with an edit: plain text, escaped for Redmine's mark-up when sent, or, where
    it is `rendered`, mark-up already.
    """

    text: str
    private: bool
    rendered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A consulted team's group that becomes a watcher when a stage begins.

    `group` is None where it can't be read just now: it becomes one later.
    """

    process: str
    stage: str
    team: str
    group: int | None
    name: str  # the group's


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One intended write to a ticket, in one PUT; watchers, relations and kept notes are requests
    of their own.

    `rule`, `process` and `team` (ids) are of the routing behind it. `routed` tells that the ticket
    had been written before, `backfill` that it is older than our first cycle. `related` are tickets
    that it shall relate to, `kin` episodes whose tickets, opened in the same cycle, are. `episode`
    is the key of the episode whose ticket it is, `said` names the remarks that the note makes.
    """

    ticket: Ticket
    key: str
    fields: tuple[FieldEdit, ...]
    note: NoteEdit | None = None
    watchers: tuple[Watch, ...] = ()
    rule: str = ""
    process: str = ""
    team: str = ""
    routed: bool = False
    backfill: bool = False
    kept: tuple[KeptNote, ...] = ()
    related: tuple[int, ...] = ()
    kin: tuple[str, ...] = ()
    episode: str = ""
    said: tuple[str, ...] = ()

    @property
    def is_of_clocks(self) -> bool:
        """Whether it tells nothing but what the clocks of a service level say."""
        others = (self.note, self.watchers, self.related, self.kin, self.episode, self.said)
        mine = all(field.name in CLOCKS for field in self.fields)
        told = bool(self.fields or self.kept)
        return told and mine and not any(others) and all(map(is_escalation, self.kept))


@dataclass(frozen=True, slots=True, kw_only=True)
class Birth:
    """A ticket that an episode is to have: the opening, and what follows once it has a number.

    `why` is for the plan. `related` are tickets; `kin` are episodes, whose tickets may be opened in
    the same cycle. `said` names the remarks that count as made with the opening. `closed`: the
    episode ended before we saw it, so that the ticket is closed at once, with the status of that
    number and name, and with the `note`, which makes the remarks `closes`.
    """

    episode: str
    opening: Opening
    why: Message
    rule: str = ""
    process: str = ""
    team: str = ""
    closed: Ref | None = None
    note: NoteEdit | None = None
    closes: tuple[str, ...] = ()
    watchers: tuple[Watch, ...] = ()
    kept: tuple[KeptNote, ...] = ()
    related: tuple[int, ...] = ()
    kin: tuple[str, ...] = ()
    said: tuple[str, ...] = ()

    @property
    def over(self) -> bool:
        """Whether the ticket is closed as soon as it is opened."""
        return self.closed is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Born:
    """What became of a birth.

    `found`: the ticket was there already, by the key that it carries. `written` are the values that
    it shows and that are ours. `refused` tells what must differ before the same is tried again, ""
    where Redmine did not refuse it.
    """

    birth: Birth
    opened: Opened
    found: bool = False
    written: Mapping[FieldName, str] = field(default_factory=dict)
    refused: str = ""

    @property
    def number(self) -> int | None:
        return self.opened.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A person's own value in a decision: it wins, and it is counted."""

    ticket: int
    field: FieldName
    value: str
    by: str
    at: datetime | None
    chosen: str = ""  # what the matrix would choose, by the rule and for the team (id) named here
    rule: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All edits of a cycle, in ticket order, with the overrides seen and fields left out.

    Of the edits, those of the tickets `held` wait for a person, those of `waiting` for the next
    cycle, for the caps in `over`. `births` are tickets to be opened, `unborn` the episodes among
    them that wait for the next cycle.
    """

    edits: tuple[Edit, ...] = ()
    births: tuple[Birth, ...] = ()
    unborn: frozenset[str] = frozenset()
    overrides: tuple[Override, ...] = ()
    pinned: tuple[int, ...] = ()
    withheld: tuple["Withheld", ...] = ()
    held: frozenset[int] = frozenset()
    waiting: frozenset[int] = frozenset()
    over: tuple[Over, ...] = ()

    @property
    def ready(self) -> tuple[Birth, ...]:
        """The births that no cap keeps back."""
        return tuple(birth for birth in self.births if birth.episode not in self.unborn)

    @property
    def free(self) -> tuple[Edit, ...]:
        """The edits that no cap keeps back."""
        kept = self.held | self.waiting
        return tuple(edit for edit in self.edits if edit.ticket.id not in kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A field that would differ and is not tried now, and the reason.

    `given_up`: it was refused so often that only a person has it tried again.
    """

    ticket: int
    field: FieldName
    value: str
    why: Message
    given_up: bool = False


class Outcome(StrEnum):
    """What became of an edit."""

    APPLIED = "applied"
    PARTLY = "partly"
    REFUSED = "refused"
    FAILED = "failed"
    HELD = "held"  # the ticket moved since it was planned: the next cycle plans it anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The last value of a field that we wrote to a ticket and read back (the ledger's word)."""

    ticket: int
    field: FieldName
    value: str
    cycle: str
    at: datetime
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A field that Redmine refused, under circumstances that must differ before a new try.

    `tries` is how often in a row the same was refused.
    """

    ticket: int
    field: FieldName
    value: str
    circumstances: str  # hash of tracker, status, project and configuration
    reason: Message
    at: datetime
    tries: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one edit.

    `written` holds what stands now as we wrote it, `refused` what Redmine dropped, `restored` a
    person's values that fell between look and write and were put back. `after` is the ticket as
    read back, where nobody else wrote to it since it was pulled; otherwise reading it anew tells.
    `watched` are the watchers that Redmine has now; those that it refuses are not tried before
    `watch_again`. `gone`: the ticket was deleted. `answered`: Redmine failed at this edit and reads
    on. `spoken`: the edit's note stands in the history. `noted` are the kept notes as they stand
    now, each with its journal; `related` are the tickets that it relates to now, `unrelated` those
    that Redmine does not let it. `fought` are values that are written, and will not be again for a
    while: what they replaced our own account wrote, and not we.
    """

    edit: Edit
    outcome: Outcome
    written: Mapping[FieldName, str] = field(default_factory=dict)
    refused: tuple[Refusal, ...] = ()
    restored: tuple[Override, ...] = ()
    watched: tuple[Watch, ...] = ()
    watch_again: datetime | None = None
    after: Ticket | None = None
    error: Message | None = None
    gone: bool = False
    answered: bool = False
    spoken: bool = False
    noted: tuple[KeptNote, ...] = ()
    related: tuple[int, ...] = ()
    unrelated: tuple[int, ...] = ()
    fought: tuple[Refusal, ...] = ()
