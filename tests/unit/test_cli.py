"""The command line where no server is needed: exit statuses, and one JSON document each."""

import io
import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sandbox.processes import free_port

from itsm_sync.cli import run
from itsm_sync.cli.call import Call
from itsm_sync.model.cycles import Batch, Cycle, Health, Rejected, SourceReport
from itsm_sync.store import Store

SHIPPED = str(Path(__file__).parents[2] / "config")

WRONG_CASE = """\
cases:
  - name: 틀린 기대
    title: 로그인 서버가 다운되었어요
    expect: {process: change, team: new-business}
"""


def test_a_wrong_expectation_fails_and_says_which_rule_won_and_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(WRONG_CASE, encoding="utf-8")
    assert run(["rules", "test", str(file), "--config", SHIPPED, "--json"]) == 1
    (failed,) = json.loads(capsys.readouterr().out)["failed"]
    assert (failed["file"], failed["line"]) == (str(file), 2)
    assert {"name": "process", "expected": "change", "got": "incident"} in failed["differences"]
    assert failed["rules"][0]["rule"]
    assert failed["rules"][0]["matched"]


def test_the_shipped_cases_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--config", SHIPPED, "--json", "rules", "test"]) == 0
    assert json.loads(capsys.readouterr().out)["failed"] == []


def test_the_shipped_rules_have_no_finding(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "lint", f"--config={SHIPPED}", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["rules"],
        ["no-such-command"],
        ["sync", "--no-such-option"],
        ["explain"],
        ["explain", "1", "--item", "-"],
        ["--config"],
        ["--config", "--verbose"],
        ["--config", "/nowhere", "sync"],
        ["apply", "/nowhere.json"],
        ["matrix", "--format", "docx"],
        ["provision"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_status_2_and_still_one_json_document(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ITSM_SYNC_CONFIG", SHIPPED)
    assert run(["--json", *arguments]) == 2
    assert json.loads(capsys.readouterr().out)["error"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nope"], ("`nope`(이)라는 명령이 없습니다. `itsm-sync --help`가", "no command `nope`")),
        (["statsu"], ("혹시 `status`", "is `status` meant?")),
        (["sync", "--nope"], ("--nope(이)라는 옵션이 없습니다", "no option --nope")),
        (["resync", "--sourc", "x"], ("혹시 --source입니까?", "is --source meant?")),
        (["resync"], ("--source이(가) 빠졌습니다", "--source is missing")),
        (["apply"], ("FILE이(가) 빠졌습니다", "FILE is missing")),
        (["pause", "--why"], ("--why에 값이 필요합니다", "--why needs a value")),
        (["prune", "--dry-run=1"],
         ("--dry-run에는 값을 줄 수 없습니다", "--dry-run takes no value")),
        (["prune", "x", "y"], ("인자가 너무 많습니다: x y", "too many arguments: x y")),
        (["matrix", "--format", "odt"], ("--format: 다음 가운데 하나여야 합니다: text, md",
         "--format: must be one of: text, md")),
        (["explain"], ("KEY(필요하면 --at TIME도) 또는 --item FILE을", "name a KEY")),
        (["letters", "retry"], ("KEY, --source SOURCE, --all 가운데", "name KEYs, --source")),
        (["--config"], ("--config에 디렉터리가 필요합니다", "--config needs a directory")),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_wrong_with_a_call_is_told_in_the_language_of_the_terminal(
    arguments: list[str],
    said: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ITSM_SYNC_CONFIG", str(tmp_path))
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    for language, told in zip(("ko_KR.UTF-8", "en_GB.UTF-8"), said, strict=True):
        monkeypatch.setenv("LANG", language)
        assert run(arguments) == 2
        assert told in capsys.readouterr().err.replace("\n", "")


def test_a_daemon_that_can_not_begin_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ITSM_SYNC_HTTP", "nonsense")
    assert run(["run", "--json", "--config", SHIPPED]) == 2
    assert "ITSM_SYNC_HTTP: " in json.loads(capsys.readouterr().out)["error"]


def test_the_brake_works_whatever_is_wrong_with_the_rest_of_the_configuration(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "settings.yaml").write_text("language: en\nnonsense: 1\n", encoding="utf-8")
    (tmp_path / "rules.yaml").write_text("rules: [", encoding="utf-8")
    here = ["--config", str(tmp_path)]
    assert run(["sync", *here]) == 2
    capsys.readouterr()
    assert run(["pause", "--why", "a storm", "--json", *here]) == 0
    first = json.loads(capsys.readouterr().out)["paused"]
    assert (first["why"], (tmp_path / "itsm-sync.db").exists()) == ("a storm", True)
    assert run(["pause", "--why", "another", "--json", *here]) == 0
    assert json.loads(capsys.readouterr().out)["paused"] == first
    assert run(["pause", *here]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "paused already" in told
    assert re.search(r"since \d{4}-\d\d-\d\d \d\d:\d\d KST: a storm", told)
    written = (tmp_path / "settings.yaml").read_text(encoding="utf-8")
    for zone, shown in (("Europe/Lisbon", "WES?T"), ("Nowhere/Else", r"\S+")):
        text = f"{written}timezone: {zone}\n"
        (tmp_path / "settings.yaml").write_text(text, encoding="utf-8")
        assert run(["pause", *here]) == 0
        told = " ".join(capsys.readouterr().out.split())
        assert re.search(rf"since \d{{4}}-\d\d-\d\d \d\d:\d\d {shown}: a storm", told)
    assert run(["resume", "--json", *here]) == 0
    assert json.loads(capsys.readouterr().out)["paused"] is None


BROKEN = {
    "rules": "rules: [\n",
    "matrix": "matrix: 5\n",
    "services": "services:\n- {name: 3}\n",
    "signals": "builds: nonsense\n",
    "sla": "sla: nonsense\n",
    "reports": "reports: [\n",
    "schedules": "sources: {jenkins: {every: never}}\n",
    "settings": "language: ko\nnonsense: 1\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_how_things_stand_is_shown_whatever_file_is_broken_and_that_is_told(
    name: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ITSM_SYNC_DATABASE", f"sqlite:///{tmp_path / 'x.db'}")
    with Store.open(f"sqlite:///{tmp_path / 'x.db'}") as store:
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        store.begin(Cycle(id="long-ago", started_at=long_ago, configuration="abc"))
        answered = SourceReport(health=Health.OK, items=1)
        store.keep_standings({"redmine": answered}, long_ago)
    directory = Path(shutil.copytree(SHIPPED, tmp_path / "config"))
    file = directory / f"{name}.yaml"
    file.write_text(BROKEN[name], encoding="utf-8")
    here = ["--config", str(directory)]
    assert run(["status", *here]) == 2
    out, err = capsys.readouterr()
    assert "long-ago" in out
    assert "2020-01-01 09:00:00 KST" in out
    assert f"{file}:" in err
    assert run(["status", "--json", *here]) == 2
    told = json.loads(capsys.readouterr().out)
    assert {problem["file"] for problem in told["problems"]} == {str(file)}
    assert told["problems"][0]["line"] is not None
    assert told["cycles"][0]["cycle"] == "long-ago"
    (source,) = told["sources"]
    # What is promised stands in settings and schedules; where these are broken nobody knows.
    assert source["stale"] is (name not in ("settings", "schedules"))


def test_a_cycle_without_redmine_is_one_that_failed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    for system in ("REDMINE", "JENKINS", "GITHUB"):
        monkeypatch.setenv(f"{system}_URL", nobody)
    for secret in ("REDMINE_API_KEY", "JENKINS_USER", "JENKINS_TOKEN", "GITHUB_TOKEN"):
        monkeypatch.setenv(secret, "canary-71")
    monkeypatch.setenv("ITSM_SYNC_DATABASE", f"sqlite:///{tmp_path / 'x.db'}")
    here = ["--json", "--config", SHIPPED]
    assert run(["sync", *here]) == 3
    capsys.readouterr()
    assert run(["status", *here]) == 0
    (cycle,) = json.loads(capsys.readouterr().out)["cycles"]
    assert cycle["outcome"] == "failed"
    assert cycle["error"] == "redmine did not answer as it should; nothing was written"


@pytest.mark.parametrize("name", ["rules", "settings"])
def test_a_backup_and_the_list_of_letters_need_the_database_alone(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directory = Path(shutil.copytree(SHIPPED, tmp_path / "config"))
    broken = BROKEN[name] + ("database: sqlite:///itsm-sync.db\n" if name == "settings" else "")
    (directory / f"{name}.yaml").write_text(broken, encoding="utf-8")
    with Store.open(f"sqlite:///{directory}/itsm-sync.db") as store:
        cycle = Cycle(id="long-ago", started_at=datetime(2020, 1, 1, tzinfo=UTC), configuration="a")
        store.begin(cycle)
        odd = Rejected(key="redmine:issue/7", error="no subject")
        store.keep("redmine", Batch(stream="issues", rejected=(odd,)), cycle.id)
    here, file = ["--config", str(directory)], tmp_path / "today.backup"
    assert run(["letters", *here]) == 2
    out, err = capsys.readouterr()
    assert "redmine:issue/7" in out
    assert "2020-01-01 09:00" in out
    assert f"{directory / name}.yaml:" in err
    assert run(["letters", "list", "--json", *here]) == 2
    told = json.loads(capsys.readouterr().out)
    assert [letter["cause"] for letter in told["letters"]] == ["no subject"]
    assert told["problems"][0]["file"] == f"{directory / name}.yaml"
    assert run(["backup", str(file), "--json", *here]) == 2
    told = json.loads(capsys.readouterr().out)
    assert (told["tables"]["cycles"], told["configuration"]) == (1, "")
    assert told["problems"][0]["file"] == f"{directory / name}.yaml"
    assert run(["backup", str(file), *here]) == 2  # it is there, and that alone is told
    assert str(directory) not in capsys.readouterr().err
    assert run(["prune", *here]) == 2  # the ages stand in the configuration
    assert f"{directory / name}.yaml:" in capsys.readouterr().err


@pytest.mark.parametrize("json_too", [False, True])
@pytest.mark.parametrize(
    "call", [["status"], ["report", "digest"], ["report", "weekly-operations", "--out", "OUT"]]
)
def test_a_database_that_saw_no_cycle_is_named_where_it_is_asked(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    call: list[str],
    json_too: bool,
) -> None:
    """It is told where errors are, so that a document stays one."""
    file, out = tmp_path / "another.db", tmp_path / "out"
    monkeypatch.setenv("ITSM_SYNC_DATABASE", f"sqlite:///{file}")
    asked = [str(out) if one == "OUT" else one for one in call] + ["--json"] * json_too
    assert run([*asked, "--config", SHIPPED]) == 0
    told, err = capsys.readouterr()
    assert f"데이터베이스 {file}에서는 아직 한 주기도 끝나지 않아" in err
    assert f"설정: {SHIPPED}" in err
    assert "ITSM_SYNC_DATABASE" in err
    if json_too:
        json.loads(told)
    at = datetime(2020, 1, 1, tzinfo=UTC)
    with Store.open(f"sqlite:///{file}") as store:
        store.begin(Cycle(id="c1", started_at=at, configuration="x"))
        store.finish("c1", at, {})
    assert run([*asked, "--config", SHIPPED]) == 0
    assert str(file) not in capsys.readouterr().err


def test_a_misspelt_address_is_no_leave_to_keep_a_backup_of_another_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = "language: en\ndatabse: postgresql://there/itsm\n"
    (tmp_path / "settings.yaml").write_text(settings, encoding="utf-8")
    assert run(["backup", str(tmp_path / "a.backup"), "--config", str(tmp_path)]) == 2
    assert "databse" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [tmp_path / "settings.yaml"]


def test_where_not_even_the_database_is_known_the_status_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["status", "--json", "--config", str(tmp_path / "nowhere")]) == 2
    assert "no such configuration directory" in json.loads(capsys.readouterr().out)["error"]


@pytest.mark.parametrize("settings", ["database: 5\n", "database: [\n"])
def test_the_brake_needs_the_databases_address(
    settings: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "settings.yaml").write_text(settings, encoding="utf-8")
    here = ["--json", "--config", str(tmp_path)]
    assert run(["pause", *here]) == 2
    assert "settings.yaml" in json.loads(capsys.readouterr().out)["error"]
    monkeypatch.setenv("ITSM_SYNC_DATABASE", f"sqlite:///{tmp_path}/there.db")
    assert run(["pause", *here]) == 0
    assert (tmp_path / "there.db").exists()


def test_times_are_told_to_programs_as_iso_8601(capsys: pytest.CaptureFixture[str]) -> None:
    Call(json=True).answer({"at": datetime(2026, 3, 1, 9, 30, tzinfo=UTC)})
    assert json.loads(capsys.readouterr().out) == {"at": "2026-03-01T09:30:00+00:00"}


def test_json_is_meant_also_behind_an_option_that_lacks_its_value(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["status", "--config", "--json"]) == 2
    assert "directory" in json.loads(capsys.readouterr().out)["error"]


def test_the_ruby_is_one_json_document_where_that_is_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["provision", "--print", "--json", "--config", SHIPPED]) == 0
    assert "CustomField" in json.loads(capsys.readouterr().out)["ruby"]


@pytest.mark.parametrize("arguments", [[], ["rules"]], ids=str)
def test_who_names_no_command_gets_the_help_and_nothing_else(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert "사용법: itsm-sync" in out
    assert err == ""


def test_items_are_explained_line_by_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    titles = ["로그인 서버가 다운되었어요", "신규 입사자 교육 자료 요청드립니다"]
    lines = "\n".join(json.dumps({"title": title}) for title in titles)
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    assert run(["explain", "--item", "-", "--json", "--config", SHIPPED]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(answers) == 2
    assert answers[0]["process"] == "incident"
    wanted = "key process domain stage row role responsible accountable consulted informed rule"
    assert set(f"{wanted} evidence sure alternatives tried".split()) <= set(answers[0])


def test_an_item_that_is_none_is_told_with_its_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"title": "a"}\n{"titel": "b"}\n'))
    assert run(["explain", "--item", "-", "--json", "--config", SHIPPED]) == 2
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem["line"] == 2
    assert "titel" in problem["text"]


@pytest.mark.parametrize("call", [["--version"], ["sync", "--version"]])
def test_the_version_is_told_and_nothing_is_done(
    call: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*call, "--config", "/nowhere", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert run([*call, "--config", "/nowhere"]) == 0
    assert capsys.readouterr().out == f"itsm-sync {told['version']}\n"
