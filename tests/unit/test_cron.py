"""Cron lines as crontab(5) has them, and the times at which they fire."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm_sync.daemon.clocks import CronTimes
from itsm_sync.model.cron import Cron
from itsm_sync.model.errors import Unfit

SEOUL = ZoneInfo("Asia/Seoul")
SUNDAY = datetime(2026, 3, 1, 12, 0, tzinfo=SEOUL)


def fires(line: str, times: int = 3) -> list[str]:
    """Answer when a line fires next, from a Sunday noon on."""
    trigger, found, last = CronTimes(Cron.read(line), SEOUL), [], None
    now = SUNDAY
    for _ in range(times):
        last = trigger.get_next_fire_time(last, now)
        assert last is not None
        found.append(f"{last:%a %m-%d %H:%M}")
        now = last + timedelta(seconds=1)
    return found


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("30 3 * * *", ["Mon 03-02 03:30", "Tue 03-03 03:30", "Wed 03-04 03:30"]),
        ("0 9 * * 1", ["Mon 03-02 09:00", "Mon 03-09 09:00", "Mon 03-16 09:00"]),
        ("0 9 * * 0", ["Sun 03-08 09:00", "Sun 03-15 09:00", "Sun 03-22 09:00"]),
        ("0 9 * * 7", ["Sun 03-08 09:00", "Sun 03-15 09:00", "Sun 03-22 09:00"]),
        ("0 9 * * MON-FRI/2", ["Mon 03-02 09:00", "Wed 03-04 09:00", "Fri 03-06 09:00"]),
        ("0 0 10 * fri", ["Fri 03-06 00:00", "Tue 03-10 00:00", "Fri 03-13 00:00"]),
        ("0 9 */2 * mon", ["Mon 03-09 09:00", "Mon 03-23 09:00", "Mon 04-13 09:00"]),
        ("0 0 1 jan,jul *", ["Wed 07-01 00:00", "Fri 01-01 00:00", "Thu 07-01 00:00"]),
        ("*/20 13 * * *", ["Sun 03-01 13:00", "Sun 03-01 13:20", "Sun 03-01 13:40"]),
        ("5/25 13 * * *", ["Sun 03-01 13:05", "Sun 03-01 13:30", "Sun 03-01 13:55"]),
        ("@daily", ["Mon 03-02 00:00", "Tue 03-03 00:00", "Wed 03-04 00:00"]),
    ],
)
def test_a_line_fires_as_crontab_says(line: str, expected: list[str]) -> None:
    assert fires(line) == expected


@pytest.mark.parametrize("zone", [ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")])
@pytest.mark.parametrize("line", ["30 2 * * *", "30 1 * * *", "0 2 * * *"])
def test_every_day_of_a_year_has_its_time_once(line: str, zone: ZoneInfo) -> None:
    trigger = CronTimes(Cron.read(line), zone)
    now = datetime(2026, 1, 1, tzinfo=zone)
    found = [trigger.get_next_fire_time(None, now)]
    while found[-1] is not None and found[-1].year == now.year:
        found.append(trigger.get_next_fire_time(found[-1], found[-1]))
    days = [at.date() for at in found if at is not None]
    assert days == [now.date() + timedelta(days=n) for n in range(366)]


def test_of_the_times_that_were_slept_through_the_last_is_enough() -> None:
    trigger, now = CronTimes(Cron.read("* * * * *"), SEOUL), SUNDAY + timedelta(seconds=30)
    slept = now - timedelta(days=400)
    assert trigger.get_next_fire_time(slept, now) == SUNDAY
    assert trigger.get_next_fire_time(SUNDAY, now) == SUNDAY + timedelta(minutes=1)


def test_a_time_before_a_midnight_that_is_left_out_comes_after_it() -> None:
    zone = ZoneInfo("America/Nuuk")  # after 22:59 of 30 March 2024 came midnight
    trigger = CronTimes(Cron.read("30 23 * * *"), zone)
    found = trigger.get_next_fire_time(None, datetime(2024, 3, 31, tzinfo=zone))
    assert found is not None
    assert f"{found:%d %H:%M}" == "31 00:30"


@pytest.mark.parametrize(
    "line",
    ["", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *",
     "* * * * 8", "* * * * someday", "5-1 * * * *", "*/0 * * * *", "a * * * *", "1,, * * * *",
     "-1 * * * *", "@never"],
)  # fmt: skip
def test_what_is_no_cron_line_is_rejected(line: str) -> None:
    with pytest.raises(Unfit):
        Cron.read(line)


def test_a_day_that_no_year_has_is_rejected_and_one_that_some_have_is_not() -> None:
    for line in ("0 0 30 2 *", "0 0 31 4,6 *"):
        with pytest.raises(Unfit):
            Cron.read(line)
    assert [Cron.read(f"0 0 {days}").day for days in ("29 2 *", "31 4,5 *", "31 * *")]
    assert Cron.read("0 0 31 2 mon").weekday == {1}


_NUMBERS = st.lists(st.integers(0, 59), min_size=1, max_size=6)


@given(_NUMBERS, st.lists(st.integers(0, 23), min_size=1, max_size=4))
def test_a_list_of_numbers_is_just_these(minutes: list[int], hours: list[int]) -> None:
    line = f"{','.join(map(str, minutes))} {','.join(map(str, hours))} * * *"
    cron = Cron.read(line)
    assert (cron.minute, cron.hour, cron.day) == (frozenset(minutes), frozenset(hours), None)
    first = fires(line, 1)[0]
    assert int(first[-2:]) in minutes
    assert int(first[-5:-3]) in hours
