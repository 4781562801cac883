"""Episodes, what people did to their tickets, and what was said on them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from itsm_sync.model.openings import OpeningOutcome
from itsm_sync.model.plans import Born, KeptNote
from itsm_sync.model.signals import Act, Deed, Episode, Standing
from itsm_sync.store.codec import decode, encode, loads, text_of
from itsm_sync.store.database import chunks, upsert
from itsm_sync.store.observations import mark_due, mark_told
from itsm_sync.store.schema import (
    acts,
    episodes,
    kept_notes,
    remarks,
    signal_tickets,
    unrelated,
)
from itsm_sync.store.subject import Part

# The remark that the opening is: the next note keeps its distance to it as well.
OPENED = "opened"


class Episodes(Part):
    """Keeping episodes and what happened on their tickets."""

    def episodes(
        self,
        *,
        signal: str | None = None,
        line: str | None = None,
        standing: Standing | None = None,
        since: datetime | None = None,
        keys: Iterable[str] | None = None,
    ) -> tuple[Episode, ...]:
        """Answer the episodes that fit all that is given, by their beginning.

        `since`: those that are not over, or ended from then on.
        """
        given = {"signal": signal, "line": line, "standing": standing and standing.value}
        fits = [episodes.c[name] == value for name, value in given.items() if value is not None]
        if since is not None:
            fits.append(episodes.c.ended.is_(None) | (episodes.c.ended >= since))
        parts: list[list[Any]] = [fits]
        if keys is not None:
            parts = [[*fits, episodes.c.key.in_(some)] for some in chunks(sorted(set(keys)))]
        found: list[Episode] = []
        with self._database.reading() as connection:
            for part in parts:
                question = select(episodes.c.content).where(*part)
                ordered = question.order_by(episodes.c.began, episodes.c.key)
                found += [_episode(text) for text in connection.scalars(ordered)]
        return tuple(found)

    def keep_episodes(self, signal: str, line: str, lived: Iterable[Episode]) -> None:
        """Store a line's episodes, all that there are, in the place of those before.

        One that is no more and has a ticket stays: its ticket was opened for something. So does one
        whose history was let go.
        """
        with self._database.writing() as connection:
            mine = (episodes.c.signal == signal) & (episodes.c.line == line)
            ticketed = select(signal_tickets.c.episode)
            loose = episodes.c.key.not_in(ticketed) & episodes.c.past.is_(None)
            connection.execute(delete(episodes).where(mine, loose))
            upsert(connection, episodes, [_row(one) for one in lived])
            mark_told(connection, signal, line)

    def add_episode(self, episode: Episode) -> None:
        """Store an episode that only its ticket tells of; what was observed of its line is due."""
        with self._database.writing() as connection:
            upsert(connection, episodes, [_row(episode)])
            mark_due(connection, [(episode.signal, episode.line)])

    def keep_acts(self, ticket: int, seen: datetime | None, done: Iterable[Act]) -> None:
        """Store what people did to a signal's ticket, all of it, as its history tells up to `seen`.

        Raises KeyError where it is no episode's ticket.
        """
        with self._database.writing() as connection:
            mine = signal_tickets.c.ticket == ticket
            key = connection.scalar(select(signal_tickets.c.episode).where(mine))
            if key is None:
                raise KeyError(ticket)
            connection.execute(update(signal_tickets).where(mine).values(seen=seen))
            before = set(_acts(connection, key))
            now = set(done)
            if before != now:
                connection.execute(delete(acts).where(acts.c.episode == key))
                upsert(connection, acts, [_act_row(act) for act in now])
                place = select(episodes.c.signal, episodes.c.line).where(episodes.c.key == key)
                mark_due(connection, [(r.signal, r.line) for r in connection.execute(place)])

    def acts(self, keys: Iterable[str]) -> tuple[Act, ...]:
        """Answer what people did to the tickets of these episodes, by time."""
        found: list[Act] = []
        with self._database.reading() as connection:
            for key in keys:
                found += _acts(connection, key)
        return tuple(sorted(found, key=lambda act: (act.at, act.deed)))

    def acts_of(self, signal: str) -> Mapping[str, tuple[Act, ...]]:
        """Answer episode -> what people did to its ticket, by time, of a signal's episodes."""
        joined = acts.join(episodes, episodes.c.key == acts.c.episode)
        mine = select(acts).select_from(joined).where(episodes.c.signal == signal)
        found: dict[str, list[Act]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(mine.order_by(acts.c.at, acts.c.deed)):
                found.setdefault(row.episode, []).append(_act(row))
        return {key: tuple(done) for key, done in found.items()}

    def said(self, keys: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """Answer episode -> the names of the remarks that were made on its ticket."""
        found: dict[str, set[str]] = {}
        with self._database.reading() as connection:
            for some in chunks(keys):
                mine = remarks.c.episode.in_(some)
                for row in connection.execute(select(remarks).where(mine)):
                    found.setdefault(row.episode, set()).add(row.name)
        return {key: frozenset(names) for key, names in found.items()}

    def said_at(self, keys: Iterable[str]) -> Mapping[str, datetime]:
        """Answer episode -> when a remark was last made on its ticket."""
        found: dict[str, datetime] = {}
        with self._database.reading() as connection:
            for some in chunks(keys):
                newest = select(remarks.c.episode, func.max(remarks.c.at).label("at"))
                mine = newest.where(remarks.c.episode.in_(some)).group_by(remarks.c.episode)
                found |= {row.episode: row.at for row in connection.execute(mine)}
        return found

    def say_once(self, episode: str, names: Iterable[str], at: datetime) -> None:
        """Note that remarks need not be made any more."""
        with self._database.writing() as connection:
            keep_said(connection, episode, names, at)

    def kept_notes(self, tickets: Iterable[int]) -> Mapping[tuple[int, str], KeptNote]:
        """Answer (ticket, name) -> the note of ours as we last wrote it."""
        found = {}
        with self._database.reading() as connection:
            for some in chunks(tickets):
                mine = kept_notes.c.ticket.in_(some)
                for row in connection.execute(select(kept_notes).where(mine)):
                    found[row.ticket, row.name] = KeptNote(
                        name=row.name, text=row.text, journal=row.journal
                    )
        return found

    def keep_note(self, ticket: int, note: KeptNote, at: datetime) -> None:
        """Store a note of ours as it stands."""
        with self._database.writing() as connection:
            keep_notes(connection, ticket, (note,), at)

    def unrelated(
        self,
        since: datetime | None = None,
        tickets: Iterable[int] | None = None,
        *,
        until: datetime | None = None,
    ) -> frozenset[tuple[int, int]]:
        """Answer the pairs of tickets that Redmine did not let us relate, since a time, or ever.

        Args:
            since: a time; None: ever.
            tickets: of these alone.
            until: a time after which only a wrong clock noted one.
        """
        question = select(unrelated)
        if since is not None:
            question = question.where(unrelated.c.at >= since)
        if until is not None:
            question = question.where(unrelated.c.at <= until)
        parts = [question]
        if tickets is not None:
            parts = [question.where(unrelated.c.ticket.in_(some)) for some in chunks(tickets)]
        with self._database.reading() as connection:
            rows = (row for part in parts for row in connection.execute(part))
            return frozenset((row.ticket, row.other) for row in rows)


def keep_birth(connection: Connection, born: Born, at: datetime) -> None:
    """Store which ticket an episode has, that Redmine refused to open one, or nothing."""
    row: dict[str, Any] = {"episode": born.birth.episode, "refused": None, "refused_at": None,
                           "why": None, "first_at": None, "tries": 0}  # fmt: skip
    if born.number is not None:
        ticket = born.opened.ticket
        seen = ticket.updated_on if ticket and not born.found else None
        row |= {"ticket": born.number, "intended_at": None, "seen": seen}
        upsert(connection, signal_tickets, [row])
        keep_said(connection, born.birth.episode, (OPENED, *born.birth.said), at)
    elif born.opened.outcome is OpeningOutcome.REFUSED:
        row |= {"intended_at": None}
        if born.refused and born.opened.why is not None:
            mine = signal_tickets.c.episode == born.birth.episode
            before = connection.execute(select(signal_tickets).where(mine)).first()
            same = before is not None and before.refused == born.refused
            row |= {"refused": born.refused, "refused_at": at, "why": encode(born.opened.why),
                    "first_at": (before and before.first_at) or at,
                    "tries": before.tries + 1 if before is not None and same else 1}  # fmt: skip
        upsert(connection, signal_tickets, [row])


def still_seen(connection: Connection, ticket: int, updated_on: datetime) -> None:
    """Note that nothing but our own write happened to a signal's ticket, if it is one."""
    mine = (signal_tickets.c.ticket == ticket) & signal_tickets.c.seen.is_not(None)
    connection.execute(update(signal_tickets).where(mine).values(seen=updated_on))


def keep_said(connection: Connection, episode: str, names: Iterable[str], at: datetime) -> None:
    """Store that remarks were made."""
    rows = [{"episode": episode, "name": name, "at": at} for name in dict.fromkeys(names)]
    upsert(connection, remarks, rows, keep=("at",))


def keep_notes(
    connection: Connection, ticket: int, notes: Iterable[KeptNote], at: datetime
) -> None:
    """Store notes of ours as they stand."""
    rows = [
        {"ticket": ticket, "name": n.name, "journal": n.journal, "text": n.text, "at": at}
        for n in notes
        if n.journal is not None
    ]
    upsert(connection, kept_notes, rows)


def keep_unrelated(
    connection: Connection, ticket: int, others: Iterable[int], at: datetime
) -> None:
    """Store which relations Redmine did not allow."""
    rows = [{"ticket": ticket, "other": other, "at": at} for other in others]
    upsert(connection, unrelated, rows)


def _row(one: Episode) -> dict[str, Any]:
    return {
        "key": one.key,
        "signal": one.signal,
        "line": one.line,
        "standing": one.standing.value,
        "began": one.began,
        "ended": one.ended,
        "content": text_of(encode(one)),
    }


def _episode(text: str) -> Episode:
    return decode(Episode, loads(text))


def _act_row(act: Act) -> dict[str, Any]:
    return {"episode": act.episode, "deed": act.deed.value, "at": act.at, "by": act.by}


def _acts(connection: Connection, key: str) -> list[Act]:
    question = select(acts).where(acts.c.episode == key).order_by(acts.c.at, acts.c.deed)
    return [_act(row) for row in connection.execute(question)]


def _act(row: Row[Any]) -> Act:
    return Act(episode=row.episode, deed=Deed(row.deed), at=row.at, by=row.by)
