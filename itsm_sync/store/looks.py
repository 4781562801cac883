"""Items that moved: each time one is stored otherwise than it was, and who has looked at it since.

A move has a number that only grows. Who follows items keeps the last one up to which it has seen
all, so that nobody has to go through what stands to find what is new.
"""

from collections.abc import Collection, Iterable, Iterator
from functools import cache

from sqlalchemy import Connection, delete, func, select, tuple_
from sqlalchemy.sql.dml import ReturningInsert

from itsm_sync.model.items import Item
from itsm_sync.store.codec import decode, loads
from itsm_sync.store.database import CHUNK, Database, inserting, upsert
from itsm_sync.store.schema import items, looks, moves
from itsm_sync.store.subject import Part

_THERE = items.c.gone_cycle.is_(None)
_PLACE = (items.c.moved, items.c.key)
NEVER = -1  # before all moves: items of before there were any have 0
_ONE = 1  # the only row of `moves`


class Looks(Part):
    """Keeping up to which move the items were looked at, and by whom."""

    def moves(self) -> int:
        """Answer the number of the last move."""
        with self._database.reading() as connection:
            return _last(connection)

    def last_look(self, name: str, configuration: str) -> int:
        """Answer the number of the move up to which everything was looked at; NEVER: nothing was
        under this configuration.
        """
        with self._database.reading() as connection:
            return _since(connection, name, configuration)

    def moved_since_look(self, name: str, kinds: Collection[str], configuration: str) -> bool:
        """Answer whether items of these kinds (none: of any) moved since the last look, those with
        them that are gone now.

        True too where there was none, or one under another configuration.
        """
        with self._database.reading() as connection:
            since = _since(connection, name, configuration)
            if since == NEVER:
                return True
            if not kinds:
                return _last(connection) > since
            late = (items.c.kind.in_(list(kinds)), items.c.moved > since)
            return connection.scalar(select(items.c.key).where(*late).limit(1)) is not None

    def unseen(
        self, name: str, configuration: str, kinds: Iterable[str] | None = None
    ) -> Iterator[Item]:
        """Answer the items of these kinds (None: of all) that are there and moved since the last
        look: all, where there was none under this configuration.
        """
        with self._database.reading() as connection:
            since = _since(connection, name, configuration)
            mine = sorted(set(kinds)) if kinds is not None else list(_kinds(connection))
        for kind in mine:  # one by one: each in the order of its index
            yield from _moved(self._database, kind, since)

    def keep_look(self, names: Iterable[str], configuration: str, moved: int) -> None:
        """Note that all items were looked at that moved up to that number."""
        mine = dict.fromkeys(names, (configuration, moved))
        with self._database.reading() as connection:
            found = connection.execute(select(looks).where(looks.c.name.in_(mine)))
            stood = {row.name: (row.configuration, row.moved) for row in found}
        rows = [
            {"name": name, "configuration": configuration, "moved": moved}
            for name in mine
            if stood.get(name) != mine[name]
        ]
        if rows:
            with self._database.writing() as connection:
                upsert(connection, looks, rows)

    def forget_look(self, name: str) -> None:
        """Note that everything is to be looked at again."""
        with self._database.writing() as connection:
            connection.execute(delete(looks).where(looks.c.name == name))


def next_move(connection: Connection) -> int:
    """Answer a number for items that move in this transaction, higher than all committed before.

    Who asks meanwhile waits until it is over.
    """
    number: int = connection.execute(_moving(connection.dialect.name)).scalar_one()
    return number


@cache
def _moving(dialect: str) -> ReturningInsert[int]:
    first = inserting(dialect, moves).values(id=_ONE, last=1)
    further = {"last": moves.c.last + 1}
    return first.on_conflict_do_update(index_elements=["id"], set_=further).returning(moves.c.last)


def _last(connection: Connection) -> int:
    return connection.scalar(select(moves.c.last).where(moves.c.id == _ONE)) or 0


def _since(connection: Connection, name: str, configuration: str) -> int:
    mine = (looks.c.name == name) & (looks.c.configuration == configuration)
    found: int | None = connection.scalar(select(looks.c.moved).where(mine))
    return NEVER if found is None else found


def _kinds(connection: Connection) -> Iterator[str]:
    """Answer the kinds that there are; each is a step in the index, and not a pass over it."""
    kind = connection.scalar(select(func.min(items.c.kind)))
    while kind is not None:
        yield kind
        kind = connection.scalar(select(func.min(items.c.kind)).where(items.c.kind > kind))


def _moved(database: Database, kind: str, since: int) -> Iterator[Item]:
    mine = select(*_PLACE, items.c.content).where(items.c.kind == kind, _THERE)
    mine = mine.order_by(*_PLACE).limit(CHUNK)
    page = mine.where(items.c.moved > since)
    while True:
        with database.reading() as connection:
            rows = connection.execute(page).all()
        yield from (decode(Item, loads(row.content)) for row in rows)
        if len(rows) < CHUNK:
            return
        page = mine.where(tuple_(*_PLACE) > tuple_(rows[-1].moved, rows[-1].key))
