"""Signals: observations, lines, episodes, their tickets and what was said on these."""

import json

import sqlalchemy as sa
from alembic import op

from itsm_sync.model.references import names

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "acts",
        sa.Column("episode", sa.String(), nullable=False),
        sa.Column("deed", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("episode", "deed", "at", name=op.f("pk_acts")),
    )
    op.create_table(
        "baselines",
        sa.Column("signal", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("signal", name=op.f("pk_baselines")),
    )
    op.create_table(
        "episodes",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("signal", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("began", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_episodes")),
    )
    op.create_index(op.f("ix_episodes_signal_line"), "episodes", ["signal", "line"], unique=False)
    op.create_index(op.f("ix_episodes_standing"), "episodes", ["standing"], unique=False)
    op.create_table(
        "kept_notes",
        sa.Column("ticket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("journal", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ticket", "name", name=op.f("pk_kept_notes")),
    )
    op.create_table(
        "lines",
        sa.Column("signal", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("signal", "line", name=op.f("pk_lines")),
    )
    op.create_index(op.f("ix_lines_due"), "lines", ["due"], unique=False)
    op.create_table(
        "observations",
        sa.Column("signal", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("signal", "line", "item", "at", name=op.f("pk_observations")),
    )
    op.create_index(
        op.f("ix_observations_signal_item"), "observations", ["signal", "item"], unique=False
    )
    op.create_table(
        "observed",
        sa.Column("signal", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("configuration", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("signal", "item", name=op.f("pk_observed")),
    )
    op.create_table(
        "remarks",
        sa.Column("episode", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("episode", "name", name=op.f("pk_remarks")),
    )
    op.create_table(
        "signal_tickets",
        sa.Column("episode", sa.String(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=True),
        sa.Column("intended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused", sa.String(), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("episode", name=op.f("pk_signal_tickets")),
        sa.UniqueConstraint("ticket", name=op.f("uq_signal_tickets_ticket")),
    )
    op.create_table(
        "unrelated",
        sa.Column("ticket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("other", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ticket", "other", name=op.f("pk_unrelated")),
    )
    op.add_column("items", sa.Column("carries", sa.String(), nullable=True))
    op.create_index(op.f("ix_items_carries"), "items", ["carries"], unique=False)
    _link_commits_and_branches()


def _link_commits_and_branches() -> None:
    """Fill `links` from the items that have commits, a branch called by a ticket, or a job."""
    connection = op.get_bind()
    items = sa.table("items", sa.column("key"), sa.column("content"))
    links = sa.table("links", sa.column("item"), sa.column("ticket"))
    having = [items.c.content.contains(f'"{name}"') for name in ("sha", "commits", "branch", "job")]
    for key, content in connection.execute(sa.select(items).where(sa.or_(*having))).all():
        facts = json.loads(content).get("facts", {})
        named = (name for name in names(facts) if name not in facts.get("references", ()))
        rows = [{"item": key, "ticket": name} for name in named]
        if rows:
            connection.execute(sa.insert(links), rows)
