"""What is set aside, over the real Redmine: listed, tried again, written once it can be."""

import json
from pathlib import Path

from sandbox.standins.server import Answer, Request

from itsm_sync.model.tickets import FieldName
from tests.acceptance.conftest import Program

PRIVATE = "비밀 서버 점검"


def forbid(program: Program, rule: str) -> None:
    """Let the bot write the role of a bug no more, or again."""
    program.office.redmine.runner(
        f"""
        role = Role.find_by!(name: 'ITSM 동기화')
        tracker = Tracker.find_by!(name: '결함')
        name = '{program.office.fields[FieldName.ROLE]}'
        WorkflowPermission.where(role: role, tracker: tracker, field_name: name).delete_all
        IssueStatus.all.each do |status|
          WorkflowPermission.create!(role: role, tracker: tracker, old_status_id: status.id,
                                     field_name: name, rule: '{rule}')
        end unless '{rule}' == ''
        """
    )


def test_a_refused_value_is_listed_and_written_on_command_once_it_may_be(program: Program) -> None:
    office = program.office
    number = office.create("yujin", "로그인 화면이 안 열려요", tracker="결함")
    forbid(program, "readonly")
    assert program.sync().status == 1
    (letter,) = program.run("letters", "--json").json["letters"]
    assert (letter["kind"], letter["key"]) == ("edit", f"redmine:issue/{number}")
    assert (letter["field"], letter["given_up"], letter["times"]) == ("role", False, 1)
    table = program.run("letters", "list")
    assert table.status == 0
    assert "role" in table.out.replace("\n", "")

    forbid(program, "")
    assert program.sync().status == 1  # nobody tells that the right is there now
    assert program.proxy.asked("PUT") == 0
    told = program.run("letters", "retry", f"#{number}", "--json")
    assert told.status == 0
    assert told.json["waiting"] == [f"redmine:issue/{number}/role"]
    assert program.proxy.asked("PUT") == 0
    assert program.sync().status == 0
    assert program.proxy.asked("PUT") == 1
    assert office.value(number, FieldName.ROLE)
    assert program.run("letters", "--json").json["letters"] == []
    assert program.sync().json["edits"]["planned"] == 0


def test_a_ticket_that_was_unreadable_is_read_on_command_and_routed(program: Program) -> None:
    office = program.office
    number = office.create("yujin", PRIVATE)
    true = program.proxy.answer

    def answer(request: Request) -> Answer:
        told = true(request)
        if not request.path.endswith("issues.json"):
            return told
        document = json.loads(told.body)
        for row in document.get("issues", ()):
            row["status"] = PRIVATE
        return Answer.json(document)

    program.proxy.answer = answer  # type: ignore[method-assign]
    program.sync()
    (letter,) = program.run("letters", "--json").json["letters"]
    assert (letter["kind"], letter["key"]) == ("item", f"redmine:issue/{number}")
    failed = program.run("letters", "retry", "--source", "redmine", "--json")
    assert (failed.status, failed.json["failed"]) == (1, [letter["key"]])
    for told in (failed, program.run("letters"), program.run("status")):
        assert PRIVATE not in told.out + told.err

    program.proxy.answer = true  # type: ignore[method-assign]
    mended = program.run("letters", "retry", "--all", "--json")
    assert (mended.status, mended.json["resolved"]) == (0, [letter["key"]])
    assert program.proxy.asked("PUT") == 0
    assert program.sync().status == 0
    assert office.value(number, FieldName.PROCESS)
    assert program.sync().json["edits"]["planned"] == 0


def test_unknown_names_are_told_with_those_that_are_known(program: Program) -> None:
    program.office.create("yujin", "로그인 화면이 안 열려요")
    program.sync()
    for command, known in (
        (("resync", "--source", "jenkin"), "redmine"),
        (("resync", "--source", "redmine", "--stream", "isues"), "vanished"),
        (("resync", "--source", "redmine", "--since", "gestern"), "2026-03-02"),
        (("letters", "retry", "#4711"), "letters"),
        (("letters", "retry"), "--all"),
        (("letters", "retry", "--source", "redmin"), "redmine"),
    ):
        told = program.run(*command, "--json")
        assert told.status == 2, told.out
        assert known in told.json["error"] + json.dumps(told.json)
    nothing = program.run("letters", "retry", "--source", "redmine", "--json")
    assert (nothing.status, nothing.json["resolved"]) == (0, [])
    pruned = program.run("prune", "--dry-run", "--json")
    assert (pruned.status, pruned.json["rows"]) == (0, {})
    database = Path(program.environment["ITSM_SYNC_DATABASE"].removeprefix("sqlite:///"))
    assert database.stat().st_mode & 0o777 == 0o600
