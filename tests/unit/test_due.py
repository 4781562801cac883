"""Only the sources and streams whose turn it is are read; the others stand as they stood."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from itsm_sync.cycle.due import Due, Timetable
from itsm_sync.cycle.findings import stale
from itsm_sync.cycle.pulling import Pull
from itsm_sync.model.cycles import Batch, Cycle, Health
from itsm_sync.model.ports import Memory
from itsm_sync.model.words import Message
from itsm_sync.store import Store
from tests.builders import NOON
from tests.shelf import Deaf

MINUTE = timedelta(minutes=1)


class Streams:
    """A source of two streams, that reads what is due; a stream may fail."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.read: list[str] = []
        self.failing = ""

    def pull(self, memory: Memory) -> Iterator[Batch]:
        for stream in ("abc/portal/runs", "abc/api/runs"):
            if memory.due(stream):
                self.read.append(stream)
                failed = stream == self.failing
                health = Health.FAILED if failed else Health.OK
                yield Batch(stream=stream, health=health, error=Message("away") if failed else None)

    def taken(self) -> list[str]:
        """Answer what was read since it was asked last."""
        read, self.read = self.read, []
        return read


@pytest.fixture
def github() -> Streams:
    return Streams("github")


class Reading:
    """Reads sources again and again, some minutes apart."""

    def __init__(self, store: Store, *sources: Streams) -> None:
        self.store = store
        self.sources = sources

    def at(self, minutes: float, due: Due | None = None, **timetable: object) -> dict[str, object]:
        cycle = Cycle(id=f"c{minutes}", started_at=NOON + minutes * MINUTE, configuration="x")
        self.store.begin(cycle)
        pull = Pull(
            store=self.store,
            cycle=cycle,
            observer=Deaf(),
            due=due or Due(),
            timetable=Timetable(**timetable),  # type: ignore[arg-type]
        )
        return dict(pull.read(self.sources))


BOTH = ["abc/portal/runs", "abc/api/runs"]


def test_a_source_that_is_not_due_stands_as_it_stood(store: Store, github: Streams) -> None:
    jenkins = Streams("jenkins")
    reading = Reading(store, github, jenkins)
    github.failing = "abc/api/runs"
    reading.at(0)
    assert (github.taken(), jenkins.taken()) == (BOTH, BOTH)
    told = reading.at(1, Due(sources={"jenkins": frozenset()}))
    assert (github.taken(), jenkins.taken()) == ([], BOTH)
    assert (told["github"].asked, told["github"].health) == (False, Health.PARTLY)  # type: ignore[attr-defined]
    assert "away" in str(told["github"].error)  # type: ignore[attr-defined]
    assert told["github"].streams == {}  # type: ignore[attr-defined]
    assert told["jenkins"].asked  # type: ignore[attr-defined]


def test_a_hint_reads_what_it_names_alone(store: Store, github: Streams) -> None:
    reading = Reading(store, github)
    reading.at(0)
    github.taken()
    reading.at(1, Due(sources={"github": frozenset({"abc/portal/*"})}))
    assert github.taken() == ["abc/portal/runs"]


def test_a_hint_beside_the_sources_clock_leaves_other_streams_to_theirs(
    store: Store, github: Streams
) -> None:
    reading = Reading(store, github)
    clocks = {"github": {"*": timedelta(days=1)}}
    reading.at(0, clocks=clocks)
    github.taken()
    hinted = {"github": frozenset({"abc/portal/*"})}
    reading.at(1, Due(sources=hinted, clocked=frozenset({"github"})), clocks=clocks)
    assert github.taken() == ["abc/portal/runs"]
    reading.at(2, Due(sources=hinted, clocked=frozenset({"github"})))
    assert github.taken() == BOTH


def test_a_hint_for_a_source_that_is_not_well_reads_it_all(store: Store, github: Streams) -> None:
    reading = Reading(store, github)
    github.failing = "abc/api/runs"
    reading.at(0)
    github.taken()
    reading.at(1, Due(sources={"github": frozenset({"abc/portal/*"})}))
    assert github.taken() == BOTH


def test_a_hint_for_a_source_that_is_not_well_is_heeded_whatever_the_streams_clock_says(
    store: Store, github: Streams
) -> None:
    reading = Reading(store, github)
    clocks = {"github": {"*/portal/*": timedelta(days=1)}}
    github.failing = "abc/api/runs"
    reading.at(0, clocks=clocks)
    reading.at(1, clocks=clocks)
    assert github.taken() == [*BOTH, "abc/api/runs"]
    reading.at(2, Due(sources={"github": frozenset({"abc/portal/*"})}), clocks=clocks)
    assert github.taken() == BOTH


def test_a_stream_that_was_read_before_the_clock_was_put_back_is_due(
    store: Store, github: Streams
) -> None:
    reading = Reading(store, github)
    clocks = {"github": {"*/api/*": timedelta(minutes=30)}}
    reading.at(600, clocks=clocks)
    github.taken()
    reading.at(60, clocks=clocks)
    assert github.taken() == BOTH


def test_a_stream_has_its_own_clock_and_is_read_at_once_after_a_failure(
    store: Store, github: Streams
) -> None:
    reading = Reading(store, github)
    clocks = {"github": {"*/api/*": timedelta(minutes=30)}}
    read = []
    for minutes in (0, 10, 29, 30, 40):
        reading.at(minutes, clocks=clocks)
        read.append(github.taken())
    assert read == [BOTH, ["abc/portal/runs"], ["abc/portal/runs"], BOTH, ["abc/portal/runs"]]
    github.failing = "abc/api/runs"
    reading.at(60, clocks=clocks)
    github.failing = ""
    github.taken()
    reading.at(61, clocks=clocks)
    assert github.taken() == BOTH
    reading.at(62, clocks=clocks)
    assert github.taken() == ["abc/portal/runs"]


def test_a_source_that_does_not_answer_for_longer_than_promised_is_stale(store: Store) -> None:
    class Away(Streams):
        def pull(self, memory: Memory) -> Iterator[Batch]:
            raise ValueError

    away = Away("github")
    reading = Reading(store, away)
    promises = {"github": 10 * MINUTE}
    told = [reading.at(minutes, promises=promises) for minutes in (0, 10, 11)]
    assert [one["github"].stale for one in told] == [False, False, True]  # type: ignore[attr-defined]
    assert [f.key for f in stale(told[2])] == ["stale/github"]  # type: ignore[arg-type]
    reading.sources = (Streams("github"),)
    assert not reading.at(12, promises=promises)["github"].stale  # type: ignore[attr-defined]
    (stood,) = store.source_standings()
    assert (stood.first_at, stood.succeeded_at) == (NOON, NOON + 12 * MINUTE)


def test_a_source_that_answered_by_a_clock_a_year_fast_is_not_fresh_for_a_year() -> None:
    timetable = Timetable(promises={"github": 30 * MINUTE})
    for minutes, is_stale in ((-10, False), (10, False), (-525_600, True), (525_600, True)):
        assert timetable.stale("github", NOON + minutes * MINUTE, NOON) is is_stale


def test_a_source_that_nobody_reads_any_more_is_stale_as_well(
    store: Store, github: Streams
) -> None:
    reading = Reading(store, github)
    reading.at(0)
    told = reading.at(61, Due(sources={}))["github"]
    assert (told.asked, told.stale) == (False, True)  # type: ignore[attr-defined]
