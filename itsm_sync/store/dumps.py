"""All that is kept, row by row, on its way from one database to another."""

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, DateTime, MetaData, Table, delete, func, insert, select
from sqlalchemy.types import TypeEngine

from itsm_sync.model.words import Message
from itsm_sync.store import postgres
from itsm_sync.store.database import CHUNK, Database
from itsm_sync.store.errors import StoreError
from itsm_sync.store.schema import leases, metadata
from itsm_sync.store.subject import Part
from itsm_sync.store.types import fit
from itsm_sync.store.upgrade import newest, revision, upgrade

# Who works on a database at this moment goes nowhere with it.
_OF_THE_MOMENT = frozenset((leases.name,))
_KEPT = frozenset(metadata.tables) - _OF_THE_MOMENT
Value = str | int | bool | None  # a time is text: ISO 8601 in UTC
Row = Sequence[Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A table of a dump: the names of its columns, and how many rows it has."""

    name: str
    columns: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dump:
    """What a database held at one moment.

    `rows` can be read once: those of the first table, then those of the next; `schema` is the
    revision that the tables are of.
    """

    schema: str
    shapes: tuple[Shape, ...]
    rows: Iterator[Row]


class Dumps(Part):
    """Handing over all that is kept, and taking it in."""

    @contextmanager
    def dumped(self) -> Iterator[Dump]:
        """Answer all that is kept as of one moment, whatever is written meanwhile."""
        with _dumped(self._database) as dump:
            yield dump

    def take(self, dump: Dump, *, instead: bool = False) -> None:
        """Store a dump, all of it or nothing; one of an older schema is brought up on the way.

        Args:
            dump: its schema is one of `schemas`.
            instead: in the place of all that is kept.

        Raises:
            StoreError: something is kept here already, and the dump is not to replace it.
        """
        with _of_today(dump) as today, self._database.writing() as connection:
            tables = _tables(connection)
            if not instead and any(_has_rows(connection, table) for table in tables.values()):
                text = "{database} is not empty: `--force` replaces all that is in it"
                raise StoreError(Message(text, {"database": self._database.name}))
            for table in reversed(list(tables.values())):
                connection.execute(delete(table))
            _load(connection, today, tables)
            if self._database.file is None:
                for table in metadata.sorted_tables:
                    if table.autoincrement_column is not None:
                        postgres.count_on(connection, table.name, table.autoincrement_column.name)


@contextmanager
def _dumped(database: Database) -> Iterator[Dump]:
    with database.reading() as connection:
        tables = list(_tables(connection).values())
        shapes = tuple(
            Shape(
                name=table.name,
                columns=tuple(table.columns.keys()),
                rows=connection.scalar(select(func.count()).select_from(table)) or 0,
            )
            for table in tables
        )
        rows = (row for table in tables for row in _rows(connection, table))
        yield Dump(schema=revision(connection) or "", shapes=shapes, rows=rows)


@contextmanager
def _of_today(dump: Dump) -> Iterator[Dump]:
    """Answer a dump as of today's schema, by way of a file of its own where it is older."""
    if dump.schema == newest():
        yield dump
        return
    with TemporaryDirectory(prefix="itsm-sync-") as folder:
        between = Database.connect(f"sqlite:///{Path(folder) / 'older.db'}")
        try:
            with between.writing(fenced=False) as connection:
                upgrade(connection, dump.schema)
                _load(connection, dump, _tables(connection, known=None))
            between.bring_up()
            with _dumped(between) as today:
                yield today
        finally:
            between.close()


def _tables(connection: Connection, known: Set[str] | None = _KEPT) -> Mapping[str, Table]:
    """Answer the tables of a database as they stand there, what others refer to first.

    `known` names them where the tables of others may stand beside ours.
    """
    there = MetaData()
    there.reflect(connection, only=None if known is None else lambda name, _: name in known)
    return {table.name: table for table in there.sorted_tables}


def _has_rows(connection: Connection, table: Table) -> bool:
    return connection.execute(select(table).limit(1)).first() is not None


def _rows(connection: Connection, table: Table) -> Iterator[Row]:
    ordered = select(table).order_by(*table.primary_key)
    found = connection.execution_options(yield_per=CHUNK).execute(ordered)
    for row in found:
        yield [_plain(value) for value in row]


def _load(connection: Connection, dump: Dump, tables: Mapping[str, Table]) -> None:
    """Store a dump's rows; raises ValueError where it is not of these tables."""
    for shape in dump.shapes:
        table = tables.get(shape.name)
        if table is None or not set(shape.columns) <= set(table.columns.keys()):
            raise ValueError(f"no such table, or not of these columns: {shape.name}")
        kinds = [table.columns[name].type for name in shape.columns]
        rows = islice(dump.rows, shape.rows)
        while some := list(islice(rows, CHUNK)):
            values = ([_value(v, kind) for v, kind in zip(row, kinds, strict=True)] for row in some)
            named = [dict(zip(shape.columns, row, strict=True)) for row in values]
            connection.execute(insert(table), named)
    if next(dump.rows, None) is not None:  # asked at any rate: a file is checked at its end
        raise ValueError("more rows than were announced")


def _plain(value: Any) -> Value:
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return aware.isoformat()
    plain: Value = value
    return plain


def _value(plain: Value, kind: TypeEngine[Any]) -> Any:
    if isinstance(plain, str):
        return datetime.fromisoformat(plain) if isinstance(kind, DateTime) else fit(plain)
    return plain
