"""A change walks through its life in the real Redmine and changes hands as the matrix says."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from sandbox.standins.server import Request

from itsm_sync.model.tickets import FieldName
from itsm_sync.store import Store
from tests.acceptance.conftest import Program

STAGE, TEAM, ROLE, APPROVAL = (
    FieldName.STAGE,
    FieldName.TEAM,
    FieldName.ROLE,
    FieldName.APPROVAL,
)
TITLE = "정산 배치 교체 변경"
# status set by whom -> stage, team, role (config/matrix.yaml)
WALK = (
    ("검토", "haeun", "평가", "IT기획팀", "Change Management (변경 관리)"),
    ("승인 대기", "haeun", "승인", "신사업팀", "변경 관리자"),
    ("승인", "sua", "실행", "IT기획팀", "변경 및 배포 관리"),
    ("실행", "haeun", None, "IT기획팀", "변경 및 배포 관리"),
    ("검증", "haeun", "검토", "IT기획팀", "Change Management (변경 관리)"),
)


def shown(program: Program, ticket: int) -> tuple[str | None, ...]:
    return tuple(program.office.value(ticket, name) for name in (STAGE, TEAM, ROLE))


def assignee(program: Program, ticket: int) -> str | None:
    found = program.office.read(ticket).get("assigned_to")
    return found and found["name"]


def notes(program: Program, ticket: int) -> list[str]:
    return [journal["notes"] for journal in program.office.journals(ticket) if journal["notes"]]


def watchers(program: Program, ticket: int) -> list[str]:
    """Answer the groups that watch; who edits a ticket watches it by Redmine's own doing."""
    names = [watcher["name"] for watcher in program.office.read(ticket)["watchers"]]
    return [name for name in names if name in program.office.groups]


def findings(program: Program) -> dict[str, str]:
    told = program.run("status", "--json").json["findings"]
    return {finding["key"]: finding["text"] for finding in told}


def move(program: Program, login: str, ticket: int, status: str) -> None:
    office = program.office
    office.update(login, ticket, status_id=office.number("issue_statuses", status))
    assert office.read(ticket)["status"]["name"] == status


def quiet(program: Program) -> None:
    """A further cycle writes nothing and reads no history."""
    said = program.sync()
    assert said.status == 0, said.out
    assert said.json["edits"]["planned"] == 0
    assert not [r for r in program.proxy.requests if r.method in ("PUT", "POST")]
    assert not [r for r in program.proxy.requests if "journals" in r.query]


@pytest.fixture
def change(program: Program) -> Iterator[int]:
    """A change that a reporter asks for, after a first cycle has been."""
    program.office.create("yujin", "로그인 화면이 안 열려요. 다들 접속이 안 됩니다")
    assert program.sync().status == 0
    number = program.office.create("yujin", TITLE, tracker="변경")
    assert program.sync().status == 0
    assert shown(program, number) == ("요청", "신사업팀", "변경 관리자")
    assert assignee(program, number) == "신사업팀"
    yield number
    quiet(program)


def test_a_change_changes_hands_at_each_stage_with_a_note_and_one_put(
    program: Program, change: int
) -> None:
    told = len(notes(program, change))
    for status, who, stage, team, role in WALK:
        move(program, who, change, status)
        said = program.sync()
        assert said.status == 0, said.out
        assert program.proxy.asked("PUT") == (0 if stage is None else 1)
        assert shown(program, change)[1:] == (team, role)
        assert assignee(program, change) == team
        if stage is not None:
            assert shown(program, change)[0] == stage
            told += 1
            assert notes(program, change)[-1].startswith(f"{stage} 단계.")
            assert team in notes(program, change)[-1]
        assert len(notes(program, change)) == told
        quiet(program)
    assert findings(program) == {}
    with Store.open(program.environment["ITSM_SYNC_DATABASE"]) as store:
        spans = store.stage_spans([change])[change]
    assert [span.stage for span in spans] == ["request", "assess", "approve", "implement", "review"]
    for before, after in pairwise(spans):
        assert before.left_at == after.entered_at


def test_an_approval_from_outside_the_accountable_group_is_a_finding_and_moves_nothing(
    program: Program, change: int
) -> None:
    office = program.office
    move(program, "haeun", change, "검토")
    move(program, "haeun", change, "승인 대기")
    program.sync()
    before = shown(program, change)
    assert before == ("승인", "신사업팀", "변경 관리자")
    move(program, "haeun", change, "승인")
    said = program.sync()
    assert (said.json["edits"]["planned"], program.proxy.asked("PUT")) == (0, 0)
    assert shown(program, change) == before
    (text,) = findings(program).values()
    assert "이하은" in text
    assert "신사업팀" in text
    office.update("yujin", change, notes="승인합니다")
    program.sync()
    assert shown(program, change) == before
    office.update("sua", change, fields={APPROVAL: "승인"})
    program.sync()
    assert shown(program, change)[0] == "실행"
    assert findings(program) == {}
    # Who leaves the group has said so all the same.
    office.ask(
        "admin",
        "DELETE",
        f"/groups/{office.groups['신사업팀']}/users/{person(program, 'sua')}.json",
    )
    office.update("yujin", change, notes="언제 되나요?")
    program.sync()
    assert shown(program, change)[0] == "실행"


def person(program: Program, login: str) -> int:
    found: Any = program.office.ask(login, "GET", "/users/current.json")
    return int(found["user"]["id"])


def test_an_approval_counts_once_its_author_is_in_the_group_that_approves(
    program: Program, change: int
) -> None:
    office = program.office
    for status in ("검토", "승인 대기", "승인"):
        move(program, "haeun", change, status)
    program.sync()
    assert list(findings(program)) == [f"approval/{change}/unheard"]
    quiet(program)
    member = {"user_id": person(program, "haeun")}
    office.ask("admin", "POST", f"/groups/{office.groups['신사업팀']}/users.json", member)
    program.sync()
    assert shown(program, change)[0] == "실행"
    assert findings(program) == {}


def test_by_default_trackers_the_field_alone_approves_and_rejects(program: Program) -> None:
    office = program.office
    number = office.create("yujin", "결제 모듈 교체 변경 요청드립니다", tracker="지원")
    program.sync()
    seen = [shown(program, number)[0]]
    for who, value in (("yujin", "대기"), ("sua", "반려"), ("haeun", "대기"), ("minjae", "승인")):
        office.update(who if who != "yujin" else "haeun", number, fields={APPROVAL: value})
        assert program.sync().status == 0
        seen.append(shown(program, number)[0])
        quiet(program)
    assert seen == ["요청", "승인", "평가", "승인", "실행"]


def test_consulted_teams_watch_from_the_stages_beginning_and_never_again_when_taken_off(
    program: Program, change: int
) -> None:
    assert watchers(program, change) == ["IT기획팀"]  # 요청: 변경 관리(IT기획팀)와 협의
    group = program.office.groups["IT기획팀"]
    program.office.ask("admin", "DELETE", f"/issues/{change}/watchers/{group}.json")
    program.office.update("yujin", change, notes="내용을 보탭니다")
    program.sync()
    assert watchers(program, change) == []
    move(program, "haeun", change, "검토")
    move(program, "haeun", change, "승인 대기")
    program.sync()
    assert watchers(program, change) == ["IT기획팀"]  # 승인: 다른 단계이므로 다시
    posts = [r.path for r in program.proxy.requests if r.method == "POST"]
    assert posts == [f"/issues/{change}/watchers.json"]


def test_a_watcher_that_could_not_be_added_is_added_in_the_next_cycle(
    program: Program, change: int
) -> None:
    assert watchers(program, change) == ["IT기획팀"]
    number = program.office.create("yujin", TITLE, tracker="변경")
    program.proxy.misbehave(match=f"/issues/{number}/watchers", kind="status", status=500)
    said = program.sync()
    assert said.status == 1
    assert said.json["edits"]["partly"] == 1
    assert watchers(program, number) == []
    program.proxy.behave()
    again = program.sync()
    assert again.status == 0
    assert program.proxy.asked("PUT") == 0
    assert watchers(program, number) == ["IT기획팀"]
    quiet(program)


def test_a_crash_after_a_stage_began_loses_no_watcher(program: Program, change: int) -> None:
    assert watchers(program, change) == ["IT기획팀"]
    number = program.office.create("yujin", TITLE, tracker="변경")
    program.proxy.forget_requests()
    process = subprocess.Popen(
        [sys.executable, "-m", "itsm_sync", "sync"],
        env=program.environment,
        stderr=subprocess.DEVNULL,
    )

    def die(request: Request) -> None:
        if request.path == f"/issues/{number}.json" and request.method == "GET":
            process.kill()

    program.proxy.before = die
    process.wait(timeout=120)
    program.proxy.before = None
    assert program.proxy.asked("PUT") == 1
    assert watchers(program, number) == []
    assert program.sync().status == 0
    assert program.proxy.asked("PUT") == 0
    assert watchers(program, number) == ["IT기획팀"]


def test_groups_that_cannot_be_read_just_now_end_no_approval(program: Program, change: int) -> None:
    move(program, "haeun", change, "검토")
    move(program, "haeun", change, "승인 대기")
    move(program, "sua", change, "승인")
    program.sync()
    assert shown(program, change)[0] == "실행"
    program.office.update("yujin", change, notes="언제 되나요?")
    for place in ("/memberships", "/groups/", "/issue_statuses"):
        program.proxy.misbehave(match=place, kind="status", status=500)
        program.sync()
        program.proxy.behave()
        assert shown(program, change)[0] == "실행"
    assert program.sync().status == 0
