"""A daemon that waits for its turn says so to who started it."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest

from itsm_sync.cli.call import Call
from itsm_sync.cli.standby import Standby
from itsm_sync.cli.terminal import Terminal
from itsm_sync.daemon.service import Daemon
from itsm_sync.store import Store
from itsm_sync.store.leases import DAEMON
from tests.builders import NOON
from tests.unit.test_daemon import Told, _app, _lost

KNOWN = {"holder": "web1, process 7", "since": NOON.isoformat(), "lease": 30.0, "port": False}


def said(language: str, *events: tuple[str, dict[str, Any]]) -> str:
    err = StringIO()
    listener = Standby(Call(known=language, err=Terminal(file=err, width=60)))
    for event, details in events:
        listener.saw(event, **details)
    return err.getvalue()


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["(web1, process 7, since 2026-", "silent for 30 seconds", "this one works now"]),
        ("ko", ["(web1, process 7, 2026-", "30초 동안 소식이 없으면", "이제 이 데몬이 일합니다"]),
    ],
)
def test_who_works_since_when_and_until_when_one_waits_is_told(
    language: str, sentences: list[str]
) -> None:
    told = said(language, ("daemon.standby", KNOWN), ("daemon.working", {}), ("daemon.working", {}))
    assert len(told.splitlines()) == 2
    for sentence in sentences:
        assert told.count(sentence) == 1


def test_what_nobody_knows_spoils_nothing() -> None:
    told = said("en", ("daemon.standby", {**KNOWN, "holder": "", "since": None}))
    assert "(?, since ?)" in told


def test_a_daemon_that_waits_for_nobody_says_nothing() -> None:
    assert said("en", ("daemon.working", {}), ("cycle.finished", {})) == ""


class Heard(Told):
    """Keeps the details, too."""

    def __init__(self) -> None:
        super().__init__()
        self.details: list[dict[str, object]] = []

    def saw(self, event: str, /, **details: object) -> None:
        super().saw(event)
        self.details.append(details)


def test_a_waiting_daemon_tells_who_works_and_since_when(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = Heard()
    daemon = Daemon(make=lambda *_: _app(heard), clock=lambda: NOON)
    daemon._app, daemon._store = _app(heard), store
    waited = Store.succession

    def held(self: Store, name: str, pause: Any) -> Any:
        with Store.open(url) as theirs, theirs.exclusive(DAEMON):
            theirs.daemon_started("web1", NOON - timedelta(hours=1))
            pause(0.0)
        return waited(self, name, pause)

    monkeypatch.setattr(Store, "succession", held)
    monkeypatch.setattr(Daemon, "_start_clocks", _lost)
    daemon._succeed()
    daemon.clocks.stop()

    told = heard.details[heard.events.index("daemon.standby")]
    assert "process" in str(told["holder"])
    assert told["since"] == (NOON - timedelta(hours=1)).isoformat()
    assert told["lease"] == 30.0
