"""The budget of a host: so many at once and a second; a wait has an end, and is told."""

from threading import Event, Thread

import pytest

from itsm_sync.clients.errors import Throttled
from itsm_sync.clients.gate import Gate
from itsm_sync.model.words import Message
from tests.pace import Hourglass


class Ear:
    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, object]]] = []

    def saw(self, event: str, /, **details: object) -> None:
        self.heard.append((event, details))


def gate(sand: Hourglass, ear: Ear | None = None, *, at_once: int = 1, rate: float = 2) -> Gate:
    return Gate(
        system="jenkins:ci",
        kind="jenkins",
        concurrency=at_once,
        rate=rate,
        observer=ear or Ear(),
        pace=sand.pace,
    )


def through(gate: Gate, times: int = 1) -> None:
    for _ in range(times):
        gate.take("/x", 10)
        gate.give()


def test_a_minutes_budget_may_be_spent_at_once_and_then_it_goes_on_by_the_second() -> None:
    sand = Hourglass()
    door = gate(sand)
    through(door, 120)
    assert sand.naps == []
    through(door, 4)
    assert sand.naps == [0.5] * 4


def test_a_rest_saves_no_more_than_a_minute() -> None:
    sand = Hourglass()
    door = gate(sand)
    through(door, 120)
    sand.now += 3600
    through(door, 121)
    assert sand.naps == [0.5]


def test_no_more_than_allowed_are_out_at_once() -> None:
    door, out, back = gate(Hourglass(), at_once=2), Event(), Event()
    for _ in range(2):
        door.take("/x", 10)
    waiting = Thread(target=lambda: (door.take("/x", 10), out.set(), back.wait(10)))
    waiting.start()
    assert not out.is_set()
    door.give()
    assert out.wait(10)
    back.set()
    waiting.join()


def test_who_gets_no_turn_in_time_is_told_which_system_and_path() -> None:
    door = gate(Hourglass())
    door.take("/x", 10)
    with pytest.raises(Throttled, match="Jenkins was not asked at /y: other requests"):
        door.take("/y", 0.001)


def test_a_turn_that_was_refused_takes_none_away() -> None:
    door = gate(Hourglass())
    door.take("/x", 10)
    with pytest.raises(Throttled):
        door.take("/y", 0.001)
    door.give()
    through(door)


def test_a_short_hold_is_waited_out_and_told() -> None:
    sand, ear = Hourglass(), Ear()
    door = gate(sand, ear)
    door.hold(7)
    through(door)
    assert sand.naps == [7]
    assert ear.heard == [("budget.waited", {"system": "jenkins:ci", "seconds": 7})]


def test_a_wait_of_less_than_a_second_is_not_told() -> None:
    sand, ear = Hourglass(), Ear()
    door = gate(sand, ear)
    door.hold(0.5)
    through(door)
    assert ear.heard == []


def test_a_long_hold_refuses_at_once_until_it_is_over() -> None:
    sand = Hourglass()
    door = gate(sand)
    door.hold(600, Message("it rests"))
    sand.now += 500
    with pytest.raises(Throttled, match="it rests") as refused:
        through(door)
    assert refused.value.retry_after == 100
    assert sand.naps == []
    sand.now += 100
    through(door)


def test_of_two_holds_the_longer_counts() -> None:
    sand = Hourglass()
    door = gate(sand)
    door.hold(600)
    door.hold(5)
    with pytest.raises(Throttled):
        through(door)


def test_nobody_can_hold_us_for_ever() -> None:
    sand = Hourglass()
    door = gate(sand)
    door.hold(10**9)
    sand.now += 3700
    through(door)


def test_so_many_that_wait_that_the_last_would_wait_for_long_are_refused() -> None:
    sand = Hourglass()
    door = gate(sand, rate=0.01)
    with pytest.raises(Throttled, match="wait for their turn"):
        through(door, 3)
