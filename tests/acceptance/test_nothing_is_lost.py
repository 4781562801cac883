"""Lost databases, killed cycles, rejections and races, seen in the real Redmine."""

from collections.abc import Callable, Mapping
from itertools import combinations
from pathlib import Path

import pytest

from itsm_sync.model.tickets import FieldName
from tests.acceptance.conftest import Program

PROCESS, TEAM, ROLE = FieldName.PROCESS, FieldName.TEAM, FieldName.ROLE
APPROVING, PIN = FieldName.APPROVING_TEAM, FieldName.PIN
OUTAGE = "로그인 화면이 안 열려요. 다들 접속이 안 됩니다"
CHOICES = {
    PROCESS: "변경 관리",
    TEAM: "신사업팀",
    ROLE: "지속적 서비스 개선(CSI)",
    APPROVING: "신사업팀",
}


def database(program: Program) -> Path:
    return Path(program.environment["ITSM_SYNC_DATABASE"].removeprefix("sqlite:///"))


def forget(program: Program) -> None:
    """Lose the database."""
    for file in database(program).parent.glob(f"{database(program).name}*"):
        file.unlink()


def quiet(program: Program) -> None:
    """The next cycle writes nothing and reads no history."""
    said = program.sync()
    assert said.status == 0, said.out
    assert said.json["edits"]["planned"] == 0
    assert program.proxy.asked("PUT") == 0
    assert not [asked for asked in program.proxy.requests if "journals" in asked.query]


def shown(program: Program, number: int) -> dict[FieldName, str | None]:
    return {name: program.office.value(number, name) for name in program.office.fields}


@pytest.fixture
def ticket(program: Program) -> int:
    """A ticket about an outage that the bot has routed."""
    number = program.office.create("yujin", OUTAGE)
    assert program.sync().status == 0
    return number


def before_put(program: Program, act: Callable[[], object], *, times: int = 1) -> None:
    """Let a person act in the second between look and write."""
    left = [None] * times

    def person(request: object) -> None:
        if getattr(request, "method", "") == "PUT" and left:
            left.pop()
            act()

    program.proxy.before = person


def test_every_decision_can_be_overruled_alone_and_beside_another(program: Program) -> None:
    office = program.office
    people: list[tuple[int, Mapping[FieldName, str]]] = []
    for names in [*combinations(CHOICES, 1), *combinations(CHOICES, 2)]:
        number = office.create("yujin", f"{OUTAGE} {len(people)}")
        people.append((number, {name: CHOICES[name] for name in names}))
    program.sync()
    for number, chosen in people:
        office.update("sua", number, fields=chosen)
    wanted = sum(len(chosen) for _, chosen in people)
    assert program.sync().json["overrides"] == wanted
    for number, chosen in people:
        for name, value in chosen.items():
            assert office.value(number, name) == value
    quiet(program)
    forget(program)
    assert program.sync().json["overrides"] == wanted
    quiet(program)


def test_a_lost_database_is_learnt_again_once(program: Program, ticket: int) -> None:
    before = shown(program, ticket)
    forget(program)
    said = program.sync()
    assert (said.status, said.json["overrides"], said.json["edits"]["planned"]) == (0, 0, 0)
    quiet(program)
    program.office.update("sua", ticket, fields={TEAM: "신사업팀"})
    program.sync()
    program.office.update("sua", ticket, fields={TEAM: ""})
    program.sync()
    assert shown(program, ticket) == before
    quiet(program)


def test_a_copy_that_shows_what_we_want_is_read_once(program: Program, ticket: int) -> None:
    office = program.office
    carried = {name: value for name, value in shown(program, ticket).items() if value}
    copy = office.create("admin", OUTAGE, fields=carried)
    assert program.sync().json["overrides"] == 0
    assert office.value(copy, FieldName.KEY) == f"redmine:issue/{copy}"
    quiet(program)


def test_a_person_who_comes_back_to_our_value_keeps_it(program: Program, ticket: int) -> None:
    office = program.office
    office.update("sua", ticket, fields={TEAM: "신사업팀"})
    program.sync()
    office.update("sua", ticket, fields={TEAM: "IT기획팀"})
    assert program.sync().json["overrides"] == 1
    office.update("haeun", ticket, subject="데이터베이스 변경 승인 요청: 승인해 주세요")
    program.sync()
    assert office.value(ticket, TEAM) == "IT기획팀"
    quiet(program)


def test_a_persons_value_is_put_back_although_redmine_failed_in_between(program: Program) -> None:
    """The write went through, reading it back did not: only the history knows of the person."""
    office = program.office
    number = office.create("yujin", OUTAGE)

    def decide() -> None:
        office.update("sua", number, fields={TEAM: "신사업팀"})
        program.proxy.misbehave(
            match=rf"/issues/{number}\.json\?include", kind="status", status=503
        )

    before_put(program, decide)
    assert program.sync().status == 1
    program.proxy.behave()
    program.proxy.before = None
    assert office.value(number, TEAM) == "IT기획팀"
    said = program.sync()
    assert said.json["overrides"] == 1
    assert office.value(number, TEAM) == "신사업팀"
    quiet(program)
    forget(program)
    assert program.sync().json["overrides"] == 1
    assert office.value(number, TEAM) == "신사업팀"
    quiet(program)


def test_our_own_choice_made_by_a_person_in_between_is_theirs(program: Program) -> None:
    office = program.office
    number = office.create("yujin", OUTAGE)
    before_put(program, lambda: office.update("sua", number, fields={TEAM: "IT기획팀"}))
    assert program.sync().json["overrides"] == 1
    program.proxy.before = None
    assert program.sync().json["overrides"] == 1
    quiet(program)


@pytest.mark.parametrize(
    "what", ["comment", "status", "assignee", "subject", "private", "project", "tracker"]
)
def test_a_persons_other_edit_in_between_stands(program: Program, what: str) -> None:
    office = program.office
    number = office.create("yujin", OUTAGE)
    seojun = office.ask("seojun", "GET", "/users/current.json")["user"]["id"]
    edit = {
        "comment": {"notes": "확인하고 있습니다"},
        "status": {"status_id": office.number("issue_statuses", "진행")},
        "assignee": {"assigned_to_id": seojun},
        "subject": {"subject": OUTAGE + " 급합니다"},
        "private": {"is_private": True},
        "project": {"project_id": "abc-infra"},
        "tracker": {"tracker_id": office.number("trackers", "지원")},
    }[what]
    before_put(program, lambda: office.update("admin", number, **edit))
    program.sync()
    program.proxy.before = None
    program.sync()
    quiet(program)
    now = office.read(number)
    if what == "assignee":
        assert now["assigned_to"]["id"] == seojun
    if what == "comment":
        assert [j for j in now["journals"] if j["notes"] == "확인하고 있습니다"]
    if what == "subject":
        assert now["subject"].endswith("급합니다")
    if what == "private":
        assert now["is_private"]


def test_tickets_deleted_in_between_stop_nothing_and_are_forgotten(program: Program) -> None:
    office = program.office
    gone = [office.create("yujin", f"{OUTAGE} {n}") for n in range(4)]
    last = office.create("yujin", OUTAGE)
    program.sync()
    for number in gone:
        office.update("sua", number, fields={PROCESS: ""})
    office.update("sua", last, fields={PROCESS: ""})

    def delete(request: object) -> None:
        if "issue_id=" in getattr(request, "target", "") and gone:
            while gone:
                office.ask("admin", "DELETE", f"/issues/{gone.pop()}.json")

    program.proxy.before = delete
    assert program.sync().status == 1
    program.proxy.before = None
    assert office.value(last, PROCESS) == "사건 관리"
    quiet(program)


def test_a_list_without_our_value_keeps_nothing_else_from_the_ticket(program: Program) -> None:
    office = program.office
    office.redmine.runner(
        "f = CustomField.find(ENV['FIELD'].to_i);"
        " f.possible_values = f.possible_values - ['IT기획팀']; f.save!(validate: false)",
        {"FIELD": str(office.fields[TEAM])},
    )
    number = office.create("yujin", OUTAGE)
    said = program.sync()
    assert said.status == 1
    assert [r["field"] for r in said.json["refusals"]] == ["team"]
    assert office.value(number, PROCESS) == "사건 관리"
    assert office.value(number, ROLE)
    program.sync()
    assert program.proxy.asked("PUT") == 0


def test_groups_that_cannot_be_assigned_keep_nothing_else_from_the_ticket(
    program: Program,
) -> None:
    office = program.office
    office.redmine.runner("Setting.issue_group_assignment = '0'", {})
    number = office.create("yujin", OUTAGE)
    said = program.sync()
    assert said.status == 1
    assert [r["field"] for r in said.json["refusals"]] == ["assignee"]
    assert office.value(number, TEAM) == "IT기획팀"
    program.sync()
    assert program.proxy.asked("PUT") == 0


def test_undo_leaves_what_people_decided_closed_and_pinned_alone(program: Program) -> None:
    office = program.office
    decided, closed, pinned = (office.create("yujin", f"{OUTAGE} {n}") for n in range(3))
    cycle = program.sync().json["cycle"]
    office.update("sua", decided, fields={TEAM: "신사업팀"})
    program.sync()
    office.update("sua", decided, fields={TEAM: "IT기획팀"})
    program.sync()
    office.update("admin", closed, status_id=office.number("issue_statuses", "완료"))
    office.update("sua", pinned, fields={PIN: "1"})
    program.run("undo", cycle, "--json")
    assert office.value(decided, TEAM) == "IT기획팀"
    assert office.value(decided, PROCESS) == ""
    assert office.value(closed, TEAM) == "IT기획팀"
    assert office.value(pinned, TEAM) == "IT기획팀"
