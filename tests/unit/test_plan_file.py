"""Plan files: what people do to them, and when they are not written."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from itsm_sync.cli import run
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.operations.cycles import FORMAT, read_plan, write_plan
from tests.unit.test_documents import MADE

FINE = {"ticket": 7, "fields": {"team": {"old": "", "new": "IT기획팀", "why": "x"}}}


def document(*lines: object) -> str:
    return json.dumps({"format": FORMAT, "plan": list(lines)})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "\x00",
        "[" * 100_000,
        json.dumps({"format": "another", "plan": []}),
        json.dumps({"format": FORMAT}),
        json.dumps({"format": FORMAT, "plan": {"ticket": 7}}),
        document("x"),
        document({"ticket": 7}),
        document({"ticket": "seven", "fields": {}}),
        document({"ticket": 7, "fields": []}),
        document({"ticket": 7, "fields": {"team": "IT"}}),
        document({"ticket": 7, "fields": {"team": {"new": "IT"}}}),
        document(FINE).replace('"ticket": 7', '"ticket": 1e999'),
    ],
)
def test_what_is_no_plan_is_told_and_breaks_nothing(tmp_path: Path, text: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError):
        read_plan(file)


def test_a_plan_that_is_not_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(b"\xff\xfe{")
    with pytest.raises(ConfigurationError):
        read_plan(file)


def test_a_ticket_that_people_took_out_or_changed_is_another_plan(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(document(FINE), encoding="utf-8")
    read = read_plan(file)
    file.write_text(document(FINE).replace("IT", "AB"), encoding="utf-8")
    assert set(read) == {7}
    assert read_plan(file) != read


def test_apply_refuses_while_observing(
    configuration: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    directory = configuration(write="observe", addresses={"redmine": "http://127.0.0.1:1"})
    file = tmp_path / "plan.json"
    file.write_text(document(FINE), encoding="utf-8")
    monkeypatch.setenv("REDMINE_API_KEY", "k")
    monkeypatch.setenv("ITSM_SYNC_DATABASE", f"sqlite:///{tmp_path}/x.db")
    assert run(["apply", str(file), "--json", "--config", str(directory)]) == 2
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert (problem["path"], problem["line"]) == (["write"], 9)
    assert "`write: on`" in problem["text"]


def test_a_plan_that_cant_be_written_is_told_with_its_file(tmp_path: Path) -> None:
    file = tmp_path / "no-such-folder" / "plan.json"
    with pytest.raises(ConfigurationError) as told:
        write_plan(MADE, "ko", file)
    assert told.value.problems[0].file == str(file)
    assert "can't be written" in str(told.value)


def test_a_plan_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    write_plan(MADE, "ko", file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert set(read_plan(file)) == {edit.ticket.id for edit in MADE.plan.edits}


def test_time_that_passes_makes_no_other_plan(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    clock = {"sla_due": {"old": "", "new": "2026-03-02 14:00"}}
    found = []
    for fields in (FINE["fields"], {**FINE["fields"], **clock}):  # type: ignore[dict-item]
        file.write_text(document({"ticket": 7, "fields": fields}), encoding="utf-8")
        found.append(read_plan(file))
    assert found[0] == found[1]
