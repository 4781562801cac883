"""Opening, upgrading, and what is said when a database can't be used."""

import os
import sqlite3
import stat
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, func, insert, inspect, select
from sqlalchemy.exc import StatementError

from itsm_sync.model.cycles import Batch, Cycle
from itsm_sync.store import Displaced, Store, StoreError
from itsm_sync.store.database import Database, upsert
from itsm_sync.store.items import row_of
from itsm_sync.store.schema import configurations, cycles, items, metadata
from itsm_sync.store.upgrade import newest, upgrade
from tests.builders import NOON, item
from tests.databases import address


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_may_read_the_files(file: str, tmp_path: Path) -> None:
    with Store.open(file) as store, store.exclusive():
        store.keep("redmine", Batch(stream="issues", items=(item(1),)), "c1")
        modes = {path.name: mode(path) for path in tmp_path.iterdir()}
    ends = ("", "-wal", "-shm")
    assert modes == {f"itsm-sync.db{end}": 0o600 for end in ends}


def test_an_open_file_is_closed_to_others(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    file.touch(0o644)
    file.chmod(0o644)
    Store.open(f"sqlite:///{file}").close()
    assert mode(file) == 0o600


def test_what_was_kept_is_there_after_opening_again(url: str) -> None:
    with Store.open(url) as store:
        store.keep("redmine", Batch(stream="issues", items=(item(1),), cursor=1), "c1")
    with Store.open(url) as store:
        assert list(store.items()) == [item(1)]


def test_the_tables_made_by_migrations_are_those_that_are_made_at_once(url: str) -> None:
    engine = create_engine(address(url))
    with engine.begin() as connection:
        upgrade(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        migrated = shape(connection)
        metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE alembic_version")
    engine.dispose()
    database = Database.open(url)
    with database.reading() as connection:
        assert shape(connection) == migrated
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert context.get_current_revision() == newest()
    database.close()


def shape(connection: Connection) -> dict[str, object]:
    """All that a database tells of its tables, in no order of its own."""
    inspector = inspect(connection)
    asked = ("columns", "indexes", "unique_constraints", "foreign_keys")
    return {
        name: (
            *({_told(one) for one in getattr(inspector, f"get_{what}")(name)} for what in asked),
            inspector.get_pk_constraint(name),
        )
        for name in inspector.get_table_names()
    }


def _told(one: Mapping[str, Any]) -> str:
    """What is told of a column or an index, as text; what an index is over is a clause."""
    options = {name: str(value) for name, value in one.get("dialect_options", {}).items()}
    return repr(sorted({**one, "dialect_options": options}.items()))


def test_a_table_of_anothers_is_not_taken_for_ours(url: str) -> None:
    engine = create_engine(address(url))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE items (wares INTEGER)")
    engine.dispose()
    with pytest.raises(StoreError):
        Store.open(url)


def test_what_was_stored_before_is_found_by_its_commits_and_branch_too(url: str) -> None:
    facts = {"sha": "a" * 40, "branch": "fix/42", "references": ("redmine:issue/1",)}
    pull = item(key="github:abc/app/pull/7", source="github", kind="pull", facts=facts)
    engine = create_engine(address(url))
    with engine.begin() as connection:
        upgrade(connection, "0002")
        row = row_of(replace(pull, ticket=None), "github", "c1") | {"facts": "x"}
        del row["carries"]  # the next revision brings it
        connection.execute(insert(items).values(row))
        links = {"item": pull.key, "ticket": "redmine:issue/1"}
        connection.execute(insert(metadata.tables["links"]).values(links))
    engine.dispose()
    with Store.open(url) as store:
        named = [f"commit:{'a' * 40}", "branch:redmine:issue/42", "redmine:issue/1"]
        assert set(store.linked(named)) == set(named)


def test_a_migration_that_fails_leaves_nothing_behind(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("in the middle of it")

    engine = create_engine(address(url))
    with engine.begin() as connection:
        upgrade(connection, "0001")
        before = shape(connection)
    monkeypatch.setattr("alembic.op.create_index", broken)
    with pytest.raises(RuntimeError):
        Store.open(url)
    monkeypatch.undo()
    with engine.connect() as connection:
        assert shape(connection) == before
    engine.dispose()
    Store.open(url).close()


def test_a_schema_that_can_not_be_made_leaves_nothing_behind(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("in the middle of it")

    monkeypatch.setattr("sqlalchemy.MetaData.create_all", broken)  # after a table was made
    with pytest.raises(RuntimeError):
        Store.open(url)
    monkeypatch.undo()
    engine = create_engine(address(url))
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    Store.open(url).close()


def test_a_database_of_a_newer_version_is_left_alone(url: str) -> None:
    database = Database.open(url)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    with pytest.raises(StoreError, match=r"newer version \(9999\): update itsm-sync"):
        Store.open(url)


def test_times_come_back_aware_in_utc_and_naive_ones_are_refused(url: str) -> None:
    korean = datetime(2026, 3, 2, 21, 0, 0, 123456, timezone(timedelta(hours=9)))
    with Store.open(url) as store:
        store.begin(Cycle(id="c1", started_at=korean, configuration="abc"))
        (cycle,) = store.last_cycles()
        assert cycle.started_at == korean
        assert cycle.started_at.tzinfo is UTC
        naive = Cycle(id="c2", started_at=datetime(2026, 3, 2), configuration="abc")  # noqa: DTZ001
        with pytest.raises(StatementError, match="without a zone"):
            store.begin(naive)


# What can go wrong, and what is said about it.


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("Dear all, " * 400)
    with pytest.raises(StoreError, match=r"letter\.db is no database: name another file"):
        Store.open(f"sqlite:///{file}")


def test_a_damaged_database_is_told_as_such(file: str) -> None:
    with Store.open(file) as store:
        batch = Batch(stream="issues", items=tuple(item(n) for n in range(1, 300)))
        store.keep("redmine", batch, "c1")
    with Path(file.removeprefix("sqlite:///")).open("r+b") as damaged:
        damaged.seek(4096 * 2)
        damaged.write(b"\xff" * 4096 * 60)
    with pytest.raises(StoreError, match="is damaged"), Store.open(file) as store:
        list(store.items())


@pytest.fixture
def nobody(tmp_path: Path) -> Iterator[None]:
    """A user who may not write in the folder."""
    tmp_path.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield
    if root:
        os.seteuid(0)
    tmp_path.chmod(0o700)


@pytest.mark.usefixtures("nobody")
def test_a_folder_that_can_not_be_written_is_told(file: str) -> None:
    with pytest.raises(StoreError, match=r"permission denied: .+; check the folder"):
        Store.open(file)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("sqlite:////no/such/folder/x.db", "no such file or directory; check the folder"),
        ("sqlite:////tmp", "is a directory; check the folder"),
        ("sqlite://", "must be a file"),
        ("sqlite:///:memory:", "must be a file"),
        ("not an address", "not an address of a database"),
        ("nosuch://localhost/x", "no driver is installed"),
    ],
)
def test_an_address_that_leads_nowhere_is_told(address: str, said: str) -> None:
    with pytest.raises(StoreError, match=said):
        Store.open(address)


@pytest.mark.parametrize(
    "address",
    [
        "nosuch://bot:canary@localhost/x",
        "postgresql://bot:p@canary/w%rd@127.0.0.1:1/x",
        "postgresql://bot:p/canary@127.0.0.1:1/x",
        "postgresql://bot:p@canary@127.0.0.1:1/x",
    ],
)
def test_a_password_in_an_address_is_not_told(address: str) -> None:
    with pytest.raises(StoreError) as caught:
        Store.open(address)
    assert "canary" not in str(caught.value)


def test_a_full_disk_is_told_and_nothing_is_stored_by_halves(file: str) -> None:
    database = Database.open(file)
    rows = [{"hash": f"{n}", "files": {"a": "x" * 4000}, "at": NOON} for n in range(100)]
    with database.writing() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 60")
    with pytest.raises(StoreError, match="no room is left"), database.writing() as connection:
        upsert(connection, configurations, rows)
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(configurations)) == 0
    database.close()


def test_a_database_locked_by_another_program_is_told_after_waiting(file: str) -> None:
    database = Database.open(file, patience=0.01)
    other = sqlite3.connect(file.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="stayed locked"), database.writing():
        pass
    with database.reading() as connection:  # readers are not kept out
        assert connection.scalar(select(func.count()).select_from(items)) == 0
    other.close()
    database.close()


def test_an_error_of_the_program_undoes_the_transaction_and_stays_itself(url: str) -> None:
    database = Database.open(url)

    def half() -> None:
        with database.writing() as connection:
            row = {"id": "c1", "started_at": NOON, "configuration": "abc"}
            connection.execute(insert(cycles), [row])
            raise LookupError

    with pytest.raises(LookupError):
        half()
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(cycles)) == 0
    database.close()


def test_ten_thousand_items_are_news_once(store: Store) -> None:
    facts = {"project": "abc", "projects": ("abc", "abc-app"), "due": NOON, "closed": False}
    everything = [item(n, body="본문 " * 50, facts=facts) for n in range(1, 10_001)]
    pages = [tuple(everything[n : n + 100]) for n in range(0, 10_000, 100)]
    news = [
        sum(
            store.keep("redmine", Batch(stream="issues", items=page, cursor=1), cycle).news
            for page in pages
        )
        for cycle in ("c1", "c2")
    ]
    assert news == [10_000, 0]


def test_what_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("somebody's notes", encoding="utf-8")
    text.chmod(0o644)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o666)
    pipe.chmod(0o666)
    for file, mode in ((text, 0o644), (pipe, 0o666)):
        with pytest.raises(StoreError, match="is no database"):
            Store.open(f"sqlite:///{file}")
        assert file.stat().st_mode & 0o777 == mode
    assert text.read_text(encoding="utf-8") == "somebody's notes"


@pytest.mark.parametrize("how", ["moved", "removed", "replaced", "linked anew"])
def test_a_file_that_is_not_at_its_address_any_more_is_neither_read_nor_written(
    file: str, tmp_path: Path, how: str
) -> None:
    path = Path(file.removeprefix("sqlite:///"))
    other = tmp_path / "other.db"
    Store.open(f"sqlite:///{other}").close()
    if how == "linked anew":
        path.symlink_to(tmp_path / "first.db")
    with Store.open(file) as store, store.exclusive():
        store.assure()
        path.unlink() if how == "removed" else path.rename(tmp_path / "aside.db")
        if how == "replaced":
            other.rename(path)
        if how == "linked anew":
            path.symlink_to(other)
        for deed in (store.assure, store.paused, lambda: store.begin(_cycle("c1"))):
            with pytest.raises(Displaced, match="moved, removed or replaced"):
                deed()
    assert path.exists() is (how in ("replaced", "linked anew"))


def test_a_file_that_was_put_back_goes_on(file: str, tmp_path: Path) -> None:
    path = Path(file.removeprefix("sqlite:///"))
    with Store.open(file) as store:
        path.rename(tmp_path / "aside.db")
        (tmp_path / "aside.db").rename(path)
        store.begin(_cycle("c1"))


def test_a_moved_file_has_all_that_was_written_and_the_one_in_its_place_none_of_it(
    file: str, tmp_path: Path
) -> None:
    path, aside = Path(file.removeprefix("sqlite:///")), tmp_path / "aside.db"
    with Store.open(file) as store:
        store.begin(_cycle("ours"))
        path.rename(aside)
        assert path.with_name(f"{path.name}-wal").stat().st_size  # what was written last
        store.close()
        with Store.open(file) as theirs:
            theirs.begin(_cycle("theirs"))
            store.close()
    for place, known in ((path, "theirs"), (aside, "ours")):
        with sqlite3.connect(place) as connection:
            assert connection.execute("SELECT id FROM cycles").fetchall() == [(known,)]
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()


def _cycle(name: str) -> Cycle:
    return Cycle(id=name, started_at=NOON, configuration="abc")
