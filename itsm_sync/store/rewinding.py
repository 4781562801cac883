"""Reading again: cursors taken back, and what came of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, null, select, update

from itsm_sync.store.database import chunks
from itsm_sync.store.schema import dead_letters, items, streams
from itsm_sync.store.subject import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """How many items a cycle brought in or found changed, and how many of these are gone."""

    changed: int
    gone: int


class Rewinding(Part):
    """Taking streams back."""

    def rewind(self, source: str, cursors: Mapping[str, object | None]) -> None:
        """Put streams of a source back to these cursors; None: to the very beginning."""
        with self._database.writing() as connection:
            for stream, cursor in cursors.items():
                mine = (streams.c.source == source) & (streams.c.stream == stream)
                value = null() if cursor is None else cursor
                connection.execute(update(streams).where(mine).values(cursor=value))

    def news_of(self, cycle: str) -> News:
        """Answer what a cycle brought in."""
        mine = items.c.changed_cycle == cycle
        gone = items.c.gone_cycle.is_not(None)
        counted = select(func.count()).select_from(items)
        with self._database.reading() as connection:
            return News(
                changed=connection.scalar(counted.where(mine, ~gone)) or 0,
                gone=connection.scalar(counted.where(mine, gone)) or 0,
            )

    def resolve_unseen(self, source: str, whole: Iterable[str], cycle: str) -> int:
        """Close the dead letters of streams that a cycle read whole and that it did not meet.

        Answer how many a cycle has closed in all.
        """
        mine = (dead_letters.c.source == source) & dead_letters.c.resolved_cycle.is_(None)
        unmet = mine & (dead_letters.c.last_cycle != cycle)
        closed = dead_letters.c.resolved_cycle == cycle
        with self._database.writing() as connection:
            for some in chunks(whole):
                letters = update(dead_letters).where(unmet, dead_letters.c.stream.in_(some))
                connection.execute(letters.values(resolved_cycle=cycle))
            counted = select(func.count()).select_from(dead_letters).where(closed)
            return connection.scalar(counted) or 0
