"""What unit tests share."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from itsm_sync.store import Store
from tests.databases import Server

SQLITE, POSTGRESQL = "sqlite", "postgresql"


@pytest.fixture(scope="session")
def made_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of SQLite's with today's tables; it is copied, since making them takes long."""
    file = tmp_path_factory.mktemp("made") / "itsm-sync.db"
    Store.open(f"sqlite:///{file}").close()
    return file


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it: a file that is not there yet, or a server's.

    Where a test has a `store` too, it is that one's.
    """
    made = "store" in request.fixturenames
    if request.param == SQLITE:
        if made:
            shutil.copy(request.getfixturevalue("made_file"), tmp_path / "itsm-sync.db")
        yield f"sqlite:///{tmp_path}/itsm-sync.db"
        return
    server: Server = request.getfixturevalue("server")
    with server.made() if made else server.empty() as address:
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
