"""A ticket's number that another ticket has now: SQLite gives a deleted last one's again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, select, update

from itsm_sync.store.database import chunks
from itsm_sync.store.schema import approvals, items, ledger, overrides, refusals, stages, watches


def begin_anew(
    connection: Connection, rows: Iterable[Mapping[str, Any]], cycle: str, at: datetime | None
) -> None:
    """Let nothing that was written to a ticket, or decided on it, speak for its successor.

    Args:
        connection: of the transaction that stores the items.
        rows: of `items`, as they came.
        cycle: which read them, and when it began.
    """
    came = {row["key"]: row for row in rows if row["ticket"] is not None}
    for some in chunks(came):
        question = select(items.c.key, items.c.created_at).where(items.c.key.in_(some))
        numbers = [
            came[key]["ticket"]
            for key, made in connection.execute(question)
            if made != came[key]["created_at"]
        ]
        if numbers:
            _forget(connection, numbers, cycle, at)


def _forget(
    connection: Connection, numbers: Sequence[int], cycle: str, at: datetime | None
) -> None:
    for table in (refusals, approvals, watches):
        connection.execute(delete(table).where(table.c.ticket.in_(numbers)))
    ends: tuple[tuple[Table, str, object], ...] = (
        (ledger, "undone_by", cycle),
        (overrides, "given_back_at", at),
        (stages, "left_at", at),
    )
    for table, column, end in ends:
        mine = table.c.ticket.in_(numbers) & table.c[column].is_(None)
        connection.execute(update(table).where(mine).values({column: end}))
