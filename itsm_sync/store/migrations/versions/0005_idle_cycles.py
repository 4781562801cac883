"""What a cycle over an unchanged world needs not to ask and not to read."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_INDEXES = (
    ("items", ("kind", "updated_at")),
    ("items", ("kind", "state")),
    ("items", ("open_ticket", "key")),
    ("observations", ("signal", "at")),
    ("observations", ("at",)),
    ("episodes", ("ended",)),
    ("episodes", ("line",)),
)


def upgrade() -> None:
    op.create_table(
        "offered",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offered")),
    )
    op.create_table(
        "looks",
        sa.Column("signal", sa.String(), nullable=False),
        sa.Column("configuration", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("signal", name=op.f("pk_looks")),
    )
    for table, columns in _INDEXES:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
