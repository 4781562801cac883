"""How much room nodes have left, and when it runs out, worked out by hand."""

from dataclasses import replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm_sync.model.readings import Reading
from itsm_sync.reports.document import Chart, Figures, Table
from itsm_sync.reports.measures.space import Day, filling, space
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.measure import Options
from itsm_sync.reports.views.registry import section
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import NodeRecord, World
from tests.builders import MATRIX
from tests.worlds import DAY, MARCH, day, world

GB = 10**9


def measured(
    number: float, disk: float | None, memory: float | None = None, name: str = "agent"
) -> Reading:
    """A reading of a day of March, in GB."""
    sizes = [None if size is None else round(size * GB) for size in (disk, memory)]
    return Reading(item=name, at=day(1) + (number - 1) * DAY, disk_free=sizes[0],
                   memory_free=sizes[1])  # fmt: skip


def having(*readings: Reading, name: str = "agent", others: tuple[NodeRecord, ...] = ()) -> World:
    node = NodeRecord(source="jenkins", name=name, executors=2, offline=False, readings=readings)
    return world(nodes=(node, *others))


def days(*disks: float | None) -> list[Day]:
    first = day(1).date()
    return [
        Day(day=first + timedelta(n), disk=None if size is None else round(size * GB), memory=None)
        for n, size in enumerate(disks)
    ]


def test_a_disk_that_loses_a_gb_a_day_is_full_when_its_last_gbs_are_gone() -> None:
    """From 10 GB to 3 GB in eight days: a GB a day, three days from the last."""
    found = filling(days(10, 9, 8, 7, 6, 5, 4, 3))
    assert found is not None
    assert found.a_day == pytest.approx(GB)
    assert found.days == pytest.approx(3)


def test_a_line_through_days_that_scatter_is_that_of_least_squares() -> None:
    """Days 0 to 6 with 20, 18, 18, 14, 14, 10, 8 GB: their mean is 102/7 on day 3. The products of
    the distances add up to -56, the squares of the days to 28: 2 GB less a day. 8 GB last 4 days.
    """
    found = filling(days(20, 18, 18, 14, 14, 10, 8))
    assert found is not None
    assert found.a_day == pytest.approx(2 * GB)
    assert found.days == pytest.approx(4)


@pytest.mark.parametrize(
    "sizes",
    [
        (10, 9, 8, 7, 6, 5),  # six days
        (10, 9, 8, None, None, None, 4),  # seven days, four readings
        (5, 5, 5, 5, 5, 5, 5, 5),
        (3, 4, 5, 6, 7, 8, 9, 10),
        (9, 3, 8, 2, 9, 3, 8, 2, 7),  # cleaned up every other day
        (1000, 999.9, 999.8, 999.7, 999.6, 999.5, 999.4, 999.3),  # in 27 years
        (),
    ],
)
def test_where_a_line_says_nothing_nothing_is_told(sizes: tuple[float, ...]) -> None:
    assert filling(days(*sizes)) is None


@given(
    st.lists(st.integers(0, 10**13), min_size=7, max_size=28),
    st.integers(1, 1000),
)
def test_a_disk_told_to_be_full_falls_and_the_size_of_its_bytes_is_all_the_same(
    sizes: list[int], times: int
) -> None:
    first = day(1).date()
    made = [Day(day=first + timedelta(n), disk=size, memory=None) for n, size in enumerate(sizes)]
    found = filling(made)
    larger = filling([replace(one, disk=(one.disk or 0) * times) for one in made])
    later = filling([replace(one, day=one.day + timedelta(3)) for one in made])
    assert (found is None) == (larger is None) == (later is None)
    if found is not None and larger is not None and later is not None:
        assert later.days == pytest.approx(found.days)
        assert found.a_day > 0
        assert 0 <= found.days <= 365
        assert larger.days == pytest.approx(found.days)
        assert larger.a_day == pytest.approx(found.a_day * times)


@given(st.integers(10**6, 10**9), st.integers(1, 200), st.integers(7, 28))
def test_a_straight_fall_is_told_to_the_day(a_day: int, left: int, known: int) -> None:
    sizes = [a_day * (left + known - 1 - n) for n in range(known)]
    first = day(1).date()
    found = filling(
        [Day(day=first + timedelta(n), disk=size, memory=None) for n, size in enumerate(sizes)]
    )
    assert found is not None
    assert found.days == pytest.approx(left)


def test_of_each_day_of_the_zone_the_least_counts() -> None:
    """15:30 of UTC is half past midnight of the next day in Seoul."""
    readings = (
        measured(2, 8, 3), measured(2.2, 6, 4), measured(2 + 15.5 / 24, 7),
        measured(5, None, 1),
    )  # fmt: skip
    (found,) = space(having(*readings), MARCH, ZoneInfo("Asia/Seoul"))
    told = [(one.day.day, one.disk, one.memory) for one in found.days]
    assert told == [(2, 6 * GB, 3 * GB), (3, 7 * GB, None), (5, None, GB)]
    assert found.least_memory == GB
    assert found.filling is None


def test_what_was_measured_before_the_period_helps_the_line_and_is_not_shown() -> None:
    week = Period(since=day(8), until=day(15))
    readings = [measured(n, 30 - n) for n in (2, 4, 6, 8, 10, 12, 14)]
    (found,) = space(having(*readings), week, UTC)
    assert [one.day.day for one in found.days] == [8, 10, 12, 14]
    assert found.filling is not None
    assert found.filling.days == pytest.approx(16)
    (none,) = space(having(*readings[3:]), week, UTC)
    assert none.filling is None


def voice() -> Voice:
    return Voice(matrix=MATRIX, language="en", zone=ZoneInfo("UTC"), services={})


def test_the_capacity_tells_the_trend_and_the_first_disk_that_is_full() -> None:
    filling_up = tuple(measured(n, 40 - n, 5 - n / 10) for n in range(1, 32))
    steady = tuple(measured(n, 5 + n % 2, name="b") for n in range(20, 32))
    seen = having(*filling_up, others=(replace(having(*steady, name="b").nodes[0]),))
    blocks = section("capacity", seen, MARCH, voice(), Options()).blocks
    figures = next(one for one in blocks if isinstance(one, Figures))
    (full,) = [one for one in figures.figures if "first disk" in one.label]
    assert (full.value, full.note) == (9 * DAY, "node agent")
    charts = {one.name: one for one in blocks if isinstance(one, Chart)}
    assert set(charts) == {"disk_space", "memory_space"}
    assert charts["disk_space"].said == "b has least at the end: 6.0 GB."
    assert {point.series for point in charts["disk_space"].points} == {"agent", "b"}
    table = next(one for one in blocks if isinstance(one, Table) and one.name == "space")
    assert [row[1:] for row in table.rows] == [
        ("agent", day(1).date(), 39 * GB, 9 * GB, GB, 9, round(1.9 * GB)),
        ("b", day(20).date(), 5 * GB, 6 * GB, None, None, None),
    ]


def test_nodes_of_which_nothing_was_measured_have_no_trend() -> None:
    blocks = section("capacity", having(), MARCH, voice(), Options()).blocks
    assert [one.name for one in blocks if isinstance(one, (Table, Chart))] == ["nodes"]
    one_day = section("capacity", having(measured(2, 5), measured(2.5, 4)), MARCH, voice()).blocks
    assert not [one for one in one_day if isinstance(one, Chart)]
