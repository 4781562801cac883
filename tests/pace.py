"""A clock that only goes on while somebody waits."""

from dataclasses import dataclass, field

from itsm_sync.clients.waiting import Pace


@dataclass(slots=True)
class Hourglass:
    """What a door waits by in a test: nothing sleeps; `naps` are the waits, in seconds."""

    now: float = 1000.0
    naps: list[float] = field(default_factory=list)

    def pause(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds

    @property
    def pace(self) -> Pace:
        return Pace(clock=lambda: self.now, pause=self.pause, chance=lambda low, high: 1.0)
