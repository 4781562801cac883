"""What happened to the tickets that a team is informed of, worked out by hand."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from itsm_sync.model.approvals import Approval, Said, Verdict
from itsm_sync.model.items import Audience
from itsm_sync.model.stages import StageSpan
from itsm_sync.model.words import Message
from itsm_sync.reports.digest import Known, Line, TeamDigest, digest
from itsm_sync.reports.periods import Period
from tests.builders import MATRIX, NOON, SUA, change_routing, item, routing, ticket

DAY = timedelta(days=1)
WEEK = Period(since=NOON, until=NOON + 7 * DAY)
WRONG = Message("#{ticket}: no approval", {"ticket": 1})


def span(stage: str, day: float, left: float | None = None, team: str = "it") -> StageSpan:
    """A stage of a change that began `day` days after the week's beginning."""
    ended = None if left is None else NOON + left * DAY
    return StageSpan(ticket=1, process="change", stage=stage, row="change", team=team,
                     entered_at=NOON + day * DAY, left_at=ended)  # fmt: skip


def known(number: int = 1, *, made: float = -3, **changes: object) -> Known:
    """A change in the hands of IT, made `made` days after the beginning, that informs business."""
    at = NOON + made * DAY
    closed = bool(changes.pop("closed", False))
    its = ticket(number, created_on=at, closed=closed, private=bool(changes.pop("private", False)))
    informing = replace(change_routing(number, stage="assess"), informed=("owner",))
    values = {"item": item(number, ticket=its), "routing": informing} | changes
    return Known(**values)  # type: ignore[arg-type]


def of_business(*given: Known, period: Period = WEEK) -> TeamDigest:
    (found,) = digest(given, MATRIX, ["business"], period)
    return found


def line(one: Known, period: Period = WEEK) -> Line:
    (found,) = of_business(one, period=period).lines
    return found


def said(verdict: Verdict, day: float) -> Approval:
    given = Said(verdict=verdict, by=SUA.name, at=NOON + day * DAY, journal=1, field=None)
    return Approval(stands=given)


def test_a_team_is_told_of_what_informs_a_row_of_it_and_another_team_holds() -> None:
    held = known(2, routing=replace(change_routing(2, stage="approve"), informed=("owner",)))
    others = known(3, routing=replace(routing(3), informed=("desk",)))
    both = digest([known(1), held, others], MATRIX, ["it", "business"], WEEK)
    assert [(one.team, [each.ticket for each in one.lines]) for one in both] == [
        ("it", []),  # it holds 3 itself
        ("business", [1]),  # and business holds 2
    ]


def test_what_happened_is_what_fell_into_the_period() -> None:
    before = known(1, spans=(span("assess", -2, 1), span("approve", 1, team="business")))
    told = line(replace(before, routing=replace(before.routing, stage="approve")))
    assert (told.new, told.stage, told.team) == (
        False, ("assess", "approve"), ("it", "business"))  # fmt: skip
    assert told.since == NOON + DAY
    later = Period(since=NOON + 2 * DAY, until=NOON + 9 * DAY)
    assert not line(before, later).happened
    assert line(known(1, made=0)).new
    assert not line(known(1, made=-0.01)).new


def test_the_last_movement_is_none_of_after_the_period() -> None:
    spans = (span("assess", -2, 1), span("approve", 1, 9, team="business"), span("assess", 9))
    approval = said(Verdict.APPROVED, 8)
    assert line(known(spans=spans, approval=approval)).since == NOON + DAY
    assert line(known(made=2, spans=(span("assess", 9),))).since == NOON + 2 * DAY
    after = Period(since=WEEK.until, until=WEEK.until + 7 * DAY)
    assert line(known(spans=spans, approval=approval), after).since == NOON + 9 * DAY


def test_a_new_tickets_first_stage_is_no_move_and_a_way_back_neither() -> None:
    assert not line(known(1, made=1, spans=(span("assess", 1),))).moved
    back = (span("assess", -1, 1), span("approve", 1, 2), span("assess", 2))
    assert not line(known(1, spans=back)).moved
    assert line(known(1, spans=back)).since == NOON + 2 * DAY


def test_a_closed_ticket_is_told_in_the_period_in_which_it_was_closed() -> None:
    ended = known(1, closed=True, spans=(span("assess", -2, 3),))
    assert line(ended).closed == NOON + 3 * DAY
    assert of_business(ended, period=Period(since=NOON + 4 * DAY, until=NOON + 9 * DAY)).lines == ()
    assert line(ended, Period(since=NOON, until=NOON + 2 * DAY)).closed is None  # it was open then
    unknown = known(1, closed=True)
    moved = replace(unknown, item=replace(unknown.item, updated_at=NOON + DAY))
    assert line(moved).closed == NOON + DAY


def test_a_ticket_made_after_the_period_is_not_in_it() -> None:
    assert of_business(known(1, made=7)).lines == ()


@pytest.mark.parametrize(
    ("verdict", "day", "waits", "told"),
    [
        (Verdict.AWAITING, -2, True, False),
        (Verdict.APPROVED, 1, False, True),
        (Verdict.REJECTED, 1, False, True),
        (Verdict.APPROVED, -1, False, False),
    ],
    ids=["waits", "approved", "rejected", "approved before"],
)
def test_a_verdict_is_told(verdict: Verdict, day: float, waits: bool, told: bool) -> None:
    found = line(known(1, approval=said(verdict, day)))
    assert (found.waiting, found.said is not None) == (waits, told)


def test_what_shows_that_approval_is_asked_for_waits_though_its_history_was_not_read() -> None:
    assert line(known(1, asked=True)).waiting
    assert not line(known(1, asked=True, approval=said(Verdict.APPROVED, 1))).waiting


def test_the_worst_comes_first_and_the_closed_last() -> None:
    waiting = known(2, made=-9, approval=said(Verdict.AWAITING, -1))
    closed = known(5, made=-20, closed=True, spans=(span("assess", -20, 1),))
    given = (closed, known(4, made=-5), known(3, made=-8), waiting, known(1, wrong=(WRONG,)))
    assert [each.ticket for each in of_business(*given).lines] == [1, 2, 3, 4, 5]


def test_the_counts_as_worked_out_by_hand() -> None:
    doubtful = known(4)
    given = (
        known(1, made=1),
        known(2, wrong=(WRONG,), spans=(span("assess", -1, 1), span("approve", 1))),
        known(3, closed=True, spans=(span("assess", -2, 3),), approval=said(Verdict.APPROVED, 1)),
        replace(doubtful, routing=replace(doubtful.routing, sure=False)),
        known(5, approval=said(Verdict.AWAITING, 2)),
        known(6, approval=said(Verdict.REJECTED, 2)),
    )
    assert of_business(*given).counts == {
        "change": {"open": 5, "new": 1, "moved": 1, "approved": 1, "closed": 1, "waiting": 1,
                   "missing": 1, "unsure": 1}
    }  # fmt: skip


def test_of_what_is_private_only_the_number_is_told() -> None:
    ours = known(3)
    service = replace(ours, item=replace(ours.item, audience=Audience.PRIVATE))
    found = of_business(known(2, private=True), service, known(1))
    assert [each.ticket for each in found.lines] == [1]
    assert found.hidden == ((2, "http://127.0.0.1/issues/2"), (3, "http://127.0.0.1/issues/3"))
    assert found.counts["change"]["open"] == 1


def test_a_time_is_in_one_period_only() -> None:
    first = Period(since=datetime(2026, 3, 1, tzinfo=NOON.tzinfo), until=NOON)
    assert [period.holds(NOON) for period in (first, WEEK)] == [False, True]
