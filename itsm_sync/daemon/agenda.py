"""What is to be done next: sources that are due, by their clocks or by a hint, and other tasks."""

from dataclasses import dataclass, field
from threading import Condition

from itsm_sync.cycle.due import Due

MOST = 1000  # hints that wait, each once; a cycle takes them all
_ALL = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What was due: sources for a cycle (None: no cycle is), and tasks by name, in order."""

    due: Due | None = None
    tasks: tuple[str, ...] = ()


@dataclass(slots=True)
class Agenda:
    """Where clocks and webhooks note what is due, and the one worker takes it; `model.ports.Hints`.

    Noting the same thing twice is noting it once.
    """

    dropped: int = 0
    _whole: set[str] = field(default_factory=set)
    _hinted: set[tuple[str, str]] = field(default_factory=set)
    _tasks: dict[str, None] = field(default_factory=dict)
    # Its lock can be taken again by the thread that has it: a signal's handler wakes the worker.
    _changed: Condition = field(default_factory=Condition)

    def __len__(self) -> int:
        with self._changed:
            return len(self._whole) + len(self._hinted) + len(self._tasks)

    def hint(self, source: str, stream: str | None = None) -> bool:
        """Make a source due, or what of it fits a pattern; False: too much is waiting."""
        with self._changed:
            hinted = (source, stream or _ALL)
            if hinted not in self._hinted and len(self._hinted) >= MOST:
                self.dropped += 1
                return False
            self._hinted.add(hinted)
            self._changed.notify_all()
        return True

    def due(self, *sources: str) -> None:
        """Make sources due by their clocks."""
        with self._changed:
            self._whole.update(sources)
            self._changed.notify_all()

    def task(self, name: str) -> None:
        """Make a task due."""
        with self._changed:
            self._tasks[name] = None
            self._changed.notify_all()

    def again(self, work: Work) -> None:
        """Make due anew what was taken and could not be done: hints with their streams."""
        due = work.due or Due(sources={})
        for source, patterns in (due.sources or {}).items():
            for pattern in patterns:
                self.hint(source, pattern)
            if not patterns or source in due.clocked:
                self.due(source)
        for name in work.tasks:
            self.task(name)

    def wake(self) -> None:
        """Let the worker look up, though nothing is due."""
        with self._changed:
            self._changed.notify_all()

    def take(self, seconds: float) -> Work:
        """Answer all that is due by now; wait so long at most for something."""
        with self._changed:
            if not (self._whole or self._hinted or self._tasks):
                self._changed.wait(seconds)
            due, tasks = self._due(), tuple(self._tasks)
            self._whole.clear()
            self._hinted.clear()
            self._tasks.clear()
        return Work(due=due, tasks=tasks)

    def _due(self) -> Due | None:
        """Answer the sources that are due, if any are: by their clocks, by hints, or by both."""
        found: dict[str, frozenset[str]] = dict.fromkeys(self._whole, frozenset())
        for source, pattern in self._hinted:
            found[source] = found.get(source, frozenset()) | {pattern}
        hinted = {source for source, _ in self._hinted}
        clocked = frozenset(self._whole & hinted)
        return Due(sources=found, clocked=clocked) if found else None
