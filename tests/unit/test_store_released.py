"""A database of any released schema is brought up to today's, and nothing in it is lost."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, select

from itsm_sync.store import Store, newest, schemas
from itsm_sync.store.database import Database
from itsm_sync.store.schema import metadata
from itsm_sync.store.upgrade import config, revision, upgrade
from tests.databases import address
from tests.filling import fill, held, tables

# What a later revision learnt from what was stored, beside what was stored.
_LEARNT = ("links", "relations")


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
        now = tables(connection)
        for name, rows in before.items():
            columns = [now[name].columns[column.name] for column in shapes[name].columns]
            kept = connection.execute(select(*columns)).all()
            assert len(kept) == len(rows) or (name in _LEARNT and len(kept) > len(rows))
        after = held(connection)
    engine.dispose()
    for name, rows in before.items():
        width = len(shapes[name].columns)
        cut = {row[:width] for row in after[name]}  # columns are added behind those there are
        assert cut >= set(rows), name


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
        "with Store.open(sys.argv[1]): print('alembic' in sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", asked, address], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "False"
