"""What items said of lines, and which lines are due."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, func, select, update

from itsm_sync.model.items import Item
from itsm_sync.model.signals import Observation
from itsm_sync.store.codec import decode, encode, loads, text_of
from itsm_sync.store.database import chunks, upsert
from itsm_sync.store.schema import baselines, items, lines, observations
from itsm_sync.store.subject import Part

Line = tuple[str, str]  # signal, line


class Observations(Part):
    """Keeping what items said, and answering it line by line."""

    def read_by(self, readers: Iterable[str], kinds: Iterable[str]) -> Iterator[Item]:
        """Answer the items of these kinds that are there, of these sources."""
        mine = items.c.reader.in_(list(readers)) & items.c.kind.in_(list(kinds))
        there = items.c.gone_cycle.is_(None)
        question = select(items.c.key, items.c.content).where(mine, there)
        return (decode(Item, loads(row.content)) for row in self._pages(question, items.c.key))

    def keep_observations(self, signal: str, said: Sequence[Observation]) -> None:
        """Store what items say now in the place of all that they said before.

        An item that says nothing any more takes nothing back: what was seen stays seen.
        """
        with self._database.writing() as connection:
            speaking = list(dict.fromkeys(one.item for one in said))
            for some in chunks(speaking):
                before = select(observations.c.signal, observations.c.line)
                mine = observations.c.item.in_(some) & (observations.c.signal == signal)
                _due(
                    connection, {(r.signal, r.line) for r in connection.execute(before.where(mine))}
                )
                connection.execute(delete(observations).where(mine))
            _keep(connection, said)

    def note_records(self, name: str, tickets: Iterable[str]) -> None:
        """Note the tickets whose record may have changed."""
        with self._database.writing() as connection:
            _due(connection, {(name, ticket) for ticket in tickets})

    def told(self, signal: str, line: str) -> None:
        """Note that a line tells all that is known."""
        with self._database.writing() as connection:
            mark_told(connection, signal, line)

    def look(self, signal: str, seen: Sequence[Observation]) -> None:
        """Store a look at what stands: the same as at the last look prolongs what was said then."""
        with self._database.writing() as connection:
            news, lasting, before = [], _Lasting(), _latest(connection, signal, seen)
            for one in seen:
                last = before.get((one.line, one.item))
                if last is not None and _alike(last, one):
                    if one.until > last.until:
                        before[one.line, one.item] = lasting.prolonged(last, one.until)
                elif (last is not None or not one.again) and not _is_kept(connection, one):
                    news.append(one if last is None else _after(last, one))
            lasting.keep(connection)
            _keep(connection, news)

    def observations(self, which: Iterable[Line]) -> Mapping[Line, tuple[Observation, ...]]:
        """Answer what was said of these lines, by its own time."""
        found: dict[Line, tuple[Observation, ...]] = {}
        with self._database.reading() as connection:
            for signal, line in which:
                mine = (observations.c.signal == signal) & (observations.c.line == line)
                ordered = select(observations.c.content).where(mine)
                ordered = ordered.order_by(observations.c.at, observations.c.item)
                found[signal, line] = tuple(
                    decode(Observation, loads(text)) for text in connection.scalars(ordered)
                )
        return found

    def failing(self, signal: str, since: datetime) -> Mapping[str, tuple[Observation, ...]]:
        """Answer what was said of those of a signal's lines that failed since, line by line.

        It goes back to the last success before that time, and no further.
        """
        recent = (observations.c.signal == signal) & (observations.c.at >= since)
        with self._database.reading() as connection:
            # As `encode` writes it; what says so in its facts alone is told apart below.
            bad = recent & observations.c.content.contains('"good":false', autoescape=True)
            texts = connection.scalars(select(observations.c.content).where(bad))
            said = (decode(Observation, loads(text)) for text in texts)
            lines = sorted({one.line for one in said if not one.good})
            return {line: _since(connection, (signal, line), since) for line in lines}

    def ahead(self, since: datetime) -> Mapping[str, datetime]:
        """Answer item -> the time, of what items said of times after this one."""
        question = select(observations.c.item, observations.c.at).where(observations.c.at > since)
        with self._database.reading() as connection:
            return {row.item: row.at for row in connection.execute(question)}

    def due_lines(self) -> tuple[Line, ...]:
        """Answer the lines of which something new is known."""
        question = (
            select(lines.c.signal, lines.c.line).where(lines.c.due).order_by(*lines.primary_key)
        )
        with self._database.reading() as connection:
            return tuple((row.signal, row.line) for row in connection.execute(question))

    def lines(self, signal: str) -> tuple[str, ...]:
        """Answer the lines of a signal of which anything was ever said."""
        mine = select(lines.c.line).where(lines.c.signal == signal).order_by(lines.c.line)
        with self._database.reading() as connection:
            return tuple(connection.scalars(mine))

    def baseline(self, signal: str, now: datetime) -> datetime:
        """Answer when a signal was first looked at; now, where this is the first time."""
        mine = select(baselines.c.at).where(baselines.c.signal == signal)
        with self._database.reading() as connection:
            at = connection.scalar(mine)
        if at is None:
            with self._database.writing() as connection:
                upsert(connection, baselines, [{"signal": signal, "at": now}], keep=("at",))
                at = connection.scalar(mine)
        return at if at is not None else now


def _since(connection: Connection, which: Line, since: datetime) -> tuple[Observation, ...]:
    mine = (observations.c.signal == which[0]) & (observations.c.line == which[1])
    newest_first = (observations.c.at.desc(), observations.c.item.desc())
    found: list[Observation] = []
    texts = connection.scalars(select(observations.c.content).where(mine).order_by(*newest_first))
    for text in texts:
        found.append(decode(Observation, loads(text)))
        if found[-1].good and found[-1].at < since:
            break
    texts.close()
    return tuple(reversed(found))


def mark_due(connection: Connection, which: Iterable[Line]) -> None:
    """Note that something new is known of lines."""
    _due(connection, set(which))


def mark_told(connection: Connection, signal: str, line: str) -> None:
    """Note that a line's episodes tell all that is known."""
    mine = (lines.c.signal == signal) & (lines.c.line == line)
    connection.execute(update(lines).where(mine).values(due=False))


def _due(connection: Connection, which: set[Line]) -> None:
    rows = [{"signal": signal, "line": line, "due": True} for signal, line in sorted(which)]
    upsert(connection, lines, rows)


def _keep(connection: Connection, said: Iterable[Observation]) -> None:
    rows = {
        (one.signal, one.line, one.item, one.at): {
            "signal": one.signal,
            "line": one.line,
            "item": one.item,
            "at": one.at,
            "content": text_of(encode(one)),
        }
        for one in said
    }
    for some in chunks(rows.values()):
        upsert(connection, observations, some)
    _due(connection, {(signal, line) for signal, line, _, _ in rows})


def _latest(
    connection: Connection, signal: str, seen: Iterable[Observation]
) -> dict[tuple[str, str], Observation]:
    """Answer (line, item) -> what was said last, of the items of these."""
    place = (observations.c.line, observations.c.item)
    found: dict[tuple[str, str], Observation] = {}
    for some in chunks(sorted({one.item for one in seen})):
        mine = (observations.c.signal == signal) & observations.c.item.in_(some)
        newest = select(*place, func.max(observations.c.at).label("at")).where(mine)
        last = newest.group_by(*place).subquery()
        same = [observations.c[name] == last.c[name] for name in ("line", "item", "at")]
        joined = observations.join(last, and_(observations.c.signal == signal, *same))
        for text in connection.scalars(select(observations.c.content).select_from(joined)):
            one = decode(Observation, loads(text))
            found[one.line, one.item] = one
    return found


def _is_kept(connection: Connection, one: Observation) -> bool:
    mine = (observations.c.signal == one.signal) & (observations.c.line == one.line)
    mine &= (observations.c.item == one.item) & (observations.c.at == one.at)
    text = connection.scalar(select(observations.c.content).where(mine))
    return text is not None and _alike(decode(Observation, loads(text)), one)


def _alike(last: Observation, one: Observation) -> bool:
    return (last.good, last.fingerprint, last.member) == (one.good, one.fingerprint, one.member)


def _after(last: Observation, one: Observation) -> Observation:
    """A look tells what came after the look before it, though another's clock be behind ours.

    What names a time of its own (`until` is `at`) keeps it.
    """
    late = one.at > last.until or one.until == one.at
    return one if late else replace(one, at=one.until)


class _Lasting:
    """What is said still: stretched, and stored together."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, datetime], Observation] = {}

    def prolonged(self, last: Observation, until: datetime) -> Observation:
        """Answer what was said as it lasts up to a time."""
        longer = replace(last, until=until)
        self._rows[last.line, last.item, last.at] = longer
        return longer

    def keep(self, connection: Connection) -> None:
        """Store it; only trouble that lasts is news to its line."""
        rows = [
            {
                "s": one.signal,
                "l": one.line,
                "i": one.item,
                "a": one.at,
                "text": text_of(encode(one)),
            }
            for one in self._rows.values()
        ]
        if not rows:
            return
        names = {"signal": "s", "line": "l", "item": "i", "at": "a"}
        mine = [observations.c[name] == bindparam(place) for name, place in names.items()]
        stretch = update(observations).where(*mine).values(content=bindparam("text"))
        connection.execute(stretch, rows)
        _due(connection, {(one.signal, one.line) for one in self._rows.values() if not one.good})
