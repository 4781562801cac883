"""Contestants that take turns: what disturbs the machine disturbs them all alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time

Turn = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """What one turn took, in seconds: on the clock, and of this process's CPU."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """All turns of all contestants, by name, in their order."""

    turns: Mapping[str, list[Took]]

    def wall(self, name: str) -> float:
        """Answer the median seconds of a contestant."""
        return median(took.wall for took in self.turns[name])

    def cpu(self, name: str) -> float:
        """Answer the median seconds of CPU of a contestant."""
        return median(took.cpu for took in self.turns[name])

    def ratio(self, name: str, to: str) -> float:
        """Answer the median of a contestant's seconds over another's in the same round."""
        return median(one.wall / other.wall for one, other in self._pairs(name, to))

    def cpu_ratio(self, name: str, to: str) -> float:
        """Answer the same of their CPU."""
        return median(one.cpu / other.cpu for one, other in self._pairs(name, to))

    def beyond(self, name: str, base: str) -> float:
        """Answer the median of the seconds that a contestant took more than another."""
        return median(one.wall - other.wall for one, other in self._pairs(name, base))

    def _pairs(self, name: str, to: str) -> list[tuple[Took, Took]]:
        return list(zip(self.turns[name], self.turns[to], strict=True))


def heat(
    contestants: Mapping[str, Turn], rounds: int, *, before: Mapping[str, Turn] | None = None
) -> Heat:
    """Let each have its turn, one after the other, so many times.

    Every other round goes the other way round. What stands in `before` is done before that
    contestant's turn and not measured.
    """
    turns: dict[str, list[Took]] = {name: [] for name in contestants}
    for number in range(rounds):
        order = list(contestants.items())
        for name, run in reversed(order) if number % 2 else order:
            (before or {}).get(name, _nothing)()
            wall, cpu = perf_counter(), process_time()
            run()
            turns[name].append(Took(wall=perf_counter() - wall, cpu=process_time() - cpu))
    return Heat(turns=turns)


def _nothing() -> None:
    """Do nothing."""
