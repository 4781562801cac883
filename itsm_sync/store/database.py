"""The connection: opening, upgrading, transactions. What only SQLite has is here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from threading import RLock
from typing import Any, Self

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    Table,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import QueuePool

from itsm_sync.model.os_errors import why
from itsm_sync.model.words import Message
from itsm_sync.store import folders, postgres
from itsm_sync.store.errors import Displaced, StoreError, told
from itsm_sync.store.fence import Fence
from itsm_sync.store.files import HeldFile, prepare
from itsm_sync.store.upgrade import bring_up, is_current

# Seconds that a connection waits for another program's transaction; ours take milliseconds.
_PATIENCE = 30
# Keys in one question: far below SQLite's limit of 32766 variables, and the page size of reads.
CHUNK = 500
# Free room of a file that is not worth making it anew: bytes, and a share of the file.
LITTLE, SHARE = 16 * 1024**2, 0.2
_DRIVERS = ("sqlite", "sqlite+pysqlite", *postgres.DRIVERS)
Rows = Sequence[Mapping[str, Any]]


class Database:
    """One database, used by any number of threads; writes take turns."""

    def __init__(
        self, engine: Engine, name: str, held: HeldFile | None, *, keeps: bool = True
    ) -> None:
        self.fence = Fence()
        self._engine = engine
        self._keeps = keeps
        self._writer = engine.execution_options(writes=True)
        self._reader = engine
        if engine.dialect.name == "postgresql":
            self._reader = engine.execution_options(**postgres.READING)
        self._turn = RLock()
        self.name = name
        self.held = held
        self.file = held.path if held is not None else None

    @classmethod
    def open(cls, url: str, patience: float = _PATIENCE) -> Self:
        """Open a database and bring it to the newest schema.

        Raises:
            StoreError: it can't be made or opened, is damaged, or is of a newer version.
        """
        database = cls.connect(url, patience)
        try:
            database.bring_up()
        except BaseException:
            database.close()
            raise
        return database

    @classmethod
    def connect(cls, url: str, patience: float = _PATIENCE) -> Self:
        """Answer a database as it stands there, a file made where there is none.

        Raises:
            StoreError: the address leads nowhere.
        """
        parsed = _parsed(url)
        if parsed.get_backend_name() == "sqlite":
            file = _file(parsed)
            return cls(_sqlite(parsed, patience), str(file), prepare(file))
        name = postgres.shown(parsed)
        return cls(postgres.server(parsed, name, patience), name, None)

    def bring_up(self) -> None:
        """Bring the schema up to today's; raises StoreError where it is of a newer version."""
        with self.reading() as connection:
            if self.file is None:
                postgres.check(connection, self.name)
            current = is_current(connection, self.name)
        if not current:
            with self.writing() as connection:
                bring_up(connection)

    def unkept(self) -> "Database":
        """Answer the same database, over which every transaction is rolled back at its end."""
        return Database(self._engine, self.name, self.held, keeps=False)

    def close(self) -> None:
        """Let go of it. A file that was moved away gets first what still stands beside its old
        address, unless another is there, which uses the same places.
        """
        pool = self._engine.pool
        idle = isinstance(pool, QueuePool) and pool.checkedin() > 0  # else a file would be made
        if idle and self.held is not None and self.held.moved and not self.held.replaced:
            with suppress(DBAPIError), self._bare() as plain:
                plain.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self._engine.dispose()

    def see(self) -> None:
        """See that the file at the address is the one that was opened; a server sees to that.

        Raises:
            Displaced: it is not.
        """
        if self.held is not None and self.held.moved:
            raise Displaced(self.name)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view, without keeping writers out."""
        with self._telling(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, *, fenced: bool = True) -> Iterator[Connection]:
        """One transaction: all of it, or nothing where the block raises.

        Raises:
            LeaseLost: a lease that is held is another's by now; unless not `fenced`.
        """
        with self._turn, self._telling(), self._writer.begin() as connection:
            if fenced:
                self.fence.check(connection)
            yield connection
            if not self._keeps:
                connection.rollback()

    @contextmanager
    def rehearsing(self) -> Iterator["Rehearsal"]:
        """One transaction in which everything is done, and then taken back.

        Of a file it is one of a copy, which needs as much room beside it: nobody who writes waits.
        On a server who writes the same rows does.
        """
        with ExitStack() as stack:
            stack.enter_context(self._telling())
            database = self if self.file is None else stack.enter_context(self._copied(self.file))
            stack.enter_context(database._turn)
            connection = stack.enter_context(database._writer.begin())
            yield Rehearsal(connection)
            connection.rollback()

    @contextmanager
    def _copied(self, file: Path) -> Iterator["Database"]:
        """Answer a copy of the file as it stands, in a folder that nobody else may enter."""
        with _folder_beside(file) as folder:
            copy = folder / file.name
            with self._bare() as plain:
                plain.exec_driver_sql("VACUUM INTO ?", (str(copy),))
            database = Database.connect(f"sqlite:///{copy}")
            try:
                yield database
            finally:
                database.close()

    def free_room(self) -> int:
        """Answer the bytes of free pages of a file, where these are many; else 0."""
        if self.file is None or not self._keeps:
            return 0
        with self._telling(), self._bare() as plain:
            free, size = (
                plain.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("freelist_count", "page_size")
            )
        room: int = free * size
        return room if room >= max(LITTLE, self.file.stat().st_size * SHARE) else 0

    def compact(self, alone: AbstractContextManager[None]) -> int:
        """Give the free pages of a file back to the disk; answer bytes.

        It takes the room of the file once more while it works, and seconds a gigabyte, on a slow
        disk minutes; nobody else writes meanwhile. `alone` is held then.
        """
        if self.file is None or not self._keeps:
            return 0
        before = self.file.stat().st_size
        with self._turn, self._telling(), self._bare() as plain, alone:
            plain.exec_driver_sql("VACUUM")
            plain.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return max(0, before - self.file.stat().st_size)

    @contextmanager
    def _bare(self) -> Iterator[Connection]:
        """A connection without a transaction."""
        with self._engine.connect() as connection:
            yield connection.execution_options(bare=True)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        self.see()
        try:
            yield
        except DBAPIError as error:
            raise told(error, self.name) from error


class Rehearsal:
    """A database within one transaction that is taken back at its end: all that was written in it
    so far is read.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The transaction."""
        yield self._connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The transaction."""
        yield self._connection


def upsert(
    connection: Connection,
    table: Table,
    rows: Rows,
    keep: Iterable[str] = (),
    where: ColumnElement[bool] | None = None,
) -> None:
    """Insert rows, or update those whose primary key is there, all columns but those of `keep`;
    of these only the ones that are so (`where`).
    """
    if rows:
        how = connection.dialect.name, table, tuple(rows[0]), tuple(keep), where
        connection.execute(_upserting(*how), rows)


@lru_cache(256)  # one that was made before is executed in a quarter of the time
def _upserting(
    dialect: str,
    table: Table,
    names: tuple[str, ...],
    keep: tuple[str, ...],
    where: ColumnElement[bool] | None,
) -> sqlite.Insert | postgresql.Insert:
    statement = inserting(dialect, table)
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in names if name not in {*keys, *keep}}
    if changed:
        return statement.on_conflict_do_update(index_elements=keys, set_=changed, where=where)
    return statement.on_conflict_do_nothing(index_elements=keys)


def insert_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row; answer False where one of its primary key is there."""
    statement = inserting(connection.dialect.name, table).values(row).on_conflict_do_nothing()
    counted = statement.execution_options(preserve_rowcount=True)  # psycopg's is gone else
    return connection.execute(counted).rowcount == 1


def inserting(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Answer an insert that may tell what is to happen where a row is there."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def chunks(values: Iterable[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """Answer the values in lists that fit into one question."""
    everything = list(values)
    for start in range(0, len(everything), size):
        yield everything[start : start + size]


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # both may quote the password
        raise StoreError(
            Message("not an address of a database (`sqlite:////absolute/path` is one)")
        ) from None
    authority, _, path = url.partition("://")[2].partition("?")[0].partition("/")
    if parsed.get_backend_name() != "sqlite" and (authority.count("@") > 1 or "@" in path):
        # It may show the password's end as the host, here and in what a driver says.
        raise StoreError(
            Message(
                "the database's address has an `@` or `/` in its password: write them `%40` and"
                " `%2F`, or give the password by ITSM_SYNC_DATABASE_PASSWORD"
            )
        )
    ours = parsed.get_backend_name() in ("sqlite", "postgres", "postgresql")
    if ours and parsed.drivername not in _DRIVERS:
        params = {"kind": parsed.drivername, "known": ", ".join(_DRIVERS)}
        raise StoreError(Message("no database of the kind {kind} is known: {known}", params))
    return parsed


def _file(url: URL) -> Path:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise StoreError(Message("the database must be a file: `sqlite:////absolute/path`"))
    return Path(url.database).absolute()


# KiB of pages that a connection keeps; the system has the file's anyway. With SQLite's own 2 MiB
# memory grows until all are full, and nothing is faster (10,000 tickets read for the first time).
_CACHE = "cache_size=-256"


@contextmanager
def _folder_beside(file: Path) -> Iterator[Path]:
    """Make a folder beside the file for a while, without those that killed ones left."""
    try:
        made = folders.take(file.parent, f"{file.name}-copy-")
    except OSError as error:
        params = {"database": str(file), "error": why(error)}
        told = "{database} can't be copied beside itself: {error}; check the folder"
        raise StoreError(Message(told, params)) from error
    try:
        yield made.path
    finally:
        made.clear()


def _sqlite(url: URL, patience: float) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": patience, "isolation_level": None},
        pool_size=8,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", _CACHE):
            connection.execute(f"PRAGMA {pragma}")

    # The driver's own habit (BEGIN before the first write) would let two threads read first and
    # then deadlock over the write; a transaction that writes says so at its start.
    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("bare"):  # no transaction, as VACUUM wants it
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")

    return engine
