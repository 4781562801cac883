"""Column types that keep the same on every database."""

import re
from datetime import UTC, datetime
from typing import Any

import sqlalchemy
from sqlalchemy import BigInteger, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator

from itsm_sync.store.codec import dumps, loads

# PostgreSQL refuses the first, no database takes the others. Text is cleaned of them at the door;
# what came past it stands with a mark in their place, and stops no cycle.
_UNFIT = re.compile("[\x00\ud800-\udfff]")
_MARK = "\ufffd"

# 64 bits everywhere, as SQLite's whole numbers have them.
Number = BigInteger().with_variant(Integer, "sqlite")


def fit(text: str) -> str:
    """Answer text as every database keeps it."""
    try:
        text.encode()  # far faster than to look for a surrogate
    except UnicodeEncodeError:
        return _UNFIT.sub(_MARK, text)
    return text.replace("\x00", _MARK)


class _Written(TypeDecorator[str]):
    """Text that every database takes."""

    impl = sqlalchemy.String
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return value if value is None or (value.isascii() and "\x00" not in value) else fit(value)


class String(_Written):
    """A short text, of a largest length where one is given."""

    cache_ok = True


class Text(_Written):
    """A long text."""

    impl = sqlalchemy.Text
    cache_ok = True


class Time(TypeDecorator[datetime]):
    """An aware time, kept in UTC; refuses one without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone can't be stored: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A JSON value as text, the same for equal values; None is NULL."""

    impl = sqlalchemy.Text
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        return None if value is None else fit(dumps(value))

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        return None if value is None else loads(value)
