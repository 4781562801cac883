"""What nodes measured of themselves, an hour by hour: for as long as reports look back."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from itsm_sync.model.readings import Reading
from itsm_sync.store.database import upsert
from itsm_sync.store.schema import readings
from itsm_sync.store.subject import Part


class Readings(Part):
    """Telling what was measured."""

    def free_space(self, since: datetime, until: datetime) -> Mapping[str, tuple[Reading, ...]]:
        """Answer the readings of a time by their nodes' keys, the oldest first."""
        fits = (readings.c.at >= since, readings.c.at < until)
        question = select(readings).where(*fits).order_by(*readings.primary_key)
        found: dict[str, list[Reading]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(question):
                one = Reading(
                    item=row.item,
                    at=row.at,
                    disk_free=row.disk_free,
                    memory_free=row.memory_free,
                )
                found.setdefault(one.item, []).append(one)
        return {key: tuple(mine) for key, mine in found.items()}


def keep_readings(connection: Connection, found: Iterable[Reading]) -> None:
    """Store readings; the last of an hour is its hour's."""
    rows = {
        (one.item, one.at): {
            "item": one.item,
            "at": one.at,
            "disk_free": one.disk_free,
            "memory_free": one.memory_free,
        }
        for one in found
    }
    upsert(connection, readings, list(rows.values()))
