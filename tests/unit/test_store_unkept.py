"""A store that keeps nothing, for a cycle that only shows what it would do."""

from pathlib import Path

import pytest
from sqlalchemy import select

from itsm_sync.model.cycles import Batch, Cycle
from itsm_sync.model.items import Item
from itsm_sync.model.plans import Override
from itsm_sync.model.routing import Routing
from itsm_sync.model.tickets import FieldName
from itsm_sync.store import Store, Unkept
from itsm_sync.store.schema import metadata
from tests.builders import NOON, change_routing, decided, item, routing

Heard = list[tuple[Item, Routing | None, Routing]]


def content(store: Store) -> dict[str, list[object]]:
    """All rows of all tables."""
    with store._database.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table))]
            for table in metadata.sorted_tables
        }


@pytest.fixture
def kept(store: Store) -> Store:
    store.begin(Cycle(id="c1", started_at=NOON, configuration="abc"))
    store.keep("redmine", Batch(stream="issues", items=(item(1), item(2))), "c1")
    store.keep_routings(decided(routing(1), routing(2)), "c1", "abc", NOON)
    return store


def test_nothing_that_is_written_is_kept(kept: Store) -> None:
    before = content(kept)
    unkept = Unkept(kept, lambda *_: None)
    theirs = Override(ticket=1, field=FieldName.TEAM, value="x", by="y", at=NOON)
    unkept.begin(Cycle(id="c2", started_at=NOON, configuration="def"))
    unkept.keep("redmine", Batch(stream="issues", items=(item(3),), cursor="later"), "c2")
    unkept.keep_routings(decided(change_routing(1)), "c2", "def", NOON)
    unkept.keep_overrides([theirs], [1], "c2", NOON)
    unkept.keep_configuration("def", {"rules": ""}, NOON)
    unkept.finish("c2", NOON, {})
    assert content(kept) == before


def test_what_stands_is_read(kept: Store) -> None:
    unkept = Unkept(kept, lambda *_: None)
    assert unkept.item("redmine:issue/1") == item(1)
    assert [one.key for one in unkept.unseen("decisions", "def")] == [
        "redmine:issue/1",
        "redmine:issue/2",
    ]


def test_decisions_that_would_be_others_are_told_with_what_stands(kept: Store) -> None:
    heard: Heard = []
    unkept = Unkept(kept, lambda *told: heard.append(told))
    new = item(3)
    made = [*decided(change_routing(1), routing(2)), (new, routing(3))]
    assert unkept.keep_routings(made, "c2", "def", NOON) == 2
    assert heard == [
        (item(1), routing(1), change_routing(1)),
        (new, None, routing(3)),
    ]


def test_a_store_keeps_on_while_another_keeps_nothing(kept: Store, tmp_path: Path) -> None:
    unkept = Unkept(kept, lambda *_: None)
    kept.keep_routings(decided(change_routing(1)), "c2", "abc", NOON)
    unkept.keep("redmine", Batch(stream="issues", items=(item(3),)), "c2")
    latest = kept.latest_routings(["redmine:issue/1"]).get("redmine:issue/1")
    assert latest is not None
    assert latest.routing == change_routing(1)
    assert unkept.latest_routings(["redmine:issue/1"]).get("redmine:issue/1") == latest
    assert kept.item("redmine:issue/3") is None
