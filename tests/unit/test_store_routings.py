"""Decisions make history when they become others, and only then."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from itsm_sync.model.cycles import Batch
from itsm_sync.model.routing import Evidence, Trial
from itsm_sync.store import Store
from itsm_sync.store.schema import facts, items
from tests.builders import NOON, change_routing, decided, item, routing
from tests.idling import statements

HOUR = timedelta(hours=1)


def test_the_decision_that_stands_can_say_where_it_came_from(store: Store) -> None:
    store.keep("redmine", Batch(stream="issues", items=(item(1),)), "c1")
    assert store.keep_routings(decided(routing(1)), "c1", "abc", NOON) == 1
    kept = store.latest_routings(["redmine:issue/1"]).get("redmine:issue/1")
    assert kept is not None
    assert kept.routing == routing(1)
    assert (kept.cycle, kept.at, kept.configuration) == ("c1", NOON, "abc")
    assert len(kept.facts) == 32
    assert store.latest_routings(["redmine:issue/2"]).get("redmine:issue/2") is None


def test_an_equal_decision_makes_no_history_even_under_another_configuration(store: Store) -> None:
    store.keep_routings(decided(routing(1), routing(2)), "c1", "abc", NOON)
    assert store.keep_routings(decided(routing(1)), "c2", "abc", NOON + HOUR) == 0
    assert store.keep_routings(decided(routing(1)), "c3", "def", NOON + HOUR) == 0
    assert [k.cycle for k in store.routing_history("redmine:issue/1")] == ["c1"]


def test_another_decision_is_appended_and_stands(store: Store) -> None:
    other = change_routing(1)
    store.keep_routings(decided(routing(1), routing(2)), "c1", "abc", NOON)
    assert store.keep_routings(decided(other, routing(2)), "c2", "abc", NOON + HOUR) == 1
    assert store.keep_routings(decided(routing(1)), "c3", "abc", NOON + 2 * HOUR) == 1
    history = store.routing_history("redmine:issue/1")
    assert [(k.cycle, k.routing.process) for k in history] == [
        ("c1", "incident"),
        ("c2", "change"),
        ("c3", "incident"),
    ]
    latest = store.latest_routings([f"redmine:issue/{n}" for n in (1, 2, 3)])
    assert {key: kept.cycle for key, kept in latest.items()} == {
        "redmine:issue/1": "c3",
        "redmine:issue/2": "c1",
    }


def test_more_decisions_than_fit_one_question_keep_their_own_history(store: Store) -> None:
    many = [routing(n, domain=f"domain{n}") for n in range(1, 1203)]
    assert store.keep_routings(decided(*many), "c1", "abc", NOON) == 1202
    latest = store.latest_routings(r.key for r in many)
    assert all(latest[r.key].routing == r for r in many)


def test_what_rules_tried_is_not_kept(store: Store) -> None:
    trial = Trial(axis="process", rule="x", answer="y", matched=True, won=True)
    store.keep_routings(decided(replace(routing(1), tried=(trial,))), "c1", "abc", NOON)
    assert store.keep_routings(decided(routing(1)), "c2", "abc", NOON) == 0


@pytest.mark.parametrize(
    "added", [{}, {"approval": "approved", "linked": ("github/pull", "merged")}]
)
def test_a_decision_is_kept_with_the_item_as_rules_were_asked(
    store: Store, added: dict[str, str | tuple[str, ...]]
) -> None:
    asked = item(1, body="두 줄\r\n본문", facts={"labels": ("a", "b"), "score": 7.5} | added)
    store.keep("redmine", Batch(stream="issues", items=(asked,)), "c1")
    (pulled,) = store.items()
    store.keep_routings([(pulled, routing(1))], "c1", "abc", NOON)
    kept = store.latest_routings(["redmine:issue/1"]).get("redmine:issue/1")
    assert kept is not None
    assert store.facts([kept.facts, "unknown"]) == {
        kept.facts: replace(asked, ticket=None, updated_at=asked.created_at)
    }


def test_facts_are_named_as_the_stored_items_are(store: Store) -> None:
    store.keep("redmine", Batch(stream="issues", items=(item(1, facts={"a": ("b",)}),)), "c1")
    store.keep_routings([(next(store.items()), routing(1))], "c1", "abc", NOON)
    with store._database.reading() as connection:
        stored = connection.scalar(select(items.c.facts))
        assert connection.scalars(select(facts.c.digest)).all() == [stored]


def test_an_unchanged_decision_keeps_no_facts_anew(store: Store) -> None:
    store.keep_routings(decided(routing(1)), "c1", "abc", NOON)
    with store._database.writing() as connection:
        connection.execute(delete(facts))
    store.keep_routings([(item(1, body="anders"), routing(1))], "c2", "abc", NOON)
    with store._database.reading() as connection:
        assert connection.scalars(select(facts.c.digest)).all() == []


def test_facts_that_were_changed_in_the_database_are_not_believed(store: Store) -> None:
    store.keep_routings(decided(routing(1)), "c1", "abc", NOON)
    (kept,) = store.routing_history("redmine:issue/1")
    with store._database.writing() as connection:
        other = facts.c.content.concat(" ")
        connection.execute(update(facts).values(content=other))
    assert store.facts([kept.facts]) == {kept.facts: None}


def test_configurations_are_kept_once_by_their_hash(store: Store) -> None:
    store.keep_configuration("abc", {"rules.yaml": "process: []"}, NOON)
    store.keep_configuration("abc", {"rules.yaml": "something else"}, NOON)
    assert store.configuration("abc") == {"rules.yaml": "process: []"}
    assert store.configuration("def") is None


def test_counts_tell_what_is_unsure_and_caught_only_by_the_last_rule(store: Store) -> None:
    last = Evidence(axis="process", answer="request", rule="그 밖", last=True)
    closed = replace(item(3), ticket=None)
    store.keep("redmine", Batch(stream="issues", items=(item(1), item(2), closed)), "c1")
    store.keep_routings(
        decided(
            routing(1, sure=False),
            routing(2),
            routing(3, sure=False, evidence=(last,)),
            routing(4, sure=False),  # gone since
        ),
        "c1",
        "abc",
        NOON,
    )
    counts = store.counts()
    assert counts.items == {"redmine": 3}
    assert (counts.open_tickets, counts.routed) == (2, 3)
    assert (counts.unsure, counts.tickets_unsure) == (2, 1)
    assert (counts.unrouted, counts.tickets_unrouted) == (1, 0)


def test_what_is_counted_of_items_costs_one_pass_over_them(file: str) -> None:
    with Store.open(file) as store:
        store.keep("redmine", Batch(stream="issues", items=(item(1),)), "c1")
        with statements() as said:
            store.counts()
    with closing(sqlite3.connect(file.removeprefix("sqlite:///"))) as database:
        asked = [(text, given) for text, given in said if text.startswith("SELECT")]
        steps = [
            step
            for text, given in asked
            for *_, step in database.execute(f"EXPLAIN QUERY PLAN {text}", given)
        ]
    assert sum(step.startswith(("SCAN items", "SEARCH items")) for step in steps) == 1
    (joined,) = (step for step in steps if " decisions" in step)
    assert joined.startswith("SEARCH decisions USING INDEX")
