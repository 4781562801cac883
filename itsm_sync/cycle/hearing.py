"""Hearing what people did to signals' tickets: a history is read only where a ticket moved."""

from collections.abc import Mapping
from datetime import datetime

from itsm_sync.clients.errors import ClientError
from itsm_sync.desk.deeds import deeds
from itsm_sync.desk.redmine import Desk
from itsm_sync.desk.remembering import kept_there, words_there
from itsm_sync.model.items import worded
from itsm_sync.model.signals import Act, Deed
from itsm_sync.model.tickets import FieldName, Journal, Ticket
from itsm_sync.model.watching import Statuses
from itsm_sync.store import Store


def hear_people(store: Store, desk: Desk, statuses: Statuses, now: datetime) -> None:
    """Store what people did to the tickets of episodes since these were last looked at.

    A history that can't be read, or understood, is read again in the next cycle.
    """
    episodes = {link.ticket: key for key, link in store.links().items() if link.ticket is not None}
    seen = store.signal_histories()
    tickets = store.tickets(episodes)
    moved = [n for n, ticket in tickets.items() if ticket is None or ticket.updated_on != seen[n]]
    for number in [n for n in moved if tickets[n] is None]:
        _deleted(store, number, episodes[number], now)
    asked = {n: ticket for n in moved if (ticket := tickets[n]) is not None}
    for number, history in _read(store, desk, statuses, asked, episodes).items():
        _remember(store, desk, number, history, now)


def _deleted(store: Store, number: int, episode: str, now: datetime) -> None:
    """Note that a ticket is no more; nobody knows since when, so since it was missed."""
    done = store.acts([episode])
    if all(act.deed is not Deed.DELETED for act in done):
        gone = Act(episode=episode, deed=Deed.DELETED, at=now)
        store.keep_acts(number, None, (*done, gone))


def _read(
    store: Store,
    desk: Desk,
    statuses: Statuses,
    asked: Mapping[int, Ticket],
    episodes: Mapping[int, str],
) -> Mapping[int, tuple[Journal, ...]]:
    """Answer the histories that were read, once what people did is stored."""
    if not asked:
        return {}
    try:
        known = desk.every_status()
    except ClientError:
        return {}
    closed = frozenset(n for n, status in known.items() if status.closed)
    wont_fix = frozenset(n for n in closed if known[n].name in statuses.wont_fix)
    histories = desk.histories(sorted(asked))
    for number, history in histories.items():
        done = deeds(
            episodes[number],
            history,
            bot=desk.account.id,
            closed_statuses=closed,
            wont_fix=wont_fix,
        )
        store.keep_acts(number, asked[number].updated_on, done)
    return histories


def _remember(
    store: Store, desk: Desk, number: int, history: tuple[Journal, ...], now: datetime
) -> None:
    """Learn from a ticket what we wrote to it, where the database was lost since."""
    bot, known = desk.account.id, store.kept_notes([number])
    for name, note in kept_there(history, bot).items():
        if (number, name) not in known:
            store.keep_note(number, note, now)
    if FieldName.SUBJECT in store.written([number]).get(number, {}):
        return
    try:
        priorities = {one.name: one.id for one in desk.priorities()}
    except ClientError:
        return
    for item in store.ticket_items([number]):
        if (ticket := worded(item, priorities)) is not None:
            store.recognise({number: words_there(ticket, history, bot)}, now)
