"""Migrations, run when a database is opened."""

from functools import cache
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
    now = MigrationContext.configure(connection).get_current_revision()
    if now is None or now == newest():
        return now is not None
    if now not in schemas():
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


@cache
def schemas() -> tuple[str, ...]:
    """Answer the revisions of the schema that this program knows, the oldest first."""
    scripts = ScriptDirectory.from_config(config()).walk_revisions()
    return tuple(reversed([script.revision for script in scripts]))


def newest() -> str:
    """Answer the revision that this program keeps."""
    return schemas()[-1]


def revision(connection: Connection) -> str:
    """Answer the revision of a database that has one."""
    return str(MigrationContext.configure(connection).get_current_revision())


def config(connection: Connection | None = None) -> Config:
    """Answer Alembic's configuration, over an open connection where it is to change something."""
    made = Config()
    made.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made
