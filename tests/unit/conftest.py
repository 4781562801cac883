"""What unit tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from itsm_sync.store import Store
from tests.databases import Server

SQLITE, POSTGRESQL = "sqlite", "postgresql"


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it: a file that is not there yet, or a server's.

    Where a test has a `store` too, it is that one's.
    """
    if request.param == SQLITE:
        yield f"sqlite:///{tmp_path}/itsm-sync.db"
        return
    server: Server = request.getfixturevalue("server")
    with server.made() if "store" in request.fixturenames else server.empty() as address:
        yield address


@pytest.fixture
def file(tmp_path: Path) -> str:
    """The address of a file of SQLite's that is not there yet."""
    return f"sqlite:///{tmp_path}/itsm-sync.db"


@pytest.fixture
def server_url(server: Server) -> Iterator[str]:
    """The address of a server's database with nothing in it."""
    with server.empty() as address:
        yield address


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store."""
    with Store.open(url) as opened:
        yield opened
