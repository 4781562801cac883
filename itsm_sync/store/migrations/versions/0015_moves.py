"""Each move of an item has a number; who follows items remembers the last one it knows.

Nothing that only told which items were followed is taken over: all are followed once anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_NUMBER = sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "moves",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("last", _NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    op.add_column("items", sa.Column("moved", _NUMBER, server_default=sa.text("0"), nullable=False))
    op.create_index(op.f("ix_items_kind_moved_key"), "items", ["kind", "moved", "key"])
    op.create_index(op.f("ix_histories_tried_at"), "histories", ["tried_at"])
    op.drop_table("looks")
    op.create_table(
        "looks",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("configuration", sa.String(), nullable=False),
        sa.Column("moved", _NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_looks")),
    )
    op.drop_table("observed")
    op.drop_column("decisions", "facts")
    op.drop_column("decisions", "configuration")
