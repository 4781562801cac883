"""What only PostgreSQL has: its engine, turns of writers, and text ordered by its bytes."""

from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import NoSuchModuleError

from itsm_sync.model.words import Message
from itsm_sync.store.errors import StoreError

DRIVERS = ("postgres", "postgresql", "postgresql+psycopg")
# How reading transactions see one moment, whatever writers do meanwhile.
READING = {"isolation_level": "REPEATABLE READ"}
# Seconds: for a connection to be made; for a server that went away without a word to be missed;
# for one question (a cycle's take milliseconds); for a transaction in which its program is silent
# (stopped, perhaps): less than others wait for their turn, so that it holds up nobody.
_CONNECT, _MISSED, _QUESTION, _SILENCE = 10, 30, 300, 20
# "itsm", as one number: the first half of the key of our turns among a database's advisory locks.
_TURNS = int.from_bytes(b"itsm", "big")
_TURN = text(f"SELECT pg_advisory_xact_lock({_TURNS}, hashtext(current_schema()))")


def server(url: URL, name: str, patience: float) -> Engine:
    """Answer an engine for a server's database; it connects when it is first asked.

    Args:
        url: what it says of options, timeouts and TLS (`sslmode`) wins over what is usual here.
        name: the database's, without password.
        patience: seconds that a transaction waits for those of others.
    """
    given: dict[str, Any] = dict(url.query)
    wanted: dict[str, Any] = {
        "application_name": "itsm-sync",
        "client_encoding": "utf8",
        "connect_timeout": _CONNECT,
        "keepalives_idle": _MISSED,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": _MISSED * 1000,
    }
    wanted = {option: value for option, value in wanted.items() if option not in given}
    wanted["options"] = f"{_options(patience)} {given.get('options', '')}".strip()
    url = url.set(drivername=DRIVERS[-1]) if url.drivername in DRIVERS else url
    try:
        engine = create_engine(
            url.difference_update_query(["options"]),
            connect_args=wanted,
            pool_pre_ping=True,
            pool_size=8,
            hide_parameters=True,
        )
    except (NoSuchModuleError, ImportError) as error:
        raise StoreError(
            Message(
                "no driver is installed for the database {database}: {error}",
                {"database": name, "error": str(error)},
            )
        ) from None

    # Who writes has read before, and must find what it read: writers take turns, as SQLite's do.
    # The server gives the turn back with the transaction, also where its program has died.
    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            connection.execute(_TURN)

    return engine


def shown(url: URL) -> str:
    """Answer an address without what may be secret: its password, and all options but the place."""
    places = {name: value for name, value in url.query.items() if name in ("host", "port")}
    return url.set(password=None, query=places).render_as_string()


def check(connection: Connection, name: str) -> None:
    """See that the database keeps any text.

    Raises:
        StoreError: it does not.
    """
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        told = "{database} has the encoding {encoding}: make it anew with ENCODING 'UTF8'"
        raise StoreError(Message(told, {"database": name, "encoding": str(encoding)}))


_ORDERED_OTHERWISE = text(
    """
    SELECT t.relname AS table, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type
    FROM pg_attribute AS a
    JOIN pg_class AS t ON t.oid = a.attrelid
    JOIN pg_collation AS c ON c.oid = a.attcollation
    WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace
      AND t.relname = ANY(:tables) AND c.collname <> 'C' AND NOT a.attisdropped
    ORDER BY t.relname, a.attnum
    """
)


def order_by_bytes(connection: Connection, tables: list[str]) -> None:
    """Let these tables' text be ordered as SQLite and Python do it, whatever the database's locale.

    Pages, ranges of keys and the order of equal times rest on it.
    """
    quote = connection.dialect.identifier_preparer.quote
    changed: dict[str, list[str]] = {}
    for row in connection.execute(_ORDERED_OTHERWISE, {"tables": tables}):
        change = f'ALTER COLUMN {quote(row.column)} TYPE {row.type} COLLATE "C"'
        changed.setdefault(row.table, []).append(change)
    for table, changes in changed.items():
        connection.exec_driver_sql(f"ALTER TABLE {quote(table)} {', '.join(changes)}")


def count_on(connection: Connection, table: str, column: str) -> None:
    """Let a table's next number be the one after the highest."""
    quote = connection.dialect.identifier_preparer.quote
    highest = f"(SELECT max({quote(column)}) FROM {quote(table)})"  # noqa: S608  # nosec B608 - ours
    question = (
        f"SELECT setval(pg_get_serial_sequence(:name, :column), coalesce({highest}, 0) + 1, false)"
    )
    connection.execute(text(question), {"name": quote(table), "column": column})


def _options(patience: float) -> str:
    settings = {
        "lock_timeout": max(1, round(patience * 1000)),
        "statement_timeout": _QUESTION * 1000,
        "idle_in_transaction_session_timeout": _SILENCE * 1000,
        "timezone": "UTC",
        "client_min_messages": "error",
    }
    return " ".join(f"-c {name}={value}" for name, value in settings.items())
