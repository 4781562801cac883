"""Migrations, run when a database is opened."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from itsm_sync.model.words import Message
from itsm_sync.store.errors import StoreError

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
    command.upgrade(config(connection), to)


def config(connection: Connection) -> Config:
    """Answer Alembic's configuration over an open connection."""
    made = Config()
    made.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made
