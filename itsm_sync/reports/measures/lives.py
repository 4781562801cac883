"""When a ticket was open: what flow, backlog and times are counted from. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from itsm_sync.model.histories import Deed, History
from itsm_sync.reports.world import TicketRecord, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A time in which a ticket was open; `until` is None while it is."""

    since: datetime
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


def spells(ticket: TicketRecord, world: World) -> tuple[Spell, ...]:
    """Answer when a ticket was open, the oldest first.

    Definition: from its making, and from each change to a status that does not close, to the next
    change to one that does; one that was made closed was open for no time. Source: its history;
    where that is not read or the statuses are not known: from its making to when Redmine says it
    was closed last.
    """
    if ticket.history is None or not world.closing:
        return (Spell(since=ticket.created_at, until=ticket.closed_at),)
    found = list(_spells(ticket, ticket.history, world.closing))
    last, closed = found[-1], ticket.closed_at
    if last.until is None and closed is not None:  # closed since its history was read
        found[-1] = Spell(since=last.since, until=max(closed, last.since))
    return tuple(found)


def _spells(ticket: TicketRecord, history: History, closing: frozenset[str]) -> Iterator[Spell]:
    since: datetime | None = ticket.created_at
    if history.status in closing:
        yield Spell(since=ticket.created_at, until=ticket.created_at)
        since = None
    for event in history.events:
        if event.deed is not Deed.STATUS:
            continue
        closes = event.new in closing
        if since is not None and closes:
            yield Spell(since=since, until=event.at)
            since = None
        elif since is None and not closes:
            since = event.at
    if since is not None:
        yield Spell(since=since)


def answered_at(ticket: TicketRecord, world: World) -> datetime | None:
    """Answer when a person answered first: a public note or a change of status.

    Not the one who made the ticket, and no program. None: nobody yet, or the history is not read.
    """
    if ticket.history is None:
        return None
    return next(
        (
            event.at
            for event in ticket.history.events
            if event.deed in (Deed.NOTE, Deed.STATUS)
            and event.by != ticket.history.author
            and event.by not in world.bots
        ),
        None,
    )
