"""What unit tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from itsm_sync.store import Store


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of a database that is not there yet."""
    return f"sqlite:///{tmp_path}/itsm-sync.db"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store."""
    with Store.open(url) as opened:
        yield opened
