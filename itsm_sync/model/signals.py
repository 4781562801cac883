"""Signals: what machines notice, how long it lasts, and what its ticket says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from itsm_sync.model.items import Audience, Facts
from itsm_sync.model.prose import Prose
from itsm_sync.model.words import Message

# What there is to watch for, by the names in keys, findings and the fact `signal`: for people.
_CALLED = {
    "builds": Message("builds that fail"),
    "nodes": Message("nodes that are away"),
    "controllers": Message("controllers that are away"),
    "outages": Message("outages"),
    "storms": Message("storms"),
    "problems": Message("recurring problems"),
    "releases": Message("releases"),
    "dependabot": Message("vulnerable packages"),
    "code_scanning": Message("findings of code scanning"),
    "secret_scanning": Message("leaked secrets"),
    "disk": Message("disk space"),
    "memory": Message("memory"),
    "queue": Message("waiting in the queue"),
    "slower": Message("builds that become slower"),
    "schedules": Message("dates of the calendar"),
}
SIGNALS = frozenset(_CALLED)
# The line at the end of a description that names the episode, and what an episode's key is like.
MARKER = "itsm-sync:"
_KEY = r"[a-z_]+/[0-9a-f]{10}/[0-9]{8}T[0-9]{6}Z"
_KEY_FIELD = re.compile(_KEY)
_KEPT = re.compile(
    rf"(?:^|\n){MARKER} ([a-z_][a-z0-9_]*)"
    r"(?: ([0-9]{1,9})/([0-9]{8}T[0-9]{6}\.[0-9]{6}Z))?\Z"
)
_TIME = "%Y%m%dT%H%M%S.%fZ"  # exact: a build told is not counted again
_MARKED = re.compile(rf"^{MARKER} ({_KEY})$", re.MULTILINE)


def called(signal: str) -> Message:
    """Answer what people read for a signal; its name itself where there is no such signal."""
    return _CALLED.get(signal, Message("{name}", {"name": signal}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What one item said of a line at its own time: all well, or not.

    A line is what good and bad follow one another on (a job's branch, a node); `signal` and `line`
    together name it. A line with members (the alerts of a package) is well once all its members
    are. `until` is up to when it is known to have been so: of what is looked at again and again,
    the last look. `fingerprint` tells one cause of trouble from another. `facts` are what rules may
    ask of the line's ticket: nothing that differs from one failure to the next. `again` is news
    only after the item had said the opposite: of what is seen open, and tells when it was opened
    but not whether it was closed meanwhile.
    """

    signal: str
    line: str
    at: datetime
    good: bool
    until: datetime
    item: str
    member: str = ""
    fingerprint: str = ""
    facts: Facts = field(default_factory=dict)
    audience: Audience = Audience.PUBLIC
    again: bool = False


class Deed(StrEnum):
    """What a person did to a signal's ticket."""

    CLOSED = "closed"
    REJECTED = "rejected"  # closed with a status that says "won't fix"
    REOPENED = "reopened"
    TAKEN = "taken"  # assigned, moved on, or commented
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A deed of a person's on an episode's ticket, at the time that its history names."""

    episode: str
    deed: Deed
    at: datetime
    by: str = ""


class Standing(StrEnum):
    """How an episode stands."""

    OPEN = "open"
    CLOSED = "closed"
    REJECTED = "rejected"  # a person will not have it mended: its fingerprint stays quiet
    DELETED = "deleted"  # a person deleted its ticket: quiet until it is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """When an episode opens, closes and comes back, as the settings say.

    `open_after` failures in a row, lasting `open_for` at least, open one; `close_after` successes
    in a row close it; trouble of the same cause within `reopen_within` of its end reopens it.
    `keep_taken`: where a person has taken the ticket, a success is noted and the ticket stays.
    `grave_after` failures are enough in one of the environments that are `grave`.
    """

    open_after: int = 1
    open_for: timedelta = timedelta()
    close_after: int = 1
    reopen_within: timedelta = timedelta(days=3)
    keep_taken: bool = True
    grave_after: int = 1
    grave: frozenset[str] = frozenset()  # case folded

    def enough(self, failure: Observation) -> int:
        """Answer how many failures in a row open one, where this is the last of them."""
        environment = str(failure.facts.get("environment", "")).casefold()
        return self.grave_after if environment in self.grave else self.open_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One trouble from its first failure to its end: one ticket.

    `key` is its identity, on the ticket too; it tells nothing to who does not know the line.
    `began` is the time of the first failure, `opened` when it came to deserve a ticket (again),
    `ended` when it ended. `count` is how many failures there were, `green`, `first`, `last` and
    `healed` the keys of the last good item before it began, of the first failing, last failing and
    proving good one, `last_at` the time of the last.
    `fingerprints` are its causes in the order seen, `members` those not well now. `reopenings` are
    the times at which it came back. `taken`: a person has taken it; `well_since` is when it was
    seen to be well again all the same. `previous` is the key of the episode before, named in the
    ticket. `under` is the key of the episode that it belongs under (an outage, a storm): it has no
    ticket of its own.
    """

    key: str
    signal: str
    line: str
    standing: Standing
    began: datetime
    opened: datetime
    ended: datetime | None = None
    count: int = 1
    green: str = ""
    first: str = ""
    last: str = ""
    last_at: datetime | None = None
    healed: str = ""
    fingerprints: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    reopenings: tuple[datetime, ...] = ()
    taken: bool = False
    well_since: datetime | None = None
    previous: str = ""
    under: str = ""
    facts: Facts = field(default_factory=dict)
    audience: Audience = Audience.PUBLIC

    @property
    def live(self) -> bool:
        """Whether its ticket is to be open."""
        return self.standing is Standing.OPEN

    @property
    def left(self) -> bool:
        """Whether it counts as over, unproven, while people may have its ticket open.

        That is so where a person reopened it although the line has another one open, or where late
        news make it another's trouble.
        """
        return self.standing is Standing.CLOSED and self.taken and not self.healed


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A line's episodes as they stood when it was well; what was said up to `since` was let go.

    What comes to be known later of that time is not heard any more.
    """

    since: datetime
    episodes: tuple[Episode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something to be said once on a ticket, as a note; `name` says it once ("closed@...")."""

    name: str
    text: Prose
    at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """How many failures a kept note tells, and when the last of them was: it counts on from there,
    whatever is discarded or lost.
    """

    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What a signal's ticket says: plain words; the desk makes mark-up of them.

    `project` is an identifier, `tracker` and `priority` are Redmine's names; "" leaves the choice
    to Redmine. Without a `description` nothing is told: the ticket stays as it was written. `live`
    is kept up in one note of ours: `at_once` from the opening on, otherwise once more has happened
    than the opening told. Between two notes of remarks that change no status lies the time
    `note_every` at least. `about` are the keys of the items whose words stand in it. `related` are
    keys of episodes or of tickets (`redmine:issue/7`) that it relates to. `partial`: what the
    trouble began with is known no more, so that a description that is there tells more than this.
    `tally` is what `live` counts, kept in its note so that it never goes down.
    """

    project: str
    tracker: str
    subject: Message
    description: Prose
    priority: str = ""
    due: date | None = None
    live: Prose = ()
    at_once: bool = False
    remarks: tuple[Remark, ...] = ()
    note_every: timedelta = timedelta(hours=6)
    related: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    partial: bool = False
    tally: Tally | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An episode and its ticket, as far as known.

    `intended_at` is when a POST was about to be sent, while its answer is not known. `refused` is
    what Redmine did not take, as `desk.signals.openings.opening_mark` tells it, `refused_at` when
    that was, `tries` how often in a row, and `why` Redmine's reason.
    """

    episode: str
    ticket: int | None = None
    intended_at: datetime | None = None
    refused: str = ""
    refused_at: datetime | None = None
    why: Message | None = None
    tries: int = 0


Links = Mapping[str, Link]


def relation_made(number: int) -> str:
    """Answer the name of the remark by which a relation that we made to a ticket is remembered."""
    return f"related/{number}"


def kept_mark(name: str, tally: Tally | None = None) -> str:
    """Answer the line that ends our kept note of that name, by which it is known again."""
    if tally is None:
        return f"{MARKER} {name}"
    return f"{MARKER} {name} {tally.count}/{tally.last_at.astimezone(UTC):{_TIME}}"


def kept_name(note: str) -> str:
    """Answer the name of the kept note that a note is, by the line that ends it; "" for none."""
    found = _kept(note)
    return found[1] if found else ""


def kept_tally(note: str) -> Tally | None:
    """Answer the tally that a kept note ends with; None where it has none, or names no time."""
    found = _kept(note)
    if found is None or found[2] is None:
        return None
    try:
        last_at = datetime.strptime(found[3], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Tally(int(found[2]), last_at)


def _kept(note: str) -> re.Match[str] | None:
    return _KEPT.search(note.replace("\r\n", "\n").rstrip())


def signal_of(episode: str) -> str:
    """Answer the signal that an episode's key begins with."""
    return episode.partition("/")[0]


def carried(key_field: str, description: str) -> str:
    """Answer the key of the episode that a ticket names, in its field or else by its marker; ""."""
    if _KEY_FIELD.fullmatch(key_field.strip()):
        return key_field.strip()
    if MARKER not in description:  # far faster than to look at each line
        return ""
    marks = _MARKED.findall(description.replace("\r\n", "\n"))
    return marks[-1] if marks else ""
