"""A report in another language is another delivery; each kept one is that of its language."""

from alembic import op

revision = "0014"
down_revision = "0013"

_NAME = "pk_deliveries"
_COLUMNS = ["report", "period", "target", "part", "language"]


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("deliveries", naming_convention={"pk": _NAME}) as table:
            table.drop_constraint(_NAME, type_="primary")
            table.create_primary_key(_NAME, _COLUMNS)
        return
    op.drop_constraint(_NAME, "deliveries", type_="primary")
    op.create_primary_key(_NAME, "deliveries", _COLUMNS)
