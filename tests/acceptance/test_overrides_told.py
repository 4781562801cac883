"""What people overrule in the real Redmine is told, measured, and digested for their teams."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from itsm_sync.model.tickets import FieldName
from tests.acceptance.conftest import Program

TEAM = FieldName.TEAM
OUTAGE = "로그인 화면이 안 열려요. 다들 접속이 안 됩니다"


def quality(program: Program, *arguments: str) -> tuple[int, int]:
    said = program.run("overrides", "--json", *arguments).json["quality"]
    return said["routed"], said["changed"]


def test_what_people_overrule_is_listed_by_rule_with_what_they_prefer(program: Program) -> None:
    office = program.office
    numbers = [office.create("yujin", f"{OUTAGE} ({n})") for n in range(4)]
    program.sync()
    rule = program.run("explain", str(numbers[0]), "--json").json["rule"]
    office.update("sua", numbers[0], fields={TEAM: "신사업팀"})
    office.update("haeun", numbers[1], fields={TEAM: "신사업팀"})
    office.update("sua", numbers[2], fields={FieldName.PIN: "1"})
    program.sync()

    said = program.run("overrides", "--json")
    (one,) = said.json["overrides"]
    assert (one["rule"], one["field"], one["chosen"], one["preferred"]) == (
        rule, "team", "IT기획팀", "신사업팀")  # fmt: skip
    assert sorted(one["tickets"]) == numbers[:2]
    assert (one["routed"], one["share"], one["standing"]) == (4, 0.5, 2)
    assert {(by["name"], by["team"]) for by in one["by"]} == {
        ("강수아", "new-business"), ("이하은", "it-planning")}  # fmt: skip
    made = datetime.fromisoformat(one["since"])
    assert timedelta(0) <= datetime.now(UTC) - made < timedelta(minutes=5)
    assert said.json["pinned"] == [numbers[2]]
    assert program.proxy.asked("GET") == 0
    told = program.run("status", "--json").json["quality"]
    assert (told["routed"], told["changed"]) == (4, 2)


def test_what_was_given_back_was_changed_all_the_same(program: Program) -> None:
    office = program.office
    number = office.create("yujin", OUTAGE)
    program.sync()
    assert quality(program) == (1, 0)
    office.update("sua", number, fields={TEAM: "신사업팀"})
    program.sync()
    office.update("sua", number, fields={TEAM: ""})
    program.sync()
    assert program.run("overrides", "--json").json["overrides"] == []
    (one,) = program.run("overrides", "--all", "--json").json["overrides"]
    assert (one["tickets"], one["standing"]) == ([number], 0)
    assert quality(program) == (1, 1)
    assert quality(program, "--to", "2020-01-01") == (0, 0)


def test_a_team_reads_of_the_tickets_that_inform_it_and_nothing_private(
    program: Program, tmp_path: Path
) -> None:
    office = program.office
    shown = office.create("yujin", OUTAGE)
    hidden = office.create("admin", "비공개 접속 장애: 로그인이 안 됩니다", is_private=True)
    program.sync()
    private = office.read(hidden)["is_private"]
    assert private

    said = program.run("report", "digest", "--team", "신사업팀", "--json").json
    (team,) = said["teams"]
    assert [one["ticket"] for one in team["tickets"]] == [shown]
    assert team["tickets"][0]["url"].endswith(f"/issues/{shown}")
    assert team["tickets"][0]["new"]
    assert [one["ticket"] for one in team["hidden"]] == [hidden]
    assert [source["unwell"] for source in said["sources"]] == [0]

    for shape in ("text", "md", "html"):
        file = tmp_path / f"digest.{shape}"
        program.run("report", "digest", "--format", shape, "--out", str(file))
        text = file.read_text(encoding="utf-8")
        assert "로그인 화면이 안 열려요" in text
        assert "비공개 접속 장애" not in text
        assert file.stat().st_mode & 0o777 == 0o600
    assert program.proxy.asked("GET") == 0


def lines(program: Program, team: str) -> dict[int, dict[str, Any]]:
    """The tickets of a team's digest, by number."""
    said = program.run("report", "digest", "--team", team, "--json").json
    return {one["ticket"]: one for one in said["teams"][0]["tickets"]}


def test_a_change_is_followed_from_waiting_through_approval_to_the_other_team(
    program: Program,
) -> None:
    office = program.office
    awaiting = {FieldName.APPROVAL: "대기"}
    change = office.create("yujin", "결제 모듈 교체 변경 요청", tracker="변경", fields=awaiting)
    program.sync()
    before = lines(program, "IT기획팀")[change]
    assert (before["stage"], before["team"], before["waiting"]) == (
        "approve", "new-business", True)  # fmt: skip
    assert change not in lines(program, "신사업팀")  # it holds it

    office.update("sua", change, fields={FieldName.APPROVAL: "승인"})
    program.sync()
    after = lines(program, "신사업팀")[change]
    assert (after["stage"], after["team"], after["waiting"]) == (
        "implement", "it-planning", False)  # fmt: skip
    assert after["moved"] == {
        "stage": {"from": "approve", "to": "implement"},
        "team": {"from": "new-business", "to": "it-planning"},
    }
    assert (after["verdict"]["verdict"], after["verdict"]["by"]) == ("approved", "강수아")


def test_an_approval_that_counts_for_nothing_comes_first(program: Program) -> None:
    office = program.office
    awaiting = {FieldName.APPROVAL: "대기"}
    sound = office.create("yujin", "배치 시간 변경 요청", tracker="변경", fields=awaiting)
    wrong = office.create("yujin", "결제 모듈 교체 변경 요청", tracker="변경", fields=awaiting)
    program.sync()
    office.update("haeun", wrong, fields={FieldName.APPROVAL: "승인"})  # of the other team
    program.sync()
    found = lines(program, "IT기획팀")
    assert list(found)[:2] == [wrong, sound]
    assert "이하은" in found[wrong]["wrong"][0]
