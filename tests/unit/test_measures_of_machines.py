"""Deliveries, changes, builds, alerts, capacity and what comes back, worked out by hand."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from itsm_sync.model.approvals import Verdict
from itsm_sync.model.items import Audience
from itsm_sync.reports.measures.alerts import alerts, alerts_by
from itsm_sync.reports.measures.builds import builds, builds_by, course, flaky
from itsm_sync.reports.measures.capacity import shortages, waiting, waiting_by
from itsm_sync.reports.measures.changes import changes
from itsm_sync.reports.measures.deliveries import counted, dora, dora_by, reliability
from itsm_sync.reports.measures.knowledge import knowledge, pages
from itsm_sync.reports.measures.recurring import problems, recurring
from itsm_sync.reports.measures.releases import releases
from itsm_sync.reports.world import FindingRecord, PageRecord, WaitRecord
from tests.worlds import (
    CLOSED,
    DAY,
    HOUR,
    MARCH,
    alert,
    build,
    day,
    deployment,
    episode,
    lived,
    moved,
    place,
    pull,
    ticket,
    world,
)

CHANGE = {"process": "change", "row": "change"}


def test_the_dora_measures_of_a_month_as_worked_out_by_hand() -> None:
    """Four deployments to production: the 3rd, the 10th (failed itself), the 17th (an incident two
    hours later), the 24th. One to staging does not count, nor one of which nobody knows the end.

    Three were good in 31 days: 0.677 a week. Two of four failed. The pull request of the 1st,
    merged on the 2nd, reached production on the 3rd: two days and a day. The one merged on the 5th
    came with the first good deployment after it, that of the 17th. The incident took five hours.
    """
    seen = world(
        lived(1, day(17, 14), moved(day(17, 19), CLOSED)),
        deployments=(
            deployment(day(3)),
            deployment(day(10), ok=False),
            deployment(day(17, 12)),
            deployment(day(24)),
            deployment(day(12), production=False, environment="staging"),
            deployment(day(13), ok=None),
        ),
        pulls=(pull(day(1), day(2)), pull(day(4), day(5), 8)),
    )
    found = counted(seen, MARCH)
    made = dora(found, MARCH)
    assert made.deployments == 3
    assert made.per_week == pytest.approx(3 * 7 / 31)
    assert made.failure_share == 0.5
    assert [one.incident for one in found.deliveries if one.failed] == [None, 1]
    assert [(one.whole, one.merged) for one in found.leads] == [
        (2 * DAY, DAY),
        (13 * DAY + 12 * HOUR, 12 * DAY + 12 * HOUR),
    ]
    assert made.restore.median == 5 * HOUR


def test_an_incident_of_another_service_or_day_is_no_failed_change() -> None:
    seen = world(
        lived(1, day(4, 1)),  # 25 hours later
        lived(2, day(3, 1), place={"service": "api"}),
        lived(3, day(3, 2), signal="builds"),  # a failing build is no outage
        deployments=(deployment(day(3)),),
    )
    assert dora(counted(seen, MARCH), MARCH).failure_share == 0.0


def test_the_deployments_of_all_services_add_up_to_the_whole() -> None:
    seen = world(
        deployments=(
            deployment(day(3)),
            deployment(day(4), place=place(service="api"), repository="abc/api"),
            deployment(day(5), place=place(service="", team="business"), repository=""),
        )
    )
    found = counted(seen, MARCH)
    whole = dora(found, MARCH).deployments
    assert whole == 3
    for by in ("team", "service"):
        parts = dora_by(found, MARCH, by).values()
        assert sum(one.deployments for one in parts) == whole


def test_reliability_is_the_time_without_an_open_incident() -> None:
    """Two incidents of the portal overlap: from the second to the fifth, three of 31 days."""
    seen = world(
        lived(1, day(2), moved(day(4), CLOSED)),
        lived(2, day(3), moved(day(5), CLOSED)),
        lived(3, day(3), place={"process": "request"}),
    )
    found = reliability(seen, MARCH)
    assert found["portal"] == pytest.approx(1 - 3 / 31)
    assert found["api"] == 1.0


def test_of_a_service_to_which_no_incident_can_be_told_reliability_is_not_known() -> None:
    own = lived(1, day(2), moved(day(4), CLOSED), place={"service": "api"})
    homeless = frozenset({"api"})
    assert reliability(world(homeless=homeless), MARCH) == {"portal": 1.0, "api": None}
    assert reliability(world(own, homeless=homeless), MARCH)["api"] == pytest.approx(1 - 2 / 31)
    release = lived(9, day(2), place={"process": "release", "service": "api"})
    for some, told in (((), None), ((lived(2, day(3), place={"service": "api"}),), 1)):
        (coming,) = releases(world(release, *some, homeless=homeless), MARCH).coming
        assert coming.incidents == told


def test_changes_of_a_month_as_worked_out_by_hand() -> None:
    """Closed: 1 (its deployment failed), 2 (an incident relates to it), 3 (went well), 4
    (rejected). Carried out three, one went well. 5 is an emergency, still open.
    """
    seen = world(
        lived(1, day(2), moved(day(9), CLOSED), place=CHANGE),
        lived(2, day(2), moved(day(9), CLOSED), place=CHANGE),
        lived(3, day(2), moved(day(9), CLOSED), place=CHANGE),
        lived(4, day(2), moved(day(9), CLOSED), place=CHANGE, verdict=Verdict.REJECTED),
        lived(5, day(20), place=CHANGE, emergency=True),
        lived(6, day(9), related=(2,), place={"service": ""}),
        deployments=(deployment(day(8), ok=False, tickets=(1,)),),
        findings=(
            FindingRecord(kind="unapproved", about="x", first_at=day(8)),
            FindingRecord(kind="approval.missing", about="redmine:issue/3", first_at=day(-2)),
        ),
    )
    found = changes(seen, MARCH, counted(seen, MARCH).deliveries)
    assert (found.opened, found.closed, found.rejected) == (5, 4, 1)
    assert [(one.ticket.number, one.incidents) for one in found.failed] == [(1, ()), (2, (6,))]
    assert found.success_share == pytest.approx(1 / 3)
    assert (len(found.unapproved), len(found.unasked)) == (1, 0)


def test_builds_of_a_month_as_worked_out_by_hand() -> None:
    """Two good, one failed, one unstable: half succeeded. The aborted one says nothing."""
    seen = world(
        builds=(
            build(day(2)),
            build(day(3), started_at=day(3) - HOUR),
            build(day(4), "failure"),
            build(day(5), "unstable"),
            build(day(6), "aborted"),
            build(day(-6), "failure"),
        )
    )
    found = builds(seen, MARCH)
    assert (found.number, found.succeeded, found.failed) == (4, 2, 1)
    assert found.success_share == 0.5
    assert found.durations.median == timedelta(minutes=10)
    assert found.durations.p90 == HOUR
    assert sum(part.number for _, part in course(seen, MARCH, UTC)) == found.number
    assert sum(part.number for part in builds_by(seen, MARCH, "job").values()) == found.number


def test_a_job_is_flaky_where_one_commit_has_both_results() -> None:
    """Commit a1 was built twice with both results, b2 twice with one, c3 once; the run of d4 was
    good on its second try.
    """
    seen = world(
        builds=(
            build(day(2)),
            build(day(2, 1), "failure"),
            build(day(3), sha="b2"),
            build(day(3, 1), sha="b2"),
            build(day(4), "failure", sha="c3"),
            build(day(5), sha="d4", job="abc/portal CI", source="github", attempt=2),
        )
    )
    assert [(one.job, one.flaky, one.repeated) for one in flaky(seen, MARCH)] == [
        ("abc/build/portal", 1, 2),
        ("abc/portal CI", 1, 1),
    ]


def test_alerts_of_a_month_as_worked_out_by_hand() -> None:
    """Open at the end: since the 30th (2 days), the 10th (22), last year (100). One was closed in
    March after 20 days, one in April: that is open in March.
    """
    seen = world(
        alerts=(
            alert(day(30), severity="critical"),
            alert(day(10)),
            alert(day(32) - 100 * DAY),
            alert(day(-5), day(15)),
            alert(day(12), day(40)),
        )
    )
    found = alerts(seen, MARCH)
    assert (found.opened, found.closed, found.at_end) == (3, 1, 4)
    assert found.ages == (1, 2, 0, 1)
    assert found.median_age == 21 * DAY
    assert found.to_close.median == 20 * DAY
    assert sum(one.at_end for one in alerts_by(seen, MARCH, "severity").values()) == 4


def test_waits_of_a_month_as_worked_out_by_hand() -> None:
    def wait(since: float, left: float | None, job: str = "a") -> WaitRecord:
        left_at = None if left is None else day(2, left)
        return WaitRecord(source="jenkins", job=job, since=day(2, since), left_at=left_at)

    seen = world(waits=(wait(0, 1), wait(0, 3), wait(1, 6, "b"), wait(2, None)))
    found = waiting(seen, MARCH)
    assert (found.waits.median, found.longest, found.still) == (3 * HOUR, 5 * HOUR, 1)
    assert waiting_by(seen, MARCH)["b"].longest == 5 * HOUR


def test_what_comes_back_is_counted_by_its_line() -> None:
    """The build's line failed twice in March and once in February; the node once, and no more."""
    seen = world(
        episodes=(
            episode(day(-3), day(-2), fingerprints=("x",), ticket=1),
            episode(day(5), day(6), fingerprints=("x", "y"), reopenings=(day(9),), ticket=2),
            episode(day(7), signal="nodes", line="ci/agent"),
            episode(day(8), signal="disk", line="ci/agent"),
        )
    )
    (found,) = recurring(seen, MARCH)
    assert (found.line, found.times, found.in_window) == ("ci:abc/build/portal@main", 2, 3)
    assert (found.causes, found.tickets, found.last_at) == (2, (1, 2), day(9))
    assert [(one.signal, one.times) for one in shortages(seen, MARCH)] == [("disk", 1)]


def test_incidents_belong_to_a_problem_that_either_names() -> None:
    seen = world(
        lived(1, day(2), related=(9,)),
        lived(2, day(3)),
        lived(3, day(4)),
        lived(9, day(5), place={"process": "problem"}, related=(2,)),
    )
    found = problems(seen, MARCH)
    assert (found.incidents, found.linked, found.flow.at_end) == (3, 2, 1)
    assert found.linked_share == pytest.approx(2 / 3)


def test_documents_and_training_done_due_and_overdue() -> None:
    seen = world(
        lived(1, day(2), moved(day(9), CLOSED), place={"process": "technical-training"}),
        lived(2, day(2), place={"process": "technical-training"}, due_on="2026-03-20"),
        lived(3, day(2), place={"process": "technical-training"}, due_on="2026-04-20"),
        ticket(4, place={"process": "handover"}),
        pages=(PageRecord(place=place(), name="운영 절차", url="", at=day(7)),),
    )
    found = {one.process: one for one in knowledge(seen, MARCH, UTC)}
    training = found["technical-training"]
    assert [len(training.done), len(training.open), len(training.overdue)] == [1, 2, 1]
    assert len(found["handover"].open) == 1
    assert found["business-training"].open == ()
    assert len(pages(seen, MARCH)) == 1


def test_what_stands_in_the_way_of_a_release_is_that_of_its_service() -> None:
    """The portal has an open incident and an alert, and one of its two builds failed. Release 2 was
    closed in March, 3 belongs to no service.
    """
    release = {"process": "release", "row": "change"}
    seen = world(
        lived(1, day(3), place=release, approval=True, verdict=Verdict.APPROVED),
        lived(2, day(3), moved(day(9), CLOSED), place=release),
        lived(3, day(4), place={**release, "service": ""}),
        lived(4, day(5)),
        lived(5, day(5), place={"service": "api"}),
        builds=(build(day(2)), build(day(3), "failure")),
        alerts=(alert(day(1)), alert(day(1), day(2))),
    )
    found = releases(seen, MARCH)
    first, second = found.coming
    assert (first.ticket.number, first.approved, first.incidents, first.alerts) == (1, True, 1, 1)
    assert first.build_share == 0.5
    assert (second.incidents, second.alerts, second.build_share) == (None, None, None)
    assert [one.number for one in found.done] == [2]
    public = releases(replace(seen, audience=Audience.PUBLIC), MARCH)
    assert [one.alerts for one in public.coming] == [None, None]
