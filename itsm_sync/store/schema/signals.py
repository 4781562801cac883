"""What machines noticed, the episodes that follow, and their tickets."""

from sqlalchemy import Boolean, Column, Index, Table, text

from itsm_sync.store.schema.metadata import metadata
from itsm_sync.store.types import Json, Number, String, Text, Time

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

_NONE = text("0")

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
