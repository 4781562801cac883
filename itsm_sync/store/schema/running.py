"""Cycles, what they found wrong, and who runs them."""

from sqlalchemy import Boolean, Column, Table, false

from itsm_sync.store.schema.metadata import metadata
from itsm_sync.store.types import Json, Number, String, Text, Time

cycles = Table(
    "cycles",
    metadata,
    Column("id", String, primary_key=True),
    Column("started_at", Time, nullable=False, index=True),
    Column("finished_at", Time),
    Column("configuration", String, nullable=False),
    Column("summary", Json),
    Column("crashed", Boolean, nullable=False, server_default=false()),
)

findings = Table(
    "findings",
    metadata,
    Column("key", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("message", Json, nullable=False),
    Column("first_at", Time, nullable=False),
    Column("last_at", Time, nullable=False),
    Column("closed_at", Time),
)

# Who works on this database; `token` is of one holding, `renewals` counts on while it is alive.
leases = Table(
    "leases",
    metadata,
    Column("name", String, primary_key=True),
    Column("token", String, nullable=False),
    Column("holder", Json, nullable=False),
    Column("renewals", Number, nullable=False),
    Column("seconds", Number, nullable=False),
    Column("renewed_at", Time, nullable=False),
)

# What an operator has switched: `paused` is there while nothing is written, `daemon` once one ran.
switches = Table(
    "switches",
    metadata,
    Column("name", String, primary_key=True),
    Column("by", String, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Time, nullable=False),
)
