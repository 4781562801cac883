"""What became of reports, and up to when their clocks were heeded."""

from sqlalchemy import Column, Index, Table, text

from itsm_sync.store.schema.metadata import metadata
from itsm_sync.store.types import Json, Number, String, Text, Time

_NONE = text("0")

# A report of one period goes to one place once in each language; `since` and `until` are the
# period's ends.
deliveries = Table(
    "deliveries",
    metadata,
    Column("report", String, primary_key=True),
    Column("period", String, primary_key=True),
    Column("target", String, primary_key=True),
    Column("part", String, primary_key=True),
    Column("language", String, primary_key=True),
    Column("since", Time, nullable=False),
    Column("until", Time, nullable=False),
    Column("stand", String, nullable=False),
    Column("place", Text, nullable=False),
    Column("cause", Json),
    Column("first_at", Time, nullable=False),
    Column("at", Time, nullable=False),
    Column("times", Number, nullable=False, server_default=_NONE),
    Column("tries", Number, nullable=False, server_default=_NONE),
    Column("tried_at", Time),
    Index(None, "stand"),
)

# The last time that a schedule's cron line named and that was heeded.
heeded = Table(
    "heeded",
    metadata,
    Column("name", String, primary_key=True),
    Column("at", Time, nullable=False),
)
