"""A database of any released schema is brought up to today's, and nothing in it is lost."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Table, create_engine

from itsm_sync.store import Store, newest, schemas
from itsm_sync.store.database import Database
from itsm_sync.store.schema import metadata
from itsm_sync.store.upgrade import config, revision, upgrade
from tests.databases import address
from tests.filling import fill, held, named, tables

Row = tuple[Any, ...]

# What a later revision learnt from what was stored, beside what was stored.
_LEARNT = ("links", "relations")
# What a later revision tells otherwise (`looks`).
_LEFT = ("decisions.facts", "decisions.configuration", "looks.signal", "looks.at")
# What only told which items were looked at: all are, once more.
_ANEW = "looks"


@pytest.mark.parametrize("released", schemas())
def test_a_database_of_any_released_schema_is_brought_up_with_all_that_is_in_it(
    url: str, released: str
) -> None:
    engine = create_engine(address(url))
    with engine.begin() as connection:
        upgrade(connection, released)
        fill(connection, 7)
        before, shapes = held(connection), tables(connection)
    engine.dispose()
    Store.open(url).close()
    with engine.connect() as connection:
        assert revision(connection) == newest()
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        after, now = held(connection), tables(connection)
    engine.dispose()
    for name, rows in before.items():
        columns = [one.name for one in shapes[name].columns if f"{name}.{one.name}" not in _LEFT]
        kept = _named(now[name], after[name], columns)
        if name == _ANEW and "at" in shapes[name].columns:
            continue
        assert len(kept) == len(rows) or (name in _LEARNT and len(kept) > len(rows))
        assert set(_named(shapes[name], rows, columns)) <= set(kept), name


def _named(table: Table, rows: Sequence[Row], columns: Sequence[str]) -> list[Row]:
    """Answer these columns of a table's rows."""
    names = [one.name for one in named(table)]
    places = [names.index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in rows]


def test_what_is_brought_up_can_be_written_to(url: str) -> None:
    engine = create_engine(address(url))
    with engine.begin() as connection:
        upgrade(connection, "0001")
    engine.dispose()
    Store.open(url).close()
    database = Database.open(url)
    with database.writing() as connection:
        fill(connection, 3)
    with database.reading() as connection:
        assert {len(rows) for rows in held(connection).values()} == {3}
    database.close()


def test_the_revisions_that_files_name_are_alembics() -> None:
    scripts = ScriptDirectory.from_config(config()).walk_revisions()
    assert schemas() == tuple(reversed([script.revision for script in scripts]))


def test_alembic_is_not_loaded_where_there_is_nothing_to_change(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/itsm-sync.db"
    with Store.open(address):
        pass
    asked = (
        "import sys; from itsm_sync.store import Store\n"
        "with Store.open(sys.argv[1]), Store.open(sys.argv[1] + '.new'):\n"
        "    print('alembic' in sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", asked, address], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "False"
