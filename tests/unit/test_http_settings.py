"""The settings of the HTTP port, and the secrets of webhooks."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from itsm_sync.app.redacting import HIDDEN
from itsm_sync.app.wiring import start
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.settings import load
from itsm_sync.web.webhooks.signing import CARRIES

Configuration = Callable[..., Path]
KEYS = {"REDMINE_API_KEY": "rk-1234"}


def http(**values: Any) -> Callable[[dict[str, Any]], None]:
    def change(settings: dict[str, Any]) -> None:
        settings["http"] = values

    return change


def wrong(directory: Path, **environment: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load(directory, KEYS | environment)
    return [str(problem) for problem in caught.value.problems]


def test_as_shipped_it_listens_on_loopback_and_no_webhook_is_believed(
    configuration: Configuration,
) -> None:
    found = load(configuration(), KEYS).general.http
    assert (found.enabled, found.host, found.port, found.body) == (
        True, "127.0.0.1", 8480, 1_048_576,
    )  # fmt: skip
    secrets = {name: one.get_secret_value() for name, one in found.webhooks.secrets.items()}
    assert secrets == dict.fromkeys(CARRIES, "")


@pytest.mark.parametrize(
    ("told", "host", "port"),
    [("0.0.0.0:80", "0.0.0.0", 80), ("[::1]:0", "::1", 0), ("localhost:8480", "localhost", 8480)],
)
def test_the_environment_says_where_it_listens(
    configuration: Configuration, told: str, host: str, port: int
) -> None:
    directory = configuration(change=http(port=1, hosts=["itsm.example.com"]))
    found = load(directory, KEYS | {"ITSM_SYNC_HTTP": told}).general.http
    assert (found.host, found.port, found.hosts) == (host, port, ("itsm.example.com",))


@pytest.mark.parametrize("told", ["8480", "localhost:", "localhost:http", "localhost:99999", ":80"])
def test_an_address_that_is_none_is_a_problem(configuration: Configuration, told: str) -> None:
    (problem,) = wrong(configuration(), ITSM_SYNC_HTTP=told)
    assert problem.startswith(("ITSM_SYNC_HTTP: host: ", "ITSM_SYNC_HTTP: port: "))
    assert "settings.yaml" not in problem


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"port": 70_000}, "http.port"),
        ({"body": 1}, "http.body"),
        ({"host": ""}, "http.host"),
        ({"hosts": "x"}, "http.hosts"),
        ({"prot": 1}, "http.prot"),
        ({"webhooks": {"github_env": "not a name"}}, "http.webhooks.github_env"),
        ({"webhooks": {"secrets": {"github": "s3cret"}}}, "http.webhooks.secrets"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(
    configuration: Configuration, values: dict[str, Any], place: str
) -> None:
    problems = wrong(configuration(change=http(**values)))
    assert any(f": {place}: " in one for one in problems), problems
    assert "s3cret" not in str(problems)


def test_a_secret_comes_from_a_variable_or_a_file_of_any_name(
    configuration: Configuration, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    file.write_text("of a file\n", encoding="utf-8")
    directory = configuration(change=http(webhooks={"jenkins_env": "OUR_HOOK"}))
    environment = KEYS | {"GITHUB_WEBHOOK_SECRET_FILE": str(file), "OUR_HOOK": "of a variable"}
    secrets = load(directory, environment).general.http.webhooks.secrets
    assert secrets["github"].get_secret_value() == "of a file"
    assert secrets["jenkins"].get_secret_value() == "of a variable"
    assert secrets["redmine"].get_secret_value() == ""
    assert "of a" not in repr(secrets)


def test_a_file_that_can_not_be_read_is_a_problem_and_one_that_is_not_there_is_no_secret(
    configuration: Configuration, tmp_path: Path
) -> None:
    (problem,) = wrong(configuration(), REDMINE_WEBHOOK_SECRET_FILE=str(tmp_path))
    assert "REDMINE_WEBHOOK_SECRET_FILE can't be read" in problem
    nowhere = KEYS | {"REDMINE_WEBHOOK_SECRET_FILE": str(tmp_path / "nowhere")}
    hooks = load(configuration(), nowhere).general.http.webhooks.secrets
    assert hooks["redmine"].get_secret_value() == ""


def test_the_secrets_of_webhooks_are_hidden_in_logs(configuration: Configuration) -> None:
    out = StringIO()
    environment = KEYS | {"GITHUB_WEBHOOK_SECRET": "s3cret-of-hooks"}
    with start(configuration(), environment, stream=out) as app:
        app.observer.saw("somebody.told", text="it is s3cret-of-hooks, in the middle")
    assert "s3cret-of-hooks" not in out.getvalue()
    assert HIDDEN in out.getvalue()
