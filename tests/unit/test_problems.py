"""Problems: when incidents make one, when it is over, and what people decide of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from itsm_sync.model.cycles import Health, SourceReport
from itsm_sync.model.items import Audience
from itsm_sync.model.signals import Act, Deed, Episode, Standing
from itsm_sync.model.watching import Problems as Section
from itsm_sync.signals.problems.derive import Problems
from tests.builders import NOON
from tests.incidents import DAY, build, day, incident
from tests.known import FakeKnown

HOUR = timedelta(hours=1)


def derived(
    *episodes: Episode, now: datetime = NOON, section: Section | None = None, **known: object
) -> tuple[Episode, ...]:
    signal = Problems(section=section or Section(), zone=UTC)
    began = {"baselines": {"problems": day(-365)}}
    given = FakeKnown(now=now, all_episodes=episodes, **(began | known))  # type: ignore[arg-type]
    return tuple(signal.derive(given))


def three(*, job: str = "abc/build", cause: str = "x") -> tuple[Episode, ...]:
    return tuple(incident(at, job, cause) for at in (-9, -6, -2))


def problem(*episodes: Episode, **known: object) -> Episode:
    """The one problem there is."""
    [found] = derived(*episodes, **known)  # type: ignore[arg-type]
    return found


def act(of: Episode, deed: Deed, at: float) -> Act:
    return Act(episode=of.key, deed=deed, at=day(at), by="김서준")


def test_enough_incidents_of_one_cause_within_the_time_open_one_problem() -> None:
    found = problem(*three())
    assert (found.standing, found.count, found.line) == (Standing.OPEN, 3, "cause:x")
    assert (found.began, found.opened, found.last_at) == (day(-9), day(-2), day(-2))
    assert found.fingerprints == ("x",)


def test_fewer_incidents_are_no_problem() -> None:
    assert derived(incident(-9), incident(-2)) == ()


def test_incidents_farther_apart_than_the_time_are_no_problem() -> None:
    assert derived(incident(-40), incident(-20), incident(-2)) == ()
    assert derived(incident(-17), incident(-10), incident(-2)) == ()
    assert len(derived(incident(-15), incident(-10), incident(-2))) == 1


def test_one_cause_over_several_jobs_is_a_problem() -> None:
    found = problem(incident(-9, "abc/a"), incident(-6, "abc/b"), incident(-2, "abc/c"))
    assert found.line == "cause:x"
    assert found.facts == {"controller": "ci", "service": "portal"}


def test_several_causes_of_one_job_are_a_problem_of_the_job() -> None:
    found = problem(incident(-9, cause="x"), incident(-6, cause="y"), incident(-2, cause=""))
    assert (found.line, found.fingerprints) == ("job:ci:abc/build", ())


def test_the_branches_of_a_job_are_one_component() -> None:
    episodes = [
        incident(
            at,
            f"abc/app/{branch}",
            cause=branch,
            facts={"job": f"abc/app/{branch}", "branch": branch, "controller": "ci"},
        )
        for at, branch in ((-9, "main"), (-6, "release"), (-2, "develop"))
    ]
    assert problem(*episodes).line == "job:ci:abc/app"


def test_an_incident_is_of_one_problem_alone() -> None:
    other = (incident(-8, cause="y"), incident(-5, cause="z"))
    found = derived(*three(), *other)
    assert [one.line for one in found] == ["job:ci:abc/build"]
    assert found[0].count == 5


def test_what_a_cause_explains_counts_for_no_component() -> None:
    section = Section(incidents=3)
    episodes = (*three(), incident(-1.5, cause="y"), incident(-1, cause="z"))
    assert [one.line for one in derived(*episodes, section=section)] == ["cause:x"]


def test_a_return_of_an_incident_counts_as_one() -> None:
    back = incident(-3, reopenings=(day(-2), day(-1)), ended=day(-0.5))
    assert problem(back).count == 3


def test_what_stands_under_an_outage_is_the_outage_alone() -> None:
    under = [replace(one, under="outages/0123456789/20260302T120000Z") for one in three()]
    assert derived(*under) == ()


def test_signals_that_are_no_incidents_do_not_count() -> None:
    assert derived(*(replace(one, signal="dependabot") for one in three())) == ()


def test_a_problem_keeps_its_key_when_its_first_incidents_are_out_of_sight() -> None:
    first = problem(*three())
    much_later = day(60)
    later = incident(58, ended=None, standing=Standing.OPEN)
    kept = replace(first, taken=True)
    acts = (act(first, Deed.TAKEN, -1),)
    [found] = derived(later, kept, now=much_later, deeds=acts)
    assert (found.key, found.began) == (first.key, first.began)
    assert found.count == 4
    assert found.members[:3] == first.members


def test_a_further_incident_joins_the_open_problem() -> None:
    first = problem(*three(), now=day(-1))
    [found] = derived(*three(), incident(0), first, now=day(1))
    assert (found.key, found.count, found.last_at) == (first.key, 4, day(0))


def test_an_incident_known_late_is_counted_and_moves_no_key() -> None:
    first = problem(*three())
    [found] = derived(*three(), incident(-7), first)
    assert (found.key, found.began, found.count) == (first.key, first.began, 4)
    [found] = derived(*three(), incident(-12), first)
    assert (found.key, found.began, found.count) == (first.key, first.began, 3)


def test_a_count_never_goes_down() -> None:
    first = replace(problem(*three()), count=7)
    assert problem(*three(), first).count == 7
    assert problem(three()[2], first).members == first.members


def test_a_problem_is_over_when_its_incidents_have_been_over_for_long_enough() -> None:
    first = problem(*three())
    before = problem(*three(), first, now=day(28))
    after = problem(*three(), first, now=day(29))
    assert before.standing is Standing.OPEN
    assert (after.standing, after.ended) == (Standing.CLOSED, day(28) + HOUR)


def test_it_is_not_over_while_an_incident_is_not() -> None:
    lasting = (*three()[:2], incident(-2, standing=Standing.OPEN, ended=None))
    first = problem(*lasting)
    assert problem(*lasting, first, now=day(99)).standing is Standing.OPEN


@pytest.mark.parametrize("health", [Health.FAILED, Health.PARTLY, Health.OFF])
def test_quiet_is_no_evidence_while_the_source_can_not_be_read(health: Health) -> None:
    episodes = three()
    items = tuple(build(one) for one in episodes)
    first = problem(*episodes)
    deaf = {"jenkins": SourceReport(health=health), "redmine": SourceReport(health=Health.OK)}
    hears = deaf | {"jenkins": SourceReport(health=Health.OK)}
    now = day(40)
    found = problem(*episodes, first, now=now, sources=deaf, all_items=items)
    assert found.standing is Standing.OPEN
    found = problem(*episodes, first, now=now, sources=hears, all_items=items)
    assert (found.standing, found.ended) == (Standing.CLOSED, day(28) + HOUR)


def test_a_problem_that_somebody_has_taken_stays_open_and_is_told_of_the_quiet() -> None:
    first = problem(*three())
    done = (act(first, Deed.TAKEN, -1),)
    found = problem(*three(), first, now=day(40), deeds=done)
    assert (found.standing, found.well_since) == (Standing.OPEN, day(28) + HOUR)
    section = Section(when_taken="close")
    found = problem(*three(), first, now=day(40), deeds=done, section=section)
    assert found.standing is Standing.CLOSED


def test_an_incident_soon_after_the_end_opens_the_same_problem_again() -> None:
    first = problem(*three())
    over = problem(*three(), first, now=day(30))
    back = incident(50)
    found = problem(*three(), back, over, now=day(51))
    assert (found.key, found.standing) == (first.key, Standing.OPEN)
    assert (found.reopenings, found.opened, found.ended) == ((day(50),), day(50), None)


def test_incidents_long_after_the_end_make_a_new_problem_that_names_the_old() -> None:
    first = problem(*three())
    over = problem(*three(), first, now=day(30))
    again = tuple(incident(at) for at in (70, 75, 80))
    found = {one.key: one for one in derived(*three(), *again, over, now=day(81))}
    del found[first.key]
    [new] = found.values()
    assert (new.previous, new.began, new.count) == (first.key, day(70), 3)
    alone = derived(*three(), again[0], over, now=day(71))
    assert [one.key for one in alone] == [first.key]


def test_a_problem_closed_by_a_person_comes_back_with_the_next_incident() -> None:
    first = problem(*three())
    done = (act(first, Deed.CLOSED, -1),)
    closed = problem(*three(), first, deeds=done)
    assert (closed.standing, closed.ended) == (Standing.CLOSED, day(-1))
    found = problem(*three(), incident(5), closed, now=day(6), deeds=done)
    assert (found.key, found.standing, found.reopenings) == (first.key, Standing.OPEN, (day(5),))


def test_a_problem_that_will_not_be_mended_stays_quiet_and_goes_on_counting() -> None:
    first = problem(*three())
    done = (act(first, Deed.REJECTED, -1),)
    more = tuple(incident(at) for at in (5, 6, 7, 8))
    found = problem(*three(), *more, first, now=day(9), deeds=done)
    assert (found.key, found.standing, found.count) == (first.key, Standing.REJECTED, 7)
    much_later = tuple(incident(at) for at in (205, 206, 207))
    found = problem(*much_later, found, now=day(209), deeds=done)
    assert (found.key, found.standing, found.count) == (first.key, Standing.REJECTED, 10)


def test_a_person_opens_a_rejected_problem_again() -> None:
    first = problem(*three())
    done = (act(first, Deed.REJECTED, -1), act(first, Deed.REOPENED, 1))
    found = problem(*three(), first, now=day(2), deeds=done)
    assert (found.standing, found.ended) == (Standing.OPEN, None)
    found = problem(*three(), first, now=day(30), deeds=done)
    assert found.standing is Standing.OPEN  # quiet counts from the reopening
    found = problem(*three(), first, now=day(32), deeds=done)
    assert (found.standing, found.ended) == (Standing.CLOSED, day(31))


def test_a_deleted_ticket_is_no_new_one_until_it_was_quiet() -> None:
    first = problem(*three())
    done = (act(first, Deed.DELETED, -1),)
    soon = tuple(incident(at) for at in (5, 6, 7))
    found = problem(*three(), *soon, first, now=day(8), deeds=done)
    assert (found.key, found.standing, found.ended) == (first.key, Standing.DELETED, None)
    late = tuple(incident(at) for at in (45, 46, 47))
    new = derived(*three(), *soon, *late, found, now=day(48), deeds=done)
    assert [one.standing for one in new] == [Standing.DELETED, Standing.OPEN]
    assert new[1].previous == first.key


def test_a_deed_on_a_problem_settled_long_ago_is_heard() -> None:
    first = problem(*three())
    over = problem(*three(), first, now=day(30))
    done = (act(first, Deed.REOPENED, 199),)
    found = problem(*three(), over, now=day(200), deeds=done)
    assert (found.key, found.standing) == (first.key, Standing.OPEN)


def test_a_settled_problem_is_left_alone_and_still_named() -> None:
    first = problem(*three())
    over = problem(*three(), first, now=day(30))
    assert derived(*three(), over, now=day(200)) == ()
    again = tuple(incident(at) for at in (200, 201, 202))
    assert problem(*three(), *again, over, now=day(203)).previous == first.key


def test_problems_that_were_over_at_the_first_start_are_not_opened() -> None:
    assert derived(*three(), now=day(35), baselines={"problems": day(34)}) == ()
    assert len(derived(*three(), now=day(5), baselines={"problems": day(4)})) == 1


def test_a_problem_of_a_private_incident_is_private_for_ever() -> None:
    private = replace(three()[1], audience=Audience.PRIVATE)
    first = problem(three()[0], private, three()[2])
    assert first.audience is Audience.PRIVATE
    assert problem(*three(), first).audience is Audience.PRIVATE


def test_components_and_causes_may_be_left_out() -> None:
    by_job = (incident(-9, cause="x"), incident(-6, cause="y"), incident(-2, cause="z"))
    assert derived(*by_job, section=Section(components=())) == ()
    by_service = [incident(at, f"abc/{at}", cause="") for at in (-9, -6, -2)]
    found = problem(*by_service, section=Section(components=("service",)))
    assert found.line == "service:portal"


def test_the_second_look_at_the_same_answers_the_same() -> None:
    for now in (day(0), day(27), day(35)):
        first = derived(*three(), incident(-1, "abc/other"), now=now)
        assert derived(*three(), incident(-1, "abc/other"), *first, now=now + HOUR) == first


def test_days_are_measured_to_the_moment() -> None:
    assert day(1) - day(0) == DAY


def test_after_a_lost_database_a_problem_finds_its_ticket_and_its_incidents() -> None:
    first = problem(*three(), incident(-1))
    left = Episode(
        key=first.key,
        signal="problems",
        line="",
        standing=Standing.OPEN,
        began=first.began,
        opened=first.began,
    )
    found = problem(*three(), incident(-1), left)
    assert replace(found, opened=first.opened) == first
    early = incident(-10)  # was not known when the problem opened
    assert problem(early, *three(), incident(-1), left).key == first.key


def test_a_problem_whose_incidents_nobody_knows_any_more_is_left_alone() -> None:
    first = problem(*three())
    left = replace(first, line="", members=(), facts={})
    assert derived(left) == ()
    signal = Problems(section=Section(), zone=UTC)
    said = signal.tell(left, FakeKnown())
    assert (said.description, said.live, said.remarks, said.related) == ((), (), (), ())
