"""What contract tests share: recorded answers, and retries that do not wait."""

import os
from pathlib import Path

import pytest
from urllib3.util.retry import Retry


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of recorded answers (`jenkins/`, `github/`); tests skip where it is not named."""
    folder = os.environ.get("ITSM_SYNC_RECORDINGS")
    if not folder:
        pytest.skip("ITSM_SYNC_RECORDINGS names no folder of recorded answers")
    return Path(folder)


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries go on at once: nothing sleeps in a test."""
    monkeypatch.setattr(Retry, "sleep", lambda self, response=None: None)
