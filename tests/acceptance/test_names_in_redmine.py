"""`rules lint --live` and `check`: names of the configuration that the real Redmine lacks."""

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Program

OUTAGE = "로그인 화면이 안 열려요. 다들 접속이 안 됩니다"
FIRST = "\n  process:\n"
OWNERSHIP = "\nownership:\n"
# kind -> what its finding is about: file, the text there, the text instead, and the nearest name
BROKEN = {
    "tracker": ("rules.yaml", FIRST, "when: {tracker: 결합}", "`결함`"),
    "status": ("rules.yaml", FIRST, "when: {all: [{not: {status: [완료됨, Done]}}]}", "`완료`"),
    "priority": ("rules.yaml", FIRST, "when: {priority: {any: [긴급함]}}", "`긴급`"),
    "field": ("rules.yaml", FIRST, "when: {field.담당 팀장: 김서준}", "`담당 팀`"),
    "project": ("services.yaml", "[abc-legacy]", "[abc-legasy]", "`abc-legacy`"),
    "category": ("services.yaml", "category: 모바일", "category: 모바알", "`모바일`"),
    "group": ("matrix.yaml", "group: 신사업팀", "group: 신사업부", "`신사업팀`"),
    "value": ("matrix.yaml", "incident: {ko: 사건 관리", "incident: {ko: 사고 관리", "`사건 관리`"),
}


@pytest.fixture(autouse=True)
def ticket(program: Program) -> int:
    """Only a ticket tells the fields of its tracker (Redmine fact 12)."""
    return program.office.create("yujin", OUTAGE)


def edit(program: Program, name: str, old: str, new: str) -> None:
    file = program.configuration / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def add_rule(program: Program, when: str) -> None:
    rule = f"    - name: 새 규칙 {abs(hash(when))}\n      {when}\n      then: application\n"
    edit(program, "rules.yaml", FIRST, FIRST + rule)


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
    # of names in several languages one is enough
    add_rule(program, "when: {tracker: [결함, Defect], status: [Done, 완료]}")
    assert live(program, 0) == []


def test_names_that_redmine_lacks_are_told_each_with_its_line_and_the_nearest(
    program: Program,
) -> None:
    for file, old, new, _ in BROKEN.values():
        if old == FIRST:
            add_rule(program, new)
        else:
            edit(program, file, old, new)
    found = {one["kind"]: one for one in live(program, 1)}
    for kind, (file, _, new, nearest) in BROKEN.items():
        one = found.pop(f"{kind}-not-in-redmine")
        assert (Path(one["file"]).name, one["line"]) == (file, line_of(program, file, new))
        assert nearest in one["message"]
    assert found == {}
    # check tells those of them that it does not tell with each project and tracker
    checks = program.run("check", "--json").json["checks"]
    told = {line["subject"] for line in checks if line["level"] == "warning"}
    for kind in ("tracker", "status", "priority", "field", "project"):
        file, _, new, _ = BROKEN[kind]
        assert f"{program.configuration / file}:{line_of(program, file, new)}" in told


def test_a_project_of_the_matrix_that_redmine_lacks_is_told(program: Program) -> None:
    own = "  - {project: abc-apps, process: csi, row: nb.csi}\n"
    edit(program, "matrix.yaml", OWNERSHIP, OWNERSHIP + own)
    kinds = {one["kind"]: one["line"] for one in live(program, 1)}
    line = line_of(program, "matrix.yaml", own.strip())
    assert kinds == {"project-unknown": line, "project-not-in-redmine": line}


def test_without_redmine_or_with_a_rejected_key_the_status_is_3(program: Program) -> None:
    assert program.run("rules", "lint", "--live", REDMINE_API_KEY="0" * 40).status == 3
    assert program.run("rules", "lint", "--live", REDMINE_API_KEY="").status == 2
    assert program.run("rules", "lint", REDMINE_API_KEY="").status == 0
    program.proxy.misbehave(match="/", kind="drop")
    said = program.run("rules", "lint", "--live", "--json")
    assert said.status == 3
    assert said.json["system"] == "redmine"


def test_a_field_of_ours_that_redmine_lacks_fails_the_check(program: Program) -> None:
    assert program.run("check", "--json").status == 0
    edit(program, "settings.yaml", "team: {name: 담당 팀}", "team: {name: 담당 틴}")
    said = program.run("check", "--json")
    assert said.status == 1
    place = f"{program.configuration / 'settings.yaml'}:{line_of(program, 'settings.yaml', '틴')}"
    (line,) = [line for line in said.json["checks"] if line["subject"].startswith(place)]
    assert line["level"] == "failed"
    assert "custom field called `담당 틴`; is `담당 팀` meant?" in line["text"]
