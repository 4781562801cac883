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


def upgrade(connection: Connection, database: str, to: str = "head") -> None:
    """Bring the schema up to a revision, within the caller's transaction.

    Raises:
        StoreError: the schema is of a version that this program does not know.
    """
    configuration = config(connection)
    known = ScriptDirectory.from_config(configuration)
    now = MigrationContext.configure(connection).get_current_revision()
    if now is not None and now == known.get_current_head():
        return
    if now is not None and now not in {script.revision for script in known.walk_revisions()}:
        raise StoreError(
            Message(
                "{database} is of a newer version ({revision}): update itsm-sync",
                {"database": database, "revision": now},
            )
        )
    command.upgrade(configuration, to)


def config(connection: Connection) -> Config:
    """Answer Alembic's configuration over an open connection."""
    made = Config()
    made.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made
