"""Whether a row of measurements grows: robust against single ones that stick out."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

MOST = 200  # points that are looked at in pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """How a quantity went: its median, and by how much it grew from the first to the last.

    One that is not `judged` may grow.
    """

    name: str
    middle: float
    growth: float
    allowed: float
    judged: bool = True

    @property
    def flat(self) -> bool:
        return not self.judged or self.growth <= self.allowed

    @property
    def verdict(self) -> str:
        """What is told of it."""
        if not self.judged:
            return "with what is stored"
        return "flat" if self.flat else "GROWS"


def trend(
    name: str,
    points: Sequence[tuple[float, float]],
    *,
    share: float,
    least: float,
    judged: bool = True,
) -> Trend:
    """Answer the trend by the median of the slopes between all pairs of points (Theil and Sen).

    Args:
        name: the quantity's.
        points: of time and value, after the warm-up.
        share: the part of the median by which it may grow over the whole time.
        least: as much it may grow in any case.
        judged: whether it may not grow.
    """
    step = max(1, len(points) // MOST)
    some = points[::step]
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(some, 2) if b[0] > a[0]]
    middle = median(value for _, value in points)
    growth = median(slopes) * (points[-1][0] - points[0][0]) if slopes else 0.0
    return Trend(name=name, middle=middle, growth=growth, allowed=max(share * middle, least),
                 judged=judged)  # fmt: skip
