"""What moved since somebody looked, without going through what stands."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest

from itsm_sync.model.cycles import Batch, Cycle
from itsm_sync.model.items import Item
from itsm_sync.model.keeping import Keep
from itsm_sync.model.tickets import FieldName, Ref
from itsm_sync.store import Store
from itsm_sync.store.database import CHUNK
from itsm_sync.store.looks import next_move
from tests.builders import NOON, decided, item, routing, ticket
from tests.builds import build
from tests.idling import statements

NAME = "somebody"


@pytest.fixture
def kept(store: Store) -> Iterator[Store]:
    store.begin(Cycle(id="c1", started_at=NOON, configuration="s"))
    return store


def keep(store: Store, *items: Item, gone: tuple[str, ...] = (), cycle: str = "c1") -> None:
    store.keep("redmine", Batch(stream="issues", items=items, gone=gone), cycle)


def look(store: Store, settings: str = "s") -> None:
    store.keep_look([NAME], settings, store.moves())


def unseen(store: Store, settings: str = "s", *kinds: str) -> list[str]:
    return [one.key for one in store.unseen(NAME, settings, kinds or None)]


def test_an_item_is_seen_once_until_it_or_the_configuration_changes(kept: Store) -> None:
    keep(kept, item(1), item(2))
    assert unseen(kept) == ["redmine:issue/1", "redmine:issue/2"]
    look(kept)
    assert unseen(kept) == []
    assert len(unseen(kept, "other")) == 2
    assert len(list(kept.unseen("somebody else", "s"))) == 2
    keep(kept, item(1, title="서버가 느립니다"), item(2), cycle="c2")
    assert unseen(kept) == ["redmine:issue/1"]
    look(kept)
    assert unseen(kept) == []


def test_another_configuration_makes_all_unseen_and_so_does_the_one_before(kept: Store) -> None:
    keep(kept, item(1))
    for settings in ("s", "other", "s"):
        assert len(unseen(kept, settings)) == 1
        look(kept, settings)
        assert unseen(kept, settings) == []


def test_only_the_kinds_that_are_asked_for_are_answered_in_the_order_of_kinds(kept: Store) -> None:
    keep(kept, item(1), build(7))
    assert unseen(kept) == [build(7).key, "redmine:issue/1"]
    assert unseen(kept, "s", "issue") == ["redmine:issue/1"]
    assert unseen(kept, "s", "issue", "job") == ["redmine:issue/1"]


def test_what_moves_while_one_looks_is_unseen_afterwards(kept: Store) -> None:
    keep(kept, item(1))
    moved = kept.moves()
    keep(kept, item(2))
    kept.keep_look([NAME], "s", moved)
    assert unseen(kept) == ["redmine:issue/2"]


def test_what_is_gone_is_no_item_but_moved_and_is_unseen_once_it_is_back(kept: Store) -> None:
    keep(kept, item(1), item(2))
    look(kept)
    keep(kept, gone=("redmine:issue/1",), cycle="c2")
    assert unseen(kept) == []
    assert kept.moved_since_look(NAME, ["issue"], "s")
    look(kept)
    keep(kept, item(1), cycle="c3")
    assert unseen(kept) == ["redmine:issue/1"]


@pytest.mark.parametrize(
    "after",
    [
        ticket(1, status=Ref(id=2, name="진행"), updated_on=NOON),
        ticket(1, fields={FieldName.TEAM: "IT기획팀"}, updated_on=NOON),
    ],
)
def test_what_a_write_read_back_shows_otherwise_moved(kept: Store, after: object) -> None:
    keep(kept, item(1))
    look(kept)
    kept.keep_ticket(after)  # type: ignore[arg-type]
    assert unseen(kept) == ["redmine:issue/1"]


def test_a_decision_moves_no_item(kept: Store) -> None:
    keep(kept, item(1))
    look(kept)
    kept.keep_routings(decided(routing(1)), "c1", "s", NOON)
    assert unseen(kept) == []
    assert not kept.moved_since_look(NAME, (), "s")


def test_items_move_for_a_look_until_it_looked(kept: Store) -> None:
    def moved(*kinds: str, settings: str = "s") -> bool:
        return kept.moved_since_look(NAME, kinds, settings)

    keep(kept, item(1))
    assert moved()
    look(kept)
    assert not moved()
    assert not moved("issue")
    assert moved(settings="others")
    keep(kept, item(2))
    assert moved()
    assert moved("issue")
    assert not moved("build")
    look(kept)
    assert not moved()
    kept.forget_look(NAME)
    assert moved()


def test_a_number_is_never_given_twice_though_what_had_it_was_let_go(kept: Store) -> None:
    keep(kept, item(1))
    keep(kept, item(2))
    look(kept)
    keep(kept, gone=("redmine:issue/2",))
    look(kept)
    before = kept.moves()
    cut = kept.prune(Keep(), NOON + timedelta(days=9999), lasting=())
    assert cut["items"] == 1
    keep(kept, item(3))
    assert kept.moves() > before
    assert unseen(kept) == ["redmine:issue/3"]


def test_many_that_moved_at_once_are_answered_once_each(kept: Store) -> None:
    many = [replace(item(n), key=f"redmine:issue/{n:05}") for n in range(1, 2 * CHUNK + 2)]
    keep(kept, *many)
    keep(kept, replace(many[-1], title="나중에"))
    assert unseen(kept) == [one.key for one in many]


def test_what_moved_is_found_without_a_pass_over_what_stands(file: str) -> None:
    with Store.open(file) as store:
        store.keep("redmine", Batch(stream="issues", items=(item(1), build(2))), "c1")
        look(store)
        keep(store, item(3))
        with statements() as said:
            assert unseen(store) == ["redmine:issue/3"]
            assert store.moved_since_look(NAME, ["issue"], "s")
            assert store.moved_since_look(NAME, (), "s")
    with closing(sqlite3.connect(file.removeprefix("sqlite:///"))) as database:
        steps = [
            step
            for text, given in said
            if text.startswith("SELECT")
            for *_, step in database.execute(f"EXPLAIN QUERY PLAN {text}", given)
        ]
    assert not [step for step in steps if "SCAN items" in step and "kind_moved_key" not in step]
    assert not [step for step in steps if "TEMP B-TREE" in step]


def test_numbers_are_given_in_the_order_of_commits(url: str) -> None:
    with Store.open(url) as one, Store.open(url) as other:
        writer = Thread(target=keep, args=(other, item(2)))
        with one._database.writing() as connection:
            number = next_move(connection)
            writer.start()
            writer.join(0.3)
            assert writer.is_alive()
            assert other.moves() == number - 1
        writer.join()
        assert other.moves() == number + 1
