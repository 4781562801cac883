"""Databases of a real PostgreSQL for tests: one server a process, lent anew to each test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from sandbox.postgres import Postgres
from sqlalchemy import URL, make_url

from itsm_sync.store import Store
from itsm_sync.store.schema import metadata


def address(url: str) -> URL:
    """Answer an address of ours as SQLAlchemy's."""
    parsed = make_url(url)
    server = parsed.get_backend_name() == "postgresql"
    return parsed.set(drivername="postgresql+psycopg") if server else parsed


_COUNTED = ("routings", "ledger", "overrides", "stages")


@dataclass(kw_only=True)
class Server:
    """A server and two databases there: making one for each test would take most of its time."""

    postgres: Postgres

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Lend a database with nothing in it."""
        try:
            yield self._bare
        finally:
            self._clear("bare", "DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    @contextmanager
    def made(self) -> Iterator[str]:
        """Lend a database with today's tables, and nothing in these."""
        try:
            yield self._made
        finally:
            tables = [table.name for table in reversed(metadata.sorted_tables)]
            emptied = [f"DELETE FROM {name}" for name in tables]
            emptied += [f"ALTER SEQUENCE {name}_id_seq RESTART" for name in _COUNTED]
            self._clear("made", "; ".join(emptied))

    @cached_property
    def _bare(self) -> str:
        return self.postgres.create("bare")

    @cached_property
    def _made(self) -> str:
        address = self.postgres.create("made")
        Store.open(address).close()
        return address

    def _clear(self, database: str, how: str) -> None:
        self.postgres.disconnect(database)
        self.postgres.execute(how.encode(), database)
