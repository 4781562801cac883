"""Three systems in one cycle: what fails is told, and never read as empty."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sandbox.office import Office
from sandbox.proxy import Proxy
from sandbox.standins.github import GitHubStandIn
from sandbox.standins.jenkins import JenkinsStandIn
from sandbox.world import github as github_world
from sandbox.world import jenkins as jenkins_world
from sandbox.world.spine import build

from itsm_sync.model.tickets import FieldName
from tests.acceptance.conftest import Program

NOW = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
# The sample world is of 2026; a first read must reach back to it whenever the test runs.
FAR = 36_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """The program and the three systems it reads."""

    program: Program
    jenkins: JenkinsStandIn
    github: GitHubStandIn


@pytest.fixture
def town(program: Program, office: Office, configuration: Callable[..., Path]) -> Iterator[Town]:
    spine = build(1, 60, now=NOW)
    with (
        JenkinsStandIn(jenkins_world.documents(spine)) as jenkins,
        GitHubStandIn(github_world.documents(spine)) as github,
        Proxy(office.redmine.url) as proxy,
    ):
        addresses = {"redmine": proxy.url, "jenkins": jenkins.url, "github": github.url}

        def far(settings: dict[str, dict[str, int]]) -> None:
            settings["github"]["history_days"] = FAR

        shutil.rmtree(program.configuration)
        program.configuration = configuration(addresses=addresses, change=far)
        program.proxy = proxy
        program.environment |= {
            "JENKINS_USER": jenkins_world.USER,
            "JENKINS_TOKEN": jenkins_world.TOKEN,
            "GITHUB_TOKEN": github_world.TOKEN,
        }
        yield Town(program=program, jenkins=jenkins, github=github)


def streams(server: JenkinsStandIn | GitHubStandIn) -> list[str]:
    return [f"{r.method} {r.path}?{r.query}" for r in server.requests]


def test_the_second_cycle_asks_no_stream_twice_and_edits_nothing(town: Town) -> None:
    town.program.office.create("yujin", "로그인 화면이 안 열려요. 다들 접속이 안 됩니다")
    first = town.program.sync()
    assert first.status == 0, first.out
    assert all(first.json["sources"][name]["items"] for name in ("redmine", "jenkins", "github"))
    town.jenkins.forget_requests()
    town.github.forget_requests()
    second = town.program.sync()
    assert second.status == 0
    assert second.json["edits"]["planned"] == 0
    for server in (town.jenkins, town.github):
        asked = streams(server)
        assert len(asked) == len(set(asked)), "a stream was asked twice"
    assert {r.status for r in town.github.requests} <= {304, 403, 404}


FAULTS: dict[str, dict[str, object]] = {
    "down": {"kind": "drop"},
    "html": {"kind": "html"},
    "cut": {"kind": "cut"},
    "500": {"kind": "status", "status": 500},
    "no JSON": {"kind": "json"},
}


@pytest.mark.parametrize("name", ["jenkins", "github"])
def test_a_source_that_fails_is_told_and_the_others_go_on(town: Town, name: str) -> None:
    program, office = town.program, town.program.office
    assert program.sync().status == 0
    before = program.run("status", "--json").json["items"][name]
    for told, fault in FAULTS.items():
        number = office.create("yujin", f"로그인 화면이 안 열려요. 다들 접속이 안 됩니다 ({told})")
        getattr(town, name).misbehave(match="/", **fault)
        said = program.sync()
        getattr(town, name).behave()
        assert said.status == 1, told
        # What has not changed is a 304 without a body, so there is nothing to cut.
        unread = {"failed", "partly"} if told == "cut" else {"failed"}
        assert said.json["sources"][name]["status"] in unread, told
        assert said.json["sources"][name]["error"], told
        others = {"redmine", "jenkins", "github"} - {name}
        assert {said.json["sources"][other]["status"] for other in others} == {"ok"}, told
        assert office.value(number, FieldName.TEAM) == "IT기획팀", told
        after = program.run("status", "--json").json
        assert after["items"][name] == before, told
        assert [f["kind"] for f in after["findings"]] == ["cycle.source"], told
    assert program.sync().status == 0
    assert program.run("status", "--json").json["findings"] == []
