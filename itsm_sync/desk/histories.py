"""What a ticket's journals say that clocks and measures count. Pure."""

from collections.abc import Iterable, Iterator
from itertools import chain

from itsm_sync.desk.signals.remembering import kept_there
from itsm_sync.model.histories import Deed, Event, History, Reading
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import FieldName, Journal, Ticket

_FIELDS = {
    FieldName.STATUS: Deed.STATUS,
    FieldName.PRIORITY: Deed.PRIORITY,
    FieldName.ASSIGNEE: Deed.ASSIGNEE,
}


def reading(ticket: Ticket, journals: Iterable[Journal], bot: int) -> Reading:
    """Answer a ticket's history as it was read with it; `bot` is our own user id."""
    journals = tuple(journals)
    return Reading(
        history=history(ticket, journals),
        shape=shape(ticket),
        closed=ticket.closed,
        notes=tuple(sorted(kept_there(journals, bot))),
        people=tuple({one.author.id: one.author for one in journals}.values()),
    )


def history(ticket: Ticket, journals: Iterable[Journal]) -> History:
    """Answer what happened to a ticket.

    What it was made with is what its first change of that kind began from, or else what it shows:
    Redmine keeps no entry of the making.
    """
    events = tuple(chain.from_iterable(map(_events, journals)))
    made: dict[Deed, str] = {}
    for event in events:
        made.setdefault(event.deed, event.old)
    return History(
        ticket=ticket.id,
        author=ticket.author.id,
        created_at=ticket.created_on,
        seen=ticket.updated_on,
        status=made.get(Deed.STATUS, str(ticket.status.id)),
        priority=made.get(Deed.PRIORITY, ticket.value(FieldName.PRIORITY) or ""),
        tracker=made.get(Deed.TRACKER, str(ticket.tracker.id)),
        assignee=made.get(Deed.ASSIGNEE, ticket.value(FieldName.ASSIGNEE) or ""),
        events=events,
    )


def shape(ticket: Ticket) -> str:
    """Answer what of a ticket its history explains: where it moves, so did the history."""
    names = (FieldName.STATUS, FieldName.ASSIGNEE, FieldName.PRIORITY)
    return "/".join((str(ticket.tracker.id), *(ticket.value(name) or "" for name in names)))


def is_explained(ticket: Ticket, kept: Reading) -> bool:
    """Whether a ticket shows what it did when its history was read.

    A ticket that was stored without its priority shows any.
    """
    before, now = kept.shape, shape(ticket)
    if ticket.priority is None:
        before, now = before.rpartition("/")[0], now.rpartition("/")[0]
    return before == now


def is_answered(history: History, bot: int) -> bool:
    """Whether somebody else than its author, or we, said something or moved the ticket on."""
    nobodys = (bot, history.author)
    answers = (Deed.NOTE, Deed.STATUS)
    return any(one.deed in answers and one.by not in nobodys for one in history.events)


def is_untouched(ticket: Ticket) -> bool:
    """Whether nobody did anything to a ticket since it was made: it has no journals."""
    return ticket.updated_on == ticket.created_on and ticket.priority is not None


def _events(journal: Journal) -> Iterator[Event]:
    for change in journal.changes:
        old, new = normal(change.old), normal(change.new)
        if (deed := _FIELDS.get(change.field)) is not None and old != new:
            yield _event(journal, deed, old, new)
    moved = journal.tracker
    if moved is not None and moved.old != moved.new:
        yield _event(journal, Deed.TRACKER, str(moved.old), str(moved.new))
    if journal.notes.strip() and not journal.private:
        yield _event(journal, Deed.NOTE)


def _event(journal: Journal, deed: Deed, old: str = "", new: str = "") -> Event:
    return Event(
        deed=deed, at=journal.at, by=journal.author.id, journal=journal.id, old=old, new=new
    )
