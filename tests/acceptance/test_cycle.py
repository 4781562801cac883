"""One true cycle over a real Redmine: written once, read back, quiet afterwards."""

import json
from pathlib import Path

import pytest

from itsm_sync.model.tickets import FieldName
from itsm_sync.store import Store
from tests.acceptance.conftest import Program

WANTED = {
    FieldName.PROCESS: "사건 관리",
    FieldName.TEAM: "IT기획팀",
    FieldName.ROLE: "Incident Management (사건 관리)",
}
OUTAGE = "로그인 화면이 안 열려요. 다들 접속이 안 됩니다"


def test_one_ticket_is_written_once_and_the_second_cycle_is_quiet(program: Program) -> None:
    number = program.office.create("yujin", OUTAGE)
    first = program.sync()
    assert first.status == 0, first.err
    assert first.json["edits"]["applied"] == 1
    assert program.proxy.asked("PUT") == 1
    for name, value in WANTED.items():
        assert program.office.value(number, name) == value
    assert "규칙" in str(program.office.value(number, FieldName.REASON))
    second = program.sync()
    assert second.status == 0
    assert second.json["edits"]["planned"] == 0
    assert program.proxy.asked("PUT") == 0
    assert not [r for r in program.proxy.requests if "journals" in r.query]
    # Who we are is asked before the reading is believed, and again where tickets came of it.
    asked = [r.path for r in program.proxy.requests if r.path != "/my/account.json"]
    assert sorted(asked) == sorted(set(asked)), "a stream was asked twice"


def test_one_put_carries_all_fields_and_makes_one_journal(program: Program) -> None:
    number = program.office.create("yujin", OUTAGE)
    program.sync()
    journals = program.office.journals(number)
    assert len(journals) == 1
    assert len(journals[0]["details"]) == 9  # eight fields of ours and the assignee


def test_the_plan_shows_what_sync_then_does(program: Program) -> None:
    program.office.create("yujin", OUTAGE)
    planned = program.run("plan", "--json")
    assert program.proxy.asked("PUT") == 0
    (line,) = planned.json["plan"]
    program.sync()
    details = program.office.journals(line["ticket"])[0]["details"]
    written = {d["new_value"] for d in details}
    assert written == {field["new"] for field in line["fields"].values()}


def test_observing_writes_nothing(program: Program) -> None:
    settings = program.configuration / "settings.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("write: on", "write: observe"), encoding="utf-8")
    number = program.office.create("yujin", OUTAGE)
    said = program.sync()
    assert said.status == 0
    assert said.json["edits"]["planned"] == 1
    assert program.proxy.asked("PUT") == 0
    assert program.office.value(number, FieldName.TEAM) == ""


def test_a_plan_file_is_applied_and_a_ticket_edited_in_between_is_left(
    program: Program, tmp_path: Path
) -> None:
    office = program.office
    same, moved = office.create("yujin", OUTAGE), office.create("yujin", OUTAGE + " 2")
    file = tmp_path / "plan.json"
    program.run("plan", "--out", str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    office.update("sua", moved, fields={FieldName.TEAM: "신사업팀"})
    said = program.run("apply", str(file), "--json")
    assert said.status == 1
    assert said.json["left"] == [moved]
    assert office.value(same, FieldName.TEAM) == "IT기획팀"
    assert office.value(moved, FieldName.PROCESS) == ""


def test_undo_puts_back_what_a_cycle_wrote_where_it_is_still_ours(program: Program) -> None:
    office = program.office
    number = office.create("yujin", OUTAGE)
    cycle = program.sync().json["cycle"]
    office.update("sua", number, fields={FieldName.TEAM: "신사업팀"})
    said = program.run("undo", cycle, "--json")
    assert said.status == 0, said.err
    assert office.value(number, FieldName.PROCESS) == ""
    assert office.value(number, FieldName.TEAM) == "신사업팀"
    assert program.run("undo", cycle, "--json").json["put_back"] == 0
    assert program.run("undo", "no-such-cycle").status == 2


def test_closed_tickets_are_never_written(program: Program) -> None:
    office = program.office
    number = office.create("yujin", OUTAGE)
    office.update("admin", number, status_id=office.number("issue_statuses", "완료"))
    assert program.sync().json["edits"]["planned"] == 0
    assert office.value(number, FieldName.TEAM) == ""


def test_a_field_that_the_bot_may_not_write_is_refused_and_not_tried_again(
    program: Program,
) -> None:
    office = program.office
    closed = office.create("yujin", OUTAGE, tracker="결함")
    free = office.create("yujin", OUTAGE, tracker="지원")
    office.redmine.runner(
        f"""
        role = Role.find_by!(name: 'ITSM 동기화')
        tracker = Tracker.find_by!(name: '결함')
        IssueStatus.all.each do |status|
          WorkflowPermission.create!(role_id: role.id, tracker_id: tracker.id,
            old_status_id: status.id, field_name: '{office.fields[FieldName.ROLE]}',
            rule: 'readonly')
        end
        """
    )
    said = program.sync()
    assert said.status == 1
    assert said.json["edits"] | {"planned": 0} == {
        "planned": 0, "applied": 1, "partly": 1, "refused": 0, "failed": 0, "held": 0,
    }  # fmt: skip
    (refusal,) = said.json["refusals"]
    assert (refusal["ticket"], refusal["field"]) == (closed, "role")
    assert "read-only" in refusal["reason"]
    assert office.value(free, FieldName.ROLE)
    assert office.value(closed, FieldName.TEAM) == "IT기획팀"
    again = program.sync()
    assert program.proxy.asked("PUT") == 0
    assert again.status == 1
    assert [w["field"] for w in again.json["withheld"]] == ["role"]


@pytest.mark.parametrize(
    ("fault", "system"),
    [
        ({"kind": "drop"}, "redmine"),
        ({"kind": "html", "status": 503}, "redmine"),
        ({"kind": "status", "status": 500}, "redmine"),
        ({"kind": "cut"}, "redmine"),
    ],
    ids=["refused", "html", "500", "cut"],
)
def test_without_redmine_nothing_is_written_and_the_status_is_3(
    program: Program, fault: dict[str, object], system: str
) -> None:
    program.office.create("yujin", OUTAGE)
    program.proxy.misbehave(match="/", **fault)
    said = program.sync()
    assert said.status == 3, said.err
    assert said.json["system"] == system
    assert said.json["error"]
    assert program.proxy.asked("PUT") == 0


@pytest.mark.parametrize("key", ["wrong-key", "0" * 40])
def test_a_rejected_key_is_status_3_and_an_anonymous_answer_is_not_believed(
    program: Program, key: str
) -> None:
    said = program.sync(REDMINE_API_KEY=key)
    assert said.status == 3
    assert key not in said.out + said.err


def test_a_redmine_that_fails_in_mid_write_is_told_and_made_good(program: Program) -> None:
    numbers = [program.office.create("yujin", f"{OUTAGE} {n}") for n in range(3)]
    program.proxy.misbehave(match=f"/issues/{numbers[1]}.json", kind="status", status=500)
    said = program.sync()
    assert said.status == 1
    assert said.json["edits"]["failed"] == 1
    program.proxy.behave()
    again = program.sync()
    assert again.status == 0
    assert again.json["edits"]["applied"] == 1
    assert program.office.value(numbers[1], FieldName.TEAM) == "IT기획팀"


def test_a_write_whose_answer_is_lost_is_written_once(program: Program) -> None:
    number = program.office.create("yujin", OUTAGE)

    def lose(request: object) -> None:
        if getattr(request, "method", "") == "PUT":
            program.proxy.misbehave(match=f"/issues/{number}.json", kind="drop", times=1)

    program.proxy.before = lose
    program.sync()
    program.proxy.before = None
    program.sync()
    assert len(program.office.journals(number)) == 1
    assert program.sync().json["edits"]["planned"] == 0


def test_a_broken_configuration_tells_every_problem_with_its_line(program: Program) -> None:
    directory = program.configuration
    settings = directory / "settings.yaml"
    text = settings.read_text(encoding="utf-8").replace("language: ko", "language: ko\ncolour: red")
    settings.write_text(text, encoding="utf-8")
    people = directory / "people.yaml"
    people.write_text(
        people.read_text(encoding="utf-8").replace("team: it-planning", "team: nobody", 1),
        encoding="utf-8",
    )
    said = program.run("sync", "--json", REDMINE_API_KEY="")
    assert said.status == 2
    found = {(Path(p["file"]).name, p["line"] is not None) for p in said.json["problems"]}
    assert ("settings.yaml", True) in found
    assert ("people.yaml", True) in found
    assert any("REDMINE_API_KEY" in p["text"] for p in said.json["problems"])
    assert program.proxy.requests == []


def test_another_cycle_on_the_same_database_is_status_1(program: Program) -> None:
    with Store.open(program.environment["ITSM_SYNC_DATABASE"]) as store, store.exclusive():
        said = program.sync()
    assert said.status == 1
    assert "error" in said.json


def test_no_secret_stands_in_any_output(program: Program) -> None:
    program.office.create("yujin", OUTAGE)
    key = program.environment["REDMINE_API_KEY"]
    for said in (program.run("sync", "--verbose"), program.run("plan", "--json", "--verbose")):
        assert key not in said.out + said.err
    log = [json.loads(line) for line in program.run("sync").err.splitlines()]
    assert all(line["cycle"] for line in log if line["event"].startswith(("edit", "plan")))
