"""Tickets' histories: read only where something happened that is not known, and kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from itsm_sync.desk.histories import is_answered, is_explained, is_untouched, reading
from itsm_sync.desk.redmine import Desk
from itsm_sync.model.histories import Reading
from itsm_sync.model.ports import Observer
from itsm_sync.model.tickets import Ticket
from itsm_sync.store import Store

LOOK = "histories"  # the look after which every history is read


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How many histories of before are read in a cycle, and how long ago a closed ticket was
    touched whose history still matters.
    """

    a_cycle: int = 100
    back: timedelta = timedelta(days=400)


@dataclass(kw_only=True)
class Histories:
    """Answers what happened to tickets in one cycle, and makes up for what was never read.

    `begun` is when our first cycle ended: a ticket made since is read at once, an older one when
    its turn comes.
    """

    store: Store
    desk: Desk
    observer: Observer
    reach: Reach
    now: datetime
    begun: datetime | None
    _spent: int = field(default=0, init=False)

    def of(self, tickets: Sequence[Ticket]) -> Mapping[int, Reading]:
        """Answer ticket -> its history; open ones whose history is not known just now are left out.

        Read is what moved, unless only we wrote to it, or it was answered and moved in nothing that
        a history explains.
        """
        self.keep_taken()
        kept: dict[int, Reading] = {}
        kept |= self.store.readings(ticket.id for ticket in tickets)
        new = [one for one in tickets if one.id not in kept]
        bot = self.desk.account.id
        made = [reading(ticket, (), bot) for ticket in new if is_untouched(ticket)]
        self._keep(made)
        kept |= {one.history.ticket: one for one in made}
        moved = [one for one in tickets if one.id in kept and self._moved(one, kept[one.id])]
        found = self._read([*(one.id for one in moved), *self._lacking(new)])
        for ticket in moved:
            kept.pop(ticket.id)  # what was known of it is not so any more
        return {**kept, **found}

    def fill(self) -> int:
        """Read, in turn, histories of before, and those of tickets that were closed meanwhile;
        answer how many are still to be read.

        Once none is but what was tried in vain, only tickets that moved since are looked through.
        """
        moves, since, reach = self.store.moves(), self.now - self.reach.back, f"{self.reach.back}"
        known = self.store.last_look(LOOK, reach)
        left = self.reach.a_cycle - self._spent
        if left > 0:
            due = self.store.histories_due(since, self.now, left, known)
            self._spent += len(due)
            self._read(due)
        missing = self.store.histories_missing(since, known)
        if not missing or not self.store.histories_missing(since, known, untried=True):
            self.store.keep_look((LOOK,), reach, moves)
        return missing

    def keep_taken(self) -> None:
        """Store what was read for another reason: no journal is read twice."""
        self._keep(self.desk.taken_readings())

    def _moved(self, ticket: Ticket, kept: Reading) -> bool:
        if not is_explained(ticket, kept):
            return True
        waits = not is_answered(kept.history, self.desk.account.id)
        return waits and kept.history.seen < ticket.updated_on

    def _lacking(self, tickets: Iterable[Ticket]) -> list[int]:
        """Answer the tickets without a history that are to be read now, the newest first."""
        touched = sorted(
            (one for one in tickets if not is_untouched(one)), key=lambda one: one.updated_on
        )
        since = None if self.begun is None else self.begun.replace(microsecond=0)
        young = [one.id for one in touched if since is not None and one.created_on >= since]
        old = [one.id for one in reversed(touched) if since is None or one.created_on < since]
        turn = old[: max(self.reach.a_cycle - self._spent, 0)]
        self._spent += len(turn)
        return [*young, *turn]

    def _read(self, numbers: Sequence[int]) -> Mapping[int, Reading]:
        """Read these histories; those that can't be read are set aside for a while."""
        rested = self.store.unread(numbers, self.now)
        wanted = sorted(set(numbers) - rested)
        if not wanted:
            return {}
        self.desk.histories(wanted)
        found = {one.history.ticket: one for one in self.desk.taken_readings()}
        self._keep(list(found.values()))
        self.store.keep_unread(set(wanted) - set(found), self.now)
        self.observer.saw("histories.read", wanted=len(wanted), read=len(found))
        return found

    def _keep(self, readings: Sequence[Reading]) -> None:
        if readings:
            self.store.keep_histories(readings)
            self.store.keep_people({one.id: one.name for r in readings for one in r.people})
