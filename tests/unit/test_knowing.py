"""What signals may know of what is stored."""

from datetime import timedelta

import pytest

from itsm_sync.cycle.due import Timetable
from itsm_sync.cycle.signals.knowing import Knowing
from itsm_sync.model.cycles import Batch, Cycle, Health, SourceReport
from itsm_sync.model.items import Item
from itsm_sync.routing import Catalogue
from itsm_sync.store import Store
from tests.builders import NOON
from tests.builds import HOUR, deployment


class Counting:
    """A store that tells how often items were asked for."""

    def __init__(self, store: Store) -> None:
        self._store, self.asked = store, 0

    def items(self, **which: object) -> object:
        self.asked += 1
        return self._store.items(**which)  # type: ignore[arg-type]

    def moves(self) -> int:
        return self._store.moves()


def deployed(number: int, hours: int) -> Item:
    return deployment(number, updated_at=NOON + hours * HOUR)


def test_lists_are_read_once_and_anew_only_for_what_is_older(store: Store) -> None:
    made = tuple(deployed(n, n) for n in range(1, 6))
    store.keep("github", Batch(stream="s", items=made), "c1")
    counting = Counting(store)
    known = Knowing(
        store=counting,  # type: ignore[arg-type]
        catalogue=Catalogue((), ()),
        now=NOON,
        sources={},
    )

    def since(hours: int) -> list[str]:
        at = NOON + timedelta(hours=hours)
        return [item.key[-1] for item in known.items(kind="deployment", since=at)]

    assert since(3) == ["3", "4", "5"]
    assert since(5) == ["5"]
    assert since(4) == ["4", "5"]
    assert counting.asked == 1
    assert since(1) == ["1", "2", "3", "4", "5"]
    assert since(3) == ["3", "4", "5"]
    assert counting.asked == 2


MINUTE = timedelta(minutes=1)
PROMISED = Timetable(
    promises={"jenkins": 15 * MINUTE}, clocks={"jenkins": {"plugins": timedelta(hours=6)}}
)


def knowing(store: Store, minutes: int, **sources: SourceReport) -> Knowing:
    return Knowing(
        store=store,
        catalogue=Catalogue((), ()),
        now=NOON + minutes * MINUTE,
        sources=sources,
        timetable=PROMISED,
    )


def read(store: Store, minutes: int, health: Health, *streams: str) -> None:
    """A cycle in which Jenkins and some of its streams answered so."""
    at = NOON + minutes * MINUTE
    store.begin(Cycle(id=f"c{minutes}", started_at=at, configuration="x"))
    for stream in streams:
        store.keep("jenkins", Batch(stream=stream, health=health), f"c{minutes}")
    store.keep_standings({"jenkins": SourceReport(health=health)}, at)


@pytest.mark.parametrize("health", [Health.FAILED, Health.PARTLY])
def test_a_stream_that_fails_stands_as_before_until_the_promise_is_over(
    store: Store, health: Health
) -> None:
    read(store, 0, Health.OK, "jobs", "plugins")
    read(store, 5, health, "jobs")
    report = SourceReport(health=health)
    for minutes, stands, unread in ((5, Health.OK, set()), (15, Health.OK, set()),
                                    (16, health, {"jenkins"})):  # fmt: skip
        known = knowing(store, minutes, jenkins=report)
        assert (known.stream("jenkins", "jobs"), set(known.unread)) == (stands, unread)
        assert known.stream("jenkins", "plugins") is Health.OK
    assert knowing(store, 5).stream("jenkins", "nodes") is None


def test_a_stream_with_a_clock_of_its_own_is_not_late_before_its_turn(store: Store) -> None:
    read(store, 0, Health.OK, "plugins")
    read(store, 6 * 60, Health.FAILED, "plugins")
    for minutes, stands in ((6 * 60 + 1, Health.OK), (6 * 60 + 16, Health.FAILED)):
        assert knowing(store, minutes).stream("jenkins", "plugins") is stands


def test_of_a_source_that_is_stale_nothing_is_known_any_more(store: Store) -> None:
    read(store, 0, Health.OK, "jobs")
    read(store, 16, Health.FAILED)
    known = knowing(store, 16, jenkins=SourceReport(health=Health.FAILED, stale=True))
    assert (known.stream("jenkins", "jobs"), set(known.unread)) == (Health.FAILED, {"jenkins"})


def test_a_source_that_never_answered_is_unread_at_once(store: Store) -> None:
    read(store, 0, Health.FAILED)
    failing = SourceReport(health=Health.FAILED)
    assert knowing(store, 0, jenkins=failing).unread == {"jenkins"}
    off = SourceReport(health=Health.OFF, asked=False)
    assert knowing(store, 0, github=off, redmine=SourceReport(health=Health.OK)).unread == {
        "github"
    }
