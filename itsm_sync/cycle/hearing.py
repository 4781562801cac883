"""Hearing what people did to signals' tickets: a history is read only where a ticket moved."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from itsm_sync.clients.errors import ClientError
from itsm_sync.desk.deeds import deeds
from itsm_sync.desk.keeping import kept_notes
from itsm_sync.desk.redmine import Desk
from itsm_sync.model.plans import KeptNote
from itsm_sync.model.signals import Act, Deed
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
    for heard in _heard(desk, statuses, {n: episodes[n] for n in asked}):
        _remember(store, heard.ticket, heard.kept, now)
        store.keep_acts(heard.ticket, asked[heard.ticket].updated_on, heard.done)


def _deleted(store: Store, number: int, episode: str, now: datetime) -> None:
    """Note that a ticket is no more; nobody knows since when, so since it was missed."""
    done = store.acts([episode])
    if all(act.deed is not Deed.DELETED for act in done):
        gone = Act(episode=episode, deed=Deed.DELETED, at=now)
        store.keep_acts(number, None, (*done, gone))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """What a ticket's history tells: people's deeds, and notes of ours."""

    ticket: int
    done: tuple[Act, ...]
    kept: tuple[KeptNote, ...]


def _heard(desk: Desk, statuses: Statuses, episodes: Mapping[int, str]) -> Iterator[_Heard]:
    """Read the histories of these tickets."""
    try:
        known = desk.every_status() if episodes else {}
    except ClientError:
        return
    closed = frozenset(n for n, status in known.items() if status.closed)
    wont_fix = frozenset(n for n in closed if known[n].name in statuses.wont_fix)
    bot = desk.account.id
    for number, history in desk.histories(sorted(episodes)).items():
        done = deeds(episodes[number], history, bot=bot, closed_statuses=closed, wont_fix=wont_fix)
        yield _Heard(ticket=number, done=done, kept=tuple(kept_notes(history, bot).values()))


def _remember(store: Store, number: int, notes: Iterable[KeptNote], now: datetime) -> None:
    """Store the notes of ours that nobody remembers: the database was lost, or a record."""
    known = store.kept_notes([number])
    for note in notes:
        if (number, note.name) not in known:
            store.keep_note(number, note, now)
