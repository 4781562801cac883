"""How often what is set aside was tried again, and up to when a line's history was let go."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_NONE = sa.text("0")
_NUMBER = sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def upgrade() -> None:
    for table in ("dead_letters", "refusals", "signal_tickets"):
        op.add_column(table, sa.Column("tries", _NUMBER, nullable=False, server_default=_NONE))
    op.add_column("dead_letters", sa.Column("tried_at", sa.DateTime(timezone=True)))
    for table in ("refusals", "signal_tickets"):
        op.add_column(table, sa.Column("first_at", sa.DateTime(timezone=True)))
    op.add_column("lines", sa.Column("since", sa.DateTime(timezone=True)))
    op.add_column("episodes", sa.Column("past", sa.Text()))
    op.create_index(op.f("ix_routings_facts"), "routings", ["facts"])
