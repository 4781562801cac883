"""A server that fails in a row is left alone for a while, and tried again by itself."""

from itsm_sync.clients.breaker import ILL, SILENT, Breaker, State
from tests.pace import Hourglass


class Fuse:
    """A breaker, its clock, and what it told."""

    def __init__(self) -> None:
        self.sand = Hourglass()
        self.told: list[State] = []
        self.breaker = Breaker(tell=self.told.append, clock=lambda: self.sand.now)

    def fails(self, times: int, weight: int = SILENT) -> None:
        for _ in range(times):
            assert self.breaker.admits()
            self.breaker.failed(weight)


def test_it_opens_after_five_silences_in_a_row_and_says_so() -> None:
    fuse = Fuse()
    fuse.fails(4)
    assert fuse.breaker.closed
    fuse.fails(1)
    assert not fuse.breaker.admits()
    assert fuse.told == [State.OPEN]
    assert fuse.breaker.left == 30


def test_an_answer_in_between_begins_the_count_anew() -> None:
    fuse = Fuse()
    fuse.fails(4)
    fuse.breaker.went()
    fuse.fails(4)
    assert fuse.breaker.closed
    assert fuse.told == []


def test_twenty_pages_that_answer_500_open_it_and_fewer_do_not() -> None:
    fuse = Fuse()
    fuse.fails(19, ILL)
    assert fuse.breaker.closed
    fuse.fails(1, ILL)
    assert not fuse.breaker.closed


def test_after_the_pause_one_request_goes_to_see_and_an_answer_closes_it() -> None:
    fuse = Fuse()
    fuse.fails(5)
    fuse.sand.now += 30
    assert fuse.breaker.admits()
    assert not fuse.breaker.admits()
    fuse.breaker.went()
    assert fuse.breaker.admits()
    assert fuse.told == [State.OPEN, State.HALF_OPEN, State.CLOSED]


def test_each_probe_that_fails_doubles_the_pause_up_to_five_minutes() -> None:
    fuse = Fuse()
    fuse.fails(5)
    pauses = []
    for _ in range(6):
        pauses.append(fuse.breaker.left)
        fuse.sand.now += fuse.breaker.left
        fuse.fails(1)
    assert pauses == [30, 60, 120, 240, 300, 300]
    fuse.sand.now += 300
    assert fuse.breaker.admits()
    fuse.breaker.went()
    fuse.fails(5)
    assert fuse.breaker.left == 30


def test_a_probe_that_was_given_up_leaves_the_next_one_its_place() -> None:
    fuse = Fuse()
    fuse.fails(5)
    fuse.sand.now += 30
    assert fuse.breaker.admits()
    fuse.breaker.withdrew()
    assert fuse.breaker.admits()


def test_failures_of_requests_that_were_out_already_prolong_nothing() -> None:
    fuse = Fuse()
    fuse.fails(5)
    fuse.sand.now += 10
    fuse.breaker.failed(SILENT)
    assert fuse.breaker.left == 20
    assert fuse.told == [State.OPEN]
