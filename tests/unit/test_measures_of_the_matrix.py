"""How the matrix is kept, and the early-life review, worked out by hand."""

from datetime import UTC
from typing import Any

import pytest

from itsm_sync.model.histories import Event
from itsm_sync.model.plans import Override
from itsm_sync.model.tickets import FieldName
from itsm_sync.reports.measures.early_life import (
    Advice,
    Ready,
    Test,
    areas,
    proposals,
    readiness,
    trend,
)
from itsm_sync.reports.measures.keeping import elsewhere, keeping, unplaced, without_evidence
from itsm_sync.reports.measures.recurring import problems, recurring
from itsm_sync.reports.narrowing import Filters, narrowed
from itsm_sync.reports.world import FindingRecord, World
from itsm_sync.store import KeptOverride
from tests.worlds import (
    BOT,
    BUSINESS,
    CLOSED,
    DAY,
    MARCH,
    build,
    day,
    deployment,
    episode,
    history,
    lived,
    moved,
    noted,
    place,
    pull,
    span,
    ticket,
    world,
)


def approved_change(**changes: Any) -> World:
    """A change: assessed by IT from the 2nd, approved by business from the 5th, done from the 8th.

    IT moved it on on the 5th; on the 6th business wrote, on the 8th IT moved it on, though it was
    business' to approve; on the 9th IT closed it. The bot wrote, too.
    """
    spans = (
        span(day(2), day(5)),
        span(day(5), day(8), team="business", row="manager", stage="approve"),
        span(day(8), day(9), stage="none"),
    )
    did = (
        moved(day(5)),
        noted(day(6), BUSINESS),
        noted(day(6, 1), BOT),
        moved(day(8)),
        moved(day(9), CLOSED),
    )
    one = ticket(
        1, day(2), spans=spans, history=history(day(2), *did), accountable="manager",
        place={"process": "change", "row": "change"},
    )  # fmt: skip
    return world(one, **changes)


def test_what_was_done_under_each_row_and_by_whom_as_worked_out_by_hand() -> None:
    """The row of changes held it twice (one ticket), both stays ended; IT did two deeds there. The
    change manager held it once: business wrote, IT moved it on. IT's build fell to it, too.
    """
    seen = approved_change(builds=(build(day(4), by_team="it"),))
    found = {one.row.id: one for one in keeping(seen, MARCH)}
    change, manager = found["change"], found["manager"]
    assert (change.held, change.finished, change.items["build"]) == (1, 2, 1)
    assert change.by == {"it": 3}
    assert (manager.held, manager.finished) == (1, 1)
    assert manager.deeds == {"business": 1, "it": 1}
    assert (manager.others, change.others) == (1, 0)


def test_each_row_of_the_matrix_is_there_and_those_without_evidence_are_named() -> None:
    kept = keeping(approved_change(), MARCH)
    assert [one.row.id for one in kept] == ["desk", "incident", "change", "manager", "owner"]
    assert [one.row.id for one in without_evidence(kept)] == ["desk", "incident", "owner"]


def test_that_a_ticket_is_held_is_no_evidence_what_is_done_or_finished_is() -> None:
    """The desk has two tickets, one noted by the bot; of the row of incidents one stay ended
    by itself; business wrote on what its manager has.
    """
    manager = {"team": "business", "row": "manager"}
    seen = world(
        lived(1, day(2), spans=(span(day(2), row="desk"),)),
        lived(2, day(2), noted(day(3), BOT), spans=(span(day(2), row="desk"),)),
        lived(3, day(2), spans=(span(day(2), day(4), row="incident"),)),
        lived(4, day(2), noted(day(5), BUSINESS), spans=(span(day(2), **manager),)),
    )
    kept = keeping(seen, MARCH)
    idle = [(one.row.id, one.held) for one in without_evidence(kept)]
    assert idle == [("desk", 2), ("change", 0), ("owner", 0)]
    (rows,) = [line for line in readiness(seen, MARCH, UTC) if line.test is Test.ROWS]
    assert (rows.ready, rows.value) == (Ready.NOT_MET, 3)


@pytest.mark.parametrize(
    ("did", "finished", "evident"),
    [
        ((moved(day(4), CLOSED, by=BOT),), 0, False),
        ((moved(day(3), by=BOT), moved(day(4), CLOSED)), 1, True),
        ((moved(day(3)), moved(day(4), CLOSED, by=BOT)), 0, True),
        ((noted(day(3), BOT),), 1, True),  # what moved it no history tells: a merge, say
        ((moved(day(4), CLOSED, by=BOT), moved(day(4, 2))), 0, False),  # opened again since
    ],
)
def test_a_stay_that_the_bot_ended_is_nobody_s_work(
    did: tuple[Event, ...], finished: int, evident: bool
) -> None:
    stay = span(day(2), day(4, 1), row="incident")
    (kept,) = [
        one
        for one in keeping(world(lived(1, day(2), *did, spans=(stay,))), MARCH)
        if one.row.id == "incident"
    ]
    assert (kept.held, kept.finished, kept.evident) == (1, finished, evident)


def test_a_stay_that_only_the_other_team_moved_on_is_told() -> None:
    """Business wrote while it had it, but it was IT that moved it on."""
    (found,) = elsewhere(approved_change(), MARCH)
    assert (found.row, found.meant, found.team, found.times) == ("manager", "business", "it", 1)
    assert found.at == day(8)


def test_who_belongs_to_no_known_team_did_nothing_for_another() -> None:
    one = lived(1, day(2), moved(day(3), by=77), spans=(span(day(2), None),))
    assert elsewhere(world(one), MARCH) == ()
    (kept,) = [one for one in keeping(world(one), MARCH) if one.row.id == "change"]
    assert kept.deeds == {"": 1}


def test_missing_approvals_and_overrides_are_those_of_the_row() -> None:
    lacking = FindingRecord(kind="approval.missing", about="redmine:issue/1", first_at=day(8))
    mine = Override(
        ticket=1, field=FieldName.TEAM, value="IT기획팀", by="강수아", at=day(6), chosen="신사업팀",
        rule="변경", team="business",
    )  # fmt: skip
    seen = approved_change(
        findings=(lacking,), overrides=(KeptOverride(override=mine, since=day(6)),)
    )
    found = {one.row.id: one for one in keeping(seen, MARCH)}
    assert (found["manager"].missing, found["manager"].overruled) == (1, 1)
    assert (found["change"].missing, found["change"].overruled) == (0, 0)


def test_deployments_pulls_and_alerts_are_evidence_and_a_build_counts_once() -> None:
    seen = world(
        builds=(build(day(4)),),
        deployments=(deployment(day(4), built=True), deployment(day(5), key="github:x")),
        pulls=(pull(day(1), day(2), by_team="business"),),
    )
    (found,) = [one for one in keeping(seen, MARCH) if one.row.id == "change"]
    assert found.items == {"build": 1, "deployment": 1, "pull": 1}
    assert found.by == {"": 2, "business": 1}


def test_what_no_person_set_going_is_evidence_of_the_role_and_nobody_s_work() -> None:
    seen = world(
        builds=(build(day(4), unattended=True), build(day(5), by_team="it"), build(day(6))),
        deployments=(deployment(day(5), unattended=True),),
        pulls=(pull(day(1), day(2), unattended=True),),
    )
    (found,) = [one for one in keeping(seen, MARCH) if one.row.id == "change"]
    assert found.items == {"build": 3, "deployment": 1, "pull": 1}
    assert found.by == {"it": 1, "": 1}


def ready(seen: World) -> dict[Test, Ready]:
    return {one.test: one.ready for one in readiness(seen, MARCH, UTC)}


def test_what_nothing_is_known_of_is_not_met() -> None:
    found = ready(world())
    for test in (Test.LEVELS, Test.FAILURES, Test.BUILDS, Test.DOCUMENTS, Test.TRAINING):
        assert found[test] is Ready.UNKNOWN
    assert found[Test.INCIDENTS] is Ready.MET
    assert found[Test.ROWS] is Ready.NOT_MET


def test_the_readiness_list_as_worked_out_by_hand() -> None:
    """An incident of the 20th is open: neither none open nor quiet. Both builds were good. Two of
    two deployments failed. The backlog went from none to one.
    """
    seen = world(
        lived(1, day(20)),
        builds=(build(day(4)), build(day(5))),
        deployments=(deployment(day(4), ok=False), deployment(day(6), ok=False)),
    )
    found = ready(seen)
    assert found[Test.INCIDENTS] is found[Test.QUIET] is Ready.NOT_MET
    assert found[Test.BUILDS] is Ready.MET
    assert found[Test.FAILURES] is found[Test.BACKLOG] is Ready.NOT_MET


def test_proposals_follow_from_what_is_not_met_and_from_what_came_back() -> None:
    seen = world(
        lived(1, day(20)),
        deployments=(deployment(day(4), ok=False),),
        episodes=(episode(day(3), day(4), reopenings=(day(5), day(6))),),
    )
    found = {one.advice: one.number for one in proposals(seen, MARCH, UTC)}
    assert found[Advice.STAFF] == 1
    assert found[Advice.TESTS] == 1.0
    assert found[Advice.PROBLEM] == 3
    assert Advice.READY not in found


@pytest.mark.parametrize(
    ("problem", "incident", "told"),
    [
        ({"related": (1,)}, {}, (Advice.PURSUE, 9)),
        ({}, {"related": (9,)}, (Advice.PURSUE, 9)),  # from the other side
        ({}, {}, (Advice.PROBLEM, 0)),
        ({"related": (1,), "closed_at": day(25)}, {}, (Advice.PROBLEM, 0)),
    ],
)
def test_what_came_back_and_is_a_problem_already_is_to_be_gone_on_with(
    problem: dict[str, Any], incident: dict[str, Any], told: tuple[Advice, int]
) -> None:
    seen = world(
        lived(1, day(3), **incident),
        lived(9, day(10), place={"process": "problem"}, **problem),
        episodes=(episode(day(3), day(4), reopenings=(day(5), day(6)), ticket=1),),
    )
    (most,) = recurring(seen, MARCH)
    assert most.problems == ((9,) if told[1] else ())
    found = [(one.advice, one.ticket) for one in proposals(seen, MARCH, UTC)]
    assert told in found


@pytest.mark.parametrize(
    ("filters", "lines"),
    [
        # IT holds the troubles of both services and the problem of the portal's
        (Filters(teams=("it",)), {"api": (3, ()), "portal": (4, (9,))}),
        # business is troubled by what happens to its portal, whoever mends it
        (Filters(teams=("business",)), {"portal": (4, (9,))}),
        (Filters(services=("portal",)), {"portal": (4, (9,))}),  # the problem names no service
        (Filters(services=("api",), teams=("business",)), {}),
    ],
)
def test_a_team_is_told_of_its_services_troubles_with_the_problem_that_another_holds(
    filters: Filters, lines: dict[str, tuple[int, tuple[int, ...]]]
) -> None:
    again = (day(5), day(6))
    seen = narrowed(
        world(
            lived(1, day(3)),
            lived(9, day(10), place={"process": "problem", "service": ""}, related=(1,)),
            owners={"portal": "business", "api": "it"},
            episodes=(
                episode(day(3), day(4), reopenings=(*again, day(7)), line="portal", ticket=1),
                episode(day(3), day(4), reopenings=again, line="api",
                        place=place(service="api")),
            ),
        ),
        filters,
    )  # fmt: skip
    found = {one.line: (one.times, one.problems) for one in recurring(seen, MARCH)}
    assert found == lines
    told = {(one.advice, one.what, one.ticket) for one in proposals(seen, MARCH, UTC)}
    assert ((Advice.PURSUE, "portal", 9) in told) == ("portal" in lines)
    assert Advice.PROBLEM not in {advice for advice, *_ in told}


def test_an_incident_belongs_to_a_problem_that_another_team_holds() -> None:
    seen = world(
        lived(1, day(3), place={"team": "business"}, related=(9,)),
        lived(9, day(10), place={"process": "problem"}),
    )
    found = problems(narrowed(seen, Filters(teams=("business",))), MARCH)
    assert (found.incidents, found.linked, found.flow.at_end) == (1, 1, 0)


def test_the_trend_and_the_areas_as_worked_out_by_hand() -> None:
    """Weeks begin on the first: an incident in the first and two in the third. The portal was
    troubled for a day and for thirty-one less fifteen.
    """
    seen = world(
        lived(1, day(2), moved(day(3), CLOSED)),
        lived(2, day(16)),
        lived(3, day(17), place={"service": "api"}),
    )
    assert [week.incidents for week in trend(seen, MARCH, UTC)] == [1, 0, 2, 0, 0]
    found = [(one.service, one.tickets, one.open_time) for one in areas(seen, MARCH)]
    assert found == [("portal", 2, 17 * DAY), ("api", 1, 15 * DAY)]


def test_what_people_did_before_it_was_kept_which_row_had_the_ticket_is_told_apart() -> None:
    did = (noted(day(2, 1)), noted(day(2, 2), BOT), moved(day(5)), moved(day(7)))
    seen = world(
        lived(1, day(2), *did, spans=(span(day(5), None),)),  # two before, one after
        lived(2, day(2), moved(day(3), CLOSED)),  # closed when itsm-sync came
        lived(3, day(-9), noted(day(-8))),  # not in the period
    )
    assert unplaced(seen, MARCH) == 3
    assert sum(one.by.total() for one in keeping(seen, MARCH)) == 1
    assert unplaced(approved_change(), MARCH) == 0
