"""What people decide in Redmine stands, seen in the real Redmine over several cycles."""

import pytest

from itsm_sync.model.tickets import FieldName
from tests.acceptance.conftest import Program

TEAM, ROLE, PIN, KEY = FieldName.TEAM, FieldName.ROLE, FieldName.PIN, FieldName.KEY
REASON, RESPONSIBILITY = FieldName.REASON, FieldName.RESPONSIBILITY


@pytest.fixture
def ticket(program: Program) -> int:
    """A ticket about an outage that the bot has routed."""
    number = program.office.create("yujin", "로그인 화면이 안 열려요. 다들 접속이 안 됩니다")
    assert program.sync().status == 0
    assert program.office.value(number, TEAM) == "IT기획팀"
    return number


def settled(program: Program) -> None:
    """A further cycle writes nothing."""
    said = program.sync()
    assert said.status == 0, said.out
    assert said.json["edits"]["planned"] == 0
    assert program.proxy.asked("PUT") == 0


def test_a_persons_team_stays_and_is_counted_until_it_is_emptied(
    program: Program, ticket: int
) -> None:
    office = program.office
    office.update("sua", ticket, fields={TEAM: "신사업팀"})
    for _ in range(3):
        assert program.sync().json["overrides"] == 1
        assert office.value(ticket, TEAM) == "신사업팀"
    assert program.run("status", "--json").json["overrides"] == 1
    settled(program)
    office.update("sua", ticket, fields={TEAM: ""})
    assert program.sync().json["overrides"] == 0
    assert office.value(ticket, TEAM) == "IT기획팀"
    settled(program)


def test_what_depends_on_an_overruled_team_follows_it(program: Program, ticket: int) -> None:
    program.office.update("sua", ticket, fields={TEAM: "신사업팀"})
    program.sync()
    role = program.office.value(ticket, ROLE)
    assert role
    assert role != "Incident Management (사건 관리)"
    settled(program)


def test_a_pinned_ticket_is_left_alone(program: Program, ticket: int) -> None:
    office = program.office
    office.update("sua", ticket, fields={PIN: "1", TEAM: ""})
    program.sync()
    assert office.value(ticket, TEAM) == ""
    settled(program)
    office.update("sua", ticket, fields={PIN: "0"})
    program.sync()
    assert office.value(ticket, TEAM) == "IT기획팀"
    settled(program)


def test_a_comment_by_web_form_is_no_override(program: Program, ticket: int) -> None:
    """Redmine fact 27: the form sends text back with other line ends, in the person's name."""
    office = program.office
    text = office.value(ticket, RESPONSIBILITY)
    assert text is not None
    assert "\n" in text
    changed = text.replace("\n", "\r\n")
    office.update("admin", ticket, notes="확인했습니다", fields={RESPONSIBILITY: changed})
    assert program.sync().json["overrides"] == 0
    settled(program)


def test_a_change_of_tracker_is_no_override(program: Program, ticket: int) -> None:
    office = program.office
    office.update("haeun", ticket, tracker_id=office.number("trackers", "지원"))
    assert program.sync().json["overrides"] == 0
    assert office.value(ticket, TEAM)
    settled(program)


def test_a_copy_of_a_ticket_is_no_override_and_gets_its_own_key(
    program: Program, ticket: int
) -> None:
    """Redmine fact 28: a copy carries all field values, the key too."""
    office = program.office
    shown = office.read(ticket)["custom_fields"]
    carried = {
        name: str(field["value"] or "")
        for field in shown
        for name, number in office.fields.items()
        if field["id"] == number
    }
    copy = office.create("admin", "로그인 화면이 안 열려요 (복사)", fields=carried)
    office.ask("admin", "POST", f"/issues/{ticket}/relations.json",
               {"relation": {"issue_to_id": copy, "relation_type": "copied_to"}})  # fmt: skip
    assert program.sync().json["overrides"] == 0
    assert office.value(copy, KEY) == f"redmine:issue/{copy}"
    settled(program)


def test_a_persons_edit_between_look_and_write_is_put_back_and_counted(program: Program) -> None:
    office = program.office
    number = office.create("yujin", "결제 서버가 다운됐습니다")

    def person(request: object) -> None:
        if getattr(request, "method", "") == "PUT":
            program.proxy.before = None
            office.update("sua", number, fields={TEAM: "신사업팀"})

    program.proxy.before = person
    said = program.sync()
    assert said.json["overrides"] == 1
    assert office.value(number, TEAM) == "신사업팀"
    program.sync()
    assert office.value(number, TEAM) == "신사업팀"
    settled(program)


def test_explain_tells_who_decided_instead(program: Program, ticket: int) -> None:
    program.office.update("sua", ticket, fields={TEAM: "신사업팀"})
    program.sync()
    said = program.run("explain", str(ticket), "--json").json
    assert said["key"] == f"redmine:issue/{ticket}"
    assert [(o["field"], o["value"], o["by"]) for o in said["overrides"]] == [
        ("team", "신사업팀", "강수아")
    ]
