"""How far a job's builds are read."""

from dataclasses import dataclass, field
from typing import Any, Self

from itsm_sync.sources.jenkins.jobs import Job

# Jenkins fact 2: `allBuilds` loads each build from disk; `builds` ends after the newest 100.
PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A failed build of which `missing` parts could not be read, `tries` times so far."""

    at: int
    tries: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far a job's builds were read.

    `number` and `at` (milliseconds) are the newest build read, `following` the job's next number
    then, `running` the builds that had not ended: number to timestamp and digest of the item.
    `owed` are those that failed and whose stages, console or tests are still to be read.
    """

    number: int
    at: int
    following: int
    running: dict[int, tuple[int, str]] = field(default_factory=dict)
    owed: dict[int, Owed] = field(default_factory=dict)

    @classmethod
    def read(cls, stored: Any) -> Self | None:
        if stored is None:
            return None
        return cls(
            number=int(stored["number"]),
            at=int(stored["at"]),
            following=int(stored["next"]),
            running={int(n): (int(at), str(said)) for n, at, said in stored["running"]},
            owed={
                int(n): Owed(at=int(at), tries=int(tries), missing=tuple(map(str, missing)))
                for n, at, tries, missing in stored.get("owed", ())
            },
        )

    def stored(self) -> dict[str, object]:
        running = [[number, at, said] for number, (at, said) in sorted(self.running.items())]
        owed = [[n, o.at, o.tries, list(o.missing)] for n, o in sorted(self.owed.items())]
        more = {"owed": owed} if owed else {}
        return {
            "number": self.number,
            "at": self.at,
            "next": self.following,
            "running": running,
            **more,
        }

    def floor(self, job: Job) -> int:
        """Answer the number down to which pages are read.

        What is still to be read far below is asked for one by one.
        """
        newest = job.last[0] if job.last else 0
        unread = (n for n in (*self.running, *self.owed) if newest - n < PAGE)
        return min([self.number, *unread])

    def reach(self, job: Job) -> int:
        """Answer how many builds, counted from the newest, there are down to the floor."""
        newest = job.last[0] if job.last else 0
        return max(1, min(PAGE, newest - self.floor(job) + 1))


def stream_of(job: Job) -> str:
    return builds_of(job.name)


def builds_of(name: str) -> str:
    """Answer the stream of the builds of a job, by its full name."""
    return f"builds:{name}"


def due(job: Job, cursor: Cursor | None) -> bool:
    """Whether a job has builds to read: a new one, one that ran or is owed, or a new epoch."""
    if cursor is None:
        return job.last is not None
    if cursor.running or cursor.owed or job.next_number < cursor.following:
        return True
    return (job.last or (0, 0)) != (cursor.number, cursor.at)
