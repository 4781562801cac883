"""Tickets of signals take the same road as everything else: planned, let go, known again."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sandbox.configuration import SHIPPED

from itsm_sync.model.tickets import FieldName
from tests.acceptance.conftest import Program, Said

TEAM = FieldName.TEAM
LEVELS = "targets: [{response: 40m, resolution: 8h, hours: 24x7}]\n"
pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def scheduled(program: Program) -> Program:
    """The program with the calendar alone to watch, over a Redmine that has a ticket; something is
    promised of every ticket.
    """
    text = (SHIPPED / "signals.yaml").read_text(encoding="utf-8")
    head = text[text.index("\nschedules:") :]
    (program.configuration / "signals.yaml").write_text(head, encoding="utf-8")
    (program.configuration / "sla.yaml").write_text(LEVELS, encoding="utf-8")
    program.office.create("yujin", "로그인 화면이 안 열려요")
    program.run("plan")
    return program


def writes(program: Program) -> list[str]:
    asked = program.proxy.requests
    return [f"{r.method} {r.path}" for r in asked if r.method in ("POST", "PUT", "DELETE")]


def born(said: Said) -> list[dict[str, Any]]:
    return [line for line in said.json["plan"] if line["ticket"] is None]


def signals(program: Program) -> dict[int, dict[str, Any]]:
    """The tickets that the bot opened, as an administrator sees them."""
    numbers = json.loads(
        program.office.redmine.runner(
            "puts Issue.where(author: User.find_by!(login: 'itsm-sync')).pluck(:id).to_json"
        )
    )
    return {number: program.office.read(number, "admin") for number in numbers}


def test_a_plan_shows_new_tickets_and_apply_opens_just_these(
    scheduled: Program, tmp_path: Path
) -> None:
    file = tmp_path / "plan.json"
    plan = scheduled.run("plan", "--json", "--out", str(file))
    assert plan.status == 0, plan.err
    assert writes(scheduled) == []
    planned = born(plan)
    assert planned
    assert all(line["fields"]["key"]["new"] == line["key"] for line in planned)

    # A person takes one out, and changes another.
    document = json.loads(file.read_text("utf-8"))
    kept = [line for line in document["plan"] if line["key"] != planned[0]["key"]]
    changed = next(line for line in kept if line["key"] == planned[1]["key"])
    changed["fields"]["subject"]["new"] = "다른 제목"
    file.write_text(json.dumps(document | {"plan": kept}), encoding="utf-8")
    done = scheduled.run("apply", str(file), "--json")
    assert (done.status, done.json["left"]) == (1, [changed["key"]])
    assert done.json["tickets"]["opened"] == len(planned) - 2
    assert writes(scheduled).count("POST /issues.json") == len(planned) - 2

    rest = scheduled.sync()
    assert (rest.status, rest.json["births"]["opened"]) == (0, 2)
    for number, shown in signals(scheduled).items():
        line = next(one for one in planned if one["fields"]["subject"]["new"] == shown["subject"])
        assert scheduled.office.value(number, FieldName.KEY) == line["key"]
        assert scheduled.office.value(number, TEAM) == line["fields"]["team"]["new"]
        promised = scheduled.office.value(number, FieldName.SLA_DUE)
        due = datetime.strptime(f"{promised} +0900", "%Y-%m-%d %H:%M %z")
        made = datetime.fromisoformat(shown["created_on"])
        assert scheduled.office.value(number, FieldName.SLA_STATE) == "지킴"
        assert abs(due - made - timedelta(minutes=40)) <= timedelta(minutes=1)
        assert [one["details"] for one in shown["journals"] if one["details"]] == []
    again = scheduled.run("plan", "--json")
    assert (again.json["plan"], again.json["births"]["planned"]) == ([], 0)
    assert scheduled.sync().json["tickets"] == {
        "opened": 0, "updated": 0, "closed": 0, "reopened": 0,
    }  # fmt: skip
    assert writes(scheduled) == []


def test_a_lost_database_opens_and_changes_nothing(scheduled: Program) -> None:
    office = scheduled.office
    assert scheduled.sync().status == 0
    before = signals(scheduled)
    reworded, rejected, handed, pinned, *_ = sorted(before)
    office.update("haeun", reworded, subject="우리 말로 다시 씀")
    wont_fix = office.number("issue_statuses", "거절")
    office.update("admin", rejected, status_id=wont_fix)
    office.update("haeun", handed, fields={TEAM: "신사업팀"})
    office.update("haeun", pinned, fields={FieldName.PIN: "1"})
    scheduled.sync()
    before = signals(scheduled)
    database = Path(scheduled.environment["ITSM_SYNC_DATABASE"].removeprefix("sqlite:///"))
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()
    said = scheduled.sync()
    assert said.status == 0, said.err
    assert said.json["births"]["planned"] == 0
    assert writes(scheduled) == []
    assert signals(scheduled) == before
    assert scheduled.run("plan", "--json").json["plan"] == []


def test_what_redmine_refuses_to_open_is_told_and_not_tried_again(scheduled: Program) -> None:
    scheduled.office.redmine.runner(
        "IssueCustomField.create!(name: '꼭 필요한 것', field_format: 'string', is_required: true,"
        " is_for_all: true, trackers: Tracker.all)"
    )
    said = scheduled.sync()
    planned = said.json["births"]["planned"]
    assert (said.status, said.json["births"]["refused"]) == (1, planned)
    findings = scheduled.run("status", "--json").json["findings"]
    refused = [f for f in findings if f["kind"] == "cycle.birth"]
    assert len(refused) == planned
    assert "꼭 필요한 것" in str(refused)
    again = scheduled.sync()
    assert (again.json["births"]["planned"], writes(scheduled)) == (0, [])
