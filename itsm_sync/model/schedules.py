"""What `schedules.yaml` says: when the daemon does what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from itsm_sync.model.cron import Cron
from itsm_sync.model.errors import Unfit
from itsm_sync.model.keeping import Keep
from itsm_sync.model.quiet import Quiet
from itsm_sync.model.watching.base import STRICT, Duration
from itsm_sync.model.words import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """When something is done: `every` so long, or by a `cron` line; one of the two."""

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    every: Duration | None = None
    cron: Cron | None = None

    def __post_init__(self) -> None:
        """Reject both, neither, and what is no time. Raises Unfit."""
        if (self.every is None) == (self.cron is None):
            raise Unfit(Message("say either `every` or `cron`"))
        if self.every is not None and self.every < timedelta(seconds=1):
            raise Unfit(Message("`every` is a second at least"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(When):
    """When a source is read, and how old it may become before that is a finding.

    `streams`: how long from one read to the next of those that fit a pattern, the first that fits;
    any other is read whenever its source is.
    """

    stale_after: Duration = Duration(hours=1)
    streams: Mapping[str, Duration] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Reject a promise that the schedule itself breaks. Raises Unfit."""
        When.__post_init__(self)
        if self.every is not None and self.stale_after <= self.every:
            told = "`stale_after` must be longer than `every`; it is 1h where it is not written"
            raise Unfit(Message(told))


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters(When):
    """When dead letters are tried again, and how often before they are given up."""

    tries: int = 10

    def __post_init__(self) -> None:
        """Reject no try at all. Raises Unfit."""
        When.__post_init__(self)
        if self.tries < 1:
            raise Unfit(Message("`tries` is 1 or more"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """When a report of `reports.yaml` is made and delivered.

    `deliver` are targets of that file; none: those that the report names itself. `quiet` are the
    hours in which nothing is sent; None: those of the whole file.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    report: str
    cron: Cron | None = None
    deliver: tuple[str, ...] = ()
    quiet: Quiet | None = None
    language: Literal["", "ko", "en"] = ""
    # As written before reports had a file of their own.
    every: object = None
    days: object = None
    format: object = None
    out: object = None

    def __post_init__(self) -> None:
        """Reject what has no time, and what is written as it was before. Raises Unfit."""
        old = [name for name in ("days", "format", "out") if getattr(self, name) is not None]
        if old:
            told = Message(
                "`{name}` stands in reports.yaml now: the report's `period` and `forms`, and a"
                " target `folder` that `deliver` names here",
                {"name": old[0]},
            )
            raise Unfit(told)
        if self.every is not None or self.cron is None:
            raise Unfit(Message("a report has a `cron` line"))

    @property
    def name(self) -> str:
        """What tells it from others of the same report."""
        spoken = ":".join(filter(None, (self.report, self.language)))
        return " ".join((spoken, *self.deliver))


def going_on(lines: Iterable[Telling], heeded: Mapping[str, datetime]) -> Mapping[str, datetime]:
    """Answer up to when each line was heeded, by its name; a line that is new is left out.

    One that was edited, split or joined has another name, and goes on from the lines of its report
    that are no more: from the earliest of their times, so that nothing is left out. What they sent
    already is known errand by errand.
    """
    every = tuple(lines)
    gone = heeded.keys() - {one.name for one in every}
    found = {}
    for one in every:
        before = [heeded[name] for name in gone if _report(name) == one.report]
        if one.name in heeded:
            found[one.name] = heeded[one.name]
        elif before:
            found[one.name] = min(before)
    return found


def _report(name: str) -> str:
    """Answer the report of the line that has this name."""
    return name.partition(" ")[0].partition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruning(When):
    """When what is too old is let go, and how long what is stored is kept."""

    keep: Keep = Keep()

    def __post_init__(self) -> None:
        """Reject what would let go of what was just read. Raises Unfit."""
        When.__post_init__(self)
        short = [name for name, age in self.keep.ages.items() if age < timedelta(days=1)]
        if short:
            raise Unfit(Message("`{name}` is kept for a day at least", {"name": short[0]}))
        if self.keep.newest < 1:
            raise Unfit(Message("`newest` is 1 or more"))


_CYCLE = Reading(every=Duration(minutes=1), stale_after=Duration(minutes=15))
_SOURCE = Reading(every=Duration(minutes=5))
_LETTERS = Letters(every=Duration(hours=1))
_PRUNE = Pruning(cron=Cron.read("30 3 * * *"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedules:
    """The whole file; where it is missing, what is written here.

    `cycle` is when Redmine is read, tickets are decided and written; `sources` when others are, by
    their names (`jenkins:ci` where there are several controllers). `timezone`: "" is the settings'.
    `lease`: so long a daemon may be silent before another takes over. `grace`: what is late by more
    than that is left out until it is due again.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    timezone: str = ""
    lease: Duration = Duration(seconds=30)
    grace: Duration = Duration(hours=1)
    cycle: Reading = _CYCLE
    sources: Mapping[str, Reading] = field(default_factory=dict)
    letters: Letters = _LETTERS
    prune: Pruning = _PRUNE
    quiet: Quiet = Quiet()
    reports: tuple[Telling, ...] = ()

    def __post_init__(self) -> None:
        """Reject a lease that a busy machine would lose. Raises Unfit."""
        if self.lease < timedelta(seconds=5):
            raise Unfit(Message("`lease` is 5 seconds at least"))

    def reading(self, source: str) -> Reading:
        """Answer when a source is read."""
        return self.cycle if source == "redmine" else self.sources.get(source, _SOURCE)
