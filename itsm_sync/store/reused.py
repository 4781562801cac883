"""A ticket's number that another ticket has now: SQLite gives a deleted last one's again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, exists, select, update

from itsm_sync.model.plans import Born
from itsm_sync.model.signals import Deed
from itsm_sync.store.database import chunks, upsert
from itsm_sync.store.observations import mark_due
from itsm_sync.store.schema import (
    acts,
    approvals,
    episodes,
    histories,
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

_MISSED = exists().where(
    acts.c.episode == signal_tickets.c.episode, acts.c.deed == Deed.DELETED.value
)
_OPENED = select(signal_tickets, _MISSED.label("missed")).where(
    signal_tickets.c.ticket.in_(bindparam("tickets", expanding=True))
)


def begin_anew(
    connection: Connection,
    rows: Iterable[Mapping[str, Any]],
    before: Mapping[str, Any],
    cycle: str,
    at: datetime | None,
) -> None:
    """Let nothing that was written to a ticket, or decided on it, speak for its successor.

    Args:
        connection: of the transaction that stores the items.
        rows: of `items`, as they came.
        before: those that are stored, by key: `created_at` at least.
        cycle: which read them, and when it began.
    """
    for some in chunks(row for row in rows if row["ticket"] is not None):
        came = {row["ticket"]: row for row in some}
        numbers = _unread(connection, came)
        for number, row in came.items():
            stored = before.get(row["key"])
            if stored is not None and stored.created_at != row["created_at"]:
                numbers.add(number)
        if numbers:
            _forget(connection, sorted(numbers), cycle, at)


def _unread(connection: Connection, came: Mapping[int, Mapping[str, Any]]) -> set[int]:
    """Answer the numbers of signals' tickets that were deleted before anybody read them."""
    return {
        row.ticket
        for row in connection.execute(_OPENED, {"tickets": list(came)})
        if _succeeds(
            row,
            came[row.ticket]["created_at"],
            came[row.ticket]["carries"],
            missed=bool(row.missed),
        )
    }


def _succeeds(row: Any, made: datetime, names: str | None, *, missed: bool = False) -> bool:
    """Whether a ticket is not the one of `row`, but has its number by now.

    Args:
        row: of `signal_tickets`.
        made: when the ticket was made, as Redmine says, like `seen`: to the second.
        names: the episode that it names, if any.
        missed: it is known that somebody deleted the one of `row`: what comes back names it.
    """
    later = row.seen is not None and made > row.seen
    unclear = row.seen is None or made == row.seen
    another = names not in (None, "", row.episode) or (missed and names != row.episode)
    return later or (unclear and another)


def succeed(connection: Connection, number: int, cycle: str, at: datetime) -> None:
    """Let go of a ticket whose number was given to one that was opened just now."""
    _forget(connection, [number], cycle, at)
    connection.execute(delete(items).where(items.c.ticket == number))


def gives_way(connection: Connection, born: Born, cycle: str, at: datetime) -> bool:
    """Whether a ticket that was found to name an episode is no other one's, or is so no more."""
    others = signal_tickets.c.episode != born.birth.episode
    mine = (signal_tickets.c.ticket == born.number) & others
    row = connection.execute(select(signal_tickets).where(mine)).first()
    ticket = born.opened.ticket
    if row is None or ticket is None:
        return row is None
    if not _succeeds(row, ticket.created_on, born.birth.episode):
        return False
    _forget(connection, [row.ticket], cycle, at)
    return True


def let_go(connection: Connection, numbers: Sequence[int], at: datetime) -> None:
    """Let the episodes of tickets that are no more have none."""
    _unlink(connection, numbers, at)


def _forget(
    connection: Connection, numbers: Sequence[int], cycle: str, at: datetime | None
) -> None:
    for table in (refusals, approvals, histories, watches, kept_notes):
        connection.execute(delete(table).where(table.c.ticket.in_(numbers)))
    ends: tuple[tuple[Table, str, object], ...] = (
        (ledger, "undone_by", cycle),
        (overrides, "given_back_at", at),
        (stages, "left_at", at),
    )
    for table, column, end in ends:
        mine = table.c.ticket.in_(numbers) & table.c[column].is_(None)
        connection.execute(update(table).where(mine).values({column: end}))
    pairs = unrelated.c.ticket.in_(numbers) | unrelated.c.other.in_(numbers)
    connection.execute(delete(unrelated).where(pairs))
    _unlink(connection, numbers, at)


def _unlink(connection: Connection, numbers: Sequence[int], at: datetime | None) -> None:
    """Note that the episodes of these tickets have none any more: somebody deleted it."""
    mine = signal_tickets.c.ticket.in_(numbers)
    question = select(episodes).join(signal_tickets, signal_tickets.c.episode == episodes.c.key)
    for row in connection.execute(question.where(mine)).all():
        deleted = (acts.c.episode == row.key) & (acts.c.deed == Deed.DELETED.value)
        if not connection.scalar(select(acts.c.at).where(deleted)):
            deed = {"episode": row.key, "deed": Deed.DELETED.value, "at": at or row.began, "by": ""}
            upsert(connection, acts, [deed])
        mark_due(connection, [(row.signal, row.line)])
    connection.execute(update(signal_tickets).where(mine).values(ticket=None, seen=None))
