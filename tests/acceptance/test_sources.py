"""Three systems in one cycle: what fails is told, and never read as empty."""

import pytest
from sandbox.standins.github import GitHubStandIn
from sandbox.standins.jenkins import JenkinsStandIn

from itsm_sync.model.tickets import FieldName
from tests.acceptance.conftest import Town


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
    (program.configuration / "schedules.yaml").unlink()  # every stream is read in every cycle
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
        kinds = [f["kind"] for f in after["findings"]]
        assert kinds == ["drift.no-job", "cycle.source"], f"{told}: what stood before stands"
    assert program.sync().status == 0
    (stands,) = program.run("status", "--json").json["findings"]
    assert stands["kind"] == "drift.no-job"
