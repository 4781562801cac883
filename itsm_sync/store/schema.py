"""The tables. A change here needs a migration (`tests/unit/test_store_released.py` compares)."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, MetaData, Table, false, text

from itsm_sync.store.types import Json, Number, String, Text, Time

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

# `content` is the whole item as JSON text and `digest` its digest; `facts` is the digest of what
# rules may ask. `reader` is the source that pulled it (one controller of several, say). `carries`
# is the key of the episode that a ticket names.
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
    Index(None, "reader", "kind", "updated_at"),
    Index(None, "kind", "updated_at"),
    Index(None, "kind", "state"),
    Index(None, "open_ticket", "key"),
)

_NONE = text("0")

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

# The decision that stands for a key, and the configuration it was last confirmed with. `facts` is
# the stored item's digest then; rules may have been asked with more (see `routings.facts`).
decisions = Table(
    "decisions",
    metadata,
    Column("key", String, primary_key=True),
    Column("routing", Number, ForeignKey("routings.id"), nullable=False),
    Column("digest", String(32), nullable=False),
    Column("facts", String(32), nullable=False),
    Column("configuration", String, nullable=False),
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

# What rules were asked: the item as it was decided, without its ticket, by the digest that
# `routings` names. What was decided before this table was made has no row.
facts = Table(
    "facts",
    metadata,
    Column("digest", String(32), primary_key=True),
    Column("content", Text, nullable=False),
)

# Items of other systems that name a ticket: both by their keys.
links = Table(
    "links",
    metadata,
    Column("item", String, primary_key=True),
    Column("ticket", String, primary_key=True, index=True),
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

# What items said of lines. Of what is looked at again and again (`snapshot`) one row spans all the
# looks at which it said the same.
observations = Table(
    "observations",
    metadata,
    Column("signal", String, primary_key=True),
    Column("line", String, primary_key=True),
    Column("item", String, primary_key=True),
    Column("at", Time, primary_key=True),
    Column("content", Text, nullable=False),
    Index(None, "signal", "item"),
    Index(None, "signal", "at"),
    Index(None, "at"),
)

# Which items a signal asked for observations, with the digest and the configuration of then.
observed = Table(
    "observed",
    metadata,
    Column("signal", String, primary_key=True),
    Column("item", String, primary_key=True),
    Column("digest", String(32), nullable=False),
    Column("configuration", String, nullable=False),
)

# Lines of signals; `due`: something new is known of it that its episodes do not tell yet. What was
# said up to `since` was let go: the line was well then.
lines = Table(
    "lines",
    metadata,
    Column("signal", String, primary_key=True),
    Column("line", String, primary_key=True),
    Column("due", Boolean, nullable=False, index=True),
    Column("since", Time),
)

# When a signal was first looked at: what was over by then has no ticket.
baselines = Table(
    "baselines",
    metadata,
    Column("signal", String, primary_key=True),
    Column("at", Time, nullable=False),
)

# Up to the cycle of which time a signal's episodes follow from all items there were, and by which
# configuration.
looks = Table(
    "looks",
    metadata,
    Column("signal", String, primary_key=True),
    Column("configuration", String, nullable=False),
    Column("at", Time, nullable=False),
)

# `past` is the episode as it stood when its line's history was let go.
episodes = Table(
    "episodes",
    metadata,
    Column("key", String, primary_key=True),
    Column("signal", String, nullable=False),
    Column("line", String, nullable=False),
    Column("standing", String, nullable=False),
    Column("began", Time, nullable=False),
    Column("ended", Time, index=True),
    Column("content", Text, nullable=False),
    Column("past", Text),
    Index(None, "signal", "line"),
    Index(None, "line"),
    Index(None, "standing"),
)

# An episode's ticket. `intended_at` is set before the POST and stays until its answer is known;
# `seen` is the ticket's `updated_on` up to which its history was read.
signal_tickets = Table(
    "signal_tickets",
    metadata,
    Column("episode", String, primary_key=True),
    Column("ticket", Number, unique=True),
    Column("intended_at", Time),
    Column("seen", Time),
    Column("refused", String),
    Column("refused_at", Time),
    Column("why", Json),
    Column("first_at", Time),
    Column("tries", Number, nullable=False, server_default=_NONE),
)

acts = Table(
    "acts",
    metadata,
    Column("episode", String, primary_key=True),
    Column("deed", String, primary_key=True),
    Column("at", Time, primary_key=True),
    Column("by", String, nullable=False),
)

# What was said once on an episode's ticket.
remarks = Table(
    "remarks",
    metadata,
    Column("episode", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("at", Time, nullable=False),
)

# Notes of ours that are kept up in place: their journal, and what they say.
kept_notes = Table(
    "kept_notes",
    metadata,
    Column("ticket", Number, primary_key=True, autoincrement=False),
    Column("name", String, primary_key=True),
    Column("journal", Number, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Time, nullable=False),
)

# Relations that Redmine does not allow; tried again after a day.
unrelated = Table(
    "unrelated",
    metadata,
    Column("ticket", Number, primary_key=True, autoincrement=False),
    Column("other", Number, primary_key=True, autoincrement=False),
    Column("at", Time, nullable=False),
)

# Redmine's lists as they were when last asked for: one row.
offered = Table(
    "offered",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),
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

# What an operator has switched: `paused` is there while nothing is written.
switches = Table(
    "switches",
    metadata,
    Column("name", String, primary_key=True),
    Column("by", String, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Time, nullable=False),
)
