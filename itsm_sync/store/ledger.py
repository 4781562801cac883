"""What was written to tickets, what was refused, and what people decided instead."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from sys import intern
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from itsm_sync.model.plans import Born, Outcome, Refusal, Result, Written
from itsm_sync.model.signals import relation_made
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message
from itsm_sync.store.approvals import still_heard
from itsm_sync.store.codec import decode, encode
from itsm_sync.store.database import chunks, upsert
from itsm_sync.store.episodes import keep_birth, keep_notes, keep_said, keep_unrelated, still_seen
from itsm_sync.store.items import forget_ticket, keep_ticket
from itsm_sync.store.overrides import add_override
from itsm_sync.store.records import Write
from itsm_sync.store.reused import gives_way, succeed
from itsm_sync.store.schema import ledger, refusals, signal_tickets
from itsm_sync.store.subject import Part
from itsm_sync.store.watches import keep_watches

_STANDS = ledger.c.undone_by.is_(None)
_RECOGNISED = ""  # in the place of the cycle


class Ledger(Part):
    """Recording writes, and answering for them."""

    def written(
        self, tickets: Iterable[int] | None = None
    ) -> Mapping[int, Mapping[FieldName, Written]]:
        """Answer ticket -> field -> the last value written and not undone; None: all tickets."""
        found: dict[int, dict[FieldName, Written]] = {}
        with self._database.reading() as connection:
            for fits in _those(ledger.c.ticket, tickets):
                last = select(func.max(ledger.c.id)).where(_STANDS, *fits)
                last = last.group_by(ledger.c.ticket, ledger.c.field)
                for row in connection.execute(select(ledger).where(ledger.c.id.in_(last))):
                    found.setdefault(row.ticket, {})[FieldName(row.field)] = _written(row)
        return found

    def rewrites(
        self, since: datetime, until: datetime
    ) -> Mapping[int, Mapping[tuple[FieldName, str], int]]:
        """Answer ticket -> (field, value) -> how often it was written in a row between two times.

        A value that we ourselves replaced in between begins anew.
        """
        mine = (_STANDS, ledger.c.at.between(since, until), ledger.c.cycle != _RECOGNISED)
        question = select(ledger.c.ticket, ledger.c.field, ledger.c.new).where(*mine)
        last: dict[tuple[int, str], str] = {}
        found: dict[int, dict[tuple[FieldName, str], int]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(question.order_by(ledger.c.id)):
                times = found.setdefault(row.ticket, {})
                value = (FieldName(row.field), row.new)
                again = last.get((row.ticket, row.field)) == row.new
                times[value] = times[value] + 1 if again else 1
                last[row.ticket, row.field] = row.new
        return found

    def recognise(self, values: Mapping[int, Mapping[FieldName, str]], at: datetime) -> None:
        """Take over values that a ticket shows and no person decided, by ticket and field.

        No cycle is known to have written them, so none is undone with them.
        """
        rows = [
            {
                "ticket": ticket,
                "field": name.value,
                "old": value,
                "new": value,
                "cycle": _RECOGNISED,
                "at": at,
            }
            for ticket, fields in values.items()
            for name, value in fields.items()
        ]
        if rows:
            with self._database.writing() as connection:
                connection.execute(insert(ledger), rows)

    def record(self, result: Result, cycle: str, at: datetime) -> None:
        """Store what became of one edit: values, refusals, people's values put back, the ticket."""
        ticket = result.edit.ticket.id
        before = {edit.name: edit.old for edit in result.edit.fields}
        rows = [
            {
                "ticket": ticket,
                "field": name.value,
                "old": before.get(name, ""),
                "new": value,
                "cycle": cycle,
                "at": at,
            }
            for name, value in result.written.items()
        ]
        with self._database.writing() as connection:
            if rows:
                connection.execute(insert(ledger), rows)
            _clear(connection, ticket, result.written)
            _refuse(connection, (*result.refused, *result.fought))
            for override in result.restored:
                add_override(connection, override, cycle, at)
            keep_watches(
                connection, ticket, result.edit.watchers, result.watched, result.watch_again or at
            )
            keep_notes(connection, ticket, result.noted, at)
            keep_unrelated(connection, ticket, result.unrelated, at)
            keep_said(connection, result.edit.episode, _said(result), at)
            for episode in _episodes(connection, result.related):
                keep_said(connection, episode, [relation_made(ticket)], at)
            if result.after is not None:
                keep_ticket(connection, result.after)
                still_heard(connection, ticket, result.after.updated_on)
                still_seen(connection, ticket, result.after.updated_on)
            if result.gone:
                forget_ticket(connection, ticket, cycle)

    def record_birth(self, born: Born, cycle: str, at: datetime) -> None:
        """Store what became of a birth: the ticket, and what it shows of us.

        A ticket was never without what it was opened with, so that nothing else stands in the
        ledger as its value before.
        """
        rows = [
            {
                "ticket": born.number,
                "field": name.value,
                "old": value,
                "new": value,
                "cycle": cycle,
                "at": at,
            }
            for name, value in born.written.items()
        ]
        with self._database.writing() as connection:
            if born.found and not gives_way(connection, born, cycle, at):
                return  # somebody wrote its key into another episode's ticket
            if born.number is not None and not born.found:
                succeed(connection, born.number, cycle, at)
            keep_birth(connection, born, at)
            if rows:
                connection.execute(insert(ledger), rows)

    def cycle_writes(self, cycle: str) -> tuple[Write, ...]:
        """Answer what a cycle changed, in the order of writing; what a ticket was opened with is no
        change.
        """
        mine = (
            ledger.c.cycle == cycle,
            ledger.c.cycle != _RECOGNISED,
            ledger.c.old != ledger.c.new,
        )
        question = select(ledger).where(*mine).order_by(ledger.c.id)
        with self._database.reading() as connection:
            return tuple(
                Write(
                    ticket=row.ticket,
                    field=FieldName(row.field),
                    old=row.old,
                    new=row.new,
                    cycle=row.cycle,
                    at=row.at,
                    undone_by=row.undone_by or "",
                )
                for row in connection.execute(question)
            )

    def record_undo(
        self, undone: str, ticket: int, fields: Iterable[FieldName], cycle: str
    ) -> None:
        """Note that `cycle` put back what the cycle `undone` had written to a ticket's fields.

        What was written before that is then the last written value again.
        """
        mine = (ledger.c.cycle == undone) & (ledger.c.ticket == ticket)
        mine &= ledger.c.field.in_([name.value for name in fields]) & _STANDS
        with self._database.writing() as connection:
            connection.execute(update(ledger).where(mine).values(undone_by=cycle))

    def refusals(
        self, tickets: Iterable[int] | None = None
    ) -> Mapping[int, Mapping[FieldName, Refusal]]:
        """Answer ticket -> field -> what Redmine refused last; None: all tickets."""
        found: dict[int, dict[FieldName, Refusal]] = {}
        with self._database.reading() as connection:
            for fits in _those(refusals.c.ticket, tickets):
                for row in connection.execute(select(refusals).where(*fits)):
                    found.setdefault(row.ticket, {})[FieldName(row.field)] = _refusal(row)
        return found


def _those(column: Any, tickets: Iterable[int] | None) -> list[tuple[Any, ...]]:
    if tickets is None:
        return [()]
    return [(column.in_(some),) for some in chunks(tickets)]


def _said(result: Result) -> Iterator[str]:
    """Answer the names of what was said with an edit, and of the relations that were made."""
    stands = result.outcome in (Outcome.APPLIED, Outcome.PARTLY)
    if result.spoken or (stands and result.edit.note is None):
        yield from result.edit.said
    yield from map(relation_made, result.related)


def _episodes(connection: Connection, tickets: Sequence[int]) -> Sequence[str]:
    """Answer the episodes of these tickets: a relation has two ends."""
    mine = signal_tickets.c.ticket.in_(tickets)
    return connection.scalars(select(signal_tickets.c.episode).where(mine)).all() if tickets else ()


def _clear(connection: Connection, ticket: int, fields: Iterable[FieldName]) -> None:
    names = [name.value for name in fields]
    mine = (refusals.c.ticket == ticket) & refusals.c.field.in_(names)
    connection.execute(delete(refusals).where(mine))


def _refuse(connection: Connection, refused: Iterable[Refusal]) -> None:
    found = list(refused)
    before = _stood(connection, {refusal.ticket for refusal in found})
    rows = []
    for refusal in found:
        stood = before.get((refusal.ticket, refusal.field.value))
        now = (refusal.value, refusal.circumstances)
        same = stood is not None and (stood.value, stood.circumstances) == now
        first = stood.first_at if stood is not None and stood.value == refusal.value else None
        rows.append(
            {
                "ticket": refusal.ticket,
                "field": refusal.field.value,
                "value": refusal.value,
                "circumstances": refusal.circumstances,
                "reason": encode(refusal.reason),
                "at": refusal.at,
                "first_at": first or refusal.at,
                "tries": stood.tries + 1 if stood is not None and same else 1,
            }
        )
    upsert(connection, refusals, rows)


def _stood(connection: Connection, tickets: Iterable[int]) -> Mapping[tuple[int, str], Any]:
    found: dict[tuple[int, str], Any] = {}
    for some in chunks(tickets):
        mine = select(refusals).where(refusals.c.ticket.in_(some))
        found |= {(row.ticket, row.field): row for row in connection.execute(mine)}
    return found


def _written(row: Any) -> Written:
    return Written(
        ticket=row.ticket,
        field=FieldName(row.field),
        value=intern(row.new),  # many tickets have the same, and all open ones are planned at once
        cycle=intern(row.cycle),
        at=row.at,
        before=intern(row.old),
    )


def _refusal(row: Any) -> Refusal:
    return Refusal(
        ticket=row.ticket,
        field=FieldName(row.field),
        value=row.value,
        circumstances=row.circumstances,
        reason=decode(Message, row.reason),
        at=row.at,
        tries=row.tries,
    )
