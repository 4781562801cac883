"""What all tests share: a clean environment, and copies of the shipped configuration."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sandbox.configuration import copy
from sandbox.postgres import Postgres
from sandbox.redmine import forking
from sandbox.remembering import remember

from tests.databases import Server

_OURS = ("REDMINE_", "JENKINS_", "GITHUB_", "ITSM_SYNC_")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No address or secret of the person who runs the tests reaches them."""
    for name in list(os.environ):
        if name.startswith(_OURS) and name != "ITSM_SYNC_RECORDINGS":
            monkeypatch.delenv(name)


@pytest.fixture(scope="session", autouse=True)
def remembered_texts() -> None:
    """Each text of a configuration is read once: that takes a tenth of the time."""
    remember()


@pytest.fixture(scope="session", autouse=True)
def forked_redmines() -> Iterator[None]:
    """Every real Redmine is forked, and every script within one: that takes a tenth of the time."""
    with forking():
        yield


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of recorded answers (`jenkins/`, `github/`); tests skip where it is not named."""
    folder = os.environ.get("ITSM_SYNC_RECORDINGS")
    if not folder:
        pytest.skip("ITSM_SYNC_RECORDINGS names no folder of recorded answers")
    return Path(folder)


@pytest.fixture
def configuration(tmp_path: Path) -> Callable[..., Path]:
    """Makes a copy of `config/` that writes; arguments as of `sandbox.configuration.copy`."""

    def make(name: str = "config", **changes: Any) -> Path:
        return copy(tmp_path / name, **changes)

    return make


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A real PostgreSQL that ends with the tests."""
    with Postgres.serving() as postgres:
        yield Server(postgres=postgres)
