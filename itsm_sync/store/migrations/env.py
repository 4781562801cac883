"""Run by Alembic: the connection comes from `itsm_sync.store.upgrade`."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from itsm_sync.store.schema import metadata


def plain(kind: str, value: Any, _context: Any) -> str | Literal[False]:
    """Answer a column's type as the database knows it: old migrations must not follow our code."""
    return f"sa.{value.impl!r}" if kind == "type" and isinstance(value, TypeDecorator) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_item=plain,
)
with context.begin_transaction():
    context.run_migrations()
