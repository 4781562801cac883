"""Flow, times, stages and service levels, worked out by hand."""

from datetime import UTC, timedelta

from itsm_sync.model.service_levels import Aim, Level
from itsm_sync.reports.measures.flow import backlog, flow, flow_by
from itsm_sync.reports.measures.handovers import hand_overs, stays
from itsm_sync.reports.measures.levels import at_risk, attained, attained_by, decided
from itsm_sync.reports.measures.lives import spells
from itsm_sync.reports.measures.shares import Times, times
from itsm_sync.reports.measures.speed import speed, speed_by
from itsm_sync.reports.periods import Period
from tests.worlds import (
    BOT,
    BUSINESS,
    CLOSED,
    DAY,
    HOUR,
    IT,
    MARCH,
    OPEN,
    REPORTER,
    clock,
    day,
    lived,
    moved,
    noted,
    span,
    ticket,
    world,
)


def test_the_flow_of_a_month_as_worked_out_by_hand() -> None:
    """Five tickets: 1 open since February; 2 of February, closed in March; 3 opened and closed in
    March; 4 opened in March, closed, opened again; 5 of April.

    Open at the start: 1 and 2. Opened: 3 and 4. Reopened: 4. Closed: 2, 3 and 4. Open at the end: 1
    and 4, made 40 and 21 days before it.
    """
    seen = world(
        lived(1, day(-8)),
        lived(2, day(-3), moved(day(5), CLOSED)),
        lived(3, day(6), moved(day(7), CLOSED)),
        lived(4, day(11), moved(day(12), CLOSED), moved(day(14), OPEN)),
        lived(5, day(33)),
    )
    found = flow(seen, MARCH)
    assert (found.at_start, found.opened, found.reopened) == (2, 2, 1)
    assert (found.closed, found.at_end) == (3, 2)
    assert found.oldest == 40 * DAY
    assert found.median_age == timedelta(days=30, hours=12)


def test_where_no_history_is_read_the_last_closing_of_redmine_counts() -> None:
    seen = world(ticket(1, day(2), closed_at=day(9)))
    assert [(one.since, one.until) for one in spells(seen.tickets[0], seen)] == [(day(2), day(9))]


def test_what_was_closed_after_its_history_was_read_is_closed() -> None:
    seen = world(lived(1, day(2), noted(day(3)), closed_at=day(9)))
    assert spells(seen.tickets[0], seen)[-1].until == day(9)


def test_counts_by_team_process_and_role_add_up_to_the_whole() -> None:
    seen = world(
        lived(1, day(-8)),
        lived(2, day(2), place={"team": "business", "process": "change", "row": "manager"}),
        lived(3, day(3), moved(day(4), CLOSED), place={"process": "change", "row": "change"}),
    )
    whole = flow(seen, MARCH)
    for by in ("team", "process", "row", "stage", "service"):
        parts = flow_by(seen, MARCH, by).values()
        for name in ("at_start", "opened", "reopened", "closed", "at_end"):
            assert sum(getattr(part, name) for part in parts) == getattr(whole, name)


def test_the_course_of_the_backlog_ends_where_the_flow_does() -> None:
    seen = world(lived(1, day(2, 9)), lived(2, day(3, 9), moved(day(4, 9), CLOSED)))
    course = backlog(seen, Period(since=day(1), until=day(6)), UTC)
    assert [still for _, _, _, still in course] == [0, 1, 2, 1, 1]
    assert [came for _, came, _, _ in course] == [0, 1, 1, 0, 0]


def test_a_median_and_a_ninetieth_percentile_as_worked_out_by_hand() -> None:
    """Of 1 to 10 hours: the median is 5 and a half, nine of ten take 9 or less."""
    found = times(n * HOUR for n in range(10, 0, -1))
    assert found == Times(number=10, median=5.5 * HOUR, p90=9 * HOUR)
    assert times([]) == Times(number=0, median=None, p90=None)


def test_the_time_to_respond_is_to_the_first_deed_of_somebody_else() -> None:
    """The reporter's own note, the bot's note: neither answers; IT's note four hours later does."""
    seen = world(
        lived(1, day(2, 9), noted(day(2, 10), REPORTER), noted(day(2, 11), BOT),
              noted(day(2, 13), IT)),
        lived(2, day(2, 9), moved(day(2, 11), by=BUSINESS)),
        lived(3, day(2, 9)),
        lived(4, day(-2, 9), noted(day(-2, 10))),
    )  # fmt: skip
    found = speed(seen, MARCH, Aim.RESPONSE)
    assert found.calendar == Times(number=2, median=3 * HOUR, p90=4 * HOUR)
    assert found.business.number == 0


def test_with_a_service_level_its_business_time_counts_instead() -> None:
    over = clock(spent=3 * HOUR, stopped_at=day(5))
    seen = world(
        lived(1, day(2), moved(day(5), CLOSED), standings=(over,)),
        lived(2, day(2), moved(day(4), CLOSED)),
    )
    found = speed(seen, MARCH, Aim.RESOLUTION)
    assert (found.business.median, found.business.number) == (3 * HOUR, 1)
    assert (found.calendar.median, found.calendar.number) == (2 * DAY, 1)


def test_the_time_to_resolve_is_to_the_last_closing_and_by_who_held_it_then() -> None:
    """Made on the second, closed on the third, open again on the fourth, closed on the eighth: six
    days; business had it when it was closed.
    """
    spans = (span(day(2), day(5)), span(day(5), None, team="business", row="manager"))
    again = (moved(day(3), CLOSED), moved(day(4), OPEN), moved(day(8), CLOSED))
    seen = world(lived(1, day(2), *again, spans=spans))
    assert speed(seen, MARCH, Aim.RESOLUTION).calendar.median == 6 * DAY
    assert list(speed_by(seen, MARCH, Aim.RESOLUTION, "team")) == ["business"]


def test_hand_overs_and_those_that_go_back_as_worked_out_by_hand() -> None:
    """IT, business, IT, business: three hand-overs, two of them back; one in February."""
    spans = (
        span(day(-3), day(2)),
        span(day(2), day(3), team="business"),
        span(day(3), day(4)),
        span(day(4), day(5), stage="approve"),  # the same team: none
        span(day(5), None, team="business"),
    )
    other = (span(day(-5), day(-4)), span(day(-4), None, team="business"))
    found = hand_overs(world(ticket(1, spans=spans), ticket(2, spans=other)), MARCH)
    assert len(found.every) == 3
    assert found.back == 2
    assert found.pairs == {("it", "business"): 2, ("business", "it"): 1}
    assert found.often == ((1, 3),)


def test_the_time_in_each_stage_as_worked_out_by_hand() -> None:
    """Assessed from the second before March to its second day, approved for three days then."""
    spans = (
        span(day(-1), day(2)),
        span(day(2), day(5), stage="approve", team="business"),
        span(day(5), None, stage="none"),
    )
    found = stays(world(ticket(1, spans=spans)), MARCH)
    assess, approve = found["change", "assess"], found["change", "approve"]
    assert (assess.spent, assess.ended.median) == (DAY, 3 * DAY)
    assert (approve.spent, approve.ended.median, approve.tickets) == (3 * DAY, 3 * DAY, 1)
    assert found["change", "none"].spent == 27 * DAY
    assert found["change", "none"].ended.number == 0


def test_a_clock_is_decided_once_when_it_stops_in_time_or_runs_out() -> None:
    """Kept: 1 (stopped in March). Breached: 2 (ran out in March, closed later). 3 ran out in
    February and was closed in March: it is February's. 4 still runs.
    """
    late = {"level": Level.BREACHED, "spent": 9 * HOUR}
    seen = world(
        ticket(1, standings=(clock(stopped_at=day(5)),)),
        ticket(2, standings=(clock(**late, breached_at=day(6), stopped_at=day(40)),)),
        ticket(3, standings=(clock(**late, breached_at=day(-1), stopped_at=day(8)),)),
        ticket(4, standings=(clock(level=Level.AT_RISK, spent=7 * HOUR, due=day(33)),)),
    )
    found = decided(seen, MARCH)
    assert [(one.ticket.number, one.kept) for one in found] == [(1, True), (2, False)]
    assert attained(found).share == 0.5
    assert attained(decided(seen, MARCH.before)).breached == 1
    assert [one.number for one, _ in at_risk(seen)] == [4]


def test_a_breach_is_that_of_the_team_and_role_that_held_the_ticket_then() -> None:
    spans = (span(day(2), day(5)), span(day(5), None, team="business", row="manager"))
    out = clock(Aim.RESPONSE, level=Level.BREACHED, breached_at=day(4))
    found = decided(world(ticket(1, spans=spans, standings=(out,))), MARCH)
    assert [(one.team, one.row) for one in found] == [("it", "change")]
    response, resolution = attained_by(found, "team")["it"]
    assert (response.breached, resolution.share) == (1, None)
