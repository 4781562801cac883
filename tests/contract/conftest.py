"""What contract tests share: recorded answers, retries that do not wait, Redmines."""

from collections.abc import Iterator

import pytest

from tests.redmine_place import Place, opened


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries go on at once: nothing sleeps in a test."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@pytest.fixture(scope="module", params=["fake", "real"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """A fake Redmine, and a real one: what is asked of both holds the fake to the truth."""
    with opened(request.param, tmp_path_factory.mktemp("redmine")) as place:
        yield place
