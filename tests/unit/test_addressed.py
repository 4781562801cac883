"""Of a server that can't be reached it is told who says its address."""

import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
import responses
from sandbox.processes import free_port

from itsm_sync.app.wiring import start
from itsm_sync.cli import run
from itsm_sync.clients.errors import Missing, Unauthorised
from itsm_sync.clients.refusals import _ADVICE
from itsm_sync.locale import catalogue
from itsm_sync.model.words import Message
from itsm_sync.operations.addressed import addressed
from itsm_sync.operations.check import check
from itsm_sync.operations.check_lines import Level
from itsm_sync.settings import Settings, load
from tests.unit.test_check_account import Redmine

SHIPPED = Path(__file__).parents[2] / "config"
SECRETS = ("REDMINE_API_KEY", "JENKINS_USER", "JENKINS_TOKEN", "GITHUB_TOKEN")
GONE = Message("gone")


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> str:
    """An address where nobody listens, and an environment of secrets alone."""
    for system in ("REDMINE", "JENKINS", "GITHUB"):
        monkeypatch.delenv(f"{system}_URL", raising=False)
    for secret in SECRETS:
        monkeypatch.setenv(secret, "canary-71")
    return f"http://127.0.0.1:{free_port()}"


@pytest.mark.parametrize("command", ["check", "sync"])
def test_the_variable_that_says_redmines_address_is_named(
    command: str,
    nobody: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for system in ("REDMINE", "JENKINS", "GITHUB"):
        monkeypatch.setenv(f"{system}_URL", nobody)
    monkeypatch.setenv("ITSM_SYNC_DATABASE", f"sqlite:///{tmp_path / 'x.db'}")
    assert run([command, "--json", "--config", str(SHIPPED)]) == 3
    told = json.loads(capsys.readouterr().out)["error"]
    assert told.startswith(f"Redmine can't be reached at {nobody}/my/account.json: ")
    assert told.endswith("(the address is from REDMINE_URL)")


def test_the_line_of_the_settings_that_says_it_is_named_to_people(
    nobody: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directory = Path(shutil.copytree(SHIPPED, tmp_path / "config"))
    file = directory / "settings.yaml"
    text = file.read_text(encoding="utf-8").replace("https://redmine.example.com", nobody)
    file.write_text(text, encoding="utf-8")
    line = text[: text.index(nobody)].count("\n") + 1
    assert run(["check", "--config", str(directory)]) == 3
    told = capsys.readouterr().err.rstrip()
    assert told.endswith(f"(주소의 출처: {file}:{line}: redmine.url)")


def settings(**environment: str) -> Settings:
    return load(SHIPPED, environment, secrets=False)


def test_jenkins_and_github_are_told_with_their_place() -> None:
    known = settings(GITHUB_URL="https://hub.example.com/api/v3")

    def jenkins() -> Message:
        raise Missing(GONE, system="jenkins", status=404, address="https://jenkins.example.com")

    def github() -> Message:
        raise Missing(GONE, system="github", status=404, address="https://hub.example.com/api/v3")

    lines = check(known, Redmine(), {"jenkins ci": jenkins, "github a/b": github})  # type: ignore[arg-type]
    told = {line.subject: line for line in lines if line.level is Level.FAILED}
    ci, hub = str(told["jenkins ci"].message), str(told["github a/b"].message)
    assert ci.startswith(f"can't be read: gone (the address is from {SHIPPED}/settings.yaml:")
    assert ci.endswith(": jenkins.0.url)")
    assert hub == "can't be read: gone (the address is from GITHUB_URL)"


@responses.activate
def test_a_repository_that_github_does_not_show_says_what_to_look_at() -> None:
    url = "https://api.github.com:443/repos/abc/portal"
    responses.get(url, status=404, json={"message": "no"})
    with (
        start(SHIPPED, dict.fromkeys(SECRETS, "canary-71"), stream=StringIO()) as app,
        pytest.raises(Missing, match=r"end in /api/v3\?") as caught,
    ):
        app.doors.probes()["github abc/portal"]()
    assert caught.value.address == "https://api.github.com"


def test_an_error_that_no_other_address_mends_is_told_alone() -> None:
    error = Unauthorised(Message("nobody's key"), system="redmine", status=401)
    assert str(addressed(error, settings())) == "nobody's key"


def test_every_advice_has_a_korean_sentence() -> None:
    assert set(_ADVICE.values()) <= set(catalogue("ko"))
