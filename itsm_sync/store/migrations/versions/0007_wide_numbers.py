"""Whole numbers of 64 bits on PostgreSQL, as SQLite's are."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_NUMBERS = {
    "items": ("ticket",),
    "dead_letters": ("times",),
    "routings": ("id",),
    "decisions": ("routing",),
    "ledger": ("id", "ticket"),
    "overrides": ("id", "ticket"),
    "refusals": ("ticket",),
    "stages": ("id", "ticket"),
    "approvals": ("ticket",),
    "watches": ("ticket",),
    "signal_tickets": ("ticket",),
    "kept_notes": ("ticket", "journal"),
    "unrelated": ("ticket", "other"),
    "offered": ("id",),
    "leases": ("renewals", "seconds"),
}
_COUNTED = ("routings", "ledger", "overrides", "stages")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, columns in _NUMBERS.items():
        for column in columns:
            op.alter_column(table, column, type_=sa.BigInteger())
    for table in _COUNTED:
        op.execute(f"ALTER SEQUENCE {table}_id_seq AS bigint")
