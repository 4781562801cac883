"""Sources are read side by side, and each line they log says which cycle it belongs to."""

from collections.abc import Iterator
from contextvars import ContextVar
from threading import Barrier, main_thread
from threading import current_thread as thread

import pytest

from itsm_sync.cycle.pulling import Pull
from itsm_sync.model.cycles import Batch, Cycle, Health, Rejected
from itsm_sync.model.ports import Memory
from itsm_sync.store import Store
from tests.builders import NOON, item
from tests.shelf import Deaf

CYCLE = Cycle(id="c1", started_at=NOON, configuration="x")


class Listener:
    """Notes each event with what a context variable says then."""

    def __init__(self, variable: ContextVar[str]) -> None:
        self.variable = variable
        self.seen: list[tuple[str, str, bool]] = []

    def saw(self, event: str, /, **_details: object) -> None:
        self.seen.append((event, self.variable.get("nothing"), thread() is main_thread()))


class Endless:
    """A source that never ends by itself."""

    def __init__(self, name: str, met: Barrier) -> None:
        self.name = name
        self.met = met

    def pull(self, _memory: Memory) -> Iterator[Batch]:
        yield Batch(stream="first")
        self.met.wait(5)
        while True:
            yield Batch(stream="more")


class Interrupted:
    """A source during whose reading somebody presses Ctrl-C."""

    name = "interrupted"

    def __init__(self, met: Barrier) -> None:
        self.met = met

    def pull(self, _memory: Memory) -> Iterator[Batch]:
        self.met.wait(5)
        yield Batch(stream="first")
        raise KeyboardInterrupt


class Short:
    name = "short"

    def pull(self, _memory: Memory) -> Iterator[Batch]:
        yield Batch(stream="all")


class Odd:
    """A source one of whose items can't be stored."""

    name = "odd"

    def pull(self, _memory: Memory) -> Iterator[Batch]:
        unfit = item(2, facts={"load": float("nan")})
        yield Batch(stream="all", items=(item(1), unfit))
        yield Batch(stream="down", health=Health.FAILED, rejected=(Rejected(key="a", error="b"),))


@pytest.fixture
def store(store: Store) -> Store:
    store.begin(CYCLE)
    return store


def test_what_a_source_reports_from_its_thread_carries_the_cycles_context(store: Store) -> None:
    variable: ContextVar[str] = ContextVar("variable")
    variable.set("c1")
    listener = Listener(variable)
    reports = Pull(store=store, cycle=CYCLE, observer=listener).read((Short(),))
    assert reports["short"].health is Health.OK
    assert [event for event, _, _ in listener.seen] == [
        "source.started",
        "source.read",
        "source.done",
    ]
    assert {(said, main) for _, said, main in listener.seen} == {("c1", False)}


def test_an_interruption_ends_every_source_with_the_batch_in_hand(store: Store) -> None:
    met = Barrier(2)
    sources = (Interrupted(met), Endless("endless", met))
    with pytest.raises(KeyboardInterrupt):
        Pull(store=store, cycle=CYCLE, observer=Listener(ContextVar("unused"))).read(sources)


def test_an_item_that_cant_be_stored_is_no_success(store: Store) -> None:
    report = Pull(store=store, cycle=CYCLE, observer=Deaf()).read((Odd(),))["odd"]
    assert report.health is Health.PARTLY
    assert report.items == 1
    assert "redmine:issue/2" in str(report.error)
    assert report.streams == {"all": Health.PARTLY, "down": Health.FAILED}
