"""What an operator has switched: writing, paused."""

from datetime import datetime

from sqlalchemy import delete, select

from itsm_sync.store.database import insert_new
from itsm_sync.store.records import Pause
from itsm_sync.store.schema import switches
from itsm_sync.store.subject import Part

_PAUSED = "paused"


class Switches(Part):
    """Pausing and resuming, by any process; a cycle that is running heeds it as well."""

    def pause(self, by: str, why: str, at: datetime) -> bool:
        """Let nothing be written to Redmine from now on; answer False where that is so already:
        who paused first, when and why stays.
        """
        row = {"name": _PAUSED, "by": by, "why": why, "at": at}
        with self._database.writing() as connection:
            return insert_new(connection, switches, row)

    def resume(self) -> bool:
        """Let cycles write again; answer whether writing was paused."""
        mine = switches.c.name == _PAUSED
        with self._database.writing() as connection:
            return connection.execute(delete(switches).where(mine)).rowcount > 0

    def paused(self) -> Pause | None:
        """Answer who has paused writing, if anybody has."""
        question = select(switches).where(switches.c.name == _PAUSED)
        with self._database.reading() as connection:
            row = connection.execute(question).first()
        return None if row is None else Pause(at=row.at, by=row.by, why=row.why)
