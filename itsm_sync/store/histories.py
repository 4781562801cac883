"""What tickets' histories say, so that no journal is read twice."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from itsm_sync.model.histories import Deed, Event, History, Reading
from itsm_sync.store.codec import dumps, loads
from itsm_sync.store.database import chunks, insert_new, upsert
from itsm_sync.store.looks import NEVER
from itsm_sync.store.schema import histories, items, policies
from itsm_sync.store.subject import Part

# A history that could not be read is not asked for again before.
RETRY = timedelta(hours=1)
_LETTERS = {
    Deed.STATUS: "s",
    Deed.PRIORITY: "p",
    Deed.TRACKER: "t",
    Deed.ASSIGNEE: "a",
    Deed.NOTE: "n",
}
_DEEDS = {letter: deed for deed, letter in _LETTERS.items()}
_KIND = "issue"  # of an item that is a ticket
_TRIED = histories.c.tried_at.is_not(None)  # in vain
_READ = histories.c.content.is_not(None)
_TICKETS = items.outerjoin(histories, histories.c.ticket == items.c.ticket)


class Histories(Part):
    """Keeping and reading histories."""

    def keep_histories(self, readings: Iterable[Reading]) -> None:
        """Store histories as they were read; each replaces what was read before."""
        rows = [_row(reading) for reading in readings]
        with self._database.writing() as connection:
            upsert(connection, histories, rows)

    def keep_unread(self, tickets: Iterable[int], at: datetime) -> None:
        """Note that these tickets' histories could not be read; what is kept of them stays."""
        rows: list[dict[str, Any]] = [
            {"ticket": ticket, "closed": False, "shape": "", "notes": "", "tried_at": at}
            for ticket in tickets
        ]
        with self._database.writing() as connection:
            upsert(connection, histories, rows, keep=("closed", "shape", "notes"))

    def histories(self, tickets: Iterable[int]) -> Mapping[int, History]:
        """Answer ticket -> its history, where it was read."""
        return {number: found.history for number, found in self.readings(tickets).items()}

    def readings(self, tickets: Iterable[int]) -> Mapping[int, Reading]:
        """Answer ticket -> its history as it was read."""
        found: dict[int, Reading] = {}
        with self._database.reading() as connection:
            for some in chunks(tickets):
                mine = select(histories).where(_READ, histories.c.ticket.in_(some))
                found |= {row.ticket: _reading(row) for row in connection.execute(mine)}
        return found

    def unread(self, tickets: Iterable[int], now: datetime) -> frozenset[int]:
        """Answer those of the tickets whose history could not be read just a while ago."""
        found: set[int] = set()
        with self._database.reading() as connection:
            for some in chunks(tickets):
                mine = select(histories.c.ticket).where(~_rested(now), histories.c.ticket.in_(some))
                found.update(connection.scalars(mine))
        return frozenset(found)

    def histories_due(
        self, since: datetime, now: datetime, most: int, moved: int = NEVER
    ) -> tuple[int, ...]:
        """Answer tickets whose history is to be read, open ones first, then the newest.

        Args:
            since: a closed ticket that was last touched before is nobody's question any more.
            now: what could not be read just a while ago is left out.
            most: how many.
            moved: the number of the move up to which all histories were read, or tried in vain.
        """
        due = (*_lacking(since, moved), _rested(now))
        question = select(items.c.ticket).select_from(_TICKETS).where(*due)
        newest = question.order_by(items.c.open_ticket.desc(), items.c.updated_at.desc())
        with self._database.reading() as connection:
            return tuple(connection.scalars(newest.limit(most)))

    def histories_missing(
        self, since: datetime, moved: int = NEVER, *, untried: bool = False
    ) -> int:
        """Answer how many tickets' histories are still to be read, as `histories_due` has them;
        `untried`: only those that nobody tried to read in vain.
        """
        question = select(func.count()).select_from(_TICKETS).where(*_lacking(since, moved))
        if untried:
            question = question.where(histories.c.tried_at.is_(None))
        with self._database.reading() as connection:
            return connection.scalar(question) or 0

    def policy_since(self, digest: str, now: datetime) -> datetime:
        """Answer since when clocks run by a policy; from now on, where it is new."""
        stands = select(policies.c.at).where(policies.c.digest == digest)
        with self._database.reading() as connection:
            since: datetime | None = connection.scalar(stands)
        if since is not None:
            return since
        with self._database.writing() as connection:
            insert_new(connection, policies, {"digest": digest, "at": now})
        return now


def _rested(now: datetime) -> ColumnElement[bool]:
    """Whether a history may be asked for: what a wrong clock tried in times to come may be."""
    tried = histories.c.tried_at
    return or_(tried.is_(None), tried <= now - RETRY, tried > now)


def _lacking(since: datetime, moved: int) -> tuple[ColumnElement[bool], ...]:
    there = [items.c.ticket.is_not(None), items.c.gone_cycle.is_(None)]
    late = or_(~_READ, ~histories.c.closed, histories.c.seen < items.c.updated_at)
    ended = ~items.c.open_ticket & (items.c.updated_at >= since) & late
    if moved != NEVER:
        news = select(items.c.ticket).where(items.c.kind == _KIND, items.c.moved > moved)
        tried = select(histories.c.ticket).where(_TRIED)
        there.append(items.c.ticket.in_(news.union(tried)))
    return *there, or_(items.c.open_ticket & ~_READ, ended)


def _row(reading: Reading) -> dict[str, Any]:
    return {
        "ticket": reading.history.ticket,
        "seen": reading.history.seen,
        "closed": reading.closed,
        "shape": reading.shape,
        "notes": " ".join(reading.notes),
        "content": _written(reading.history),
        "tried_at": None,
    }


def _reading(row: Any) -> Reading:
    return Reading(
        history=_read(row.ticket, row.seen, loads(row.content)),
        shape=row.shape,
        closed=row.closed,
        notes=tuple(row.notes.split()),
    )


def _written(history: History) -> str:
    """Answer a history in few characters: there may be a hundred thousand."""
    return dumps(
        {
            "by": history.author,
            "at": history.created_at.timestamp(),
            "as": [history.status, history.priority, history.tracker, history.assignee],
            "did": [
                [_LETTERS[one.deed], one.at.timestamp(), one.by, one.journal, one.old, one.new]
                for one in history.events
            ],
        }
    )


def _read(ticket: int, seen: datetime, made: Any) -> History:
    status, priority, tracker, assignee = made["as"]
    return History(
        ticket=ticket,
        author=made["by"],
        created_at=_time(made["at"]),
        seen=seen,
        status=status,
        priority=priority,
        tracker=tracker,
        assignee=assignee,
        events=tuple(
            Event(deed=_DEEDS[deed], at=_time(at), by=by, journal=journal, old=old, new=new)
            for deed, at, by, journal, old, new in made["did"]
        ),
    )


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
