"""What became of reports, and up to when their clocks were heeded."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_NONE = sa.text("0")
_NUMBER = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.Column("stand", sa.String(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text()),
        sa.Column("first_at", _TIME, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("times", _NUMBER, nullable=False, server_default=_NONE),
        sa.Column("tries", _NUMBER, nullable=False, server_default=_NONE),
        sa.Column("tried_at", _TIME),
        sa.PrimaryKeyConstraint("report", "period", "target", "part", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_stand"), "deliveries", ["stand"])
    op.create_table(
        "heeded",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heeded")),
    )
