"""Each signal over the ABC world has its tickets in the real Redmine, of the right tracker, team
and role; a second look at the same world writes nothing.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ruamel.yaml import YAML
from sandbox.office import Office
from sandbox.people import RefusedByRedmine
from sandbox.world.builds import BROKEN
from sandbox.world.outage import JOBS as OUTAGE
from sandbox.world.recurring import JOB as RECURRING

from itsm_sync.model.tickets import FieldName
from tests.acceptance.cities import City, standing
from tests.acceptance.conftest import Program

IT, BUSINESS = "IT기획팀", "신사업팀"
INCIDENT = ("사건", IT, "사건 관리")
CAPACITY = ("지원", IT, "용량 관리")
SECURITY = ("결함", IT, "보안 관리")
# What each signal's tickets are: tracker, team, process.
WANTED = {
    "builds": {INCIDENT},
    "nodes": {INCIDENT},
    "outages": {INCIDENT},
    "problems": {("문제", IT, "문제 관리")},
    "releases": {("릴리스", BUSINESS, "릴리스 및 배포 관리")},
    "dependabot": {SECURITY},
    "code_scanning": {SECURITY},
    "secret_scanning": {SECURITY},
    "disk": {CAPACITY},
    "memory": {CAPACITY},
    "queue": {CAPACITY},
    "slower": {CAPACITY},
}
ALERTS = ("dependabot", "code_scanning", "secret_scanning")
CALENDAR = {
    ("지원", IT, "운영 절차 문서화 및 인수인계"),
    ("지원", IT, "기술 교육"),
    ("지원", BUSINESS, "비즈니스 프로세스 교육"),
    ("지원", BUSINESS, "운영 지원 및 시험 운영"),
    ("지원", BUSINESS, "초기 운영 성과 평가"),
    ("지원", BUSINESS, "지속적 교육 및 역량 강화"),
}
DONE_ALREADY = ("지원", IT, "운영 절차 문서화 및 인수인계")  # by a merged pull request


@pytest.fixture
def city(program: Program, office: Office) -> Iterator[City]:
    with standing(program, office) as found:
        yield found


def kinds(tickets: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    return {
        (one["tracker"]["name"], one["ours"][FieldName.TEAM], one["ours"][FieldName.PROCESS])
        for one in tickets
    }


def people_s_tickets(city: City) -> tuple[int, int]:
    """Open the world's tickets; answer the one that a merged pull names, and its pull's number.

    All others are closed, and all are older than what names them.
    """
    pull = [p for p in city.spine.pulls if p.merged and len(p.tickets) == 1][-1]
    (number,) = pull.tickets
    office = city.program.office
    office.fill("yujin", [t.subject for t in city.spine.tickets], tracker="변경")
    old = (city.now - timedelta(days=95)).isoformat()
    office.redmine.runner(
        f"Issue.update_all(created_on: '{old}', updated_on: '{old}');"
        f"Issue.where.not(id: {number})"
        ".update_all(status_id: IssueStatus.find_by!(name: '완료').id)"
    )
    return number, pull.number


def test_each_signal_of_the_world_has_its_tickets_and_a_second_look_writes_nothing(
    city: City,
) -> None:
    office = city.program.office
    change, pull = people_s_tickets(city)
    theirs = office.create("sua", f"{BROKEN} 배포가 또 실패했습니다", tracker="사건")
    done = city.sync().json
    assert done["births"]["planned"] == done["births"]["opened"] > 20
    assert city.quiet()

    city.look()
    found = {signal: kinds(tickets) for signal, tickets in city.seen.items()}
    # What was done before the first look has no ticket of the calendar's.
    assert found.pop("schedules") >= CALENDAR - {DONE_ALREADY}
    assert found == WANTED
    seen = [one for tickets in city.seen.values() for one in tickets]
    assert done["births"]["opened"] == len(seen)
    assert all(one["ours"][FieldName.ROLE] and one["ours"][FieldName.REASON] for one in seen)
    assert all(one["assigned_to"]["name"] == one["ours"][FieldName.TEAM] for one in seen)

    # What is private is told to whom it may be, and to nobody else.
    private = [one for signal in ALERTS for one in city.seen[signal]]
    assert {(one["project"]["name"], one["is_private"]) for one in private} == {("ABC 보안", True)}
    assert all("abc/" in one["subject"] for one in private)
    with pytest.raises(RefusedByRedmine):
        office.read(private[0]["id"], "sua")
    assert office.read(private[0]["id"], "seojun")["subject"] == private[0]["subject"]

    # One cause, one ticket: the outage has those of the jobs that it fails.
    (outage,) = city.seen["outages"]
    assert "nexus.abc.example" in outage["subject"] + outage["description"]
    assert not any(job in one["subject"] for job in OUTAGE for one in city.seen["builds"])
    (problem,) = city.seen["problems"]
    (incident,) = [one for one in city.seen["builds"] if RECURRING in one["subject"]]
    assert incident["id"] in related(problem)
    production = [one for one in city.seen["builds"] if "production" in one["subject"]]
    assert {one["priority"]["name"] for one in production} == {"긴급"}

    # What a person opened for the same is related to it, once: who parts them has decided.
    (same,) = [one for one in city.seen["builds"] if BROKEN in one["subject"]]
    assert theirs in related(same)
    (relation,) = [r for r in same["relations"] if theirs in (r["issue_id"], r["issue_to_id"])]
    office.ask("sua", "DELETE", f"/relations/{relation['id']}.json")

    # A merged pull request stands on the ticket that it names.
    (note,) = [j["notes"] for j in office.journals(change) if "itsm-sync: deliveries" in j["notes"]]
    assert f"{pull}" in note

    # A deployment to production without an approved change is told, and blocks nothing.
    job, at = "abc/deploy/portal-prod", datetime.now(UTC)
    milliseconds = round(at.timestamp() * 1000)
    number = city.jenkins.start_build(job, at=milliseconds)["number"]
    city.jenkins.finish_build(job, number, result="SUCCESS", duration=1000)
    city.sync()
    assert "승인된 변경 없이" in city.program.run("status").out
    assert theirs not in related(office.read(same["id"]))


def related(shown: dict[str, Any]) -> set[int]:
    ends = {r[end] for r in shown.get("relations", []) for end in ("issue_id", "issue_to_id")}
    return ends - {shown["id"]}


def test_a_system_that_cannot_be_read_is_one_incident_and_closes_nothing(city: City) -> None:
    city.program.office.create("yujin", "로그인이 안 됩니다")
    shorten(city, "controllers", open_for="0m")
    shorten(city, "storms", enabled=False)
    city.sync()
    city.look()
    before = {one["id"] for tickets in city.seen.values() for one in tickets}
    notes = {one["id"]: criteria_of(city, one["id"]) for one in city.seen["releases"]}
    assert notes
    assert all("승인 없는 변경 없음" in said for (said,) in notes.values())
    city.jenkins.misbehave(kind="status", status=503)
    for _ in range(2):  # what releases are measured by stands through a short outage
        city.program.sync()
        assert {number: criteria_of(city, number) for number in notes} == notes
    city.look()
    (away,) = city.seen["controllers"]
    assert "jenkins" in away["subject"].casefold()
    assert kinds([away]) == {INCIDENT}
    now = {one["id"]: one["status"] for tickets in city.seen.values() for one in tickets}
    assert set(now) == before | {away["id"]}
    assert not any(status["is_closed"] for status in now.values())
    city.jenkins.behave()
    city.sync()
    city.look()
    assert city.seen["controllers"][0]["status"]["is_closed"]
    assert city.quiet()


def criteria_of(city: City, number: int) -> list[str]:
    """The notes on a ticket that tell criteria."""
    journals = city.program.office.journals(number)
    return [one["notes"] for one in journals if "기준" in one["notes"]]


def shorten(city: City, section: str, **options: object) -> None:
    """Change a section of signals.yaml."""
    file, yaml = city.program.configuration / "signals.yaml", YAML()
    watched = yaml.load(file.read_text(encoding="utf-8"))
    watched[section] |= options
    with file.open("w", encoding="utf-8") as out:
        yaml.dump(watched, out)
