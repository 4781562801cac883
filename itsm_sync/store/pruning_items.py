"""Letting go of items: what is gone, and builds that nothing tells of any more."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select

from itsm_sync.model.references import branch_name
from itsm_sync.model.signals import Episode
from itsm_sync.store.codec import decode, loads
from itsm_sync.store.database import CHUNK
from itsm_sync.store.pruning import Shears
from itsm_sync.store.reused import let_go
from itsm_sync.store.schema import (
    approvals,
    cycles,
    decisions,
    episodes,
    histories,
    items,
    kept_notes,
    ledger,
    links,
    overrides,
    refusals,
    routings,
    stages,
    unrelated,
    watches,
)

BUILDS = ("build", "workflow_run")
QUEUE = ("queue_item",)
_ENDLESS = ("release",)  # one has a ticket for ever, its item gone or not
_OF_TICKETS = (
    ledger,
    refusals,
    overrides,
    stages,
    approvals,
    histories,
    watches,
    kept_notes,
    unrelated,
)
_COMMIT = "commit:"


def told_of(shears: Shears) -> frozenset[str]:
    """Answer the keys of all items that an episode names: its ticket may tell of them."""
    found: set[str] = set()
    for keys in shears.pages(episodes):
        mine = episodes.c.key.in_([key for (key,) in keys])
        with shears.database.reading() as connection:
            for text in connection.scalars(select(episodes.c.content).where(mine)):
                one = decode(Episode, loads(text))
                found.update((one.first, one.last, one.green, one.healed, one.line))
    return frozenset(found)


def prune_items(shears: Shears) -> None:
    """Let go of items that are gone, and of old builds that have ended."""
    told = told_of(shears)
    with shears.database.reading() as connection:
        kinds = set(connection.scalars(select(items.c.kind).distinct()))
    for kind in sorted(kinds.difference(_ENDLESS)):
        _prune_gone(shears, kind, shears.before("queue" if kind in QUEUE else "gone"), told)
    for kind in sorted(kinds.intersection(BUILDS)):
        _prune_builds(shears, kind, told)


def _prune_gone(shears: Shears, kind: str, before: datetime, told: Collection[str]) -> None:
    since = func.coalesce(cycles.c.started_at, items.c.updated_at)
    joined = items.outerjoin(cycles, cycles.c.id == items.c.gone_cycle)
    question = select(items.c.key, items.c.ticket).select_from(joined)
    old = (items.c.kind == kind, items.c.updated_at < before)
    question = question.where(*old, items.c.gone_cycle.is_not(None), since < before)
    last = ""
    while True:
        page = question.where(items.c.key > last).order_by(items.c.key).limit(CHUNK)
        with shears.database.reading() as connection:
            rows = connection.execute(page).all()
        doomed = [row for row in rows if row.key not in told]
        with shears.batch() as connection:
            _forget(shears, connection, [row.key for row in doomed])
            _forget_tickets(shears, connection, [r.ticket for r in doomed if r.ticket is not None])
        if len(rows) < CHUNK:
            return
        last = rows[-1].key


def _prune_builds(shears: Shears, kind: str, told: Collection[str]) -> None:
    before, newest = shears.before("builds"), _Newest(kind=kind, number=shears.keep.newest)
    old = (items.c.kind == kind, items.c.updated_at < before, items.c.gone_cycle.is_(None))
    for page in shears.pages(items, *old):
        keys = [key for (key,) in page if key not in told]
        with shears.batch() as connection:
            mine = select(items.c.key, items.c.content, items.c.updated_at)
            rows = connection.execute(mine.where(items.c.key.in_(keys))).all()
            ended = [row for row in rows if not _runs(row.content)]
            late = [row.key for row in ended if row.updated_at < newest.since(connection, row.key)]
            wanted = _named_by_tickets(connection, late, before)
            _forget(shears, connection, [key for key in late if key not in wanted])


def _runs(content: str) -> bool:
    return bool(loads(content).get("facts", {}).get("building", False))


@dataclass(slots=True, kw_only=True)
class _Newest:
    """Since when the newest builds of a series are: a job's, or a repository's runs."""

    kind: str
    number: int
    _since: dict[str, datetime] = field(default_factory=dict)

    def since(self, connection: Connection, key: str) -> datetime:
        """Answer since when so many are; the dawn of time where there are no more than these."""
        series = key[: key.rfind("#" if self.kind == "build" else "/") + 1]
        if series not in self._since:
            mine = (items.c.key >= series) & (items.c.key < series + "\U0010ffff")
            times = select(items.c.updated_at).where(mine, items.c.kind == self.kind)
            last = times.order_by(items.c.updated_at.desc()).offset(self.number - 1).limit(1)
            found = connection.scalar(last)
            self._since[series] = found or datetime.min.replace(tzinfo=UTC)
        return self._since[series]


def _named_by_tickets(
    connection: Connection, keys: Sequence[str], before: datetime
) -> frozenset[str]:
    """Answer the builds that tell of a ticket that is open, or was not closed long ago.

    They name it, or have a commit that something else that names it has.
    """
    names: dict[str, set[str]] = {key: set() for key in keys}
    for row in _links(connection, links.c.item, keys):
        names[row.item].add(row.ticket)
    commits = {name for mine in names.values() for name in mine if name.startswith(_COMMIT)}
    others: dict[str, set[str]] = {}
    for row in _links(connection, links.c.ticket, commits):
        others.setdefault(row.ticket, set()).add(row.item)
    more: dict[str, set[str]] = {}
    for row in _links(connection, links.c.item, {i for mine in others.values() for i in mine}):
        more.setdefault(row.item, set()).add(row.ticket)
    for mine in names.values():
        near = {item for name in mine for item in others.get(name, ())}
        mine |= {name for item in near for name in more.get(item, ())}
    moving = _moving(connection, {name for mine in names.values() for name in mine}, before)
    return frozenset(key for key, mine in names.items() if not moving.isdisjoint(mine))


def _links(connection: Connection, column: Any, values: Iterable[str]) -> list[Any]:
    found: list[Any] = []
    every = sorted(values)
    for start in range(0, len(every), CHUNK):
        mine = select(links).where(column.in_(every[start : start + CHUNK]))
        found += connection.execute(mine).all()
    return found


def _moving(connection: Connection, names: Iterable[str], before: datetime) -> frozenset[str]:
    """Answer the names of tickets, also by their branches, that are open or moved since a time."""
    keys = {name.removeprefix(branch_name("")) for name in names}
    tickets = sorted(key for key in keys if key.startswith("redmine:issue/"))
    moves = or_(items.c.open_ticket, items.c.updated_at >= before)
    found: set[str] = set()
    for start in range(0, len(tickets), CHUNK):
        mine = items.c.key.in_(tickets[start : start + CHUNK])
        there = select(items.c.key).where(mine, moves, items.c.gone_cycle.is_(None))
        found.update(connection.scalars(there))
    return frozenset({*found, *map(branch_name, found)})


def _forget(shears: Shears, connection: Connection, keys: Sequence[str]) -> None:
    """Let go of items with their decisions, and of what they name."""
    if not keys:
        return
    for table, column in (
        (decisions, decisions.c.key),
        (routings, routings.c.key),
        (links, links.c.item),
        (items, items.c.key),
    ):
        shears.delete(connection, table, column.in_(keys))


def _forget_tickets(shears: Shears, connection: Connection, numbers: Sequence[int]) -> None:
    """Let go of all about tickets that were deleted: their numbers may be given again."""
    if not numbers:
        return
    let_go(connection, numbers, shears.now)
    for table in _OF_TICKETS:
        mine: ColumnElement[bool] = table.c.ticket.in_(numbers)
        if table is unrelated:
            mine |= unrelated.c.other.in_(numbers)
        shears.delete(connection, table, mine)
