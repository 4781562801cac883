"""Migrations, run when a database is opened."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from itsm_sync.model.words import Message
from itsm_sync.store.errors import StoreError
from itsm_sync.store.postgres import order_by_bytes
from itsm_sync.store.schema import metadata

_FOLDER = Path(__file__).parent / "migrations"


def is_current(connection: Connection, database: str) -> bool:
    """Whether the schema is today's.

    Raises:
        StoreError: it is of a version that this program does not know.
    """
    known = ScriptDirectory.from_config(config(connection))
    now = MigrationContext.configure(connection).get_current_revision()
    if now is None or now == known.get_current_head():
        return now is not None
    if now not in {script.revision for script in known.walk_revisions()}:
        raise StoreError(
            Message(
                "{database} is of a newer version ({revision}): update itsm-sync",
                {"database": database, "revision": now},
            )
        )
    return False


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring the schema up to a revision, within the caller's transaction."""
    server = connection.dialect.name == "postgresql"
    if server:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")  # much may be stored
    command.upgrade(config(connection), to)
    if server:
        order_by_bytes(connection, [*metadata.tables])


def config(connection: Connection) -> Config:
    """Answer Alembic's configuration over an open connection."""
    made = Config()
    made.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made
