"""What only a server has: who may enter, connections that break, turns, the order of text."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from urllib.parse import quote

import pytest
from sandbox.postgres import PASSWORD
from sqlalchemy import insert, text

from itsm_sync.model.cycles import Batch
from itsm_sync.store import Store, StoreError
from itsm_sync.store.database import Database
from itsm_sync.store.schema import facts
from tests.builders import NOON, item
from tests.databases import Server

RIGHT = quote(PASSWORD, safe="")


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    with server.made() as address:
        opened = Database.open(address)
        yield opened
        opened.close()


def keep(database: Database, digest: str) -> None:
    with database.writing() as connection:
        connection.execute(insert(facts), [{"digest": digest, "content": "{}"}])


def kept(database: Database) -> int:
    with database.reading() as connection:
        return len(connection.execute(text("SELECT * FROM facts")).all())


# ---------------------------------------------------------------- text and numbers


def test_text_has_the_order_of_its_bytes_whatever_the_databases_language(
    server: Server, server_url: str
) -> None:
    (_, order), = server.postgres.execute(
        b"SELECT 'B' < 'a', string_agg(v, '' ORDER BY v) FROM (VALUES ('a'), ('B')) AS t (v)"
    )  # fmt: skip
    assert order == "aB"  # a dictionary's, as the server was made
    keys = [f"{letter}/{n}" for letter in "aAbBéz가나_-~" for n in range(120)]
    with Store.open(server_url) as store:
        batch = Batch(stream="x", items=tuple(item(key=key, ticket=None) for key in keys))
        store.keep("redmine", batch, "c1")
        assert [one.key for one in store.items()] == sorted(keys)
        assert {one.key for one in store.series("B/1", 1000)} == {
            key for key in keys if key.startswith("B/1")
        }


def test_the_tables_of_others_in_the_same_schema_are_left_as_they_are(
    server: Server, server_url: str
) -> None:
    server.postgres.execute(b"CREATE TABLE others (name text)", "bare")
    with Store.open(server_url):
        found = server.postgres.execute(
            b"SELECT collation_name FROM information_schema.columns WHERE table_name = 'others'",
            "bare",
        )
    assert found == [(None,)]


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_keeps_not_all_text_is_refused(server: Server, encoding: str) -> None:
    options = f"ENCODING '{encoding}' LOCALE 'C' LOCALE_PROVIDER libc"
    address = server.postgres.create("narrow", options=options)
    with pytest.raises(StoreError, match=f"has the encoding {encoding}: make it anew"):
        Store.open(address)
    server.postgres.drop("narrow")


# ---------------------------------------------------------------- turns


def test_who_reads_before_writing_finds_what_it_read(server: Server, database: Database) -> None:
    """A number that everybody reads, adds one to, and writes."""

    def add(times: int) -> None:
        for _ in range(times):
            with database.writing() as connection:
                number = connection.scalar(text("SELECT count(*) FROM facts"))
                connection.execute(insert(facts), [{"digest": f"{number}", "content": "{}"}])

    others = [Thread(target=add, args=(25,)) for _ in range(4)]
    with _another(server) as theirs:
        for thread in others:
            thread.start()
        for _ in range(25):
            with theirs.writing() as connection:
                number = connection.scalar(text("SELECT count(*) FROM facts"))
                connection.execute(insert(facts), [{"digest": f"{number}", "content": "{}"}])
        for thread in others:
            thread.join()
    assert kept(database) == 125


@contextmanager
def _another(server: Server, options: str = "") -> Iterator[Database]:
    """Another program's connection to the same database."""
    database = Database.open(server.postgres.url("made") + options, patience=0.2)
    yield database
    database.close()


def test_a_turn_that_does_not_come_is_told(server: Server, database: Database) -> None:
    with _another(server) as hasty, database.writing():
        with pytest.raises(StoreError, match="stayed locked"), hasty.writing():
            pass
        assert kept(hasty) == 0  # readers are not kept out
    keep(database, "a")


def test_a_reader_sees_one_moment(server: Server, database: Database) -> None:
    with _another(server) as theirs, theirs.reading() as connection:
        before = connection.scalar(text("SELECT count(*) FROM facts"))
        keep(database, "later")
        assert connection.scalar(text("SELECT count(*) FROM facts")) == before
    assert kept(database) == 1


def test_a_program_that_is_stopped_in_its_turn_holds_up_nobody(
    server: Server, database: Database
) -> None:
    with _another(server, "&options=-c idle_in_transaction_session_timeout=50") as silent:

        def fall_silent() -> None:
            with silent.writing() as connection:
                connection.execute(insert(facts), [{"digest": "theirs", "content": "{}"}])
                keep(database, "ours")  # waits for the server to end the other's turn
                connection.execute(insert(facts), [{"digest": "theirs too", "content": "{}"}])

        with pytest.raises(StoreError, match=r"silent for too long|can't be reached"):
            fall_silent()
        keep(silent, "theirs")
    assert kept(database) == 2


# ---------------------------------------------------------------- connections


def test_a_server_that_was_restarted_between_two_transactions_is_not_noticed(
    server: Server, database: Database
) -> None:
    keep(database, "before")
    server.postgres.restart()
    assert kept(database) == 1
    server.postgres.restart()
    keep(database, "after")
    assert kept(database) == 2


def test_a_connection_that_breaks_in_a_transaction_is_told_and_nothing_is_stored_by_halves(
    server: Server, database: Database
) -> None:
    def half() -> None:
        with database.writing() as connection:
            connection.execute(insert(facts), [{"digest": "half", "content": "{}"}])
            server.postgres.disconnect("made")
            connection.execute(insert(facts), [{"digest": "whole", "content": "{}"}])

    with pytest.raises(StoreError, match="can't be reached, check that its server runs"):
        half()
    assert kept(database) == 0


def test_a_connection_is_made_encrypted_where_the_address_says_so(
    server: Server, server_url: str, tmp_path: Path
) -> None:
    question = text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    address = server.postgres.address("bare", password=RIGHT)
    sure = f"{address}?sslmode=verify-full&sslrootcert={server.postgres.certificate}"
    database = Database.open(sure)
    with database.reading() as connection:
        assert connection.scalar(question) is True
    database.close()
    other = tmp_path / "other.crt"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "3", "-subj", "/CN=localhost", "-keyout", tmp_path / "key",
         "-out", other],
        check=True, capture_output=True,
    )  # fmt: skip
    with pytest.raises(StoreError, match=r"can't be reached.*certificate"):
        Database.open(f"{address}?sslmode=verify-full&sslrootcert={other}")


# ---------------------------------------------------------------- what is told


def test_who_may_not_enter_is_told_why(server: Server, server_url: str) -> None:
    told = {
        server.postgres.address("bare", password="canary"): "rejects the user or the password",
        server.postgres.address("bare"): "rejects the user or the password",
        server.postgres.address("bare", user="canary"): "rejects the user or the password",
        server.postgres.address("nowhere", password=RIGHT): "is not there, make it first",
        server.postgres.url("nowhere"): "is not there, make it first",
        "postgresql://bot:canary@127.0.0.1:1/x": "can't be reached, check that its server runs",
        f"{server_url}&sslmode=canary": "can't be reached.*sslmode",
    }
    for address, said in told.items():
        with pytest.raises(StoreError, match=said):
            Store.open(address)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://bot:canary@127.0.0.1:1/x",
        "postgres://bot:canary@127.0.0.1:1/x?connect_timeout=2",
        "postgresql+psycopg://bot@127.0.0.1:1/x?password=canary&sslpassword=canary",
        "postgresql+psycopg2://bot:canary@127.0.0.1:1/x",
    ],
)
def test_no_password_is_told(address: str) -> None:
    with pytest.raises(StoreError) as caught:
        Store.open(address)
    shown = [str(caught.value), repr(caught.value.message)]
    error: BaseException | None = caught.value
    while error is not None:
        shown.append(f"{error!r} {error}")
        error = error.__cause__ or error.__context__
    assert "canary" not in " ".join(shown)


@contextmanager
def _somebody(server: Server, *grants: str) -> Iterator[str]:
    """A user with few rights, and the address by which they come."""
    run = server.postgres.execute
    run(b"CREATE ROLE somebody LOGIN")
    try:
        for grant in grants:
            run(grant.encode(), "bare")
        yield server.postgres.url("bare").replace("owner@", "somebody@")
    finally:
        run(b"DROP OWNED BY somebody", "bare")
        run(b"DROP ROLE somebody")


def test_who_may_make_no_tables_is_told(server: Server, server_url: str) -> None:
    told = "give it the right to make and change tables"
    with (
        _somebody(server, "GRANT USAGE ON SCHEMA public TO somebody") as address,
        pytest.raises(StoreError, match=told),
    ):
        Store.open(address)
    with _somebody(server) as address, pytest.raises(StoreError, match="has no schema for our"):
        Store.open(address)


def test_too_many_connections_are_told(server: Server, server_url: str) -> None:
    limit = "ALTER ROLE somebody CONNECTION LIMIT 0"
    told = "has no connection left"
    with _somebody(server, limit) as address, pytest.raises(StoreError, match=told):
        Store.open(address)


def test_a_server_that_may_only_be_read_is_told(server: Server, database: Database) -> None:
    told = "can only be read, name the server"
    options = "&options=-c default_transaction_read_only=on"
    with _another(server, options) as standby, pytest.raises(StoreError, match=told):
        keep(standby, "x")
    assert kept(database) == 0


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("53100", "no room is left on the disk"),
        ("53200", "has too little of something"),
        ("57014", "took too long"),
        ("58030", "check the disk"),
        ("XX001", "is damaged"),
        ("57P01", "can't be reached"),
        ("22012", "failed: division"),
    ],
)
def test_what_the_server_has_trouble_with_is_told(database: Database, code: str, said: str) -> None:
    """The server says it itself, as it would where it happened."""
    raised = f"DO $$ BEGIN RAISE EXCEPTION 'division' USING ERRCODE = '{code}'; END $$"
    with pytest.raises(StoreError, match=said), database.writing() as connection:
        connection.exec_driver_sql(raised)


def test_the_row_that_was_refused_is_not_told(database: Database) -> None:
    keep(database, "same")
    with pytest.raises(StoreError) as caught, database.writing() as connection:
        connection.execute(insert(facts), [{"digest": "same", "content": "private"}])
    assert "private" not in f"{caught.value} {caught.value.__cause__}"


def test_programs_that_open_an_empty_database_at_once_make_its_tables_once(
    server_url: str,
) -> None:
    go, failed = Event(), list[BaseException]()

    def open_it() -> None:
        go.wait()
        try:
            Store.open(server_url).close()
        except BaseException as error:  # noqa: BLE001 - told by the assertion
            failed.append(error)

    threads = [Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    go.set()
    for thread in threads:
        thread.join()
    assert failed == []
    with Store.open(server_url) as store:
        store.pause("we", "it works", NOON)
