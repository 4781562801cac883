"""What belongs together gets one ticket: inhibition, outages, storms, by own times."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from itsm_sync.model.items import Audience, Item
from itsm_sync.model.signals import Act, Deed, Episode, Observation, Standing
from itsm_sync.model.watching import Nodes, Outages, Storms, Watching
from itsm_sync.signals.gathering.gather import Gathered, gather
from tests.builders import NOON
from tests.known import FakeKnown
from tests.signalled import HOUR, MINUTE, build, down, episode, node

WATCHING = Watching(
    nodes=Nodes(slack=timedelta(minutes=10)),  # type: ignore[arg-type]
    outages=Outages(jobs=3, within=timedelta(minutes=30)),  # type: ignore[arg-type]
    storms=Storms(more_than=4, within=timedelta(minutes=5)),  # type: ignore[arg-type]
)
FULL = "no space left on device"
BEFORE = {"builds": NOON - HOUR}  # since when failed builds are watched for


def gathered(episodes: Iterable[Episode], *items: Item, **known: Any) -> Gathered:
    values: dict[str, Any] = {"now": NOON + 12 * HOUR, "all_items": items, "baselines": BEFORE}
    values |= known
    return gather(episodes, FakeKnown(**values), WATCHING)


def jobs(count: int, apart: timedelta = MINUTE, **changes: Any) -> list[Episode]:
    """Jobs that fail one after another."""
    return [episode(f"job-{n:03}", NOON + n * apart, **changes) for n in range(count)]


def builds(episodes: Iterable[Episode], **facts: Any) -> list[Item]:
    """The first failing builds of these."""
    return [build(str(e.facts["job"]), facts=facts) for e in episodes]


# -- inhibition -------------------------------------------------------------------------------


def on(name: str, job: str = "abc/build", number: int = 1) -> Item:
    return build(job, number, facts={"node": name})


def test_a_build_that_failed_on_a_node_that_is_down_belongs_to_the_node() -> None:
    failed, away = episode(at=NOON + MINUTE), down()
    found = gathered([failed, away], on("agent-01"))
    assert found.under == {failed.key: away.key}


def test_a_build_that_failed_elsewhere_stands_on_its_own() -> None:
    failed, away = episode(at=NOON + MINUTE), down()
    assert gathered([failed, away], on("agent-02")).under == {}
    other = episode(at=NOON + MINUTE, facts={"controller": "other"})
    assert gathered([other, away], on("agent-01")).under == {}


def test_a_build_whose_last_failure_is_elsewhere_stands_on_its_own() -> None:
    last = on("agent-02", number=2)
    failed = episode(at=NOON, last=last.key, last_at=NOON + MINUTE)
    assert gathered([failed, down()], on("agent-01"), last).under == {}


@pytest.mark.parametrize(
    ("began", "last", "belongs"),
    [
        (-10, 30, True),
        (-11, 30, False),  # it failed before the node went down
        (5, 70, True),
        (5, 71, False),  # the node was well again and the job failed on
    ],
)
def test_how_long_before_and_after_is_the_slack(began: int, last: int, belongs: bool) -> None:
    away = down(ended=NOON + HOUR)
    failed = episode(at=NOON + began * MINUTE, last_at=NOON + last * MINUTE)
    facts = {"node": "agent-01", "infrastructure": True}
    found = gathered([failed, away], build(facts=facts))
    assert (failed.key in found.under) is belongs


def test_a_build_with_a_ticket_keeps_it() -> None:
    failed, away = episode(at=NOON + MINUTE), down()
    assert gathered([failed, away], on("agent-01"), tickets={failed.key: 7}).under == {}


def test_builds_and_nodes_belong_to_a_controller_that_is_down() -> None:
    away = episode(signal="controllers", line="jenkins:ci", facts={"controller": "ci"})
    single = episode(signal="controllers", line="jenkins", at=NOON)
    failed, agent = episode(at=NOON + MINUTE), down("agent-01", NOON + 2 * MINUTE)
    assert gathered([failed, agent, away]).under == {failed.key: away.key, agent.key: away.key}
    assert gathered([failed, agent, single]).under.keys() == {failed.key, agent.key}
    github = episode(signal="controllers", line="github")
    assert gathered([failed, agent, github]).under == {}


def test_what_nobody_will_mend_holds_back_still() -> None:
    """As long as it is down."""
    away = down(standing=Standing.REJECTED, ended=NOON + MINUTE, healed="")
    failed = episode(at=NOON + 9 * HOUR)
    still, well = node(facts={"offline": True}), node()
    assert gathered([failed, away], on("agent-01"), still).under == {failed.key: away.key}
    assert gathered([failed, away], on("agent-01"), well).under == {}


# -- outages ----------------------------------------------------------------------------------


def test_one_error_over_three_jobs_is_one_outage() -> None:
    failed = jobs(3, 10 * MINUTE)
    found = gathered(failed, *builds(failed, error=FULL, infrastructure=True))
    (outage,) = found.episodes
    assert (outage.signal, outage.standing, outage.count) == ("outages", Standing.OPEN, 3)
    assert outage.members == tuple(e.key for e in failed)
    assert (outage.began, outage.opened) == (NOON, NOON + 20 * MINUTE)
    assert outage.facts == {"error": FULL, "infrastructure": True}
    assert found.under == {e.key: outage.key for e in failed}


@pytest.mark.parametrize(
    "failed",
    [
        jobs(2),
        jobs(3, 16 * MINUTE),  # not within half an hour
        [episode(at=NOON + n * MINUTE, key=f"builds/x/{n}") for n in range(3)],  # one job
    ],
    ids=["two", "slowly", "one job"],
)
def test_less_is_no_outage(failed: list[Episode]) -> None:
    assert gathered(failed, *builds(failed, error=FULL)).episodes == ()


def test_other_errors_are_no_outage_and_neither_is_none() -> None:
    failed = jobs(3)
    others = [build(str(e.facts["job"]), facts={"error": e.line}) for e in failed]
    assert gathered(failed, *others).episodes == ()
    assert gathered(failed, *builds(failed)).episodes == ()


def test_a_job_that_fails_with_it_later_joins_while_one_still_fails() -> None:
    failed = jobs(3)
    late = episode("late", NOON + 8 * HOUR)
    items = builds([*failed, late], error=FULL)
    (outage,) = gathered([*failed, late], *items).episodes
    assert outage.members[-1] == late.key

    over = jobs(3, ended=NOON + 2 * HOUR)
    (outage,) = gathered([*over, late], *items).episodes
    assert late.key not in outage.members


def test_an_outage_lives_as_long_as_one_of_its_jobs_fails() -> None:
    first, second, third = jobs(3, ended=NOON + HOUR)
    still = episode("job-002", third.began)
    items = builds([first, second, third], error=FULL)
    (outage,) = gathered([first, second, still], *items).episodes
    assert outage.live

    third = episode("job-002", third.began, ended=NOON + 2 * HOUR)
    (outage,) = gathered([first, second, third], *items).episodes
    assert (outage.standing, outage.ended) == (Standing.CLOSED, NOON + 2 * HOUR)
    assert outage.healed == third.healed


def test_a_job_with_a_ticket_is_of_the_outage_and_keeps_its_ticket() -> None:
    failed = jobs(3)
    found = gathered(failed, *builds(failed, error=FULL), tickets={failed[0].key: 7})
    (outage,) = found.episodes
    assert failed[0].key in outage.members
    assert found.under == {e.key: outage.key for e in failed[1:]}


def test_a_private_job_counts_and_belongs_to_a_public_outage() -> None:
    public, private = jobs(2), episode("p", NOON + 2 * MINUTE, audience=Audience.PRIVATE)
    failed = [*public, private]
    found = gathered(failed, *builds(failed, error=FULL))
    (outage,) = found.episodes
    assert outage.audience is Audience.PUBLIC
    assert (outage.first, outage.last) == (public[0].first, public[1].last)
    assert found.under[private.key] == outage.key


def test_a_public_job_belongs_to_no_outage_of_private_ones() -> None:
    failed = jobs(3, audience=Audience.PRIVATE)
    public = episode("late", NOON + 5 * MINUTE)
    found = gathered([*failed, public], *builds([*failed, public], error=FULL))
    (outage,) = found.episodes
    assert outage.audience is Audience.PRIVATE
    assert public.key not in found.under


def test_an_outage_that_is_known_keeps_its_key_and_its_members() -> None:
    failed = jobs(3)
    items = builds(failed, error=FULL)
    (outage,) = gathered(failed, *items).episodes
    late = episode("late", NOON + 9 * MINUTE)
    (now,) = gathered(
        [*failed[1:], late, outage], *items, build("late", facts={"error": FULL})
    ).episodes
    assert now.key == outage.key
    assert now.members == (*outage.members, late.key)


def test_a_job_that_had_its_ticket_by_then_keeps_it_whether_a_cycle_came_or_not() -> None:
    failed = jobs(3, 10 * MINUTE)
    found = gathered(failed, *builds(failed, error=FULL))
    (outage,) = found.episodes
    assert found.under == {failed[2].key: outage.key}


def test_an_error_that_nobody_will_mend_opens_no_second_outage() -> None:
    failed = jobs(3)
    items = builds(failed, error=FULL)
    (outage,) = gathered(failed, *items).episodes
    rejected = Act(episode=outage.key, deed=Deed.REJECTED, at=NOON + HOUR)
    (outage,) = gathered([*failed, outage], *items, deeds=(rejected,)).episodes
    assert outage.standing is Standing.REJECTED

    weeks = NOON + timedelta(days=20)
    again = [episode(f"new-{n}", weeks + n * MINUTE) for n in range(3)]
    known = {"all_episodes": (outage,), "deeds": (rejected,)}
    found = gathered(again, *builds(again, error=FULL), **known)
    assert [(e.key, e.standing) for e in found.episodes] == [(outage.key, Standing.REJECTED)]
    assert {found.under[e.key] for e in again} == {outage.key}


def said(job: str, hours: float, *, good: bool = False) -> Observation:
    """What the one build of a job says, some hours after noon."""
    at = NOON + hours * HOUR
    return Observation(
        signal="builds",
        line=f"ci:{job}",
        at=at,
        until=at,
        good=good,
        item=f"jenkins:ci:{job}#{'9@9' if good else '1@1'}",
        facts={"controller": "ci", "job": job},
    )


def once(*more: Observation) -> dict[str, Any]:
    """Three jobs that failed once each, which is too little for a ticket of their own."""
    return {"said": (said("a", 0), said("b", 0.1), said("c", 0.2), *more)}


FULL_DISKS = tuple(build(job, facts={"error": FULL}) for job in "abc")


def test_an_error_that_fails_several_jobs_once_each_is_an_outage() -> None:
    found = gathered([], *FULL_DISKS, **once())
    (outage,) = found.episodes
    assert (outage.live, outage.count) == (True, 3)
    assert (outage.began, outage.opened) == (NOON, NOON + 0.2 * HOUR)
    assert outage.members[0] == episode("a", NOON).key


def test_a_job_that_fails_again_after_an_outage_took_it_stays_with_it() -> None:
    (outage,) = gathered([], *FULL_DISKS, **once()).episodes
    again = episode("a", NOON, opened=NOON + HOUR, last_at=NOON + HOUR)
    found = gathered([again, outage], *FULL_DISKS, **once(said("a", 1)))
    assert [e.key for e in found.episodes] == [outage.key]
    assert again.key in found.under
    assert gathered([again], *FULL_DISKS, **once(said("a", 1))).episodes == found.episodes


def test_an_outage_of_jobs_that_failed_once_ends_with_the_last_success() -> None:
    (outage,) = gathered([], *FULL_DISKS, **once()).episodes
    two = (said("a", 3, good=True), said("b", 4, good=True))
    (still,) = gathered([outage], *FULL_DISKS, **once(*two)).episodes
    assert still.live
    (over,) = gathered([still], *FULL_DISKS, **once(*two, said("c", 5, good=True))).episodes
    assert (over.standing, over.ended) == (Standing.CLOSED, NOON + 5 * HOUR)
    assert over.healed == "jenkins:ci:c#9@9"
    (kept,) = gathered([over], *FULL_DISKS, **once(*two, said("c", 5, good=True))).episodes
    assert kept == over


def test_few_single_failures_are_nothing_and_many_at_once_are_a_storm() -> None:
    few = tuple(said(f"job-{n}", n / 100) for n in range(2))
    assert gathered([], said=few) == Gathered()
    many = tuple(said(f"job-{n}", n / 100) for n in range(9))
    (storm,) = gathered([], said=many).episodes
    assert (storm.signal, len(storm.members)) == ("storms", 9)


# -- storms -----------------------------------------------------------------------------------


def test_five_hundred_failures_at_once_are_one_storm_and_nothing_else() -> None:
    failed = jobs(500, timedelta(milliseconds=300))
    found = gathered(failed)
    (storm,) = found.episodes
    assert (storm.signal, storm.count, len(storm.members)) == ("storms", 500, 500)
    assert found.under == {e.key: storm.key for e in failed}
    assert found.waiting == frozenset()


def test_as_many_as_people_read_are_no_storm() -> None:
    assert gathered(jobs(4)).episodes == ()
    assert gathered(jobs(9, 2 * MINUTE)).episodes == ()


def test_a_storm_goes_on_while_failures_follow_one_another() -> None:
    failed = jobs(12)
    late = episode("late", NOON + 16 * MINUTE)
    later = episode("later", NOON + 22 * MINUTE)
    found = gathered([*failed, late, later])
    (storm,) = found.episodes
    assert storm.members[-1] == late.key
    assert later.key not in found.under


def test_outages_are_of_a_storm_and_their_jobs_are_theirs() -> None:
    same = jobs(3, timedelta(seconds=1))
    others = [episode(f"other-{n}", NOON + MINUTE) for n in range(4)]
    found = gathered([*same, *others], *builds(same, error=FULL))
    outage, storm = found.episodes
    assert found.under[outage.key] == storm.key
    assert {found.under[e.key] for e in same} == {outage.key}


def test_what_has_a_ticket_is_counted_and_keeps_it() -> None:
    failed = jobs(5)
    found = gathered(failed, tickets={failed[0].key: 7})
    (storm,) = found.episodes
    assert found.under == {e.key: storm.key for e in failed[1:]}


def test_where_all_have_tickets_there_is_no_storm() -> None:
    failed = jobs(5)
    assert gathered(failed, tickets={e.key: n for n, e in enumerate(failed)}).episodes == ()


def test_what_is_private_makes_a_storm_of_its_own() -> None:
    private = [
        episode(f"p-{n}", NOON, audience=Audience.PRIVATE, key=f"builds/p/{n}") for n in range(5)
    ]
    found = gathered([*jobs(5), *private])
    assert {storm.audience for storm in found.episodes} == {Audience.PUBLIC, Audience.PRIVATE}
    assert len(set(found.under.values())) == 2


def test_what_comes_by_the_calendar_is_no_storm() -> None:
    planned = [episode(f"t-{n}", signal="schedules", line=str(n)) for n in range(9)]
    assert gathered(planned) == Gathered()


def test_what_just_opened_waits_whether_a_storm_takes_it() -> None:
    failed = episode(at=NOON)
    assert gathered([failed], now=NOON + 4 * MINUTE).waiting == {failed.key}
    assert gathered([failed], now=NOON + 5 * MINUTE).waiting == frozenset()
    has_one = gathered([failed], now=NOON, tickets={failed.key: 7})
    assert has_one.waiting == frozenset()


def test_what_no_commit_causes_waits_for_the_outage_or_the_node_it_may_belong_to() -> None:
    failed = episode(at=NOON)
    item = build(facts={"infrastructure": True})
    assert gathered([failed], item, now=NOON + 29 * MINUTE).waiting == {failed.key}
    assert gathered([failed], item, now=NOON + 30 * MINUTE).waiting == frozenset()


def test_where_storms_are_off_nothing_waits() -> None:
    watching = Watching(storms=Storms(enabled=False, more_than=1))
    found = gather(jobs(9), FakeKnown(now=NOON + 8 * MINUTE), watching)
    assert found == Gathered()


def test_what_was_over_before_it_was_watched_for_is_gathered_by_nobody() -> None:
    failed = jobs(9, ended=NOON + HOUR)
    late = {"builds": NOON + 2 * HOUR}
    assert gathered(failed, *builds(failed, error=FULL), baselines=late) == Gathered()
    (storm,) = gathered([*failed, episode("on", NOON + MINUTE)], baselines=late).episodes
    assert storm.count == 10


# -- what people do ---------------------------------------------------------------------------


def storm_with(acts: Iterable[tuple[Deed, int]], failed: list[Episode]) -> Episode:
    """A storm after people's deeds, each some minutes after noon."""
    (storm,) = gathered(failed).episodes
    done = tuple(Act(episode=storm.key, deed=d, at=NOON + m * MINUTE) for d, m in acts)
    (now,) = gathered([*failed, storm], deeds=done).episodes
    return now


def test_a_storm_that_a_person_closed_stays_closed_until_one_fails_again() -> None:
    failed = jobs(5)
    closed = storm_with([(Deed.CLOSED, 60)], failed)
    assert (closed.standing, closed.ended, closed.healed) == (
        Standing.CLOSED,
        NOON + HOUR,
        "",
    )
    failed[2] = episode("job-002", failed[2].began, last_at=NOON + 2 * HOUR)
    done = (Act(episode=closed.key, deed=Deed.CLOSED, at=NOON + HOUR),)
    (again,) = gathered([*failed, closed], deeds=done).episodes
    assert (again.live, again.reopenings) == (True, (NOON + 2 * HOUR,))
    (still,) = gathered([*failed, again], deeds=done).episodes
    assert still == again


def test_a_storm_that_a_person_has_taken_is_noted_to_be_well_and_stays() -> None:
    now = storm_with([(Deed.TAKEN, 30)], jobs(5, ended=NOON + HOUR))
    assert (now.live, now.taken, now.well_since) == (True, True, NOON + HOUR)


def test_a_storm_that_a_person_reopened_stays_open_until_newer_proof() -> None:
    assert storm_with([(Deed.REOPENED, 90)], jobs(5, ended=NOON + HOUR)).live
    over = storm_with([(Deed.REOPENED, 30)], jobs(5, ended=NOON + HOUR))
    assert over.standing is Standing.CLOSED


def test_a_storm_whose_ticket_was_deleted_stays_quiet() -> None:
    failed = jobs(5)
    now = storm_with([(Deed.DELETED, 30)], failed)
    assert now.standing is Standing.DELETED
    assert len(gathered([*failed, now], tickets={}).under) == 5


def test_a_storm_comes_back_with_one_of_its_own() -> None:
    (storm,) = gathered(jobs(5, ended=NOON + HOUR)).episodes
    assert storm.standing is Standing.CLOSED
    back = NOON + 2 * HOUR
    first = episode("job-000", NOON, opened=back, reopenings=(back,))
    (now,) = gathered([first, *jobs(5, ended=NOON + HOUR)[1:], storm]).episodes
    assert (now.key, now.live, now.reopenings) == (storm.key, True, (back,))


def test_what_only_people_closed_is_left_to_people() -> None:
    failed = jobs(5, ended=NOON + HOUR, healed="")
    (storm,) = gathered(failed).episodes
    assert storm.live
