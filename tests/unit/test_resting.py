"""What rests is done again in time, also where a clock was wrong and was put right."""

from datetime import timedelta

import pytest

from itsm_sync.model.plans import Edit, Outcome, Result, Watch
from itsm_sync.model.resting import rests
from itsm_sync.store import Store
from tests.builders import NOON, ticket

MINUTE, DAY, YEAR = timedelta(minutes=1), timedelta(days=1), timedelta(days=365)


@pytest.mark.parametrize(
    ("noted", "still"),
    [
        (NOON, True),
        (NOON - DAY + MINUTE, True),
        (NOON - DAY, False),
        (NOON - 10 * MINUTE, True),
        (NOON + 10 * MINUTE, False),
        (NOON - YEAR, False),
        (NOON + YEAR, False),
    ],
    ids=["now", "young", "a day", "10 minutes slow", "10 minutes fast", "year slow", "year fast"],
)
def test_a_time_that_is_still_to_come_keeps_nothing_waiting(noted: object, *, still: bool) -> None:
    assert rests(noted, DAY, NOON) is still  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("off", "done"), [(-YEAR, False), (-10 * MINUTE, True), (10 * MINUTE, False), (YEAR, False)]
)
def test_a_watcher_that_was_refused_waits_a_day_by_the_clock_of_now(
    store: Store, off: timedelta, *, done: bool
) -> None:
    watch = Watch(process="change", stage="approve", team="t", group=7, name="t")
    edit = Edit(ticket=ticket(1), key="redmine:issue/1", fields=(), watchers=(watch,))
    again = NOON + off + DAY
    store.record(Result(edit=edit, outcome=Outcome.PARTLY, watch_again=again), "c1", NOON + off)
    assert store.watched([1], NOON)[1]["change", "approve", "t"] is done
