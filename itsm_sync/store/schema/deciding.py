"""What was decided, with what, and how tickets went through their stages."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Table

from itsm_sync.store.schema.metadata import metadata
from itsm_sync.store.types import Json, Number, String, Text, Time

# What rules were asked: the item as it was decided, without its ticket, by the digest that
# `routings` names. What was decided before this table was made has no row.
facts = Table(
    "facts",
    metadata,
    Column("digest", String(32), primary_key=True),
    Column("content", Text, nullable=False),
)

# The history: one row whenever the decision for a key became another, with the facts and the
# configuration that it was made of.
routings = Table(
    "routings",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("key", String, nullable=False),
    Column("cycle", String, nullable=False),
    Column("at", Time, nullable=False),
    Column("facts", String(32), nullable=False, index=True),
    Column("configuration", String, nullable=False),
    Column("content", Text, nullable=False),
    Index(None, "key", "id"),
    Index(None, "configuration", "id"),
)

# The decision that stands for a key.
decisions = Table(
    "decisions",
    metadata,
    Column("key", String, primary_key=True),
    Column("routing", Number, ForeignKey("routings.id"), nullable=False),
    Column("digest", String(32), nullable=False),
    Column("sure", Boolean, nullable=False),
    Column("caught_by_last", Boolean, nullable=False),
)

configurations = Table(
    "configurations",
    metadata,
    Column("hash", String, primary_key=True),
    Column("files", Json, nullable=False),
    Column("at", Time, nullable=False),
)

# The time that a ticket spent in each stage; `left_at` is NULL while it is there.
stages = Table(
    "stages",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("ticket", Number, nullable=False),
    Column("process", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("row", String, nullable=False),
    Column("team", String, nullable=False),
    Column("configuration", String, nullable=False),
    Column("entered_at", Time, nullable=False),
    Column("left_at", Time),
    Index(None, "ticket", "id"),
)

# What a ticket's history says of its approval, and what of the ticket it was read from.
approvals = Table(
    "approvals",
    metadata,
    Column("ticket", Number, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),
    Column("team", String, nullable=False),
    Column("claim", String, nullable=False),
    Column("seen", Time, nullable=False),
)

# What a ticket's journals say that clocks and measures count, as of its `updated_on` `seen`; no
# content where they could not be read at `tried_at`.
histories = Table(
    "histories",
    metadata,
    Column("ticket", Number, primary_key=True, autoincrement=False),
    Column("seen", Time),
    Column("closed", Boolean, nullable=False),
    Column("shape", String, nullable=False),
    Column("notes", Text, nullable=False),
    Column("content", Text),
    Column("tried_at", Time, index=True),
)

# Since when clocks run by a policy (a digest of its words): what crossed a share before is no news.
policies = Table(
    "policies",
    metadata,
    Column("digest", String(32), primary_key=True),
    Column("at", Time, nullable=False),
)
