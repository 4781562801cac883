"""Relations of configuration items."""

import json
from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TELLING = ("build", "workflow_run", "deployment")


def upgrade() -> None:
    made = op.create_table(
        "relations",
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("origin", "target", "kind", name=op.f("pk_relations")),
    )
    rows = _told_by_what_is_stored()
    if rows:
        op.bulk_insert(made, rows)


def _told_by_what_is_stored() -> list[dict[str, object]]:
    """Answer the relations that stored items show, each with its last time."""
    items = sa.table("items", sa.column("kind"), sa.column("content"))
    telling = sa.select(items.c.kind, items.c.content).where(items.c.kind.in_(_TELLING))
    last: dict[tuple[str, str, str], datetime] = {}
    for kind, content in op.get_bind().execute(telling):
        item = json.loads(content)
        found = _relation(kind, item["key"], item.get("facts", {}))
        if found is not None:
            at = datetime.fromisoformat(item["updated_at"])
            last[found] = max(last.get(found, at), at)
    names = ("origin", "target", "kind")
    return [{**dict(zip(names, key, strict=True)), "last_at": at} for key, at in last.items()]


def _relation(kind: str, key: str, facts: dict[str, str]) -> tuple[str, str, str] | None:
    code = f"github:{facts['repository']}" if facts.get("repository") else ""
    workflow, environment = facts.get("workflow"), facts.get("environment")
    if code and kind == "build":
        return (key.rpartition("#")[0], code, "builds")
    if code and kind == "workflow_run" and workflow:
        return (f"{code}/workflow/{workflow}", code, "builds")
    if code and kind == "deployment" and environment:
        return (code, f"{code}/environment/{environment}", "deploys_to")
    return None
