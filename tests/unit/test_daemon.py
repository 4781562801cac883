"""The daemon outlives what happens to it, and loses nothing that was due."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from itsm_sync.daemon.agenda import Work
from itsm_sync.daemon.service import Daemon
from itsm_sync.model.schedules import Schedules
from itsm_sync.store import Store
from tests.builders import NOON


class Told:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def saw(self, event: str, /, **_details: object) -> None:
        self.events.append(event)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def daemon(store: Store, told: Told) -> Iterator[Daemon]:
    """A daemon at work, over what of an app a task needs."""
    settings = SimpleNamespace(schedules=Schedules())
    app: Any = SimpleNamespace(observer=told, settings=settings, watch=lambda: None)
    made = Daemon(make=lambda *_: app, clock=lambda: NOON)
    made._app, made._store = app, store
    yield made
    made.clocks.stop()


def test_a_task_that_a_cycle_keeps_away_is_put_off_and_the_daemon_goes_on(
    daemon: Daemon, told: Told, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("itsm_sync.daemon.service._AGAIN", 0.0)
    with Store.open(url) as theirs, theirs.exclusive():
        daemon._task("prune")
    assert told.events == ["task.started", "daemon.busy"]
    assert daemon.agenda.take(30) == Work(tasks=("prune",))
    daemon._task("prune")
    assert told.events[2:] == ["task.started", "task.finished"]
