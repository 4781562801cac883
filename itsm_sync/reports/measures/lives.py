"""When a ticket was open: what flow, backlog and times are counted from. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from itsm_sync.model.histories import Deed, History
from itsm_sync.reports.periods import Period
from itsm_sync.reports.world import TicketRecord, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A time in which a ticket was open; `until` is None while it is."""

    since: datetime
    until: datetime | None = None


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


def open_at(mine: Iterable[Spell], at: datetime) -> bool:
    """Whether a ticket of these spells was open just before a moment."""
    return any(one.since < at and (one.until is None or one.until >= at) for one in mine)


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


def held_by(ticket: TicketRecord, at: datetime) -> tuple[str, str]:
    """Answer the row and the team that held a ticket just before a moment.

    Where its stages do not tell: those that hold it now.
    """
    for span in reversed(ticket.spans):
        if span.entered_at < at and (span.left_at is None or span.left_at >= at):
            return span.row, span.team
    return ticket.place.row, ticket.place.team


def ended_in(ticket: TicketRecord, world: World, period: Period) -> datetime | None:
    """Answer when a ticket was closed last in a period; None: it was not, or was made closed."""
    ends = [one.until for one in spells(ticket, world) if one.until and one.until > one.since]
    return max((end for end in ends if period.holds(end)), default=None)
