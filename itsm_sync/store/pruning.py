"""Letting go of what is old and needed by nothing: batch by batch, each a short transaction."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    Table,
    and_,
    cast,
    delete,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
    update,
)

from itsm_sync.model.keeping import Keep
from itsm_sync.store.database import CHUNK, Database, Rehearsal, chunks
from itsm_sync.store.schema import (
    configurations,
    cycles,
    dead_letters,
    decisions,
    deliveries,
    episodes,
    facts,
    findings,
    gaps,
    histories,
    items,
    ledger,
    looks,
    overrides,
    readings,
    refusals,
    routings,
    signal_tickets,
    stages,
)
from itsm_sync.store.turns import Turns

_AT_ONCE = 40 * CHUNK
_BATCH = 200  # rows of one transaction, which shall take far less than a second
SHOWN_CYCLES = 20  # that `status` may show stay, however old


@dataclass(frozen=True, slots=True, kw_only=True)
class Shears:
    """What is cut, as of when; `cut` counts rows by table."""

    database: Database | Rehearsal
    keep: Keep
    now: datetime
    cut: dict[str, int] = field(default_factory=dict)
    turns: Turns = field(default_factory=Turns)

    def before(self, what: str) -> datetime:
        """Answer the time before which something of this name is old."""
        return self.now - self.keep.ages[what]

    @contextmanager
    def batch(self) -> Iterator[Connection]:
        """One transaction, after which others have their turn."""
        with self.database.writing() as connection:
            yield connection
        self.turns.over()

    def delete(self, connection: Connection, table: Table, doomed: ColumnElement[bool]) -> None:
        """Delete rows, and count them."""
        self.count(table, connection.execute(delete(table).where(doomed)).rowcount)

    def count(self, table: Table, number: int) -> None:
        """Note that so many rows of a table went."""
        if number:
            self.cut[table.name] = self.cut.get(table.name, 0) + number

    def sweep(self, table: Table, *doomed: ColumnElement[bool]) -> None:
        """Delete all rows of a table that fit, batch by batch, in the order of its key."""
        key = tuple_(*table.primary_key)
        for keys in self.pages(table, *doomed):
            # Keys in a row, and not each by its name: SQLite finds no list of pairs by an index.
            mine = key >= _key(table, keys[0]), key <= _key(table, keys[-1])
            with self.batch() as connection:
                self.delete(connection, table, and_(*mine, *doomed))

    def pages(self, table: Table, *fits: ColumnElement[bool]) -> Iterator[Sequence[Any]]:
        """Answer the keys of the rows that fit, page by page; many pages are read at once, since
        each reading may be a pass over the table.
        """
        key = tuple(table.primary_key)
        last: Any = None
        while True:
            page = select(*key).where(*fits).order_by(*key).limit(_AT_ONCE)
            if last is not None:
                page = page.where(tuple_(*key) > _key(table, last))
            with self.database.reading() as connection:
                found = [tuple(row) for row in connection.execute(page)]
            yield from chunks(found, _BATCH)
            if len(found) < _AT_ONCE:
                return
            last = found[-1]


def _key(table: Table, values: Sequence[Any]) -> ColumnElement[Any]:
    columns = zip(table.primary_key, values, strict=True)
    return tuple_(*(literal(value, column.type) for column, value in columns))


def prune_history(shears: Shears) -> None:
    """Let go of decisions that others replaced, and of what only these were made of."""
    before = shears.before("decisions")
    newer = routings.alias()
    replaced = exists().where(
        newer.c.key == routings.c.key, newer.c.id > routings.c.id, newer.c.at <= before
    )
    stands = exists().where(decisions.c.routing == routings.c.id)
    shears.sweep(routings, routings.c.at < before, replaced, ~stands)
    used = exists().where(routings.c.facts == facts.c.digest)
    shears.sweep(facts, ~used)
    newest = select(func.max(configurations.c.at)).scalar_subquery()
    shears.sweep(
        configurations,
        configurations.c.at < before,
        configurations.c.at < newest,
        configurations.c.hash.not_in(select(routings.c.configuration)),
        configurations.c.hash.not_in(select(looks.c.configuration)),
    )


def prune_writes(shears: Shears) -> None:
    """Let go of writes that others replaced.

    The last that stood at the time stays, and all since: what is undone is put back to it.
    """
    before = shears.before("writes")
    newer = ledger.alias()
    same = (newer.c.ticket == ledger.c.ticket, newer.c.field == ledger.c.field)
    later = exists().where(*same, newer.c.id > ledger.c.id, newer.c.at < before)
    stands = newer.c.undone_by.is_(None)
    replaced = exists().where(*same, newer.c.id > ledger.c.id, newer.c.at < before, stands)
    undone = ledger.c.undone_by.is_not(None) & later
    shears.sweep(ledger, ledger.c.at < before, or_(replaced, undone))
    shears.sweep(overrides, overrides.c.given_back_at < shears.before("overrides"))
    is_open = exists().where(items.c.ticket == stages.c.ticket, items.c.open_ticket,
                             items.c.gone_cycle.is_(None))  # fmt: skip
    shears.sweep(stages, stages.c.left_at < shears.before("stages"), ~is_open)
    lives = exists().where(items.c.ticket == histories.c.ticket, items.c.open_ticket,
                           items.c.gone_cycle.is_(None))  # fmt: skip
    shears.sweep(histories, histories.c.seen < shears.before("stages"), ~lives)


def prune_troubles(shears: Shears) -> None:
    """Let go of closed findings, resolved dead letters, refusals that nobody asks about, and of
    what became of old reports.
    """
    letters = shears.before("letters")
    shears.sweep(gaps, gaps.c.until < shears.before("gaps"))
    shears.sweep(readings, readings.c.at < shears.before("readings"))
    shears.sweep(findings, findings.c.closed_at < shears.before("findings"))
    old = or_(dead_letters.c.last_at < letters, dead_letters.c.last_at.is_(None))
    shears.sweep(dead_letters, dead_letters.c.resolved_cycle.is_not(None), old)
    told = exists().where(
        findings.c.key
        == literal("field/") + cast(refusals.c.ticket, String) + "/" + refusals.c.field,
        findings.c.closed_at.is_(None),
    )
    shears.sweep(refusals, refusals.c.at < letters, ~told)
    shears.sweep(deliveries, deliveries.c.at < shears.before("deliveries"))


def prune_cycles(shears: Shears, lasting: Iterable[str]) -> None:
    """Let go of old cycles, all but the first ones, which decide what is a ticket of before.

    What names one for its time stays without its summary.

    Args:
        lasting: the kinds of items of which it is asked when they were seen first.
    """
    before = shears.before("cycles")
    with shears.database.reading() as connection:
        kept = _ends(connection)
        named = _named(connection, lasting)
    ended = or_(cycles.c.finished_at.is_not(None), cycles.c.crashed)
    for keys in shears.pages(cycles, cycles.c.started_at < before, ended):
        old = {key for (key,) in keys} - kept
        with shears.batch() as connection:
            shears.delete(connection, cycles, cycles.c.id.in_(old - named))
            bare = update(cycles).where(cycles.c.id.in_(old & named))
            connection.execute(bare.values(summary=null()))


def prune_unopened(shears: Shears) -> None:
    """Let go of what was noted of tickets that were to be opened for what is no more."""
    there = exists().where(episodes.c.key == signal_tickets.c.episode)
    idle = signal_tickets.c.ticket.is_(None) & signal_tickets.c.intended_at.is_(None)
    shears.sweep(signal_tickets, idle, ~there)


def _ends(connection: Connection) -> set[str]:
    """Answer the first cycle, the first that finished, and the newest."""
    by = (cycles.c.started_at, cycles.c.id)
    first = select(cycles.c.id).order_by(*by).limit(1)
    finished = select(cycles.c.id).where(cycles.c.finished_at.is_not(None))
    finished = finished.order_by(cycles.c.finished_at, cycles.c.id).limit(1)
    newest = select(cycles.c.id).order_by(*(one.desc() for one in by)).limit(SHOWN_CYCLES)
    wrote = newest.where(cycles.c.id.in_(select(ledger.c.cycle)))
    found: set[str] = set()
    for question in (first, finished, newest, wrote):
        found.update(connection.scalars(question))
    return found


def _named(connection: Connection, lasting: Iterable[str]) -> set[str]:
    """Answer the cycles that tell a time of something that is stored."""
    first = select(items.c.first_cycle).where(items.c.kind.in_(list(lasting)))
    gone = select(items.c.gone_cycle).where(items.c.gone_cycle.is_not(None))
    overruled = select(overrides.c.first_cycle)
    found: set[str] = set()
    for question in (first, gone, overruled):
        found.update(connection.scalars(question.distinct()))
    return found
