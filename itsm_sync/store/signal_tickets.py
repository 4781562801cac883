"""Which ticket is an episode's: what was noted of it, and what the tickets themselves tell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, exists, select, update

from itsm_sync.model.items import Item
from itsm_sync.model.signals import Deed, Episode, Link
from itsm_sync.model.tickets import Ticket
from itsm_sync.model.words import Message
from itsm_sync.store.codec import decode, loads
from itsm_sync.store.database import chunks, upsert
from itsm_sync.store.schema import acts, episodes, items, signal_tickets
from itsm_sync.store.subject import Part

_THERE = items.c.gone_cycle.is_(None)
_HAS_TICKET = signal_tickets.c.ticket.is_not(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A signal's ticket that is not as when its history was read; None: it is no more."""

    episode: str
    seen: datetime | None
    ticket: Ticket | None


class SignalTickets(Part):
    """Keeping the tickets of episodes. What is asked in each cycle costs what is new, or live."""

    def ticketed(self, tickets: Iterable[int]) -> Mapping[int, Episode]:
        """Answer ticket -> its episode, of those among these that are an episode's."""
        joined = signal_tickets.join(episodes, episodes.c.key == signal_tickets.c.episode)
        question = select(signal_tickets.c.ticket, episodes.c.content).select_from(joined)
        found: dict[int, Episode] = {}
        with self._database.reading() as connection:
            for some in chunks(tickets):
                rows = connection.execute(question.where(signal_tickets.c.ticket.in_(some)))
                found |= {row.ticket: decode(Episode, loads(row.content)) for row in rows}
        return found

    def links(self, keys: Iterable[str] | None = None) -> Mapping[str, Link]:
        """Answer episode -> its ticket, of all (or these) that have one or were to have one."""
        parts = [select(signal_tickets)]
        if keys is not None:
            some = chunks(sorted(set(keys)))
            parts = [select(signal_tickets).where(signal_tickets.c.episode.in_(k)) for k in some]
        with self._database.reading() as connection:
            rows = (row for part in parts for row in connection.execute(part))
            return {row.episode: _link(row) for row in rows}

    def unopened_links(self) -> tuple[Link, ...]:
        """Answer the episodes that were to have a ticket, and of which none is known."""
        without = select(signal_tickets).where(signal_tickets.c.ticket.is_(None))
        with self._database.reading() as connection:
            return tuple(_link(row) for row in connection.execute(without))

    def ticket_numbers(self) -> Mapping[str, int]:
        """Answer episode -> the number of its ticket, of all that have one."""
        question = select(signal_tickets.c.episode, signal_tickets.c.ticket).where(_HAS_TICKET)
        with self._database.reading() as connection:
            return {row.episode: row.ticket for row in connection.execute(question)}

    def intend(self, episode: str, at: datetime) -> None:
        """Note, before it is sent, that a ticket is to be opened for an episode."""
        with self._database.writing() as connection:
            row = {"episode": episode, "intended_at": at}
            upsert(connection, signal_tickets, [row])

    def forget_intent(self, episode: str) -> None:
        """Note that no ticket came of an intent."""
        mine = (signal_tickets.c.episode == episode) & signal_tickets.c.ticket.is_(None)
        with self._database.writing() as connection:
            connection.execute(update(signal_tickets).where(mine).values(intended_at=None))

    def link(self, episode: str, ticket: int, *, seen: datetime | None = None) -> None:
        """Store which ticket is an episode's; `seen`: nobody did anything to it up to then."""
        row = {
            "episode": episode,
            "ticket": ticket,
            "intended_at": None,
            "seen": seen,
        }
        with self._database.writing() as connection:
            upsert(connection, signal_tickets, [row])

    def open_signals(self) -> frozenset[str]:
        """Answer the episodes whose tickets are open."""
        its = (items.c.ticket == signal_tickets.c.ticket) & items.c.open_ticket & _THERE
        question = select(signal_tickets.c.episode).where(_HAS_TICKET, exists().where(its))
        with self._database.reading() as connection:
            return frozenset(connection.scalars(question))

    def signal_histories(
        self, tickets: Iterable[int] | None = None
    ) -> Mapping[int, datetime | None]:
        """Answer ticket -> up to which `updated_on` its history was read, of signals' tickets.

        `tickets`: of these alone.
        """
        question = select(signal_tickets.c.ticket, signal_tickets.c.seen).where(_HAS_TICKET)
        parts = [question]
        if tickets is not None:
            parts = [question.where(signal_tickets.c.ticket.in_(some)) for some in chunks(tickets)]
        with self._database.reading() as connection:
            rows = (row for part in parts for row in connection.execute(part))
            return {row.ticket: row.seen for row in rows}

    def moved_signals(self) -> Mapping[int, Moved]:
        """Answer number -> signal's ticket, of those that moved since their histories were read.

        One that is missed is told until its deletion is known.
        """
        its = (items.c.ticket == signal_tickets.c.ticket) & _THERE
        mine = (acts.c.episode == signal_tickets.c.episode) & (acts.c.deed == Deed.DELETED.value)
        missed = items.c.key.is_(None) & ~exists().where(mine)
        moved = items.c.key.is_not(None) & signal_tickets.c.seen.is_distinct_from(
            items.c.updated_at
        )
        question = (
            select(signal_tickets, items.c.content)
            .select_from(signal_tickets.outerjoin(items, its))
            .where(_HAS_TICKET, missed | moved)
        )
        with self._database.reading() as connection:
            return {
                row.ticket: Moved(
                    episode=row.episode,
                    seen=row.seen,
                    ticket=None if row.content is None else _ticket(row.content),
                )
                for row in connection.execute(question)
            }

    def carriers(self) -> Mapping[str, tuple[Ticket, ...]]:
        """Answer episode's key -> the tickets that name it, of those whose ticket is not known.

        One that is another episode's ticket is nobody else's.
        """
        joined = _carrying(select(items.c.carries, items.c.content), outer=True)
        others = signal_tickets.alias()
        taken = exists().where(others.c.ticket == items.c.ticket)
        unknown = joined.where(signal_tickets.c.ticket.is_(None), ~taken)
        found: dict[str, list[Ticket]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(unknown):
                ticket = _ticket(row.content)
                if ticket is not None:
                    found.setdefault(row.carries, []).append(ticket)
        return {key: tuple(sorted(tickets, key=_number)) for key, tickets in found.items()}

    def copied_signals(self) -> Mapping[int, int]:
        """Answer number -> the original's, of the tickets that carry another one's key."""
        question = select(items.c.ticket, signal_tickets.c.ticket.label("original"))
        others = _carrying(question, outer=False).where(signal_tickets.c.ticket != items.c.ticket)
        with self._database.reading() as connection:
            return {row.ticket: row.original for row in connection.execute(others)}


def _carrying(question: Select[Any], *, outer: bool) -> Select[Any]:
    its = signal_tickets.c.episode == items.c.carries
    joined = items.join(signal_tickets, its, isouter=outer)
    carrying = items.c.carries > ""  # SQLite looks for a range in the index, not for NOT NULL
    return question.select_from(joined).where(_THERE, carrying)


def _link(row: Row[Any]) -> Link:
    return Link(
        episode=row.episode,
        ticket=row.ticket,
        intended_at=row.intended_at,
        refused=row.refused or "",
        refused_at=row.refused_at,
        why=None if row.why is None else decode(Message, row.why),
        tries=row.tries,
    )


def _ticket(content: str) -> Ticket | None:
    return decode(Item, loads(content)).ticket


def _number(ticket: Ticket) -> int:
    return ticket.id
