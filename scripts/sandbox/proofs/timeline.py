"""A place where things happen at a clock's times: what the scenes of all systems have in common."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sandbox.proofs.histories import Deed


class Timeline:
    """A clock that a history turns on and puts wrong, and its deeds, done by name.

    Args:
        start: what time it is at first.
        waits: in milliseconds; the longest is what a rest that is not hasty takes.
    """

    def __init__(self, start: datetime, waits: Sequence[int]) -> None:
        self.at, self.skew = start, timedelta(0)
        self._longest = max(waits)

    def do(self, deed: Deed) -> None:
        name, *arguments = deed
        getattr(self, f"_{name}")(*arguments)

    def rest(self, *, hasty: bool) -> None:
        self._wait(1 if hasty else self._longest)

    def told(self, late: int = 0) -> datetime:
        """What the clock of the system says, or said so many seconds ago."""
        return self.at + self.skew - timedelta(seconds=late)

    def _wait(self, milliseconds: int) -> None:
        self.at += timedelta(milliseconds=milliseconds)

    def _clock(self, seconds: int) -> None:
        self.skew = timedelta(seconds=seconds)
