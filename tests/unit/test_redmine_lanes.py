"""Stretches of numbers: together they are all numbers, however they are shared and read."""

from hypothesis import given
from hypothesis import strategies as st

from itsm_sync.sources.redmine.lanes import SHORTEST, Lane, passed, shared

NEWEST = 5_000


@given(st.integers(1, 8), st.lists(st.tuples(st.integers(0, 7), st.integers(1, 900)), max_size=40))
def test_every_number_is_in_one_lane_until_it_was_read(
    readers: int, steps: list[tuple[int, int]]
) -> None:
    lanes: tuple[Lane, ...] = (Lane(),)
    read: set[int] = set()
    for which, page in steps:
        lanes = shared(lanes, readers, NEWEST)
        assert len(lanes) <= readers
        if not lanes:
            break
        lane = lanes[which % len(lanes)]
        upto = lane.first + page - 1
        end = NEWEST if lane.last is None else lane.last
        read.update(range(lane.first, min(upto, end) + 1))
        lanes = passed(lanes, lane, None if upto >= end else upto)
    left = {n for lane in lanes for n in range(lane.first, (lane.last or NEWEST) + 1)}
    assert left.isdisjoint(read)
    assert left | read == set(range(1, NEWEST + 1))


def test_one_lane_always_has_no_end_so_that_new_tickets_are_in_it() -> None:
    assert [lane.last is None for lane in shared((Lane(),), 4, NEWEST)] == [False] * 3 + [True]


def test_a_short_lane_is_not_shared() -> None:
    few = (Lane(first=1, last=2 * SHORTEST - 1),)
    assert shared(few, 4, NEWEST) == few


def test_a_page_that_reached_beyond_a_lane_made_shorter_meanwhile_ends_it() -> None:
    lanes = (Lane(first=1, last=500), Lane(first=501))
    assert passed(lanes, Lane(first=1), 620) == (Lane(first=501),)


def test_a_lane_survives_the_way_through_json() -> None:
    for lane in (Lane(first=7, last=9), Lane(first=3)):
        assert Lane.read(lane.written()) == lane
