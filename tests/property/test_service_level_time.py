"""Invariants of business time, against a count of single minutes."""

from datetime import UTC, datetime
from functools import cache, partial
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm_sync.model.sla import DaysOff, Hours
from itsm_sync.model.spans import Slots, Weekdays
from itsm_sync.routing.service_levels.business_time import BusinessTime
from itsm_sync.routing.service_levels.days_off import days_off
from itsm_sync.routing.service_levels.instants import instant, moment

ZONES = ("Asia/Seoul", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia")
WEEKS = {
    "office": {"mon-fri": ["09:00-12:00", "13:00-18:00"]},
    "nights": {"mon-sun": ["00:00-02:15", "02:45-06:00", "22:00-24:00"]},
    "always": {"mon-sun": ["00:00-24:00"]},
    "tuesdays": {"tue": ["23:00-24:00"]},
}
KOREA = DaysOff(country="KR")
HOURS = {
    name: Hours(days={Weekdays.read(day): Slots.read(slots) for day, slots in week.items()})
    for name, week in WEEKS.items()
}
# both changes of the clock, a holiday in a week, the day that Samoa left out, and a year's end
CLOSE = tuple(
    datetime(*day, tzinfo=UTC)
    for day in ((2026, 3, 27), (2026, 10, 24), (2026, 11, 1), (2026, 2, 14), (2011, 12, 29))
)
MINUTE = 60_000_000


@cache
def business(zone: str, week: str) -> BusinessTime:
    return BusinessTime(HOURS[week], ZoneInfo(zone), partial(days_off, KOREA))


times = st.builds(business, st.sampled_from(ZONES), st.sampled_from(tuple(WEEKS)))
instants = st.integers(
    instant(datetime(2005, 1, 1, tzinfo=UTC)), instant(datetime(2035, 1, 1, tzinfo=UTC))
)
amounts = st.integers(1, 10**13)  # up to a hundred days and more


@given(times, st.lists(instants, min_size=3, max_size=3))
def test_the_parts_of_a_time_are_the_whole(time: BusinessTime, at: list[int]) -> None:
    a, b, c = sorted(at)
    assert time.between(a, b) + time.between(b, c) == time.between(a, c)
    assert 0 <= time.between(a, b) <= b - a


@given(times, instants, amounts)
def test_an_amount_is_over_when_so_much_has_gone_and_not_before(
    time: BusinessTime, start: int, amount: int
) -> None:
    end = time.after(start, amount)
    assert end is not None
    assert time.between(start, end) == amount
    assert time.between(start, end - 1) == amount - 1


@given(times, instants, instants)
def test_after_what_lies_between_nothing_has_gone_since(time: BusinessTime, a: int, b: int) -> None:
    a, b = sorted((a, b))
    found = time.after(a, time.between(a, b))
    assert found is not None
    assert found <= b
    assert time.between(found, b) == 0


@given(times, instants)
def test_time_goes_when_it_is_open(time: BusinessTime, at: int) -> None:
    assert time.between(at, at + 1) == time.is_open(at)


@pytest.mark.parametrize("day", CLOSE, ids=lambda day: f"{day:%Y-%m-%d}")
@pytest.mark.parametrize("zone", ZONES)
def test_it_is_what_counting_minutes_by_the_wall_gives(zone: str, day: datetime) -> None:
    first = instant(day)
    walls = _walls(zone, first, 3 * 1440)
    for week in WEEKS:
        time = business(zone, week)
        counted = [0, *accumulate(MINUTE * _open(week, wall) for wall in walls)]
        assert counted == [time.between(first, first + n * MINUTE) for n in range(len(counted))]


def _walls(zone: str, first: int, length: int) -> list[datetime]:
    """Answer what the clock shows at the beginning of each minute, had it never been put back."""
    before = 120  # it is put back by so many minutes at most
    place = ZoneInfo(zone)
    shown = (moment(first + n * MINUTE).astimezone(place) for n in range(-before, length))
    walls = accumulate((wall.replace(tzinfo=None) for wall in shown), max)
    return list(walls)[before:]


def _open(week: str, wall: datetime) -> bool:
    if wall.date() in days_off(KOREA, wall.year):
        return False
    second = wall.hour * 3_600 + wall.minute * 60
    return any(start <= second < end for start, end in HOURS[week].on(wall.weekday()).slots)
