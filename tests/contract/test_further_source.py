"""A source that another package brings, through the program's own wiring."""

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from io import StringIO
from pathlib import Path

import pytest
import responses

from itsm_sync.app.wiring import App, start
from itsm_sync.cli import run
from itsm_sync.cycle import Summary
from itsm_sync.model.cycles import Health
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.operations import cycles

PACKAGE = Path(__file__).parents[1] / "example_source"
URL = "http://redmine.example.com"
SECRETS = {"REDMINE_API_KEY": "k" * 40}
ALARM = {
    "id": "a-1",
    "host": "web-01",
    "severity": "critical",
    "project": "abc-app",
    "state": "firing",
    "text": "포털 장애: 접속 불가 (견본)",
    "at": "2026-03-02T12:00:00+09:00",
}
# More sources of that package, as bad as sources can be.
BAD = """
from itsm_sync.model.errors import OptionsError
from itsm_sync.model.words import Message

class Crashing:
    def __init__(self, name):
        self.name = name
    def pull(self, memory):
        raise RuntimeError("out of order")
        yield

def crashing(*, name, **_):
    return Crashing(name)

def choosy(*, options, **_):
    raise OptionsError((("from",), Message("is not old enough")), ((), Message("asks too much")))

def locked(*, name, secret, **_):
    secret("ALARM_TOKEN")
    return Crashing(name)

def nameless(**_):
    return Crashing("another")

def unfinished(**_):
    raise NotImplementedError("next week")
"""


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example and the bad ones, installed as pip would: the module and its metadata."""
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    points = dict(project["entry-points"]["itsm_sync.sources"])
    points |= {
        name: f"bad_sources:{name}"
        for name in ("crashing", "choosy", "locked", "nameless", "unfinished")
    }
    site = tmp_path / "site"
    about = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    about.mkdir(parents=True)
    (site / "bad_sources.py").write_text(BAD, encoding="utf-8")
    for module in PACKAGE.glob("*.py"):
        (site / module.name).write_bytes(module.read_bytes())
    metadata = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (about / "METADATA").write_text(metadata, encoding="utf-8")
    lines = "".join(f"{name} = {target}\n" for name, target in points.items())
    (about / "entry_points.txt").write_text(f"[itsm_sync.sources]\n{lines}", encoding="utf-8")
    monkeypatch.syspath_prepend(str(site))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The alarms: one that can be read."""
    file = tmp_path / "alarms.jsonl"
    append(file, json.dumps(ALARM))
    return file


@pytest.fixture
def redmine() -> Iterator[responses.RequestsMock]:
    """A Redmine with one project and no tickets."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as web:
        user = {"id": 90, "login": "itsm-sync", "firstname": "itsm-sync", "lastname": "봇"}
        project = {"id": 1, "identifier": "abc", "name": "ABC시스템", "status": 1}
        web.get(f"{URL}/my/account.json", json={"user": user})
        web.get(f"{URL}/projects.json", json={"projects": [project], "total_count": 1})
        web.get(f"{URL}/issues.json", json={"issues": [], "total_count": 0})
        yield web


Configure = Callable[..., Path]


@pytest.fixture
def configured(configuration: Callable[..., Path]) -> Configure:
    """Makes a configuration with these sources beside Redmine."""

    def make(**sources: Mapping[str, object]) -> Path:
        named = {name.replace("__", ":"): dict(options) for name, options in sources.items()}
        return configuration(
            addresses={"redmine": URL}, change=lambda settings: settings.update(sources=named)
        )

    return make


def append(file: Path, *lines: str) -> None:
    with file.open("a", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in lines)


def started(directory: Path, environment: Mapping[str, str] = SECRETS) -> App:
    return start(directory, environment, stream=StringIO())


def cycle(directory: Path) -> Summary:
    with started(directory) as app:
        return cycles.sync(app.road(), app.settings, app.cycle())


def test_the_alarms_are_stored_with_their_facts_and_routed(
    configured: Configure, file: Path, redmine: responses.RequestsMock
) -> None:
    directory = configured(alarms={"path": str(file)})
    made = cycle(directory)
    assert made.sources["alarms"].health is Health.OK
    with started(directory) as app:
        store = app.store()
        item, kept = (
            store.item("alarms:a-1"),
            store.latest_routings(["alarms:a-1"]).get("alarms:a-1"),
        )
    routing = kept.routing
    assert (routing.process, routing.responsible) == ("incident", "it-planning")
    assert item is not None
    assert item.facts == {"host": "web-01", "severity": "critical", "project": "abc-app"}


def test_a_second_pull_reads_only_what_was_appended(
    configured: Configure, file: Path, redmine: responses.RequestsMock
) -> None:
    directory = configured(alarms={"path": str(file)})
    assert cycle(directory).sources["alarms"].items == 1
    assert cycle(directory).sources["alarms"].items == 0
    append(file, json.dumps(ALARM | {"id": "a-2"}))
    assert cycle(directory).sources["alarms"].items == 1


def test_a_bad_line_is_set_aside_and_the_others_go_on(
    configured: Configure, file: Path, redmine: responses.RequestsMock
) -> None:
    append(file, "no JSON", json.dumps({"id": "a-3"}), json.dumps(ALARM | {"id": "a-4"}))
    directory = configured(alarms={"path": str(file)})
    made = cycle(directory)
    assert (made.sources["alarms"].health, made.sources["alarms"].items) == (Health.PARTLY, 2)
    with started(directory) as app:
        assert [letter.source for letter in app.store().dead_letters()] == ["alarms"]


def test_a_source_that_raises_does_not_stop_the_others(
    configured: Configure, file: Path, tmp_path: Path, redmine: responses.RequestsMock
) -> None:
    directory = configured(
        crashing={}, alarms__gone={"path": str(tmp_path / "gone")}, alarms={"path": str(file)}
    )
    made = cycle(directory)
    healths = {name: report.health for name, report in made.sources.items()}
    assert healths == {
        "redmine": Health.OK,
        "crashing": Health.FAILED,
        "alarms:gone": Health.FAILED,
        "alarms": Health.OK,
    }
    told = str(made.sources["crashing"].error)
    assert "RuntimeError" in told
    assert "out of order" not in told  # an exception's text may quote what it read
    assert str(tmp_path / "gone") in str(made.sources["alarms:gone"].error)


def test_all_that_is_wrong_with_sources_is_told_at_once_with_the_other_problems(
    configured: Configure,
) -> None:
    directory = configured(
        unheard={},
        github={},
        alarms={},
        alarms__seoul={"path": "a", "pth": "b"},
        choosy={"from": 3},
        locked={},
        nameless={},
        unfinished={},
    )
    matrix = directory / "matrix.yaml"
    matrix.write_text(matrix.read_text(encoding="utf-8").replace("group:", "grup:", 1), "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        started(directory)
    settings = directory / "settings.yaml"
    lines = settings.read_text(encoding="utf-8").splitlines()
    found = {
        (".".join(map(str, p.path)), lines[p.line - 1].split(":")[0].strip()): str(p.text)
        for p in caught.value.problems
        if p.file == str(settings) and p.line is not None
    }
    known = "alarms, choosy, crashing, locked, nameless, unfinished"
    assert found == {
        ("sources.unheard", "unheard"): f"no installed package brings this source (known: {known})",
        ("sources.github", "github"): "this name is one of the program's own sources",
        ("sources.alarms.path", "alarms"): "is missing",
        ("sources.alarms:seoul.pth", "pth"): "unknown key",
        ("sources.choosy.from", "from"): "is not old enough",
        ("sources.choosy", "choosy"): "asks too much",
        ("sources.locked", "locked"): "the secret ALARM_TOKEN is missing: set ALARM_TOKEN, "
        "or ALARM_TOKEN_FILE to a file that has it",
        ("sources.nameless", "nameless"): "the source calls itself another",
        ("sources.unfinished", "unfinished"): "the source bad_sources:unfinished can't be made: "
        "NotImplementedError: next week",
    }
    assert any(problem.file == str(matrix) for problem in caught.value.problems)


def test_a_secret_of_a_source_is_hidden_in_logs(configured: Configure) -> None:
    log = StringIO()
    environment = SECRETS | {"ALARM_TOKEN": "s3cret-of-alarms"}
    with start(configured(locked={}), environment, stream=log) as app:
        app.observer.saw("alarm.heard", text="with s3cret-of-alarms in it")
    assert "alarm.heard" in log.getvalue()
    assert "s3cret-of-alarms" not in log.getvalue()


def test_the_program_says_what_is_wrong_in_the_language_of_the_settings(
    configured: Configure, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    directory = configured(unheard={})
    monkeypatch.setenv("REDMINE_API_KEY", SECRETS["REDMINE_API_KEY"])
    assert run(["sync", "--config", str(directory)]) == 2
    assert "패키지가 설치되어 있지 않습니다" in capsys.readouterr().err
    assert run(["sync", "--json", "--config", str(directory)]) == 2
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem["text"].startswith("no installed package brings this source")
    assert problem["path"] == ["sources", "unheard"]
