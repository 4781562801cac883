"""backup and restore: the state in one file, from either database to either."""

import gzip
import json
import shutil
import signal
import stat
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import create_engine, func, insert, select

from itsm_sync.cli import run
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.letters import Retrying
from itsm_sync.operations import backup as backups
from itsm_sync.operations import drafts
from itsm_sync.operations.backup import Copied
from itsm_sync.operations.backup_file import opened
from itsm_sync.operations.reporting.timing import Timetable
from itsm_sync.settings import Settings, load
from itsm_sync.store import Busy, Store, StoreError, newest, schemas
from itsm_sync.store.leases import CYCLE, DAEMON
from itsm_sync.store.schema import configurations, facts, remarks, routings
from itsm_sync.store.upgrade import upgrade
from tests.builders import NOON
from tests.databases import Server
from tests.filling import fill, held, lines, sealed

ROOT = Path(__file__).parents[2]
COUNT = 501  # more of each table than are asked for and stored at once
Everything = dict[str, list[tuple[object, ...]]]


def filled(store: Store, count: int = 11) -> None:
    with store._database.writing() as connection:
        fill(connection, count, without=("leases",))


def everything(store: Store) -> Everything:
    with store._database.reading() as connection:
        return {name: rows for name, rows in held(connection).items() if name != "leases"}


def saved(store: Store, file: Path, *, over: bool = False) -> Copied:
    return backups.backup(store, file, "abc", NOON, over=over)


@cache
def shipped() -> Settings:
    return load(ROOT / "config", {}, secrets=False)


def timetable(store: Store) -> Timetable:
    return Timetable(settings=shipped(), store=store, retrying=Retrying(), now=NOON, leaving=True)


def restored(store: Store, file: Path, *, instead: bool = False) -> Copied:
    with opened(file) as backup:
        return backups.restore(timetable(store), file, backup, instead=instead)


@pytest.fixture
def other(request: pytest.FixtureRequest, server: Server, tmp_path: Path) -> Iterator[Store]:
    """An empty store of the kind that the test names, beside `store`."""
    with server.empty() as theirs:
        mine = f"sqlite:///{tmp_path}/other.db"
        with Store.open(theirs if request.param == "postgresql" else mine) as store:
            yield store


# ---------------------------------------------------------------- there and back


@pytest.mark.parametrize("other", ["sqlite", "postgresql"], indirect=True)
def test_what_is_kept_is_the_same_after_any_way_and_back(
    store: Store, other: Store, tmp_path: Path
) -> None:
    filled(store, COUNT)
    first, again, back = (tmp_path / name for name in ("first", "again", "back"))
    saving = saved(store, first)
    assert set(saving.header.counts.values()) == {COUNT}
    assert restored(other, first).header == saving.header
    assert everything(other) == everything(store)
    saved(other, again)
    assert again.read_bytes() == first.read_bytes()
    restored(store, again, instead=True)
    saved(store, back)
    assert back.read_bytes() == first.read_bytes()


def test_numbers_go_on_after_those_that_were_restored(store: Store, tmp_path: Path) -> None:
    filled(store, 5)
    saved(store, tmp_path / "full")
    restored(store, tmp_path / "full", instead=True)
    row = {"key": "k", "cycle": "c", "at": NOON, "facts": "f", "configuration": "abc",
           "content": "{}"}  # fmt: skip
    with store._database.writing() as connection:
        connection.execute(insert(routings), [row])
        assert connection.scalar(select(func.max(routings.c.id))) == 6


def test_an_empty_database_can_be_saved_and_restored(store: Store, tmp_path: Path) -> None:
    saved(store, tmp_path / "empty")
    assert restored(store, tmp_path / "empty").header.rows == 0
    filled(store)


@pytest.mark.parametrize("schema", schemas())
def test_a_backup_of_an_older_schema_is_brought_up_on_its_way(
    store: Store, schema: str, tmp_path: Path
) -> None:
    older, file = tmp_path / "older.db", tmp_path / "backup"
    engine = create_engine(f"sqlite:///{older}")
    with engine.begin() as connection:
        upgrade(connection, schema)
        fill(connection, 7, without=("leases",))
        file.write_bytes(gzip.compress(lines(connection, schema)))
    engine.dispose()
    done = restored(store, file)
    assert (done.header.schema, done.schema) == (schema, newest())
    with Store.open(f"sqlite:///{older}") as same:
        assert everything(store) == everything(same)


def test_who_works_on_a_database_does_not_go_with_it(store: Store, tmp_path: Path) -> None:
    with store.exclusive():
        saving = saved(store, tmp_path / "backup")
    assert "leases" not in saving.header.counts
    assert restored(store, tmp_path / "backup").header == saving.header


def test_a_backup_is_of_one_moment_while_cycles_write(store: Store, tmp_path: Path) -> None:
    begun, over = Event(), Event()

    def write() -> None:
        number = 0
        while not over.is_set():
            number += 1
            with store._database.writing() as connection:  # in this order: after its own reading
                remark = {"episode": f"{number}", "name": "n", "at": NOON}
                connection.execute(insert(remarks), [remark])
                connection.execute(insert(facts), [{"digest": f"{number:032x}", "content": "{}"}])
            if number > 20:
                begun.set()

    writer = Thread(target=write)
    writer.start()
    begun.wait()
    try:
        counted = [saved(store, tmp_path / f"{n}").header.counts for n in range(5)]
        for n in range(5):
            with opened(tmp_path / f"{n}") as backup:
                assert backup.header.counts == counted[n]
    finally:
        over.set()
        writer.join()
    assert all(counts["remarks"] == counts["facts"] for counts in counted)
    assert counted[0]["facts"] < counted[-1]["facts"]


def test_memory_does_not_grow_with_what_is_kept(store: Store, tmp_path: Path) -> None:
    size, count = 4_000, 6_000  # far more than the tables themselves take to be looked at
    with store._database.writing() as connection:
        for start in range(0, count, 100):
            rows = [{"hash": f"{n}", "files": {"a": f"{n}" * (size // len(str(n)))}, "at": NOON}
                    for n in range(start, start + 100)]  # fmt: skip
            connection.execute(insert(configurations), rows)
    tracemalloc.start()
    saved(store, tmp_path / "backup")
    restored(store, tmp_path / "backup", instead=True)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < size * count / 2


# ---------------------------------------------------------------- the file


def test_a_backup_is_its_owners_alone_and_nothing_is_left_beside_it(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    saved(store, folder / "state.backup")
    assert [file.name for file in folder.iterdir()] == ["state.backup"]
    assert stat.S_IMODE((folder / "state.backup").stat().st_mode) == 0o600


def test_a_file_that_is_there_stays_unless_it_is_said(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "notes"
    file.write_text("somebody's notes")
    with pytest.raises(ConfigurationError, match="is there already"):
        saved(store, file)
    assert file.read_text() == "somebody's notes"
    saved(store, file, over=True)
    with opened(file) as backup:
        assert backup.header.schema == newest()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_appears_meanwhile_stays(tmp_path: Path) -> None:
    file = tmp_path / "notes"

    def write() -> None:
        with drafts.drafted(file, over=False) as draft:
            draft.write(b"ours")
            file.write_text("theirs")

    with pytest.raises(ConfigurationError, match="is there already"):
        write()
    assert [one.read_text() for one in tmp_path.iterdir()] == ["theirs"]


def test_what_fails_in_mid_backup_leaves_nothing(tmp_path: Path) -> None:
    def half(over: bool) -> None:
        with drafts.drafted(tmp_path / "notes", over=over) as draft:
            draft.write(b"half")
            raise LookupError

    for over in (False, True):
        with pytest.raises(LookupError):
            half(over)
    assert list(tmp_path.iterdir()) == []


def test_two_programs_do_not_write_one_file_at_once(tmp_path: Path) -> None:
    file = tmp_path / "backup"
    with drafts.drafted(file, over=True) as first:
        with (
            pytest.raises(ConfigurationError, match="is writing it just now"),
            drafts.drafted(file, over=True),
        ):
            pass
        first.write(b"the first one's")
    assert file.read_bytes() == b"the first one's"


def test_the_draft_of_a_program_that_died_is_written_over(store: Store, tmp_path: Path) -> None:
    (tmp_path / ".backup.part").write_bytes(b"x" * 1_000_000)
    saved(store, tmp_path / "backup")
    with opened(tmp_path / "backup"):
        assert not (tmp_path / ".backup.part").exists()


def test_a_folder_that_is_not_there_is_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="can't be written: no such file"):
        saved(store, tmp_path / "nowhere" / "backup")
    with pytest.raises(ConfigurationError, match="can't be read: no such file"):
        restored(store, tmp_path / "nowhere" / "backup")


@pytest.fixture
def kept(made_file: Path, tmp_path: Path) -> Iterator[Store]:
    """A store with something in it."""
    shutil.copy(made_file, tmp_path / "kept.db")
    with Store.open(f"sqlite:///{tmp_path}/kept.db") as store:
        filled(store, 3)
        yield store


def test_a_backup_cut_anywhere_or_changed_anywhere_is_found_out(
    kept: Store, tmp_path: Path
) -> None:
    store = kept
    whole, file = tmp_path / "whole", tmp_path / "file"
    saved(store, whole)
    good, before = whole.read_bytes(), everything(store)
    plain = gzip.decompress(good)
    wrong = [good[: len(good) * part // 40] for part in range(40)]
    wrong += [_flipped(good, len(good) * part // 40) for part in range(1, 40)]
    wrong += [gzip.compress(plain[: len(plain) * part // 40]) for part in range(40)]
    wrong += [gzip.compress(_flipped(plain, len(plain) * part // 40)) for part in range(40)]
    wrong += [good + b"more", good + good, gzip.compress(plain + b"[]\n")]
    for content in wrong:
        file.write_bytes(content)
        with pytest.raises(ConfigurationError, match=r"damaged|no backup|newer version"):
            restored(store, file, instead=True)
    assert everything(store) == before


def _flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


HEADER = {"format": "itsm-sync backup", "version": 1, "schema": newest(), "configuration": "abc",
          "made_at": NOON.isoformat(), "tables": []}  # fmt: skip
SHAPE = {"name": "facts", "rows": 1, "columns": ["digest", "content"]}


def made(*rows: object, shape: dict[str, object] | None = None, **header: object) -> bytes:
    tables = [SHAPE | shape] if shape is not None else []
    return gzip.compress(sealed([HEADER | {"tables": tables} | header, *rows]))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "is no backup", id="nothing"),
        pytest.param(b"SQLite format 3\0" + b"x" * 5000, "is no backup", id="a database"),
        pytest.param(gzip.compress(b"somebody's notes\n"), "is no backup", id="notes"),
        pytest.param(gzip.compress(b"x" * 3_000_000), "is no backup", id="one long line"),
        pytest.param(made(format="another"), "is no backup", id="another format"),
        pytest.param(gzip.compress(sealed([[1]])), "is no backup", id="a list"),
        pytest.param(made(version=2), r"newer version \(2\): update", id="a newer format"),
        pytest.param(made(schema="9999"), r"newer version \(9999\): update", id="a newer schema"),
        pytest.param(made(made_at="then"), "is damaged", id="no time"),
        pytest.param(made(tables=[1]), "is damaged", id="no table"),
        pytest.param(made(shape={}), "is damaged", id="a row less"),
        pytest.param(made(["a", "{}"], [], shape={}), "is damaged", id="a row more"),
        pytest.param(made(["a"], shape={}), "is damaged", id="a short row"),
        pytest.param(made(["a", {}], shape={}), "is damaged", id="no plain value"),
        pytest.param(made(["a", "b"], shape={"name": "x"}), "is damaged", id="another table"),
        pytest.param(
            made(["a", "b"], shape={"columns": ["a", "b"]}), "is damaged", id="other columns"
        ),
    ],
)
def test_what_is_no_backup_of_ours_is_told_and_changes_nothing(
    content: bytes, said: str, kept: Store, tmp_path: Path
) -> None:
    before = everything(kept)
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=said):
        restored(kept, file, instead=True)
    assert everything(kept) == before


# ---------------------------------------------------------------- what restore takes care of


def test_a_database_with_something_in_it_is_replaced_only_where_it_is_said(
    store: Store, tmp_path: Path
) -> None:
    saved(store, tmp_path / "empty")
    filled(store)
    before = everything(store)
    with pytest.raises(StoreError, match="is not empty: `--force` replaces"):
        restored(store, tmp_path / "empty")
    assert everything(store) == before
    restored(store, tmp_path / "empty", instead=True)
    assert not any(everything(store).values())


@pytest.mark.parametrize(
    ("name", "told"), [(CYCLE, "another cycle is running"), (DAEMON, "the daemon runs")]
)
def test_nothing_is_restored_while_a_cycle_or_a_daemon_runs(
    store: Store, url: str, name: str, told: str, tmp_path: Path
) -> None:
    saved(store, tmp_path / "backup")
    with Store.open(url) as running, running.exclusive(name):
        with pytest.raises(Busy, match=told):
            restored(store, tmp_path / "backup", instead=True)
        assert [lease.name for lease in store.leases()] == [name]


# Restores, and dies by its own hand in the middle.
_DIE = """
import os, signal, sys
from pathlib import Path
from itsm_sync.operations import backup
from itsm_sync.operations.backup_file import opened
from itsm_sync.store import Store, dumps
from tests.unit.test_backup import timetable

truly, left = dumps.insert, [int(sys.argv[3])]
def dying(table):
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    return truly(table)
dumps.insert = dying
file = Path(sys.argv[2])
with Store.open(sys.argv[1]) as store, opened(file) as whole:
    backup.restore(timetable(store), file, whole, instead=True)
"""


@pytest.mark.parametrize("tables", [0, 5, 20])
def test_a_restore_that_is_killed_leaves_what_was_there(
    store: Store, url: str, tables: int, tmp_path: Path
) -> None:
    filled(store, 7)
    file = tmp_path / "backup"
    saved(store, file)
    with store._database.writing() as connection:
        connection.execute(insert(facts), [{"digest": "later", "content": "{}"}])
    before = everything(store)
    command = [sys.executable, "-c", _DIE, url, str(file), str(tables)]
    assert subprocess.run(command, check=False, cwd=ROOT).returncode == -signal.SIGKILL
    assert everything(store) == before
    restored(store, file, instead=True)
    assert len(everything(store)["facts"]) == 7


# ---------------------------------------------------------------- at the command line


@pytest.fixture
def asked(
    url: str,
    configuration: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., tuple[int, str]]:
    """Runs a command; answers its exit status and what it printed."""
    directory = configuration(addresses={"redmine": "http://127.0.0.1:1"})
    monkeypatch.setenv("ITSM_SYNC_DATABASE", url)

    def ask(*arguments: str) -> tuple[int, str]:
        status = run([*arguments, "--config", str(directory)])
        said = capsys.readouterr()
        return status, said.out or said.err

    return ask


def test_both_commands_say_what_they_did(
    store: Store, asked: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    filled(store, 2)
    file = str(tmp_path / "backup")
    status, said = asked("backup", file, "--json")
    told = json.loads(said)
    assert status == 0
    assert (told["file"], told["schema"], told["database_schema"]) == (file, newest(), newest())
    assert told["rows"] == sum(told["tables"].values()) > 40
    assert told["tables"]["items"] == 2
    assert "개 행을" in asked("backup", file, "--force")[1]
    status, said = asked("restore", file, "--force", "--json")
    assert (status, json.loads(said)["tables"]) == (0, told["tables"])


def test_a_wrong_file_is_a_wrong_call_and_a_running_cycle_is_not(
    store: Store, asked: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    file.write_text("somebody's notes")
    status, said = asked("restore", str(file), "--json")
    assert (status, json.loads(said)["problems"][0]["file"]) == (2, str(file))
    assert asked("backup", str(file))[0] == 2
    filled(store, 1)
    saved(store, file, over=True)
    assert asked("restore", str(file))[0] == 2
    with store.exclusive():
        assert asked("restore", str(file), "--json")[0] == 1
