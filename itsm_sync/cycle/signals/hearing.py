"""Hearing what people did to signals' tickets: a history is read only where a ticket moved."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from itsm_sync.clients.errors import ClientError
from itsm_sync.desk.redmine import Desk
from itsm_sync.desk.signals.deeds import deeds
from itsm_sync.desk.signals.remembering import kept_there, words_there
from itsm_sync.model.items import worded
from itsm_sync.model.signals import Act, Deed, Tally, kept_tally
from itsm_sync.model.tickets import FieldName, Journal, Ticket
from itsm_sync.model.watching import Statuses
from itsm_sync.store import Moved, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """One cycle's listening."""

    store: Store
    desk: Desk
    statuses: Statuses
    now: datetime

    def hear(self) -> None:
        """Store what people did to the tickets of episodes since these were last looked at.

        A history that can't be read, or understood, is read again in the next cycle.
        """
        moved = self.store.moved_signals()
        asked: dict[int, Ticket] = {}
        for number, one in moved.items():
            if one.ticket is None:
                self._missed(number, one)
            elif one.ticket.updated_on != one.seen:
                asked[number] = one.ticket
        if asked:
            self._read(asked, {number: one.episode for number, one in moved.items()})

    def _missed(self, number: int, one: Moved) -> None:
        """Note that a ticket is no more.

        Nobody knows since when, so since its history was last read: of a closed one it says nothing
        about what came after that.
        """
        done = self.store.acts([one.episode])
        if all(act.deed is not Deed.DELETED for act in done):
            at = min(one.seen or self.now, self.now)
            gone = Act(episode=one.episode, deed=Deed.DELETED, at=at)
            self.store.keep_acts(number, None, (*done, gone))

    def _read(self, asked: Mapping[int, Ticket], episodes: Mapping[int, str]) -> None:
        try:
            known = self.desk.every_status()
        except ClientError:
            return
        closed = frozenset(n for n, status in known.items() if status.closed)
        wont_fix = frozenset(n for n in closed if known[n].name in self.statuses.wont_fix)
        histories = self.desk.histories(sorted(asked))
        for number, history in histories.items():
            done = deeds(
                episodes[number],
                history,
                bot=self.desk.account.id,
                closed_statuses=closed,
                wont_fix=wont_fix,
            )
            self.store.keep_acts(number, asked[number].updated_on, done)
            self._remember(number, episodes[number], history)

    def _remember(self, number: int, episode: str, history: tuple[Journal, ...]) -> None:
        """Learn from a ticket what we wrote to it, where the database does not know it."""
        bot, known = self.desk.account.id, self.store.kept_notes([number])
        for name, note in kept_there(history, bot).items():
            if (number, name) not in known:
                self.store.keep_note(number, note, self.now)
                self._count_on(episode, kept_tally(note.text))
        if FieldName.SUBJECT in self.store.written([number]).get(number, {}):
            return
        try:
            priorities = {one.name: one.id for one in self.desk.priorities()}
        except ClientError:
            return
        for item in self.store.ticket_items([number]):
            if (ticket := worded(item, priorities)) is not None:
                self.store.recognise({number: words_there(ticket, history, bot)}, self.now)

    def _count_on(self, key: str, tally: Tally | None) -> None:
        """Let an episode's failures count on from what its ticket tells: builds get discarded."""
        for episode in self.store.episodes(keys=[key]) if tally else ():
            if tally and tally.count > episode.count:
                told = replace(episode, count=tally.count, last_at=tally.last_at)
                self.store.add_episode(told)
