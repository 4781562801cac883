"""When signals that follow from items were last asked, and whether these moved since."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select

from itsm_sync.store.database import upsert
from itsm_sync.store.schema import cycles, items, looks
from itsm_sync.store.subject import Part


class Looks(Part):
    """Keeping up to which cycle's items a signal's episodes tell all."""

    def moved_since_look(
        self, signal: str, kinds: Iterable[str], configuration: str, now: datetime
    ) -> bool:
        """Answer whether items of these kinds (none: of any) moved since the signal's last look.

        True too where it never looked, or under another configuration, or at a later time than now.
        """
        last = select(looks).where(looks.c.signal == signal)
        with self._database.reading() as connection:
            look = connection.execute(last).first()
            if look is None or look.configuration != configuration or look.at >= now:
                return True
            since = select(cycles.c.id).where(cycles.c.started_at > look.at)
            moved = select(items.c.key).where(items.c.changed_cycle.in_(since)).limit(1)
            mine = list(kinds)
            if mine:
                moved = moved.where(items.c.kind.in_(mine))
            return connection.scalar(moved) is not None

    def forget_look(self, signal: str) -> None:
        """Note that a signal is to look at everything again."""
        with self._database.writing() as connection:
            connection.execute(delete(looks).where(looks.c.signal == signal))

    def keep_look(self, signals: Iterable[str], configuration: str, at: datetime) -> None:
        """Note that signals looked at all that was pulled up to the cycle that began then."""
        rows = [{"signal": name, "configuration": configuration, "at": at} for name in signals]
        with self._database.writing() as connection:
            upsert(connection, looks, rows)
