"""Which days a report is about, when its clock fell last, and hours in which nothing is sent."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm_sync.daemon.clocks import CronTimes
from itsm_sync.locale import say
from itsm_sync.model.cron import Cron
from itsm_sync.model.errors import Unfit
from itsm_sync.model.quiet import Quiet
from itsm_sync.model.reporting import Period, asked, completed, readable, unnamed_end

# Naive, as hypothesis wants them; their zone follows.
EARLY, LATE = (datetime(year, 1, 1) for year in (2010, 2035))  # noqa: DTZ001
SEOUL, BERLIN = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/Berlin")


def at(text: str, zone: ZoneInfo = SEOUL) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("period", "now", "key", "since", "until"),
    [
        (Period.DAY, "2026-03-01T00:00", "2026-02-28", "2026-02-28", "2026-03-01"),
        (Period.DAY, "2026-03-01T23:59", "2026-02-28", "2026-02-28", "2026-03-01"),
        (Period.WEEK, "2026-06-01T07:00", "2026-W22", "2026-05-25", "2026-06-01"),  # a Monday
        (Period.WEEK, "2026-06-07T07:00", "2026-W22", "2026-05-25", "2026-06-01"),
        (Period.WEEK, "2027-01-04T07:00", "2026-W53", "2026-12-28", "2027-01-04"),
        (Period.MONTH, "2026-01-31T07:00", "2025-12", "2025-12-01", "2026-01-01"),
        (Period.MONTH, "2026-06-01T00:00", "2026-05", "2026-05-01", "2026-06-01"),
        (Period.QUARTER, "2026-01-01T00:00", "2025-Q4", "2025-10-01", "2026-01-01"),
        (Period.QUARTER, "2026-06-30T12:00", "2026-Q1", "2026-01-01", "2026-04-01"),
        (Period.GO_LIVE, "2026-06-10T07:00", "2026-03-02..2026-06-09", "2026-03-02", "2026-06-10"),
    ],
)
def test_a_report_is_of_the_last_whole_period(
    period: Period, now: str, key: str, since: str, until: str
) -> None:
    found = completed(period, at(now), SEOUL, date(2026, 3, 2))
    assert (found.key, found.since, found.until) == (key, at(since), at(until))


def test_the_day_is_that_of_the_zone_whatever_the_machine_says() -> None:
    now = datetime(2026, 5, 31, 15, 30, tzinfo=UTC)  # 1 June, 00:30, in Seoul
    assert completed(Period.MONTH, now, SEOUL).key == "2026-05"
    assert completed(Period.MONTH, now, ZoneInfo("UTC")).key == "2026-04"


def test_what_has_not_gone_live_has_no_period() -> None:
    for day in (None, date(2026, 6, 1), date(2026, 7, 1)):
        with pytest.raises(ValueError, match="go_live"):
            completed(Period.GO_LIVE, at("2026-06-01T12:00"), SEOUL, day)


@pytest.mark.parametrize(
    ("since", "until", "key"),
    [
        ("2026-05-01", "2026-06-01", "2026-05"),
        ("2026-05-25", "2026-06-01", "2026-W22"),
        ("2026-05-02", "2026-05-03", "2026-05-02"),
        ("2026-04-01", "2026-07-01", "2026-Q2"),
        ("2026-05-01", "2026-05-11", "2026-05-01..2026-05-10"),
        ("2026-05-01T08:30", "2026-05-11", "2026-05-01T0830..2026-05-11T0000"),
    ],
)
def test_a_period_that_a_call_names_is_called_as_the_clock_would(
    since: str, until: str, key: str
) -> None:
    assert asked(at(since), at(until), SEOUL).key == key


@given(
    st.sampled_from([Period.DAY, Period.WEEK, Period.MONTH, Period.QUARTER]),
    st.datetimes(EARLY, LATE),
    st.sampled_from([SEOUL, BERLIN]),
)
def test_a_whole_period_has_ended_is_followed_by_the_next_and_keeps_its_name(
    period: Period, moment: datetime, zone: ZoneInfo
) -> None:
    now = moment.replace(tzinfo=UTC)
    found = completed(period, now, zone)
    assert found.since < found.until <= now
    assert asked(found.since, found.until, zone).key == found.key
    before = completed(period, found.until - timedelta(seconds=1), zone)
    assert before.until == found.since
    assert completed(period, found.until, zone) == found


def test_the_days_of_a_period_are_told_with_both_ends() -> None:
    month = completed(Period.MONTH, at("2026-06-01T00:00"), SEOUL)
    assert say(readable(month, SEOUL), "en") == "2026-05-01 to 2026-05-31"
    assert say(readable(month, SEOUL), "ko") == "2026-05-01 ~ 2026-05-31"
    day = completed(Period.DAY, at("2026-06-01T00:00"), SEOUL)
    assert readable(day, SEOUL) == "2026-05-31"


@pytest.mark.parametrize(
    ("line", "now", "last"),
    [
        ("0 7 1 * *", "2026-06-01T07:00", "2026-06-01T07:00"),
        ("0 7 1 * *", "2026-06-01T06:59", "2026-05-01T07:00"),
        ("30 8 * * mon", "2026-06-03T00:00", "2026-06-01T08:30"),
        ("*/15 * * * *", "2026-06-03T10:44", "2026-06-03T10:30"),
        ("0 0 29 2 *", "2026-06-03T10:44", "2024-02-29T00:00"),
        ("0 9 1 * fri", "2026-06-03T10:44", "2026-06-01T09:00"),  # either day is enough
        ("0 9 1 * fri", "2026-06-06T10:44", "2026-06-05T09:00"),
    ],
)
def test_a_clock_knows_when_it_fell_last(line: str, now: str, last: str) -> None:
    assert Cron.read(line).last(at(now), SEOUL) == at(last)


NEW_YORK = ZoneInfo("America/New_York")
# A minute past the hour that is left out, and the middle of the one that comes twice.
CHANGES = [
    (BERLIN, "2026-03-29", "2026-03-29T01:30", "2026-10-25T00:30"),
    (NEW_YORK, "2026-03-08", "2026-03-08T07:30", "2026-11-01T05:30"),
]


@pytest.mark.parametrize(("zone", "day", "left_out", "twice"), CHANGES)
def test_a_time_that_spring_leaves_out_is_an_hour_later_and_one_of_autumn_is_the_first(
    zone: ZoneInfo, day: str, left_out: str, twice: str
) -> None:
    out, two = (datetime.fromisoformat(f"{moment}+00:00") for moment in (left_out, twice))
    cron = Cron.read("30 2 * * *")
    assert cron.last(at(f"{day}T12:00", zone), zone) == out
    assert cron.next(at(f"{day}T00:00", zone), zone) == out
    assert f"{out.astimezone(zone):%H:%M}" == "03:30"
    early = cron if zone is BERLIN else Cron.read("30 1 * * *")
    assert early.last(two + timedelta(hours=3), zone) == two
    following = early.next(two, zone)
    assert following is not None
    assert following - two == timedelta(hours=25)


@pytest.mark.parametrize(("zone", "day", "left_out", "twice"), CHANGES)
def test_a_line_of_every_hour_falls_every_hour_of_the_days_of_change(
    zone: ZoneInfo, day: str, left_out: str, twice: str
) -> None:
    cron = Cron.read("30 * * * *")
    for moment in (left_out, twice):
        now = datetime.fromisoformat(f"{moment}+00:00") - timedelta(hours=3)
        for _ in range(6):
            following = cron.next(now, zone)
            assert following == now + timedelta(hours=1)
            assert cron.last(following, zone) == following
            now = following


@given(
    st.sampled_from(["0 7 1 * *", "15 */6 * * mon-fri", "0 9 13 * fri", "59 23 31 12 *"]),
    st.datetimes(EARLY, LATE),
)
def test_the_last_time_is_one_of_the_clock_with_none_between_it_and_now(
    line: str, moment: datetime
) -> None:
    cron, now = Cron.read(line), moment.replace(tzinfo=UTC)
    last = cron.last(now, SEOUL)
    assert last is not None
    trigger = CronTimes(cron, SEOUL)
    assert trigger.get_next_fire_time(None, last) == last
    following = trigger.get_next_fire_time(None, last + timedelta(seconds=1))
    assert following is None or following > now


@pytest.mark.parametrize(
    ("hours", "now", "holds"),
    [
        ("22:00-07:30", "2026-06-01T22:00", True),
        ("22:00-07:30", "2026-06-01T03:00", True),
        ("22:00-07:30", "2026-06-01T07:30", False),
        ("22:00-07:30", "2026-06-01T12:00", False),
        ("12:00 - 13:00", "2026-06-01T12:59", True),
        ("12:00 - 13:00", "2026-06-01T13:00", False),
        ("", "2026-06-01T00:00", False),
        ("09:00-09:00", "2026-06-01T09:00", False),
    ],
)
def test_quiet_hours_hold_also_past_midnight(hours: str, now: str, holds: bool) -> None:
    assert Quiet.read(hours).holds(at(now), SEOUL) is holds


def test_what_is_no_time_of_the_day_is_told() -> None:
    for text in ("22-7", "25:00-07:00", "night", "22:00"):
        with pytest.raises(Unfit, match="quiet hours"):
            Quiet.read(text)


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2026-11-01T00:00", "2026-11-30T00:00", "2026-11-01 to 2026-11-29"),
        ("2026-11-29T14:30", "2026-11-30T00:00", "2026-11-29 14:30 to 2026-11-30 00:00"),
        ("2026-11-30T00:00", "2026-11-30T18:30", "2026-11-30 00:00 to 2026-11-30 18:30"),
    ],
)
def test_a_period_of_which_the_beginning_alone_is_named_ends_with_yesterday_or_says_when(
    since: str, until: str, said: str
) -> None:
    end = unnamed_end(at(since), at("2026-11-30T18:30"), SEOUL)
    assert end == at(until)
    assert say(readable(asked(at(since), end, SEOUL), SEOUL), "en") == said
