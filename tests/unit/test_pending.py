"""Failures too few for a ticket of their own."""

from datetime import timedelta

from itsm_sync.model.signals import Life, Observation, Standing
from itsm_sync.signals.life import live
from itsm_sync.signals.pending import pending
from tests.builders import NOON

HOUR = timedelta(hours=1)
TWO = Life(open_after=2)


def said(history: str) -> list[Observation]:
    """Observations an hour apart: x failed, o went well."""
    return [
        Observation(
            signal="builds",
            line="l",
            at=NOON + n * HOUR,
            until=NOON + n * HOUR,
            good=word == "o",
            item=f"i{n}",
        )
        for n, word in enumerate(history)
    ]


def shown(history: str, life: Life = TWO) -> list[tuple[str, bool]]:
    seen = said(history)
    lived = live("builds", "l", seen, (), life)
    found = pending("builds", "l", seen, life, lived)
    assert {one.standing for one in found} <= {Standing.PENDING}
    assert not {one.key for one in found} & {one.key for one in lived}
    return [(one.first, one.ended is None) for one in found]


def test_a_first_failure_is_pending_and_over_with_the_next_success() -> None:
    assert shown("x") == [("i0", True)]
    assert shown("xo") == [("i0", False)]


def test_failures_enough_for_a_ticket_are_not_pending() -> None:
    assert shown("xx") == []
    assert shown("xxo") == []


def test_each_row_of_failures_has_its_own_key() -> None:
    assert shown("xoxo") == [("i0", False), ("i2", False)]


def test_where_one_failure_opens_a_ticket_nothing_is_pending() -> None:
    assert shown("x", Life()) == []


def test_the_key_stays_when_there_are_failures_enough() -> None:
    (early,) = pending("builds", "l", said("x"), TWO, ())
    (lived,) = live("builds", "l", said("xx"), (), TWO)
    assert early.key == lived.key
