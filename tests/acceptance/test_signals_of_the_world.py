"""Each signal over the ABC world has its tickets in the real Redmine: of the right tracker, team and
role; a second look at the same world writes nothing.
"""

import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sandbox import configuration as sandbox
from sandbox.office import Office
from sandbox.proxy import Proxy
from sandbox.standins.github import GitHubStandIn
from sandbox.standins.jenkins import JenkinsStandIn
from sandbox.world import github as github_world
from sandbox.world import jenkins as jenkins_world
from sandbox.world.recurring import JOB as RECURRING
from sandbox.world.spine import build

from itsm_sync.model.tickets import FieldName
from tests.acceptance.conftest import Program, Said

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
    "releases": {("릴리스", IT, "릴리스 및 배포 관리")},
    "dependabot": {SECURITY},
    "code_scanning": {SECURITY},
    "secret_scanning": {SECURITY},
    "disk": {CAPACITY},
    "memory": {CAPACITY},
    "queue": {CAPACITY},
    "slower": {CAPACITY},
}
CALENDAR = {
    ("지원", IT, "운영 절차 문서화 및 인수인계"),
    ("지원", IT, "기술 교육"),
    ("지원", BUSINESS, "비즈니스 프로세스 교육"),
    ("지원", BUSINESS, "운영 지원 및 시험 운영"),
    ("지원", BUSINESS, "초기 운영 성과 평가"),
    ("지원", BUSINESS, "지속적 교육 및 역량 강화"),
}


@dataclass(kw_only=True)
class City:
    """The ABC world as it stands now: three systems, and the program that watches them."""

    program: Program
    jenkins: JenkinsStandIn
    github: GitHubStandIn
    now: datetime
    seen: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def sync(self) -> Said:
        said = self.program.sync()
        assert said.status == 0, said.err[-3000:] + said.out[:3000]
        return said

    def quiet(self) -> bool:
        """Whether one more look writes nothing."""
        planned = self.program.run("plan", "--json").json
        assert (planned["plan"], planned["births"]["planned"]) == ([], 0)
        done = self.sync().json
        writes = [r for r in self.program.proxy.requests if r.method in ("POST", "PUT", "DELETE")]
        return not writes and done["edits"]["planned"] == 0

    def look(self) -> None:
        """Read the bot's tickets, by signal."""
        office, found = self.program.office, defaultdict(list)
        told = office.redmine.runner(
            "puts Issue.where(author: User.find_by!(login: 'itsm-sync')).pluck(:id).to_json"
        )
        for number in json.loads(told):
            shown = office.read(number, "admin")
            shown["ours"] = {
                name: next(
                    (str(f["value"]) for f in shown["custom_fields"] if f["id"] == i), ""
                )
                for name, i in office.fields.items()
            }
            found[shown["ours"][FieldName.KEY].partition("/")[0]].append(shown)
        self.seen = dict(found)


def three_in_the_morning() -> datetime:
    """When the world ends: the last time that it was three, so that it is the same in each run."""
    today = datetime.now(UTC)
    three = today.replace(hour=3, minute=0, second=0, microsecond=0)
    return three if three < today else three - timedelta(days=1)


@pytest.fixture
def city(program: Program, office: Office, tmp_path: Path) -> Iterator[City]:
    now = three_in_the_morning()
    spine = build(1, 60, now=now)
    with (
        JenkinsStandIn(jenkins_world.documents(spine)) as jenkins,
        GitHubStandIn(github_world.documents(spine)) as github,
        Proxy(office.redmine.url) as proxy,
    ):
        addresses = {"redmine": proxy.url, "jenkins": jenkins.url, "github": github.url}
        shutil.rmtree(program.configuration)
        sandbox.copy(program.configuration, addresses=addresses, signals=True)
        program.proxy = proxy
        program.environment |= {
            "JENKINS_USER": jenkins_world.USER,
            "JENKINS_TOKEN": jenkins_world.TOKEN,
            "GITHUB_TOKEN": github_world.TOKEN,
        }
        yield City(program=program, jenkins=jenkins, github=github, now=now)


def kinds(tickets: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    return {
        (one["tracker"]["name"], one["ours"][FieldName.TEAM], one["ours"][FieldName.PROCESS])
        for one in tickets
    }


def test_each_signal_of_the_world_has_its_tickets(city: City) -> None:
    office = city.program.office
    office.create("yujin", "로그인이 안 됩니다")
    done = city.sync()
    print(done.json["births"], done.json["edits"], done.json["tickets"], done.json["caps"])
    plan2 = city.program.run("plan", "--json").json
    print(json.dumps(plan2["plan"], ensure_ascii=False)[:3000])
    city.look()
    for signal, tickets in city.seen.items():
        for t in tickets:
            print(signal, t["id"], t["subject"], t["project"]["name"], t["is_private"],
                  t["tracker"]["name"], t["status"]["name"], t["priority"]["name"],
                  {n.value: v[:50] for n, v in t["ours"].items()})
    assert 0
