"""Failures in a row that have no ticket yet."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from itsm_sync.model.signals import Life, Observation


@dataclass(slots=True, kw_only=True)
class Row:
    """The failures of a line since it was last well, of those that have no ticket yet.

    `due` is the time at which they deserve one, as far as is known. `met`: a person closed that
    of failures of the same row, so that the next deserves one at once.
    """

    life: Life
    failures: list[Observation] = field(default_factory=list)
    due: datetime | None = None
    met: bool = False

    def add(self, failure: Observation) -> None:
        """Go on by a failure, later than all before."""
        self.failures.append(failure)
        self._weigh()

    def drop(self, unwanted: Callable[[Observation], bool]) -> None:
        """Forget the failures that no ticket is wanted for."""
        self.failures = [failure for failure in self.failures if not unwanted(failure)]
        self._weigh()

    def take(self) -> list[Observation]:
        """Answer the failures, which a ticket takes over."""
        taken, self.failures, self.due = self.failures, [], None
        return taken

    def end(self) -> None:
        """End the row: the next failure is the first."""
        self.failures, self.due, self.met = [], None, False

    def _weigh(self) -> None:
        self.due = None
        if not self.failures:
            return
        if self.met or len(self.failures) >= self.life.enough(self.failures[-1]):
            self.due = self._ripe()

    def _ripe(self) -> datetime | None:
        """Answer when the row has lasted long enough, where it is known to have lasted so long."""
        last = self.failures[-1].at
        ripe = last if self.met else max(last, self.failures[0].at + self.life.open_for)
        known = max(last, *(failure.until for failure in self.failures))
        return ripe if ripe <= known else None
