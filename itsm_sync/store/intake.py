"""What a source hands over, batch by batch: items, cursor, health and dead letters."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from itsm_sync.model.cycles import Batch, Health, Rejected
from itsm_sync.model.inventory import observed
from itsm_sync.model.items import Facts, Item
from itsm_sync.model.readings import reading
from itsm_sync.model.references import names
from itsm_sync.model.text import clean
from itsm_sync.model.words import Message
from itsm_sync.store.codec import decode, encode, loads
from itsm_sync.store.database import Database, chunks, upsert
from itsm_sync.store.gaps import note_read
from itsm_sync.store.items import facts_digest, row_of
from itsm_sync.store.links import keep_links
from itsm_sync.store.looks import next_move
from itsm_sync.store.readings import keep_readings
from itsm_sync.store.records import DeadLetter, Kept, StreamHealth
from itsm_sync.store.relations import keep_relations
from itsm_sync.store.reused import begin_anew
from itsm_sync.store.schema import cycles, dead_letters, items, streams
from itsm_sync.store.subject import Part

_SEVERITY = (Health.OK, Health.OFF, Health.PARTLY, Health.FAILED)
# What is asked with each batch is put together once.
_BEGAN = select(cycles.c.started_at).where(cycles.c.id == bindparam("cycle"))
_STORED = select(
    items.c.key, items.c.digest, items.c.gone_cycle, items.c.reader, items.c.created_at
).where(items.c.key.in_(bindparam("keys", expanding=True)))
_STREAM = select(streams).where(
    streams.c.source == bindparam("source"), streams.c.stream == bindparam("stream")
)
_SET_ASIDE = (
    select(dead_letters.c.key)
    .where(dead_letters.c.source == bindparam("source"), dead_letters.c.resolved_cycle.is_(None))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Recollection:
    """What a source may know of what it pulled before (`model.ports.Memory`)."""

    database: Database
    source: str
    turn: Callable[[str], bool] = lambda _stream: True

    def cursor(self, stream: str) -> Any | None:
        """Answer the stream's cursor as the last stored batch gave it; None at first."""
        mine = (streams.c.source == self.source) & (streams.c.stream == stream)
        with self.database.reading() as connection:
            return connection.scalar(select(streams.c.cursor).where(mine))

    def updated_since(self, kind: str, since: datetime) -> Mapping[str, datetime]:
        """Answer key -> `updated_at` of this source's stored items of a kind, from `since` on."""
        question = select(items.c.key, items.c.updated_at).where(
            *self._mine(kind), items.c.updated_at >= since
        )
        with self.database.reading() as connection:
            return {row.key: row.updated_at for row in connection.execute(question)}

    def known(self, kind: str, *, state: str | None = None) -> tuple[str, ...]:
        """Answer the keys of this source's stored items of a kind (and state) still there."""
        question = select(items.c.key).where(*self._mine(kind)).order_by(items.c.key)
        if state is not None:
            question = question.where(items.c.state == state)
        with self.database.reading() as connection:
            return tuple(connection.scalars(question))

    def facts(self, key: str) -> Facts:
        """Answer the facts of this source's stored item of a key; empty where there is none."""
        mine = (items.c.key == key) & (items.c.reader == self.source)
        with self.database.reading() as connection:
            content = connection.scalar(select(items.c.content).where(mine))
        return {} if content is None else decode(Item, loads(content)).facts

    def due(self, stream: str) -> bool:
        """Whether it is a stream's turn."""
        return self.turn(stream)

    def _mine(self, kind: str) -> tuple[Any, ...]:
        return (items.c.reader == self.source, items.c.kind == kind, items.c.gone_cycle.is_(None))


class Intake(Part):
    """Storing batches, and telling how streams and dead letters stand."""

    def memory(
        self, source: str, turn: Callable[[str], bool] = lambda _stream: True
    ) -> Recollection:
        """Answer what a source may know of what it pulled before; `turn` says what is due."""
        return Recollection(self._database, source, turn)

    def keep(self, source: str, batch: Batch, cycle: str, *, notes: bool = True) -> Kept:
        """Store a batch with its cursor in one transaction.

        An item that can't be stored becomes a dead letter and stops nothing.

        Args:
            notes: whether the batch tells how its stream is; one that was asked for single items
                does not, and moves no cursor.
        """
        rows, unfit = _rows(source, batch, cycle)
        with self._database.writing() as connection:
            at = connection.scalar(_BEGAN, {"cycle": cycle})
            before = _stored(connection, rows)
            begin_anew(connection, rows.values(), before, cycle, at)
            news = _keep_items(connection, rows, before)
            _mark_gone(connection, source, batch.gone, cycle)
            kept = (item for item in batch.items if item.key in rows)
            keep_relations(connection, (shown for item in kept for shown in observed(item)))
            came = _Came(source=source, stream=batch.stream, cycle=cycle, at=at)
            came.reject(connection, (*batch.rejected, *unfit))
            came.resolve(connection, rows.keys() | set(batch.gone))
            came.measure(connection, (item for item in batch.items if item.key in news))
            if notes:
                came.note(connection, batch, unfit)
        return Kept(news=len(news), unfit=unfit)

    def dead_letters(self) -> tuple[DeadLetter, ...]:
        """Answer what is set aside, in the order of sources and keys."""
        open_ones = dead_letters.c.resolved_cycle.is_(None)
        question = select(dead_letters).where(open_ones).order_by(*dead_letters.primary_key)
        with self._database.reading() as connection:
            rows = connection.execute(question).all()
        return tuple(
            DeadLetter(
                source=row.source,
                stream=row.stream,
                key=row.key,
                error=row.error,
                first_at=row.first_at,
                last_at=row.last_at,
                times=row.times,
            )
            for row in rows
        )

    def stream_health(self, source: str | None = None) -> tuple[StreamHealth, ...]:
        """Answer how each stream (of a source) answered last, by source and stream."""
        question = select(streams).order_by(*streams.primary_key)
        if source is not None:
            question = question.where(streams.c.source == source)
        with self._database.reading() as connection:
            rows = connection.execute(question).all()
        return tuple(
            StreamHealth(
                source=row.source,
                stream=row.stream,
                health=Health(row.health),
                error=None if row.error is None else decode(Message, row.error),
                seen_at=row.seen_at,
                succeeded_at=row.seen_at if row.health == Health.OK else row.succeeded_at,
            )
            for row in rows
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Came:
    """Where and when a batch came from; `at` is the start of its cycle."""

    source: str
    stream: str
    cycle: str
    at: datetime | None

    def reject(self, connection: Connection, rejected: Sequence[Rejected]) -> None:
        """Set payloads aside; one that is there already counts once more a cycle."""
        errors = {clean(letter.key): clean(letter.error) for letter in rejected}
        for some in chunks(errors):
            mine = (dead_letters.c.source == self.source) & dead_letters.c.key.in_(some)
            question = select(dead_letters).where(mine, dead_letters.c.resolved_cycle.is_(None))
            before = {row.key: row for row in connection.execute(question)}
            letters = [self._letter(key, errors[key], before.get(key)) for key in some]
            upsert(connection, dead_letters, letters)

    def _letter(self, key: str, error: str, before: Any) -> dict[str, Any]:
        again = before is not None and before.last_cycle != self.cycle
        return {
            "source": self.source,
            "key": key,
            "stream": self.stream if before is None else before.stream,
            "error": error,
            "first_at": self.at if before is None else before.first_at,
            "last_at": self.at,
            "last_cycle": self.cycle,
            "times": 1 if before is None else before.times + again,
            "resolved_cycle": None,
            "tries": 0 if before is None else before.tries,
            "tried_at": None if before is None else before.tried_at,
        }

    def resolve(self, connection: Connection, keys: Collection[str]) -> None:
        _resolve(connection, self.source, keys, self.cycle)

    def measure(self, connection: Connection, found: Iterable[Item]) -> None:
        """Keep what machines measured; outside of a cycle nobody knows when."""
        if self.at is not None:
            at = self.at
            keep_readings(connection, filter(None, (reading(item, at) for item in found)))

    def note(self, connection: Connection, batch: Batch, unfit: Sequence[Rejected]) -> None:
        """Move the cursor and note the stream's health: the worst of a cycle's batches."""
        mine = {"source": self.source, "stream": self.stream}
        before = connection.execute(_STREAM, mine).first()
        health, error = batch.health, batch.error and encode(batch.error)
        if health is Health.OK and (batch.rejected or unfit):
            health = Health.PARTLY
        if before is not None and before.cycle == self.cycle:
            worse = max(Health(before.health), health, key=_SEVERITY.index)
            health, error = worse, error if worse is batch.health else before.error
            succeeded_at = before.succeeded_at
        elif before is not None and before.health == Health.OK:
            succeeded_at = before.seen_at
        else:
            succeeded_at = before.succeeded_at if before is not None else None
        row = {
            **mine,
            "health": health.value,
            "error": error,
            "cycle": self.cycle,
            "seen_at": self.at,
            "succeeded_at": succeeded_at,
        }
        if batch.cursor is not None:
            row["cursor"] = batch.cursor
        upsert(connection, streams, [row])
        well = health in (Health.OK, Health.OFF)
        note_read(connection, self.source, self.stream, well=well, at=self.at, last=succeeded_at)


def _rows(
    source: str, batch: Batch, cycle: str
) -> tuple[dict[str, dict[str, Any]], tuple[Rejected, ...]]:
    """Answer the rows of a batch by key (the last wins), and the items that can't be stored."""
    rows: dict[str, dict[str, Any]] = {}
    unfit = []
    for item in batch.items:
        try:
            rows[item.key] = row_of(item, source, cycle)
        except (TypeError, ValueError, OverflowError) as error:
            unfit.append(Rejected(key=item.key, error=f"{type(error).__name__}: {error}"))
    return rows, tuple(unfit)


def _stored(connection: Connection, keys: Iterable[str]) -> dict[str, Any]:
    """Answer what tells how the items of these keys stand, those that are there, by key."""
    return {
        row.key: row for some in chunks(keys) for row in connection.execute(_STORED, {"keys": some})
    }


def _keep_items(
    connection: Connection, rows: Mapping[str, dict[str, Any]], before: Mapping[str, Any]
) -> frozenset[str]:
    """Store items; answer the keys of those that are new or not as they were."""
    news = {key: row for key, row in rows.items() if not _stands(row, before.get(key))}
    if news:
        moved = next_move(connection)
        made = [
            row | {"facts": facts_digest(row["facts"]), "moved": moved} for row in news.values()
        ]
        upsert(connection, items, made, keep=("first_cycle",))
        keep_links(connection, {key: names(r["facts"].get("facts", {})) for key, r in news.items()})
    return frozenset(news)


def _stands(row: Mapping[str, Any], stored: Any | None) -> bool:
    """Whether an item is stored just so, by the same reader."""
    if stored is None or stored.gone_cycle is not None:
        return False
    return bool(stored.digest == row["digest"] and stored.reader == row["reader"])


def _mark_gone(connection: Connection, source: str, keys: Sequence[str], cycle: str) -> None:
    if not keys:
        return
    gone = {"gone_cycle": cycle, "changed_cycle": cycle, "moved": next_move(connection)}
    for some in chunks(keys):
        mine = items.c.key.in_(some) & (items.c.reader == source) & items.c.gone_cycle.is_(None)
        connection.execute(update(items).where(mine).values(gone))


def _resolve(connection: Connection, source: str, keys: Collection[str], cycle: str) -> None:
    if not keys or connection.scalar(_SET_ASIDE, {"source": source}) is None:
        return
    mine = (dead_letters.c.source == source) & dead_letters.c.resolved_cycle.is_(None)
    for some in chunks(keys):
        letters = update(dead_letters).where(mine, dead_letters.c.key.in_(some))
        connection.execute(letters.values(resolved_cycle=cycle))
