"""Notes on tickets: who they reach, and when they are left out."""

from collections.abc import Callable
from typing import Any

import pytest

from itsm_sync.model.tickets import FieldName
from tests.acceptance.conftest import Program

OUTAGE = "로그인 화면이 안 열려요. 다들 접속이 안 됩니다"


def notes(program: Program, ticket: int, login: str = "admin") -> list[dict[str, Any]]:
    journals = program.office.read(ticket, login)["journals"]
    return [journal for journal in journals if journal["notes"]]


@pytest.fixture
def started(program: Program) -> Program:
    """A first cycle has been: what people make from now on is new."""
    old = program.office.create("yujin", OUTAGE)
    assert program.sync().status == 0
    assert notes(program, old) == []
    return program


def test_a_persons_new_ticket_gets_one_private_note(started: Program) -> None:
    number = started.office.create("yujin", OUTAGE + " (새로)")
    assert started.sync().status == 0
    (note,) = notes(started, number)
    assert note["private_notes"]
    assert "IT기획팀" in note["notes"]
    assert notes(started, number, "yujin") == []
    assert started.sync().json["edits"]["planned"] == 0
    assert len(notes(started, number)) == 1


def test_no_note_is_written_where_it_would_become_public(started: Program) -> None:
    """Redmine fact 17: without the right to hide it, a private note is stored public."""
    started.office.redmine.runner(
        "Role.find_by!(name: 'ITSM 동기화').remove_permission!(:set_notes_private)"
    )
    number = started.office.create("yujin", OUTAGE + " (새로)")
    assert started.sync().status == 0
    assert notes(started, number) == []
    assert started.office.value(number, FieldName.TEAM) == "IT기획팀"


@pytest.mark.parametrize(("visibility", "count"), [("none", 0), ("public", 1)])
def test_the_settings_say_who_sees_notes(
    started: Program, visibility: str, count: int, configuration: Callable[..., Any]
) -> None:
    settings = started.configuration / "settings.yaml"
    text = settings.read_text(encoding="utf-8")
    assert "visibility: private" in text
    settings.write_text(text.replace("visibility: private", f"visibility: {visibility}"), "utf-8")
    number = started.office.create("yujin", OUTAGE + " (새로)")
    assert started.sync().status == 0
    assert len(notes(started, number, "yujin")) == count


def test_a_hand_over_is_told(started: Program) -> None:
    office = started.office
    number = office.create("yujin", "결제 모듈 교체 변경 요청드립니다", tracker="변경")
    started.sync()
    first = office.value(number, FieldName.TEAM)
    office.update("admin", number, status_id=office.number("issue_statuses", "실행"))
    started.sync()
    second = office.value(number, FieldName.TEAM)
    assert {first, second} == {"IT기획팀", "신사업팀"}
    told = notes(started, number)[-1]["notes"]
    assert str(first) in told
    assert str(second) in told
    assert started.sync().json["edits"]["planned"] == 0


def test_a_person_who_changes_the_team_hands_over_and_it_is_told_once(started: Program) -> None:
    number = started.office.create("yujin", OUTAGE + " (새로)")
    started.sync()
    started.office.update("sua", number, fields={FieldName.TEAM: "신사업팀"})
    started.sync()
    told = notes(started, number)
    assert len(told) == 2
    assert "신사업팀" in told[-1]["notes"]
    assert "사람이 정한 값" in told[-1]["notes"]
    started.sync()
    assert len(notes(started, number)) == 2
