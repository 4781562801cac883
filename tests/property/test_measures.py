"""What must hold of measures whatever happened."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from itsm_sync.model.histories import Event
from itsm_sync.model.stages import StageSpan
from itsm_sync.reports.measures.builds import builds, builds_by
from itsm_sync.reports.measures.flow import BY, backlog, flow, flow_by
from itsm_sync.reports.measures.handovers import spent, stays
from itsm_sync.reports.measures.keeping import keeping
from itsm_sync.reports.measures.shares import times
from itsm_sync.reports.periods import Period
from itsm_sync.reports.world import TicketRecord, World
from tests.builders import MATRIX
from tests.worlds import CLOSED, HOUR, OPEN, build, day, lived, moved, ticket, world

HOURS = st.integers(min_value=-30 * 24, max_value=60 * 24)
ROWS = st.sampled_from([(row.id, row.team) for row in MATRIX.rows])


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = draw(HOURS)
    length = draw(st.integers(min_value=1, max_value=40 * 24))
    return Period(since=day(1, start), until=day(1, start + length))


@st.composite
def tickets(draw: st.DrawFn, number: int) -> TicketRecord:
    """A ticket that was closed and opened again any number of times."""
    start = draw(HOURS)
    steps = draw(st.lists(st.tuples(st.integers(0, 200), st.sampled_from([OPEN, "2", CLOSED]))))
    at, events = start, list[Event]()
    for hours, status in steps:
        at += hours
        events.append(moved(day(1, at), status, by=draw(st.sampled_from([11, 12, 77, 90]))))
    row, team = draw(ROWS)
    where = {"row": row, "team": team, "process": draw(st.sampled_from(["incident", "change"]))}
    spans = draw(lives(number, start))
    return lived(number, day(1, start), *events, place=where, spans=spans)


@st.composite
def lives(draw: st.DrawFn, number: int, start: int) -> tuple[StageSpan, ...]:
    """Stages that follow one another without a gap."""
    lengths = draw(st.lists(st.integers(0, 300), min_size=1, max_size=5))
    ends = [start + sum(lengths[: n + 1]) for n in range(len(lengths))]
    begins = [start, *ends[:-1]]
    last = draw(st.booleans())
    spans = []
    for n, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        row, team = draw(ROWS)
        goes_on = n == len(ends) - 1 and last
        left = None if goes_on else day(1, end)
        stage = draw(st.sampled_from(["assess", "approve", "none"]))
        spans.append(
            StageSpan(ticket=number, process="change", stage=stage, row=row, team=team,
                      entered_at=day(1, begin), left_at=left)
        )  # fmt: skip
    return tuple(spans)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    number = draw(st.integers(0, 6))
    made = [
        build(day(1, draw(HOURS)), draw(st.sampled_from(["success", "failure", "aborted"])))
        for _ in range(draw(st.integers(0, 6)))
    ]
    return world(*(draw(tickets(n + 1)) for n in range(number)), builds=tuple(made))


@given(worlds(), periods())
def test_the_backlog_at_the_end_is_that_at_the_start_and_what_came_less_what_went(
    seen: World, period: Period
) -> None:
    found = flow(seen, period)
    assert found.at_start + found.opened + found.reopened - found.closed == found.at_end


@given(worlds(), periods())
def test_a_period_begins_with_the_backlog_that_the_one_before_ended_with(
    seen: World, period: Period
) -> None:
    assert flow(seen, period.before).at_end == flow(seen, period).at_start


@given(worlds(), periods())
def test_the_days_of_a_period_add_up_to_it(seen: World, period: Period) -> None:
    whole, course = flow(seen, period), backlog(seen, period, UTC)
    assert sum(came for _, came, _, _ in course) == whole.opened + whole.reopened
    assert sum(went for _, _, went, _ in course) == whole.closed
    assert course[-1][3] == whole.at_end


@given(worlds(), periods(), st.sampled_from(sorted(BY)))
def test_counts_by_anything_add_up_to_the_whole(seen: World, period: Period, by: str) -> None:
    whole, parts = flow(seen, period), flow_by(seen, period, by).values()
    for name in ("at_start", "opened", "reopened", "closed", "at_end"):
        assert sum(getattr(part, name) for part in parts) == getattr(whole, name)


@given(lives(1, 0), periods())
def test_stage_times_add_up_to_the_life(spans: tuple[StageSpan, ...], period: Period) -> None:
    found = stays(world(ticket(1, spans=spans)), period)
    whole = period.within(spans[0].entered_at, spans[-1].left_at)
    assert sum((one.spent for one in found.values()), timedelta()) == spent(spans, period) == whole


@given(worlds(), periods())
def test_deeds_under_all_rows_are_no_more_than_people_did(seen: World, period: Period) -> None:
    did = sum(
        period.holds(event.at) and event.by not in seen.bots
        for one in seen.tickets
        if one.history
        for event in one.history.events
    )
    assert sum(one.deeds.total() for one in keeping(seen, period)) <= did


@given(worlds(), periods())
def test_builds_by_job_add_up_and_a_share_is_a_share(seen: World, period: Period) -> None:
    whole = builds(seen, period)
    assert sum(part.number for part in builds_by(seen, period, "job").values()) == whole.number
    assert whole.success_share is None or 0 <= whole.success_share <= 1


@given(worlds(), periods())
def test_computing_again_gives_the_same(seen: World, period: Period) -> None:
    assert flow(seen, period) == flow(seen, period)
    assert keeping(seen, period) == keeping(seen, period)
    assert stays(seen, period) == stays(seen, period)


@given(st.lists(st.integers(0, 10_000), min_size=1))
def test_half_are_within_the_median_and_nine_of_ten_within_the_percentile(
    minutes: list[int],
) -> None:
    lengths = [timedelta(minutes=n) for n in minutes]
    found = times(lengths)
    assert found.median is not None
    assert found.p90 is not None
    assert sum(one <= found.median for one in lengths) * 2 >= len(lengths)
    assert sum(one <= found.p90 for one in lengths) * 10 >= 9 * len(lengths)
    assert found.p90 in lengths


@given(periods(), HOURS, st.integers(0, 500))
def test_the_parts_of_a_period_hold_each_moment_once(
    period: Period, start: int, length: int
) -> None:
    parts = [part for _, part in period.parts(UTC)]
    since: datetime = day(1, start)
    until = since + length * HOUR
    total = sum((part.within(since, until) for part in parts), timedelta())
    assert total == period.within(since, until)
    assert parts[0].since == period.since
    assert parts[-1].until == period.until
