"""`rules lint --live` and `check`: names of the configuration that the real Redmine lacks."""

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Program

OUTAGE = "로그인 화면이 안 열려요. 다들 접속이 안 됩니다"


@pytest.fixture(autouse=True)
def ticket(program: Program) -> int:
    """Only a ticket tells the fields of its tracker (Redmine fact 12)."""
    return program.office.create("yujin", OUTAGE)


def edit(program: Program, name: str, old: str, new: str) -> None:
    file = program.configuration / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(program: Program, name: str, part: str) -> int:
    lines = (program.configuration / name).read_text(encoding="utf-8").splitlines()
    (number,) = [n for n, line in enumerate(lines, start=1) if part in line]
    return number


def live(program: Program, status: int) -> list[dict[str, Any]]:
    said = program.run("rules", "lint", "--live", "--json")
    assert said.status == status, said.out + said.err
    assert program.proxy.asked("PUT") + program.proxy.asked("POST") == 0
    return list(said.json["findings"])


def test_the_shipped_configuration_names_nothing_that_redmine_lacks(program: Program) -> None:
    assert live(program, 0) == []


FIRST = "  process:\n"
# kind -> what its finding is about: file, the text there, the text instead, and the nearest name
BROKEN = {
    "tracker": ("rules.yaml", FIRST, "when: {tracker: 결합}", "`결함`"),
    "status": ("rules.yaml", FIRST, "when: {all: [{not: {status: [완료됨, Done]}}]}", "`완료`"),
    "priority": ("rules.yaml", FIRST, "when: {priority: {any: [긴급함]}}", "`긴급`"),
    "field": ("rules.yaml", FIRST, "when: {field.담당 팀장: 김서준}", "`담당 팀`"),
    "project": ("services.yaml", "[abc-legacy]", "[abc-legasy]", "`abc-legacy`"),
    "group": ("matrix.yaml", "group: 신사업팀", "group: 신사업부", "`신사업팀`"),
    "value": ("matrix.yaml", "incident: {ko: 사건 관리", "incident: {ko: 사고 관리", "`사건 관리`"),
}


def break_(program: Program, kind: str) -> tuple[str, int]:
    """Put the name into its file, a condition as that of a new rule; answer file and line."""
    file, old, new, _ = BROKEN[kind]
    rule = f"{FIRST}    - name: 새 규칙\n      {new}\n      then: application\n"
    edit(program, file, old, rule if old == FIRST else new)
    return file, line_of(program, file, new)


@pytest.mark.parametrize("kind", BROKEN)
def test_a_name_that_redmine_lacks_is_told_with_its_line_and_the_nearest(
    program: Program, kind: str
) -> None:
    place = break_(program, kind)
    found = [one for one in live(program, 1) if one["kind"] == f"{kind}-not-in-redmine"]
    assert [(Path(one["file"]).name, one["line"]) for one in found] == [place]
    assert BROKEN[kind][-1] in found[0]["message"]


def test_of_names_in_several_languages_one_is_enough(program: Program) -> None:
    rule = (
        "    - name: 두 언어\n      when: {tracker: [결함, Defect], status: [완료, Done]}\n"
        "      then: application\n"
    )
    edit(program, "rules.yaml", FIRST, FIRST + rule)
    assert live(program, 0) == []


def test_a_project_of_the_matrix_that_redmine_lacks_is_told(program: Program) -> None:
    own = "  - {project: abc-apps, process: incident, row: it.application}\n"
    edit(program, "matrix.yaml", "\nownership:\n", f"\nownership:\n{own}")
    kinds = {one["kind"]: one["line"] for one in live(program, 1)}
    line = line_of(program, "matrix.yaml", "project: abc-apps")
    assert kinds == {"project-unknown": line, "project-not-in-redmine": line}


def test_check_tells_the_names_too(program: Program) -> None:
    file, line = break_(program, "tracker")
    said = program.run("check", "--json")
    place = f"{program.configuration / file}:{line}"
    (told,) = [line for line in said.json["checks"] if line["subject"] == place]
    assert told["level"] == "warning"
    assert "`결함`" in told["text"]


def test_without_redmine_the_status_is_3(program: Program) -> None:
    program.proxy.misbehave(match="/", kind="drop")
    said = program.run("rules", "lint", "--live", "--json")
    assert said.status == 3
    assert said.json["system"] == "redmine"


def test_a_rejected_key_is_status_3_and_not_many_findings(program: Program) -> None:
    assert program.run("rules", "lint", "--live", REDMINE_API_KEY="0" * 40).status == 3
    assert program.run("rules", "lint", "--live", REDMINE_API_KEY="").status == 2
    assert program.run("rules", "lint", REDMINE_API_KEY="").status == 0
