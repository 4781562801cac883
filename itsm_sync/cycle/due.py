"""What a cycle reads: the sources and streams whose turn it is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from itsm_sync.model.cycles import Health
from itsm_sync.model.resting import rests
from itsm_sync.store import StreamHealth

REDMINE = "redmine"  # read in each cycle: it is what is written to
PROMISE = timedelta(hours=1)  # where nobody promises anything else


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The sources to be read, by name; None: all of them.

    Of each, patterns (`abc/portal/*`) of the streams to be read; none of them: as their clocks say.
    Of those that are `clocked`, what their clocks say is read beside what fits a pattern.
    """

    sources: Mapping[str, frozenset[str]] | None = None
    clocked: frozenset[str] = frozenset()

    def asks(self, source: str) -> bool:
        """Whether a source is read."""
        return self.sources is None or source == REDMINE or source in self.sources

    def streams(self, source: str) -> frozenset[str]:
        """Answer the patterns of the streams to be read; none: as their clocks say."""
        return (self.sources or {}).get(source, frozenset())


EVERYTHING = Due()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """How old a source may become before it is stale, and the clocks of streams: source -> pattern
    of streams -> how long from one read to the next.
    """

    promises: Mapping[str, timedelta] = field(default_factory=dict)
    clocks: Mapping[str, Mapping[str, timedelta]] = field(default_factory=dict)

    def stale(self, source: str, since: datetime, now: datetime) -> bool:
        """Whether a source that last answered then is stale; nobody knows when that was where the
        time is as far to come.
        """
        return abs(now - since) > self.promises.get(source, PROMISE)

    def overdue(self, one: StreamHealth, now: datetime) -> bool:
        """Whether a stream has not answered in full for longer than its source may be silent,
        counted from when it was its turn again.
        """
        every = self._every(one.source, one.stream) or timedelta()
        since = one.succeeded_at
        return since is None or self.stale(one.source, min(since + every, max(since, now)), now)

    def turn(
        self,
        source: str,
        wanted: frozenset[str],
        read: Iterable[StreamHealth],
        now: datetime,
        *,
        alone: bool = True,
    ) -> Callable[[str], bool]:
        """Answer what tells whether it is a stream's turn.

        Args:
            source: its name.
            wanted: patterns; none: the clocks decide. A stream that failed is due at once.
            read: how the source's streams answered last.
            now: the time.
            alone: whether nothing but what is wanted is due; else it is beside what the clocks say.
        """
        if wanted and alone:
            return lambda stream: any(fnmatchcase(stream, pattern) for pattern in wanted)
        last = {
            one.stream: one.seen_at
            for one in read
            if one.seen_at is not None and one.health in (Health.OK, Health.OFF)
        }

        def due(stream: str) -> bool:
            every = self._every(source, stream)
            if every is None or stream not in last:
                return True
            resting = rests(last[stream], every, now)
            return not resting or any(fnmatchcase(stream, pattern) for pattern in wanted)

        return due

    def _every(self, source: str, stream: str) -> timedelta | None:
        clocks = self.clocks.get(source, {})
        return next((e for name, e in clocks.items() if fnmatchcase(stream, name)), None)
