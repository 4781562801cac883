"""Nobody is flooded: what a changed rule would do to many tickets waits for a person."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from itsm_sync.model.tickets import FieldName
from tests.acceptance.conftest import Program, Said, grow_old

TEAM, PROCESS, PIN = FieldName.TEAM, FieldName.PROCESS, FieldName.PIN
OUTAGE = "로그인 화면이 안 열려요. 다들 접속이 안 됩니다"
# Printers become the business's: every ticket that speaks of one changes hands.
RULE = "    - {name: 프린터는 사업, when: {text: [프린터]}, then: service-strategy}\n"
ABOVE = "    - name: 계정과 단말 요청\n"


def change_rule(program: Program) -> None:
    rules = program.configuration / "rules.yaml"
    text = rules.read_text(encoding="utf-8")
    assert text.count(ABOVE) == 1
    rules.write_text(text.replace(ABOVE, RULE + ABOVE), encoding="utf-8")


def settle(program: Program, change: Callable[[Any], object]) -> None:
    """Change the settings in place."""
    file, yaml = program.configuration / "settings.yaml", YAML()
    settings = yaml.load(file.read_text(encoding="utf-8"))
    change(settings)
    with file.open("w", encoding="utf-8") as out:
        yaml.dump(settings, out)


def held_plan(program: Program) -> Path:
    return program.configuration.parent / "held-plan.json"


def findings(program: Program) -> list[str]:
    return [f["kind"] for f in program.run("status", "--json").json["findings"]]


def written(program: Program, said: Said) -> tuple[int, int]:
    """How many tickets the cycle says it wrote, and how many PUTs the proxy saw."""
    return said.json["edits"]["applied"], program.proxy.asked("PUT")


@pytest.mark.timeout(600)
def test_a_rule_that_moves_200_tickets_is_held_until_a_person_applies_it_once(
    program: Program,
) -> None:
    office, file = program.office, held_plan(program)
    office.redmine.runner("Setting.notified_events = []")  # 400 writes, three times as quick
    numbers = office.fill("yujin", [f"프린터 {n}호기가 필요합니다" for n in range(200)])
    assert written(program, program.sync()) == (200, 200)
    assert office.value(numbers[0], TEAM) == "IT기획팀"
    change_rule(program)
    incident = office.create("yujin", OUTAGE)

    planned = program.run("plan", "--json")
    assert program.proxy.asked("PUT") == 0
    assert planned.json["edits"] | {"planned": 201, "held": 200} == planned.json["edits"]
    assert {line["kept"] for line in planned.json["plan"]} == {"held", ""}
    said = program.sync()

    assert said.status == 1
    assert written(program, said) == (1, 1)
    assert said.json["edits"]["held"] == 200
    assert said.json["caps"] == planned.json["caps"]
    assert [(c["cap"], c["of"], c["number"]) for c in said.json["caps"]] == [
        ("rule", "프린터는 사업", 200), ("team", "new-business", 200), ("cycle", "", 200),
        ("share", "", 200),
    ]  # fmt: skip
    assert office.value(incident, TEAM) == "IT기획팀"
    assert office.value(numbers[0], TEAM) == "IT기획팀"
    assert findings(program) == ["cycle.held"]
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(json.loads(file.read_text(encoding="utf-8"))["plan"]) == 200
    assert written(program, program.sync()) == (0, 0)
    assert findings(program) == ["cycle.held"]

    pinned, decided, *rest = numbers
    office.update("sua", pinned, fields={PIN: "1"})
    office.update("sua", decided, fields={PROCESS: "문제 관리"})
    applied = program.run("apply", str(file), "--json")

    assert applied.status == 1
    assert applied.json["left"] == [pinned, decided]
    assert written(program, applied) == (198, 198)
    assert {office.value(n, TEAM) for n in rest[::40]} == {"신사업팀"}
    assert [office.value(n, TEAM) for n in (pinned, decided)] == ["IT기획팀"] * 2
    assert not file.exists()
    assert findings(program) == []
    assert written(program, program.sync()) == (1, 1)  # what follows the person's process
    assert office.value(decided, PROCESS) == "문제 관리"
    last = program.sync()
    assert (last.status, last.json["edits"]["planned"], program.proxy.asked("PUT")) == (0, 0, 0)


def test_more_new_tickets_than_a_cycle_takes_wait_and_incidents_do_not_wait_with_them(
    program: Program,
) -> None:
    settle(program, lambda s: s.update(caps={"new": 3}))
    office = program.office
    numbers = [office.create("yujin", f"프린터 {n}호기가 필요합니다") for n in range(5)]
    incident = office.create("yujin", OUTAGE)
    grow_old(office, [*numbers, incident])
    said = program.sync()
    assert said.status == 1
    assert written(program, said) == (4, 4)
    assert [(c["cap"], c["number"], c["most"]) for c in said.json["caps"]] == [("new", 5, 3)]
    assert office.value(incident, TEAM) == "IT기획팀"
    assert [bool(office.value(n, TEAM)) for n in numbers] == [True] * 3 + [False] * 2
    assert not held_plan(program).exists()
    assert findings(program) == []
    said = program.sync()
    assert (said.status, *written(program, said)) == (0, 2, 2)
    assert program.sync().json["edits"]["planned"] == 0


@pytest.mark.parametrize("visibility", ["none", "private"])
def test_the_bound_of_mails_is_never_below_what_redmine_sends(
    program: Program, visibility: str
) -> None:
    """Without notes and with people who want all that is theirs it is met exactly."""
    office = program.office
    numbers = [office.create("yujin", f"프린터 {n}호기가 필요합니다") for n in range(4)]
    own = office.create("sua", "프린터 용지가 필요합니다")
    watched, groups = numbers[:2], [office.groups["IT기획팀"], office.groups["신사업팀"]]
    program.sync()
    for number, group in zip(watched, groups, strict=True):
        office.ask("admin", "POST", f"/issues/{number}/watchers.json", {"user_id": group})
    change_rule(program)
    settle(program, lambda s: s.update(caps={"mails": 1}))
    settle(program, lambda s: s["redmine"]["notes"].update(visibility=visibility))
    (cap,) = program.sync().json["caps"]
    before = len(office.mails())
    assert program.run("apply", str(held_plan(program))).status == 0
    assert office.value(own, TEAM) == "신사업팀"
    sent = len(office.mails()) - before
    # Author, two people of the group before and two of the group after; sua is in the latter.
    assert sent == {"none": 4 * 5 + 4, "private": sent}[visibility]
    assert cap["cap"] == "mails"
    assert sent <= cap["number"] == (sent if visibility == "none" else 2 * (4 * 5 + 4))
