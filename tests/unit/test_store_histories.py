"""Histories are kept exactly, asked for in turn, and let go of with their tickets."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from itsm_sync.model.cycles import Batch, Cycle
from itsm_sync.model.histories import Deed, Event, History, Reading
from itsm_sync.model.items import Item
from itsm_sync.model.keeping import Keep
from itsm_sync.store import Store
from tests.builders import NOON, SUA, item, ticket
from tests.idling import statements

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONG_AGO = NOON - 300 * DAY


def reading(number: int = 1, **changes: object) -> Reading:
    events = tuple(
        Event(deed=deed, at=NOON + n * HOUR, by=SUA.id, journal=n, old=str(n), new=str(n + 1))
        for n, deed in enumerate(Deed, 1)
    )
    made = History(
        ticket=number,
        author=13,
        created_at=NOON,
        seen=NOON + 9 * HOUR,
        status="1",
        priority="2",
        tracker="3",
        assignee="11",
        events=events,
    )
    shown = Reading(history=made, shape="1/1//2", closed=False, notes=("live", "sla_response_80"))
    return replace(shown, **changes)  # type: ignore[arg-type]


def stored(number: int, *, closed: bool = False, updated: datetime = NOON) -> Item:
    made = ticket(number, closed=closed, updated_on=updated)
    state = "closed" if closed else "open"
    return item(number, ticket=made, state=state, updated_at=updated)


@pytest.fixture
def store(store: Store) -> Store:
    store.begin(Cycle(id="c1", started_at=NOON, configuration="x"))
    return store


def keep(store: Store, items: Iterable[Item]) -> None:
    store.keep("redmine", Batch(stream="issues", items=tuple(items)), "c1")


def test_what_is_kept_comes_back_as_it_was(store: Store) -> None:
    store.keep_histories([reading(1), reading(2, notes=(), closed=True)])
    assert store.readings([1, 2, 3]) == {1: reading(1), 2: reading(2, notes=(), closed=True)}
    assert store.histories([2]) == {2: reading(2).history}


def test_a_time_keeps_its_fraction_where_it_has_one(store: Store) -> None:
    odd = replace(reading().history, created_at=NOON + timedelta(microseconds=123456))
    store.keep_histories([reading(history=odd)])
    assert store.histories([1]) == {1: odd}


def test_a_newer_reading_replaces_the_older(store: Store) -> None:
    store.keep_histories([reading()])
    store.keep_histories([reading(shape="2/1//2", closed=True)])
    assert store.readings([1])[1].closed


def test_open_tickets_come_first_and_then_the_newest_closed_ones(store: Store) -> None:
    keep(
        store,
        [
            stored(1, closed=True, updated=NOON - DAY),
            stored(2, closed=True, updated=NOON),
            stored(3),
            stored(4, closed=True, updated=LONG_AGO - DAY),
        ],
    )
    assert store.histories_due(LONG_AGO, NOON, 10) == (3, 2, 1)
    assert store.histories_due(LONG_AGO, NOON, 2) == (3, 2)
    assert store.histories_missing(LONG_AGO) == 3


def test_a_closed_ticket_is_read_once_more_and_an_open_one_only_where_it_never_was(
    store: Store,
) -> None:
    keep(store, [stored(1), stored(2, closed=True), stored(3, closed=True)])
    store.keep_histories([reading(1), reading(2), reading(3, closed=True)])
    assert store.histories_due(LONG_AGO, NOON, 10) == (2,)  # closed since it was read
    late = replace(reading(3, closed=True), history=replace(reading(3).history, seen=NOON - DAY))
    store.keep_histories([reading(2, closed=True), late])
    assert store.histories_due(LONG_AGO, NOON, 10) == (3,)  # touched since it was read


def test_what_can_t_be_read_rests_a_while_and_stays_missing(store: Store) -> None:
    keep(store, [stored(1), stored(2)])
    store.keep_histories([reading(2)])
    store.keep_unread([1, 2], NOON)
    assert store.unread([1, 2, 3], NOON + timedelta(minutes=59)) == {1, 2}
    assert store.histories_due(LONG_AGO, NOON, 10) == ()
    assert store.histories_missing(LONG_AGO) == 1
    assert store.readings([1, 2]) == {2: reading(2)}
    assert store.histories_due(LONG_AGO, NOON + HOUR, 10) == (1,)
    store.keep_histories([reading(1)])
    assert not store.unread([1], NOON)


def test_a_policy_runs_since_it_was_first_seen(store: Store) -> None:
    assert store.policy_since("a", NOON) == NOON
    assert store.policy_since("a", NOON + DAY) == NOON
    assert store.policy_since("b", NOON + DAY) == NOON + DAY


def test_prune_keeps_the_history_of_an_open_ticket_and_of_one_closed_lately(store: Store) -> None:
    keep(store, [stored(1), stored(2, closed=True), stored(3, closed=True)])
    old = replace(reading().history, seen=NOON - 500 * DAY)
    store.keep_histories(
        [
            reading(1, history=replace(old, ticket=1)),
            reading(2, history=replace(old, ticket=2)),
            reading(3, closed=True),
        ]
    )
    store.prune(Keep(), NOON, lasting=())
    assert set(store.histories([1, 2, 3])) == {1, 3}


def test_a_number_that_was_given_again_has_no_history(store: Store) -> None:
    keep(store, [stored(1)])
    store.keep_histories([reading(1)])
    later = ticket(1, created_on=NOON + DAY, updated_on=NOON + DAY)
    keep(store, [item(1, ticket=later, created_at=NOON + DAY, updated_at=NOON + DAY)])
    assert store.histories([1]) == {}


def test_a_history_that_a_wrong_clock_found_unreadable_in_years_to_come_is_asked_for(
    store: Store,
) -> None:
    store.keep_unread([1], NOON + timedelta(days=3000))
    assert not store.unread([1], NOON)


def test_once_all_is_read_only_what_moved_since_and_what_was_tried_in_vain_is_due(
    store: Store,
) -> None:
    keep(store, [stored(1, closed=True), stored(2, closed=True), stored(3)])
    moved = store.moves()
    store.keep_histories([reading(3), reading(1, closed=True)])
    store.keep_unread([2], NOON)
    assert store.histories_missing(LONG_AGO, moved) == 1
    assert store.histories_missing(LONG_AGO, moved, untried=True) == 0
    assert store.histories_due(LONG_AGO, NOON + HOUR, 10, moved) == (2,)
    keep(store, [stored(3, closed=True, updated=NOON + DAY), stored(4)])
    assert store.histories_due(LONG_AGO, NOON + HOUR, 10, moved) == (4, 3, 2)
    assert store.histories_missing(LONG_AGO, moved, untried=True) == 2


def test_what_is_due_is_found_without_a_pass_over_what_stands(file: str) -> None:
    with Store.open(file) as store:
        store.begin(Cycle(id="c1", started_at=NOON, configuration="x"))
        keep(store, [stored(1)])
        with statements() as said:
            store.histories_due(LONG_AGO, NOON, 10, store.moves())
            store.histories_missing(LONG_AGO, store.moves(), untried=True)
    with closing(sqlite3.connect(file.removeprefix("sqlite:///"))) as database:
        steps = [
            step
            for text, given in said
            if "histories" in text
            for *_, step in database.execute(f"EXPLAIN QUERY PLAN {text}", given)
        ]
    assert any("ix_items_kind_moved_key (kind=? AND moved>?)" in step for step in steps)
    assert any("ix_histories_tried_at (tried_at>?)" in step for step in steps)
    assert not [step for step in steps if step.startswith(("SCAN items", "SCAN histories"))]
