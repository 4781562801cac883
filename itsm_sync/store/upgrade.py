"""The schema, made or brought up to today's when a database is opened.

Alembic is loaded for a migration alone: it takes a tenth of the memory of a program that runs for
months, and of the time of one that runs for seconds.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, Connection, MetaData, String, Table, insert, inspect, select

from itsm_sync.model.words import Message
from itsm_sync.store.errors import StoreError
from itsm_sync.store.postgres import order_by_bytes
from itsm_sync.store.schema import metadata

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER = Path(__file__).parent / "migrations"
# As Alembic makes it.
_VERSION = Table(
    "alembic_version",
    MetaData(naming_convention={"pk": "%(table_name)s_pkc"}),
    Column("version_num", String(32), primary_key=True),
)


def is_current(connection: Connection, database: str) -> bool:
    """Whether the schema is today's.

    Raises:
        StoreError: it is of a version that this program does not know.
    """
    now = revision(connection)
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


def bring_up(connection: Connection) -> None:
    """Make today's schema, or bring up to it what is there, within the caller's transaction."""
    if revision(connection) is None:
        _create(connection)
    else:
        upgrade(connection)


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring the schema up to a revision, from the first on where there is none yet."""
    from alembic import command  # noqa: PLC0415 - see above

    server = connection.dialect.name == "postgresql"
    if server:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")  # much may be stored
    command.upgrade(config(connection), to)
    if server:
        order_by_bytes(connection, [*metadata.tables])


def _create(connection: Connection) -> None:
    """Make the schema at once; a table of another's with a name of ours is an error."""
    _VERSION.create(connection)
    connection.execute(insert(_VERSION).values(version_num=newest()))
    metadata.create_all(connection, checkfirst=False)
    if connection.dialect.name == "postgresql":
        order_by_bytes(connection, [*metadata.tables])


@cache
def schemas() -> tuple[str, ...]:
    """Answer the revisions of the schema that this program knows, the oldest first.

    Files of migrations are named after them.
    """
    names = sorted(file.name for file in _FOLDER.glob("versions/[0-9]*.py"))
    return tuple(name.partition("_")[0] for name in names)


def newest() -> str:
    """Answer the revision that this program keeps."""
    return schemas()[-1]


def revision(connection: Connection) -> str | None:
    """Answer the revision of a database; None where it has none yet."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    found: str | None = connection.scalar(select(_VERSION.c.version_num))
    return found


def config(connection: Connection | None = None) -> "Config":
    """Answer Alembic's configuration, over an open connection where it is to change something."""
    from alembic.config import Config  # noqa: PLC0415 - see above

    made = Config()
    made.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made
