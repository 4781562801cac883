"""The stages of the shipped configuration, on the statuses and ways that `provision` made."""

from itsm_sync.model.tickets import FieldName
from tests.acceptance.conftest import Program


def move(program: Program, login: str, ticket: int, status: str) -> None:
    office = program.office
    office.update(login, ticket, status_id=office.number("issue_statuses", status))
    assert office.read(ticket)["status"]["name"] == status


def held(program: Program, ticket: int) -> tuple[str | None, str | None]:
    """Write, write again to nothing, and answer stage and team."""
    assert program.sync().json["edits"]["planned"] > 0
    assert program.sync().json["edits"]["planned"] == 0
    office = program.office
    return office.value(ticket, FieldName.STAGE), office.value(ticket, FieldName.TEAM)


def found(program: Program) -> list[str]:
    return [finding["key"] for finding in program.run("status", "--json").json["findings"]]


def test_an_emergency_is_carried_out_first_and_is_a_finding_until_it_is_approved(
    program: Program,
) -> None:
    number = program.office.create("yujin", "쿠폰 발급 차단", tracker="변경")
    assert held(program, number) == ("요청", "신사업팀")

    move(program, "haeun", number, "실행")
    assert held(program, number) == ("실행", "IT기획팀")
    assert found(program) == [f"approval/{number}/missing"]
    move(program, "haeun", number, "검증")
    assert held(program, number) == ("검토", "IT기획팀")
    assert found(program) == [f"approval/{number}/missing"]

    program.office.update("sua", number, fields={FieldName.APPROVAL: "승인"})
    program.sync()
    assert found(program) == []


def test_a_handover_that_is_done_waits_for_the_team_that_accepts_it(program: Program) -> None:
    number = program.office.create("yujin", "정산 서버 인수인계", tracker="지원")
    assert held(program, number) == ("인계", "IT기획팀")

    move(program, "haeun", number, "해결")
    assert held(program, number) == ("인수", "신사업팀")
    assert program.office.value(number, FieldName.ROLE) == "운영 지원 및 시험 운영 주도"
    assert found(program) == []


def test_a_release_is_planned_by_business_and_built_by_it_and_planned_anew_when_sent_back(
    program: Program,
) -> None:
    number = program.office.create("yujin", "ABC 포털 9.9", tracker="릴리스")
    assert held(program, number) == ("계획", "신사업팀")

    move(program, "haeun", number, "검토")
    move(program, "haeun", number, "승인 대기")
    assert held(program, number) == ("승인", "신사업팀")
    move(program, "sua", number, "반려")
    assert held(program, number) == ("계획", "신사업팀")
    move(program, "sua", number, "승인 대기")
    move(program, "sua", number, "승인")
    assert held(program, number) == ("빌드·테스트·배포", "IT기획팀")
