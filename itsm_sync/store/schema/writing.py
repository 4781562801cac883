"""What was written to Redmine, what people decided, and what was refused."""

from sqlalchemy import Boolean, Column, Index, Table, text

from itsm_sync.store.schema.metadata import metadata
from itsm_sync.store.types import Json, Number, String, Text, Time

ledger = Table(
    "ledger",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("ticket", Number, nullable=False),
    Column("field", String, nullable=False),
    Column("old", Text, nullable=False),
    Column("new", Text, nullable=False),
    Column("cycle", String, nullable=False, index=True),
    Column("at", Time, nullable=False, index=True),
    Column("undone_by", String),
    Index(None, "ticket", "field", "id"),
)

# `rule` gave the process that the matrix chose from, and `team` is that team's id.
_STANDING = text("given_back_at IS NULL")

overrides = Table(
    "overrides",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("ticket", Number, nullable=False),
    Column("field", String, nullable=False),
    Column("value", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("at", Time),
    Column("chosen", Text, nullable=False),
    Column("rule", String, nullable=False, server_default=""),
    Column("team", String, nullable=False, server_default=""),
    Column("first_cycle", String, nullable=False),
    Column("given_back_at", Time),
    Index(
        "uq_overrides_standing",
        "ticket",
        "field",
        unique=True,
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    ),
)

_NONE = text("0")

# `tries` is how often the same was refused since `first_at`, or since a person had it tried.
refusals = Table(
    "refusals",
    metadata,
    Column("ticket", Number, primary_key=True, autoincrement=False),
    Column("field", String, primary_key=True),
    Column("value", Text, nullable=False),
    Column("circumstances", String, nullable=False),
    Column("reason", Json, nullable=False),
    Column("at", Time, nullable=False),
    Column("first_at", Time),
    Column("tries", Number, nullable=False, server_default=_NONE),
)

# Groups that were made watchers because they are consulted; `done` once Redmine has it.
watches = Table(
    "watches",
    metadata,
    Column("ticket", Number, primary_key=True, autoincrement=False),
    Column("process", String, primary_key=True),
    Column("stage", String, primary_key=True),
    Column("team", String, primary_key=True),
    Column("done", Boolean, nullable=False),
    Column("at", Time, nullable=False),
)
