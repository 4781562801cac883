"""Dead letters: what is set aside, and that it was tried again."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from itsm_sync.model.letters import Letter, LetterKind, Retrying
from itsm_sync.model.words import Message
from itsm_sync.store.codec import decode
from itsm_sync.store.database import chunks
from itsm_sync.store.deliveries import anew, undelivered
from itsm_sync.store.schema import dead_letters, findings, refusals, signal_tickets
from itsm_sync.store.subject import Part

_DAY = timedelta(days=1)  # after which an edit or a ticket that was refused is tried again
_DESK = "redmine"
_OPEN = dead_letters.c.resolved_cycle.is_(None)
_AGAIN = ""  # what no refusal's circumstances are, so that the same is tried again


class Letters(Part):
    """One view over payloads set aside, refused edits and tickets that could not be opened."""

    def letters(self, retrying: Retrying) -> tuple[Letter, ...]:
        """Answer all that is set aside, the oldest first, source by source.

        A refused edit counts as long as the last cycle still wanted it.
        """
        with self._database.reading() as connection:
            found = [
                *_items(connection, retrying),
                *_edits(connection, retrying),
                *_tickets(connection, retrying),
                *undelivered(connection, retrying),
            ]
        return tuple(sorted(found, key=_place))

    def due_items(self, retrying: Retrying, now: datetime) -> Mapping[str, tuple[Letter, ...]]:
        """Answer source -> the payloads whose time to be tried again has come, the oldest first."""
        with self._database.reading() as connection:
            every = sorted(_items(connection, retrying), key=_place)
        found: dict[str, list[Letter]] = {}
        for letter in every:
            if letter.is_due(now):
                found.setdefault(letter.source, []).append(letter)
        return {source: tuple(letters) for source, letters in found.items()}

    def letters_given_up(self, retrying: Retrying) -> tuple[Letter, ...]:
        """Answer what is not tried by itself: payloads, tickets to be opened, reports."""
        with self._database.reading() as connection:
            every = (
                *_items(connection, retrying),
                *_tickets(connection, retrying),
                *undelivered(connection, retrying),
            )
        return tuple(letter for letter in every if letter.given_up)

    def note_tries(self, source: str, keys: Iterable[str], at: datetime) -> None:
        """Note that payloads are tried again by themselves, before they are."""
        with self._database.writing() as connection:
            for some in chunks(keys):
                mine = (dead_letters.c.source == source) & dead_letters.c.key.in_(some) & _OPEN
                tried = {"tries": dead_letters.c.tries + 1, "tried_at": at}
                connection.execute(update(dead_letters).where(mine).values(tried))

    def begin_letters_anew(self, letters: Iterable[Letter], at: datetime) -> None:
        """Note that a person has these tried again: nothing is given up of them.

        Edits and tickets are then planned by the next cycle, as if never refused.
        """
        with self._database.writing() as connection:
            for letter in letters:
                connection.execute(_anew(letter, at))


def _anew(letter: Letter, at: datetime) -> Any:
    match letter.kind:
        case LetterKind.ITEM:
            mine = (dead_letters.c.source == letter.source) & (dead_letters.c.key == letter.key)
            return update(dead_letters).where(mine, _OPEN).values(tries=0, tried_at=at)
        case LetterKind.EDIT:
            its = (refusals.c.ticket == _number(letter.key)) & (refusals.c.field == letter.field)
            return update(refusals).where(its).values(circumstances=_AGAIN, tries=0)
        case LetterKind.TICKET:
            unopened = signal_tickets.c.episode == letter.key
            return update(signal_tickets).where(unopened).values(refused=_AGAIN, tries=0)
        case LetterKind.DELIVERY:
            return anew(letter.key)


def _items(connection: Connection, retrying: Retrying) -> Iterator[Letter]:
    for row in connection.execute(select(dead_letters).where(_OPEN)):
        given_up = row.tries >= retrying.tries
        last = row.tried_at or row.first_at
        due = last + retrying.pause(row.tries) if last is not None and not given_up else None
        yield Letter(
            kind=LetterKind.ITEM,
            source=row.source,
            stream=row.stream,
            key=row.key,
            cause=row.error,
            first_at=row.first_at,
            last_at=row.last_at,
            times=row.times,
            tries=row.tries,
            tried_at=last,
            next_at=due,
            given_up=given_up,
        )


def _edits(connection: Connection, retrying: Retrying) -> Iterator[Letter]:
    standing = select(findings.c.key).where(findings.c.closed_at.is_(None))
    wanted = set(connection.scalars(standing.where(findings.c.kind == "cycle.field")))
    for row in connection.execute(select(refusals)):
        if f"field/{row.ticket}/{row.field}" in wanted:
            letter = Letter(
                kind=LetterKind.EDIT,
                source=_DESK,
                key=f"{_DESK}:issue/{row.ticket}",
                field=row.field,
                value=row.value,
                cause=decode(Message, row.reason),
                first_at=row.first_at or row.at,
                last_at=row.at,
                times=max(1, row.tries),
                tries=row.tries,
            )
            yield _refused(letter, row.circumstances, retrying)


def _tickets(connection: Connection, retrying: Retrying) -> Iterator[Letter]:
    unopened = signal_tickets.c.ticket.is_(None) & signal_tickets.c.why.is_not(None)
    for row in connection.execute(select(signal_tickets).where(unopened)):
        letter = Letter(
            kind=LetterKind.TICKET,
            source=_DESK,
            key=row.episode,
            cause=decode(Message, row.why),
            first_at=row.first_at or row.refused_at,
            last_at=row.refused_at,
            times=max(1, row.tries),
            tries=row.tries,
        )
        yield _refused(letter, row.refused, retrying)


def _refused(letter: Letter, same: str | None, retrying: Retrying) -> Letter:
    """Answer the letter with when it is tried again: in the next cycle, where a person said so."""
    if not same or letter.last_at is None:
        return replace(letter, next_at=letter.last_at)
    given_up = letter.tries >= retrying.tries
    due = None if given_up else letter.last_at + _DAY
    return replace(letter, tried_at=letter.last_at, next_at=due, given_up=given_up)


def _place(letter: Letter) -> tuple[str, bool, float, str, str]:
    at = letter.first_at
    return letter.source, at is not None, at.timestamp() if at else 0, letter.key, letter.field


def _number(key: str) -> int:
    return int(key.rpartition("/")[2])
