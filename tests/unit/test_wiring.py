"""What the app opens it counts under the right name, and closes."""

import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import responses
import structlog
from responses.matchers import query_param_matcher

from itsm_sync.app.wiring import App, start
from itsm_sync.clients.errors import Broken, NotAsked, Throttled
from itsm_sync.clients.jenkins import JenkinsClient
from itsm_sync.clients.known import Known
from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.model.cycles import Health, SourceReport

SECRETS = {
    "REDMINE_API_KEY": "redmine-key",
    "JENKINS_USER": "reader",
    "JENKINS_TOKEN": "jenkins-token",
    "GITHUB_TOKEN": "github-token",
}


@pytest.fixture
def app(configuration: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> App:
    """The app over two controllers."""

    def two(settings: dict[str, Any]) -> None:
        one = settings["jenkins"][0]
        settings["jenkins"] = [
            {**one, "name": name, "url": f"http://{name}.test"} for name in ("seoul", "busan")
        ]

    monkeypatch.setattr(structlog, "configure", lambda **_: None)
    addresses = {name: f"http://{name}.test" for name in ("redmine", "jenkins", "github")}
    directory = configuration(addresses=addresses, change=two)
    return start(directory, SECRETS, stream=StringIO())


def test_each_controllers_requests_are_its_own(app: App) -> None:
    with app, responses.RequestsMock() as server:
        for name in ("seoul", "busan"):
            fits = query_param_matcher({}, strict_match=False)
            server.get(f"http://{name}.test/api/json", json={}, match=[fits])
        probes = app.doors.probes()
        probes["jenkins seoul"]()
        probes["jenkins seoul"]()
        probes["jenkins busan"]()
        reports = {
            name: SourceReport(health=Health.OK) for name in ("jenkins:seoul", "jenkins:busan")
        }
        counted = app.requests.added(reports)
    assert {name: report.requests for name, report in counted.items()} == {
        "jenkins:seoul": 2,
        "jenkins:busan": 1,
    }


def test_the_sources_count_under_their_own_names(app: App) -> None:
    with app:
        names = [source.name for source in app.doors.sources()]
        systems = {
            source._client._server._session.get_adapter("http://x")._guard.system
            for source in app.doors.sources()
            if source.name.startswith("jenkins")
        }
    assert systems == {name for name in names if name.startswith("jenkins")}


def test_what_was_learnt_of_a_server_outlives_the_configuration(
    configuration: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(structlog, "configure", lambda **_: None)
    addresses = {name: f"http://{name}.test" for name in ("redmine", "jenkins", "github")}
    directory = configuration(addresses=addresses)
    known = Known()

    def anew(**secrets: str) -> App:
        return start(directory, {**SECRETS, **secrets}, stream=StringIO(), known=known)

    with anew() as app, responses.RequestsMock() as server:
        assert app.doors.github is not None
        limit = {"x-ratelimit-remaining": "0", "retry-after": "600"}
        server.get("http://github.test:80/repos/abc/x", status=403, json={}, headers=limit)
        with pytest.raises(Throttled):
            app.doors.github.object("/repos/abc/x")
        fits = query_param_matcher({}, strict_match=False)
        server.get("http://jenkins.test/api/json", status=500, match=[fits])
        for _ in range(20):
            with pytest.raises(Broken):
                app.doors.probes()["jenkins ci"]()
    with anew() as app, responses.RequestsMock() as server:
        assert app.doors.github is not None
        with pytest.raises(Throttled):
            app.doors.github.object("/repos/abc/x")
        with pytest.raises(NotAsked):
            app.doors.probes()["jenkins ci"]()
    with anew(GITHUB_TOKEN="another") as app, responses.RequestsMock() as server:
        assert app.doors.github is not None
        server.get("http://github.test:80/repos/abc/x", json={"id": 1})
        assert app.doors.github.object("/repos/abc/x") is not None
        with pytest.raises(NotAsked):
            app.doors.probes()["jenkins ci"]()


def test_every_cycle_asks_through_the_same_doors(app: App) -> None:
    """What they learnt of the servers stands over all cycles: budgets, breakers, limits."""
    with app:
        first, second = app.doors.sources(), app.doors.sources()
        assert len(first) == 4
        for one, other in zip(first, second, strict=True):
            assert getattr(one, "_client", app.doors.redmine) is getattr(
                other, "_client", app.doors.redmine
            )
        assert app.road().sources[0] is not first[0]  # the sources themselves keep nothing


def test_connections_are_closed_with_the_app(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []
    for kind in (RedmineClient, JenkinsClient):
        monkeypatch.setattr(kind, "close", lambda client: closed.append(client.url))
    with app:
        app.doors.sources()
        assert closed == []
    assert sorted(closed) == ["http://busan.test", "http://redmine.test", "http://seoul.test"]


def test_a_secret_that_was_replaced_stays_hidden(configuration: Callable[..., Path]) -> None:
    log, hidden = StringIO(), set[str]()
    directory = configuration(addresses={"redmine": "http://redmine.test"})
    for key in ("redmine-key", "another-one"):
        with start(directory, SECRETS | {"REDMINE_API_KEY": key}, stream=log, hidden=hidden):
            pass
    structlog.get_logger().error("late", text="redmine-key and another-one were refused")
    structlog.reset_defaults()
    assert "late" in log.getvalue()
    assert not any(key in log.getvalue() for key in ("redmine-key", "another-one"))


def test_no_command_loads_what_only_some_configurations_need() -> None:
    """GitHub's library, the calendars of all countries and Alembic take a quarter of the memory."""
    code = (
        "import sys, itsm_sync.__main__\n"
        "heavy = {'github', 'nacl', 'cryptography', 'holidays', 'alembic'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
