"""A ticket's number that another ticket has now: SQLite gives a deleted last one's again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, or_, select, update

from itsm_sync.model.signals import Deed
from itsm_sync.store.database import chunks
from itsm_sync.store.observations import mark_due
from itsm_sync.store.schema import (
    acts,
    approvals,
    episodes,
    items,
    kept_notes,
    ledger,
    overrides,
    refusals,
    signal_tickets,
    stages,
    unrelated,
    watches,
)


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
        made = {
            came[key]["ticket"]: came[key]["created_at"]
            for key, before in connection.execute(question)
            if before != came[key]["created_at"]
        }
        if made:
            _forget(connection, list(made), cycle, at)
        for number, since in made.items():
            give_up(connection, number, since)


def make_room(connection: Connection, number: int, cycle: str, at: datetime) -> None:
    """Let a ticket that was just opened begin anew, where another one had its number."""
    key = connection.scalar(select(items.c.key).where(items.c.ticket == number))
    if key is not None:
        connection.execute(delete(items).where(items.c.key == key))
        _forget(connection, [number], cycle, at)
    give_up(connection, number, at)


def give_up(connection: Connection, number: int, at: datetime) -> None:
    """Note that the ticket of this number, which an episode had, was deleted before that time."""
    mine = signal_tickets.c.ticket == number
    key = connection.scalar(select(signal_tickets.c.episode).where(mine))
    if key is None:
        return
    connection.execute(update(signal_tickets).where(mine).values(ticket=None, seen=None))
    deleted = (acts.c.episode == key) & (acts.c.deed == Deed.DELETED.value)
    if connection.scalar(select(acts.c.at).where(deleted)) is None:
        row = {"episode": key, "deed": Deed.DELETED.value, "at": at, "by": ""}
        connection.execute(insert(acts), [row])
    place = select(episodes.c.signal, episodes.c.line).where(episodes.c.key == key)
    mark_due(connection, [(row.signal, row.line) for row in connection.execute(place)])


def _forget(
    connection: Connection, numbers: Sequence[int], cycle: str, at: datetime | None
) -> None:
    for table in (refusals, approvals, watches, kept_notes):
        connection.execute(delete(table).where(table.c.ticket.in_(numbers)))
    apart = or_(unrelated.c.ticket.in_(numbers), unrelated.c.other.in_(numbers))
    connection.execute(delete(unrelated).where(apart))
    ends: tuple[tuple[Table, str, object], ...] = (
        (ledger, "undone_by", cycle),
        (overrides, "given_back_at", at),
        (stages, "left_at", at),
    )
    for table, column, end in ends:
        mine = table.c.ticket.in_(numbers) & table.c[column].is_(None)
        connection.execute(update(table).where(mine).values({column: end}))
