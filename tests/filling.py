"""Databases with something in every table, of any revision of the schema."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    insert,
    select,
)

from itsm_sync.store.codec import dumps, encode
from itsm_sync.store.schema import metadata
from tests.builders import item

AT = datetime(2026, 3, 2, 3, 4, 5, 678901, UTC)
_JSON = ("content", "files", "summary", "error", "message", "reason", "cursor", "why")
# What people and machines write: scripts, quotes, line ends, what looks like another thing.
_TEXTS = (
    "로그인 오류 \U0001f525",
    'a "quoted" \\ text\r\nof two lines',
    "null",
    "2026-03-02T00:00:00+00:00",
    "é e\u0301 ß İ",
    "",
)


def tables(connection: Connection) -> dict[str, Table]:
    """Answer the tables of ours as they stand in a database, what others refer to first."""
    there = MetaData()
    there.reflect(connection, only=lambda name, _: name in metadata.tables)
    return {table.name: table for table in there.sorted_tables}


def fill(connection: Connection, count: int, without: Iterable[str] = ()) -> None:
    """Put `count` rows into each table."""
    for name, table in tables(connection).items():
        if name not in without:
            rows = [_row(table, number) for number in range(1, count + 1)]
            connection.execute(insert(table), rows)


def held(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Answer the rows of each table, as Python orders them; their columns are in the order of their
    names, since a column that a migration added stands last; times are aware.
    """
    return {
        name: sorted(map(_aware, connection.execute(select(*named(table)))), key=repr)
        for name, table in tables(connection).items()
    }


def named(table: Table) -> list[Column[Any]]:
    """Answer a table's columns in the order of their names."""
    return sorted(table.columns, key=lambda column: column.name)


def _row(table: Table, number: int) -> dict[str, Any]:
    return {column.name: _value(table.name, column, number) for column in table.columns}


def _value(table: str, column: "Column[Any]", number: int) -> Any:
    kind, name = column.type, column.name
    if column.nullable and number % 3 == 0:
        return None
    if isinstance(kind, Boolean):
        return number % 2 == 0
    if isinstance(kind, Integer):
        return number
    if isinstance(kind, DateTime):
        return AT + timedelta(hours=number)
    assert isinstance(kind, String)
    if table == "items" and name in ("key", "content"):
        one = item(
            number, facts={"references": (f"redmine:issue/{number}",), "sha": f"{number:040x}"}
        )
        return one.key if name == "key" else dumps(encode(one))
    if name in _JSON:
        return dumps({"number": number, "글": _TEXTS[number % len(_TEXTS)]})
    if column.primary_key or kind.length:
        return f"{number:x}"
    return _TEXTS[number % len(_TEXTS)]


def _aware(row: Any) -> tuple[Any, ...]:
    return tuple(
        value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value
        for value in row
    )


def lines(connection: Connection, schema: str) -> bytes:
    """Answer a database's backup, not yet compressed, as a program of its time makes it."""
    shapes, rows = [], []
    for name, table in tables(connection).items():
        if name == "leases":
            continue
        found = [_aware(row) for row in connection.execute(select(table))]
        shapes.append({"name": name, "rows": len(found), "columns": table.columns.keys()})
        rows += [[_plain(value) for value in row] for row in found]
    header = {"format": "itsm-sync backup", "version": 1, "schema": schema, "tables": shapes,
              "made_at": AT.isoformat(), "configuration": "abc"}  # fmt: skip
    return sealed([header, *rows])


def sealed(written: Iterable[Any]) -> bytes:
    """Answer lines of JSON with their digest behind them."""
    text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in written).encode()
    return text + json.dumps({"sha256": sha256(text).hexdigest()}).encode() + b"\n"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
