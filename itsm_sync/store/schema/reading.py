"""What is read: items, how streams and sources stand, what was set aside."""

from sqlalchemy import Boolean, Column, Index, Table, false, text

from itsm_sync.store.schema.metadata import metadata
from itsm_sync.store.types import Json, Number, String, Text, Time

_NONE = text("0")

# `content` is the whole item as JSON text and `digest` its digest; `facts` is the digest of what
# rules may ask. `reader` is the source that pulled it (one controller of several, say). `carries`
# is the key of the episode that a ticket names; `moved` numbers the last time that the item became
# another.
items = Table(
    "items",
    metadata,
    Column("key", String, primary_key=True),
    Column("reader", String, nullable=False),
    Column("source", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("url", String, nullable=False, index=True),
    Column("ticket", Number, index=True),
    Column("open_ticket", Boolean, nullable=False, server_default=false()),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    Column("content", Text, nullable=False),
    Column("digest", String(32), nullable=False),
    Column("facts", String(32), nullable=False),
    Column("first_cycle", String, nullable=False),
    Column("changed_cycle", String, nullable=False, index=True),
    Column("gone_cycle", String),
    Column("carries", String, index=True),
    Column("moved", Number, nullable=False, server_default=_NONE),
    Index(None, "reader", "kind", "updated_at"),
    Index(None, "kind", "updated_at"),
    Index(None, "kind", "state"),
    Index(None, "open_ticket", "key"),
    Index(None, "kind", "moved", "key"),
)

# The number of the last move: one row.
moves = Table(
    "moves",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("last", Number, nullable=False),
)

# Up to which move everything was looked at, by whom and under which configuration.
looks = Table(
    "looks",
    metadata,
    Column("name", String, primary_key=True),
    Column("configuration", String, nullable=False),
    Column("moved", Number, nullable=False),
)

# `succeeded_at` is the last full success before the cycle of `seen_at`.
streams = Table(
    "streams",
    metadata,
    Column("source", String, primary_key=True),
    Column("stream", String, primary_key=True),
    Column("cursor", Json),
    Column("health", String, nullable=False),
    Column("error", Json),
    Column("cycle", String, nullable=False),
    Column("seen_at", Time),
    Column("succeeded_at", Time),
)

# `tries` counts those by itself since it was set aside, or since a person had it tried.
dead_letters = Table(
    "dead_letters",
    metadata,
    Column("source", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("stream", String, nullable=False),
    Column("error", Text, nullable=False),
    Column("first_at", Time),
    Column("last_at", Time),
    Column("last_cycle", String, nullable=False),
    Column("times", Number, nullable=False),
    Column("resolved_cycle", String),
    Column("tries", Number, nullable=False, server_default=_NONE),
    Column("tried_at", Time),
)

# Items of other systems that name a ticket: both by their keys.
links = Table(
    "links",
    metadata,
    Column("item", String, primary_key=True),
    Column("ticket", String, primary_key=True, index=True),
)

# How configuration items hang together, as builds, runs and deployments showed it, and when last.
relations = Table(
    "relations",
    metadata,
    Column("origin", String, primary_key=True),
    Column("target", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("last_at", Time, nullable=False),
)

# How each whole source answered last; `first_at` is when it was first asked, `succeeded_at` None
# where it never answered.
sources = Table(
    "sources",
    metadata,
    Column("source", String, primary_key=True),
    Column("health", String, nullable=False),
    Column("error", Json),
    Column("read_at", Time, nullable=False),
    Column("first_at", Time, nullable=False),
    Column("succeeded_at", Time),
)

# When a stream (""; the whole source) was not read in full: from the last full read before to the
# next one; `until` is NULL while there was none yet.
gaps = Table(
    "gaps",
    metadata,
    Column("source", String, primary_key=True),
    Column("stream", String, primary_key=True),
    Column("since", Time, primary_key=True),
    Column("until", Time, index=True),
)

# What nodes measured of themselves, at most once an hour: bytes, NULL where they did not tell.
readings = Table(
    "readings",
    metadata,
    Column("item", String, primary_key=True),
    Column("at", Time, primary_key=True, index=True),
    Column("disk_free", Number),
    Column("memory_free", Number),
)

# What Redmine's people are called, by number.
people = Table(
    "people",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("name", String, nullable=False),
)

# Redmine's lists as they were when last asked for: one row.
offered = Table(
    "offered",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),
)
