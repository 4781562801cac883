"""Facts of decisions, links, stages, approvals, watchers; the rule behind an override."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "facts",
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_facts")),
    )
    op.create_index(
        op.f("ix_routings_configuration_id"), "routings", ["configuration", "id"], unique=False
    )
    op.create_table(
        "links",
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("item", "ticket", name=op.f("pk_links")),
    )
    op.create_index(op.f("ix_links_ticket"), "links", ["ticket"], unique=False)
    op.create_table(
        "stages",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("row", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("configuration", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stages")),
    )
    op.create_index(op.f("ix_stages_ticket_id"), "stages", ["ticket", "id"], unique=False)
    op.create_table(
        "approvals",
        sa.Column("ticket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("claim", sa.String(), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ticket", name=op.f("pk_approvals")),
    )
    op.create_table(
        "watches",
        sa.Column("ticket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ticket", "process", "stage", "team", name=op.f("pk_watches")),
    )
    for name in ("rule", "team"):
        column = sa.Column(name, sa.String(), server_default="", nullable=False)
        op.add_column("overrides", column)
    _link_what_is_stored()


def _link_what_is_stored() -> None:
    """Fill `links` from the items that name tickets."""
    connection = op.get_bind()
    items = sa.table("items", sa.column("key"), sa.column("content"))
    links = sa.table("links", sa.column("item"), sa.column("ticket"))
    naming = sa.select(items.c.key, items.c.content).where(items.c.content.contains("references"))
    for key, content in connection.execute(naming).all():
        named = json.loads(content).get("facts", {}).get("references", ())
        rows = [{"item": key, "ticket": ticket} for ticket in dict.fromkeys(named)]
        if rows:
            connection.execute(sa.insert(links), rows)
