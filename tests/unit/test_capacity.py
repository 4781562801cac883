"""What runs short: disk, memory, executors, time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from itsm_sync.model import watching
from itsm_sync.model.cycles import Health, SourceReport
from itsm_sync.model.items import Item
from itsm_sync.model.signals import Episode, Observation, Standing
from itsm_sync.signals.capacity.queue import Queue
from itsm_sync.signals.capacity.shortage import Shortage
from itsm_sync.signals.capacity.slower import Slower
from itsm_sync.signals.life.lives import live
from tests.builders import NOON
from tests.known import FakeKnown
from tests.prose import whole, words
from tests.signalled import HOUR, MINUTE, build, down, episode, node

SEOUL = ZoneInfo("Asia/Seoul")
GIB = 1024**3
DISK = Shortage(section=watching.Short(free_gib=2), zone=SEOUL, name="disk")
MEMORY = Shortage(section=watching.Short(free_gib=0.5), zone=SEOUL, name="memory")
QUEUE = Queue(section=watching.Waiting(), zone=SEOUL)
SLOWER = Slower(section=watching.Slower(builds=4), zone=SEOUL)


# -- disk and memory --------------------------------------------------------------------------


def judged(signal: Shortage, **facts: Any) -> bool | None:
    """Whether a node with these facts has enough; None: it is no evidence."""
    heard = next(iter(signal.observe(node(facts=facts), NOON)), None)
    return heard.good if heard else None


@pytest.mark.parametrize(
    ("free", "enough"),
    [
        (2 * GIB - 1, False),
        (0, False),
        (2 * GIB, None),
        (int(2.19 * GIB), None),  # what hovers about the limit neither opens nor closes
        (int(2.2 * GIB) + 1, True),
        (-1, None),  # Jenkins does not know
        (True, None),
        ("much", None),
    ],
)
def test_a_disk_is_short_below_the_limit_and_enough_a_tenth_above(
    free: object, enough: bool | None
) -> None:
    assert judged(DISK, disk_free_bytes=free) is enough


def test_a_node_that_does_not_tell_is_no_evidence() -> None:
    assert judged(DISK) is None
    assert judged(DISK, offline=True) is None
    assert judged(MEMORY, disk_free_bytes=1) is None


def test_memory_has_a_limit_of_its_own() -> None:
    assert judged(MEMORY, memory_free_bytes=GIB // 2 - 1) is False
    assert judged(MEMORY, memory_free_bytes=GIB) is True


@pytest.mark.parametrize(
    ("measured", "at"),
    [
        (NOON - HOUR, NOON - HOUR),
        (NOON + HOUR, NOON),  # a clock ahead of ours
        (datetime(1970, 1, 1, tzinfo=UTC), NOON),  # it told no time
    ],
)
def test_what_is_short_is_so_since_it_was_measured(measured: datetime, at: datetime) -> None:
    item = node(facts={"disk_free_bytes": 1}, updated_at=measured)
    (heard,) = DISK.observe(item, NOON)
    assert (heard.at, heard.until, heard.signal) == (at, NOON, "disk")


def test_the_ticket_of_a_full_disk_says_how_much_is_free() -> None:
    item = node(facts={"disk_free_bytes": GIB})
    told = DISK.tell(down(signal="disk"), FakeKnown(all_items=(item,)))
    assert whole(told).startswith("Disk space is short on node agent-01 of ci\n")
    assert "Short since 2026-03-02 21:00." in words(told.description)
    assert words(told.live) == "* Still short.\nFree now: 1.0 GiB"
    assert (told.tracker, told.about) == ("지원", (item.key,))

    over = DISK.tell(down(signal="disk", ended=NOON + HOUR), FakeKnown(all_items=(item,)))
    assert over.description == told.description
    assert words(over.live) == "* Enough again since 2026-03-02 22:00."


def test_memory_and_disk_have_words_of_their_own_in_both_languages() -> None:
    told = MEMORY.tell(down(signal="memory"), FakeKnown())
    assert whole(told).startswith("Memory is short on node agent-01 of ci\n")
    assert whole(told, "ko").startswith("ci의 노드 agent-01 메모리 부족\n")


# -- the queue --------------------------------------------------------------------------------


def waiting(job: str = "abc/build", number: int = 7, **facts: Any) -> Item:
    """What waits in the queue of ci since noon."""
    facts = {"controller": "ci", "job": job, "waiting_since": NOON, **facts}
    return build(
        job,
        key=f"jenkins:ci:queue/{number}",
        kind="queue_item",
        state="waiting",
        facts={name: value for name, value in facts.items() if value is not None},
    )


def test_a_job_waits_too_long_from_the_moment_it_does() -> None:
    assert list(QUEUE.observe(waiting(), NOON + 59 * MINUTE)) == []
    (heard,) = QUEUE.observe(waiting(), NOON + 3 * HOUR)
    assert (heard.good, heard.at, heard.until) == (False, NOON + HOUR, NOON + 3 * HOUR)
    assert (heard.line, heard.facts) == ("ci:abc/build", {"controller": "ci", "job": "abc/build"})


@pytest.mark.parametrize("missing", ["job", "waiting_since"])
def test_what_tells_no_job_or_no_time_is_no_evidence(missing: str) -> None:
    assert list(QUEUE.observe(waiting(**{missing: None}), NOON + 3 * HOUR)) == []


def long_wait(**changes: Any) -> Episode:
    return episode(signal="queue", last=waiting().key, **changes)


def cycle(queue: Health, *items: Item, source: str = "jenkins", **known: Any) -> FakeKnown:
    report = SourceReport(health=Health.OK, streams={"queue": queue})
    values: dict[str, Any] = {"all_episodes": (long_wait(),), "now": NOON + 5 * HOUR, **known}
    return FakeKnown(all_items=items, sources={source: report}, **values)


@pytest.mark.parametrize("source", ["jenkins", "jenkins:ci"])
def test_a_wait_is_over_once_a_queue_that_was_read_has_the_job_no_more(source: str) -> None:
    other = waiting("abc/other", 8)
    (heard,) = QUEUE.look_round(cycle(Health.OK, other, source=source))
    assert (heard.good, heard.at, heard.line) == (True, NOON + 5 * HOUR, "ci:abc/build")
    assert heard.item == long_wait().last


def test_a_job_that_waits_once_more_waits_still() -> None:
    assert QUEUE.look_round(cycle(Health.OK, waiting(number=9))) == ()


@pytest.mark.parametrize("health", [Health.FAILED, Health.PARTLY, Health.OFF])
def test_a_queue_that_was_not_read_ends_no_wait(health: Health) -> None:
    assert QUEUE.look_round(cycle(health)) == ()


def test_another_controllers_queue_ends_no_wait() -> None:
    assert QUEUE.look_round(cycle(Health.OK, source="jenkins:other")) == ()
    assert QUEUE.look_round(cycle(Health.OK, all_episodes=())) == ()


def test_the_ticket_of_a_wait_says_what_is_waited_for() -> None:
    item = waiting(why="Waiting for next available executor on ‘perf’")
    told = QUEUE.tell(long_wait(), FakeKnown(all_items=(item,)))
    assert whole(told).startswith("Builds of abc/build wait in the queue\n")
    assert "Waiting for next available executor" in words(told.live)
    assert "Waiting since 2026-03-02 21:00." in words(told.live)
    over = QUEUE.tell(long_wait(ended=NOON + HOUR), FakeKnown(all_items=(item,)))
    assert words(over.live) == "* In the queue no more since 2026-03-02 22:00."


# -- builds that get slower -------------------------------------------------------------------


def run(number: int, minutes: float, **changes: Any) -> Item:
    """A successful build that took so many minutes; one an hour."""
    facts = {
        "finished_at": NOON + number * HOUR,
        "duration_ms": round(minutes * 60_000),
        "tracked": True,
    } | changes.pop("facts", {})
    return build(number=number, state=changes.pop("state", "SUCCESS"), facts=facts, **changes)


def runs(*minutes: float) -> list[Item]:
    return [run(number, took) for number, took in enumerate(minutes)]


def told_by(builds: Sequence[Item], latest: Episode | None = None) -> list[tuple[int, bool]]:
    """The builds that said something: their numbers, and whether good."""
    heard = SLOWER.observe_line(builds, latest)
    return [(round((one.at - NOON) / HOUR), one.good) for one in heard]


def lived(heard: Sequence[Observation]) -> tuple[Episode, ...]:
    return live("slower", "ci:abc/build", heard, (), SLOWER.life)


def test_one_slow_build_is_no_trend() -> None:
    assert told_by(runs(10, 10, 10, 10, 10, 60, 10, 10, 10, 10)) == []


def test_the_median_of_the_last_builds_is_held_against_as_many_before() -> None:
    assert told_by(runs(10, 11, 10, 9, 20, 21, 19)) == []  # too few to tell
    assert told_by(runs(10, 11, 10, 9, 20, 21, 19, 20)) == [(7, False)]


def test_what_takes_a_little_longer_is_not_slower() -> None:
    assert told_by(runs(10, 10, 10, 10, 14, 14, 14, 14)) == []  # less than half as long again
    assert told_by(runs(1, 1, 1, 1, 1.9, 1.9, 1.9, 1.9)) == []  # less than a minute


def test_only_successes_tell_how_long_a_build_takes() -> None:
    failed = [run(n, 60, state="FAILURE") for n in range(8, 16)]
    strange = [run(20, 0), run(21, 60, facts={"finished_at": "soon"})]
    assert told_by([*runs(*[10] * 8), *failed, *strange]) == []


def test_the_measure_stays_what_it_was_while_builds_are_slow() -> None:
    """Or what is slow for long would become the usual, and the ticket be closed."""
    slow = runs(*[10] * 8, *[20] * 12)
    heard = SLOWER.observe_line(slow)
    assert all(not one.good for one in heard)
    assert {one.fingerprint for one in heard} == {"600000"}
    (opened,) = lived(heard)
    assert opened.live

    later = [run(number, 20) for number in range(20, 40)]
    assert [good for _, good in told_by([*slow[-8:], *later], opened)] == [False] * 20


def test_a_job_that_is_as_fast_as_before_is_well_and_measured_anew() -> None:
    builds = runs(*[10] * 8, *[20] * 4, *[10] * 4)
    heard = SLOWER.observe_line(builds)
    assert [one.good for one in heard][-1] is True
    (over,) = lived(heard)
    assert (over.standing, over.healed) == (Standing.CLOSED, heard[-1].item)
    assert told_by([*builds, run(16, 10)], over) == told_by(builds)


def test_what_hovers_about_the_limit_closes_nothing() -> None:
    builds = runs(*[10] * 8, *[16] * 4, *[14] * 6)  # 14 is more than nine tenths of 15
    assert all(not one.good for one in SLOWER.observe_line(builds))


def test_a_person_who_closes_the_ticket_accepts_how_long_builds_take() -> None:
    heard = SLOWER.observe_line(runs(*[10] * 8, *[20] * 4))
    (opened,) = lived(heard)
    closed = replace(opened, standing=Standing.CLOSED, ended=NOON + 20 * HOUR)
    assert told_by([run(n, 20) for n in range(12, 30)], closed) == []


def test_the_same_builds_in_any_order_tell_the_same() -> None:
    builds = runs(*[10] * 8, *[20] * 4, *[10] * 4)
    assert SLOWER.observe_line(builds[::-1]) == SLOWER.observe_line(builds)


def test_a_job_is_watched_that_is_tracked_or_deploys() -> None:
    assert SLOWER.series(run(1, 1)) == "jenkins:ci:abc/build#"
    assert SLOWER.series(run(1, 1, facts={"tracked": False})) == ""
    assert SLOWER.series(run(1, 1, facts={"tracked": False, "deploys": True})) != ""
    assert list(SLOWER.observe(run(1, 1), NOON)) == []
    assert SLOWER.line(run(1, 1)) == "ci:abc/build"


def test_the_ticket_of_a_slow_job_says_how_long_builds_took_and_take() -> None:
    last = run(9, 20)
    slow = episode(signal="slower", last=last.key, fingerprints=("600000",))
    told = SLOWER.tell(slow, FakeKnown(all_items=(last,)))
    assert whole(told).startswith("Builds of abc/build are getting slower\n")
    assert "Usual before: 0:10:00" in words(told.description)
    assert "The last slow one: 0:20:00 abc/build #9 <http" in words(told.live)
    assert whole(told, "ko").startswith("abc/build 빌드가 느려짐\n")


@pytest.mark.parametrize("wrong", [{"builds": 0}, {"times": 1.0}])
def test_numbers_of_which_no_trend_comes_are_rejected(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="`builds` is 1 or more"):
        watching.Slower(**wrong)


def test_a_shortage_that_passes_in_an_hour_opens_nothing() -> None:
    short = node(facts={"disk_free_bytes": 1}, updated_at=NOON)
    (heard,) = DISK.observe(short, NOON + 59 * MINUTE)
    assert live("disk", heard.line, [heard], (), DISK.life) == ()
    (heard,) = DISK.observe(short, NOON + timedelta(hours=1))
    assert len(live("disk", heard.line, [heard], (), DISK.life)) == 1
