"""Contestants that take turns: what disturbs the machine disturbs them all alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter, process_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """What one turn took, in seconds: on the clock, and of this process's CPU."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """All turns of all contestants, by name, in their order."""

    turns: Mapping[str, list[Took]] = field(default_factory=dict)

    def wall(self, name: str) -> float:
        """Answer the median seconds of a contestant."""
        return median(took.wall for took in self.turns[name])

    def cpu(self, name: str) -> float:
        """Answer the median seconds of CPU of a contestant."""
        return median(took.cpu for took in self.turns[name])

    def ratio(self, name: str, to: str) -> float:
        """Answer the median of a contestant's seconds over another's in the same round."""
        pairs = zip(self.turns[name], self.turns[to], strict=True)
        return median(one.wall / other.wall for one, other in pairs)


def heat(contestants: Mapping[str, Callable[[], object]], rounds: int) -> Heat:
    """Let each have its turn, one after the other, so many times."""
    turns: dict[str, list[Took]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, run in contestants.items():
            wall, cpu = perf_counter(), process_time()
            run()
            turns[name].append(Took(wall=perf_counter() - wall, cpu=process_time() - cpu))
    return Heat(turns=turns)
