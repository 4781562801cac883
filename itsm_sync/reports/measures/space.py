"""How much room nodes have left over time, and when it would run out. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from itsm_sync.model.readings import Reading
from itsm_sync.reports.periods import Period
from itsm_sync.reports.world import NodeRecord, World

# When a straight line says something.
FITTED = timedelta(days=28)  # before the period's end: what lies further back says less
LEAST = 7  # days with a reading, of which the last is so many after the first at least
EXPLAINED = 0.7  # of the squares: else it goes up and down, and no line tells where to
FURTHEST = 365  # days ahead: beyond, it is as good as never


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The least that a node had free on a day, in bytes; None: it did not tell."""

    day: date
    disk: int | None
    memory: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """A disk that fills: by how many bytes a day, and in how many days it would be full."""

    a_day: float
    days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """A node's room over a period, day by day; `filling` None: no line says when it is full."""

    node: NodeRecord
    days: tuple[Day, ...]
    filling: Filling | None

    @property
    def disks(self) -> tuple[Day, ...]:
        """The days of which the disk is known."""
        return tuple(one for one in self.days if one.disk is not None)

    @property
    def least_memory(self) -> int | None:
        return min((one.memory for one in self.days if one.memory is not None), default=None)


def space(world: World, period: Period, zone: tzinfo) -> tuple[Space, ...]:
    """Answer how nodes' free space went; what fills first stands first, then by name.

    Definition: of each day of the period (in the zone) the least free disk and memory that was
    read; days without a reading are left out. When a disk is full: see `filling`. Unit: bytes.
    Source: what Jenkins' nodes measured of themselves, at most once an hour, kept since itsm-sync
    reads them.
    """
    found = []
    for node in world.nodes:
        days = _days(node.readings, period, zone)
        if days:
            earlier = Period(since=period.until - FITTED, until=period.until)
            line = _days(node.readings, earlier, zone)
            found.append(Space(node=node, days=days, filling=filling(line)))
    return tuple(sorted(found, key=lambda one: (_days_left(one), one.node.source, one.node.name)))


def filling(days: Sequence[Day]) -> Filling | None:
    """Answer by how much a disk fills, and when it is full, by a straight line.

    Definition: the line of least squares through the least free space of each day. The days until
    full are the last day's free space divided by what the line loses a day. It is told only where
    there are 7 days or more with readings, a week or more apart from the first to the last, where
    the line falls, explains 70 % of the squares or more, and ends within a year. Unit: bytes a day,
    days. Memory is given back, so nobody is told when that is full.
    """
    known = [(one.day.toordinal(), one.disk) for one in days if one.disk is not None]
    if len(known) < LEAST or known[-1][0] - known[0][0] < LEAST - 1:
        return None
    line = _line(known)
    if line is None:
        return None
    slope, explained = line
    left = known[-1][1] / -slope if slope < 0 else FURTHEST + 1.0
    if explained < EXPLAINED or left > FURTHEST:
        return None
    return Filling(a_day=-slope, days=left)


def _line(points: Sequence[tuple[int, int]]) -> tuple[float, float] | None:
    """Answer how steep the line of least squares is, and which share of the squares it explains;
    None where all are equal.
    """
    middle = sum(x for x, _ in points) / len(points)
    height = sum(y for _, y in points) / len(points)
    across = sum((x - middle) ** 2 for x, _ in points)
    along = sum((x - middle) * (y - height) for x, y in points)
    upward = sum((y - height) ** 2 for _, y in points)
    if not across or not upward:
        return None
    return along / across, along**2 / (across * upward)


def _days(found: Iterable[Reading], period: Period, zone: tzinfo) -> tuple[Day, ...]:
    by_day: dict[date, list[Reading]] = {}
    for one in found:
        if period.holds(one.at):
            by_day.setdefault(_date(one.at, zone), []).append(one)
    return tuple(
        Day(
            day=day,
            disk=_least(mine, lambda one: one.disk_free),
            memory=_least(mine, lambda one: one.memory_free),
        )
        for day, mine in sorted(by_day.items())
    )


def _date(at: datetime, zone: tzinfo) -> date:
    return at.astimezone(zone).date()


def _least(found: Iterable[Reading], what: Callable[[Reading], int | None]) -> int | None:
    return min((value for one in found if (value := what(one)) is not None), default=None)


def _days_left(one: Space) -> float:
    return one.filling.days if one.filling else FURTHEST + 1.0
