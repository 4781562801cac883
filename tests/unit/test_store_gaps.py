"""When sources were not read in full: noted as they are read, kept as long as reports look back."""

from datetime import datetime, timedelta

from itsm_sync.model.cycles import Batch, Cycle, Health, Rejected, SourceReport
from itsm_sync.model.gaps import Gap
from itsm_sync.model.keeping import Keep
from itsm_sync.store import Store
from tests.builders import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def read(store: Store, hour: float, *healths: Health, stream: str = "nodes") -> None:
    """Let a cycle read a stream, in as many batches as there are healths."""
    name = f"c{hour}"
    store.begin(Cycle(id=name, started_at=NOON + hour * HOUR, configuration="abc"))
    for health in healths:
        store.keep("jenkins", Batch(stream=stream, health=health), name)


def ask(store: Store, hour: float, health: Health = Health.OK) -> None:
    store.keep_standings({"jenkins": SourceReport(health=health)}, NOON + hour * HOUR)


def gaps(
    store: Store, since: float = -1000, until: float = 1000
) -> list[tuple[str, float, object]]:
    """Answer stream, beginning and end of the gaps, in hours after noon."""
    found = store.gaps(NOON + since * HOUR, NOON + until * HOUR)
    return [(one.stream, hours(one.since), one.until and hours(one.until)) for one in found]


def hours(at: datetime) -> float:
    return (at - NOON) / HOUR


def test_a_stream_that_fails_was_not_read_since_it_last_was(store: Store) -> None:
    read(store, 0, Health.OK)
    read(store, 1, Health.FAILED)
    read(store, 2, Health.PARTLY)
    assert gaps(store) == [("nodes", 0, None)]
    read(store, 3, Health.OK)
    assert gaps(store) == [("nodes", 0, 3)]


def test_told_both_ways_within_one_cycle_it_was_not_read(store: Store) -> None:
    read(store, 0, Health.OK)
    read(store, 1, Health.OK, Health.FAILED)
    assert gaps(store) == [("nodes", 0, None)]
    read(store, 2, Health.FAILED, Health.OK)
    assert gaps(store)[-1][2] is None
    read(store, 3, Health.OK)
    assert gaps(store)[-1][2] == 3


def test_a_payload_set_aside_is_a_gap_and_one_that_is_switched_off_is_none(store: Store) -> None:
    store.begin(Cycle(id="c", started_at=NOON, configuration="abc"))
    bad = Rejected(key="k", error="x")
    store.keep("jenkins", Batch(stream="queue", rejected=(bad,)), "c")
    store.keep("jenkins", Batch(stream="nodes", health=Health.OFF), "c")
    assert gaps(store) == [("queue", 0, None)]


def test_a_source_that_can_t_be_reached_is_a_gap_as_a_whole(store: Store) -> None:
    ask(store, 0)
    ask(store, 1, Health.FAILED)
    ask(store, 2, Health.FAILED)
    ask(store, 5)
    assert gaps(store) == [("", 0, 5)]


def test_a_source_that_nobody_asked_for_more_than_a_day_was_not_read(store: Store) -> None:
    ask(store, 0)
    ask(store, 25)
    assert gaps(store) == []
    ask(store, 62)
    assert gaps(store) == [("", 25, 62)]


def test_gaps_are_those_that_a_time_has_a_part_of(store: Store) -> None:
    ask(store, 0)
    ask(store, 1, Health.FAILED)
    ask(store, 5)
    assert gaps(store, since=5) == []
    assert gaps(store, until=0) == []
    assert gaps(store, since=4, until=9) == [("", 0, 5)]


def test_gaps_outlive_the_cycles_that_saw_them(store: Store) -> None:
    for hour, health in ((0, Health.OK), (1, Health.FAILED), (2, Health.OK)):
        store.begin(Cycle(id=f"c{hour}", started_at=NOON + hour * HOUR, configuration="abc"))
        ask(store, hour, health)
        store.finish(f"c{hour}", NOON + hour * HOUR, {})
    store.prune(Keep(), NOON + 100 * DAY, lasting=())
    assert gaps(store) == [("", 0, 2)]
    store.prune(Keep(), NOON + 500 * DAY, lasting=())
    assert gaps(store) == []


def test_what_people_are_called_is_kept_by_number(store: Store) -> None:
    store.keep_people({11: "김서준", 12: "강수아"})
    store.keep_people({12: "강수아 (개명)"})
    assert store.people() == {11: "김서준", 12: "강수아 (개명)"}


def test_the_system_of_a_source_is_its_name_without_what_tells_several_apart() -> None:
    assert Gap(source="jenkins:ci", stream="", since=NOON).system == "jenkins"


def test_a_stream_in_which_nothing_was_new_for_long_was_read_all_the_same(store: Store) -> None:
    """A job that nobody built for four days has a stream that nobody asked for."""
    read(store, 0, Health.OK, stream="builds:a")
    read(store, 96, Health.OK, stream="builds:a")
    assert gaps(store) == []


def test_a_stream_that_fails_after_long_was_read_until_its_source_last_was(store: Store) -> None:
    read(store, 0, Health.OK, stream="builds:a")
    for hour in (24, 48, 72):
        ask(store, hour)
    read(store, 73, Health.FAILED, stream="builds:a")
    assert gaps(store) == [("builds:a", 72, None)]
