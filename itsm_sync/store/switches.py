"""What an operator has switched: writing, paused; the daemon, started."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from itsm_sync.store.database import insert_new, upsert
from itsm_sync.store.records import DaemonStart, Pause
from itsm_sync.store.schema import switches
from itsm_sync.store.subject import Part

_PAUSED, _DAEMON = "paused", "daemon"


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
        row = self._row(_PAUSED)
        return None if row is None else Pause(at=row.at, by=row.by, why=row.why)

    def daemon_started(self, host: str, at: datetime) -> None:
        """Remember that a daemon began to work over this database, and where."""
        with self._database.writing() as connection:
            upsert(connection, switches, [{"name": _DAEMON, "by": host, "why": "", "at": at}])

    def last_daemon(self) -> DaemonStart | None:
        """Answer when a daemon last began to work over this database; None: none ever did."""
        row = self._row(_DAEMON)
        return None if row is None else DaemonStart(at=row.at, host=row.by)

    def _row(self, name: str) -> Any:
        with self._database.reading() as connection:
            return connection.execute(select(switches).where(switches.c.name == name)).first()
