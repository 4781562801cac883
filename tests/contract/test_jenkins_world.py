"""The world's Jenkins documents, as the source sees them through stand-in and client."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sandbox.standins.jenkins import JenkinsStandIn
from sandbox.standins.jenkins_tree import properties
from sandbox.world import outage
from sandbox.world.builds import BROKEN
from sandbox.world.consoles import PLANTED
from sandbox.world.jenkins import TOKEN, USER, documents
from sandbox.world.spine import build as spine_of_abc
from sandbox.world.things import (
    FREESTYLE,
    MULTIBRANCH,
    PIPELINE,
    Build,
    BuildName,
    Cause,
    Commit,
    FailedTest,
    Job,
    Node,
    Person,
    QueueItem,
    Spine,
)

from itsm_sync.clients.jenkins import JenkinsClient
from itsm_sync.model.items import Facts, Item
from itsm_sync.settings import Jenkins
from itsm_sync.sources.jenkins import JenkinsSource
from itsm_sync.sources.jenkins.console import lines_of
from itsm_sync.sources.jenkins.troubles import trouble

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
GIB = 1024**3


class Ear:
    def saw(self, event: str, /, **details: object) -> None:
        """Listen to nothing."""


class Nothing:
    """A memory of nothing."""

    def cursor(self, stream: str) -> object | None:
        return None

    def updated_since(self, kind: str, since: datetime) -> Mapping[str, datetime]:
        return {}

    def known(self, kind: str, *, state: str | None = None) -> tuple[str, ...]:
        return ()

    def facts(self, key: str) -> Facts:
        return {}


def spine(**parts: Any) -> Spine:
    nothing: dict[str, Any] = {f.name: () for f in fields(Spine)}
    return Spine(**(nothing | {"seed": 1, "size": 1, "now": NOW} | parts))


def build(job: str, number: int, **details: Any) -> Build:
    values: dict[str, Any] = {
        "job": job,
        "number": number,
        "branch": "main",
        "started": NOW - HOUR,
        "duration_ms": 60_000,
        "result": "SUCCESS",
        "causes": (Cause(kind="timer"),),
        "node": "agent-01",
        **details,
    }
    return Build(**values)


@pytest.fixture
def world() -> dict[str, Any]:
    commit = Commit(
        sha="a" * 40,
        repository="abc/api",
        author="seojun",
        message="로그인 오류 수정 #12\n\n자세한 설명",
        at=NOW - 2 * HOUR,
        paths=("login.py",),
        branch="feature/login",
        on_main=None,
    )
    failed = build(
        "abc/build/api",
        3,
        branch="feature/login",
        result="UNSTABLE",
        causes=(Cause(kind="branch"), Cause(kind="user", person="seojun")),
        commits=(commit.sha,),
        sha=commit.sha,
        tests=9,
        failed_tests=(FailedTest(suite="login.Form", name="opens", error="no page"),),
    )
    above = BuildName(job="abc/build/api", branch="feature/login", number=3)
    outline = spine(
        people=(
            Person(
                lastname="김", firstname="서준", team="it-planning", login="seojun", jenkins="sjkim"
            ),
        ),
        commits=(commit,),
        folders=("abc", "abc/build"),
        jobs=(
            Job(
                name="abc/build/api",
                job_class=MULTIBRANCH,
                repository="abc/api",
                branches=("main", "feature/login"),
            ),
            Job(name="abc/build/batch", job_class=FREESTYLE, repository="abc/batch"),
            Job(name="abc/old", job_class=PIPELINE, disabled=True),
        ),
        builds=(
            failed,
            build("abc/build/batch", 8, causes=(Cause(kind="upstream", upstream=above),)),
            build("abc/build/batch", 9, result=None, sha="b" * 40),
        ),
        nodes=(
            Node(name="built-in", description="", executors=0, labels=(), disk_free=90 * GIB),
            Node(name="agent-04", description="", executors=2, labels=("a",), disk_free=GIB),
        ),
        queue=(
            QueueItem(
                id=4, job="abc/build/batch", why="Waiting", since=NOW, stuck=True, person="seojun"
            ),
        ),
    )
    return documents(outline)


@pytest.fixture
def items(world: dict[str, Any]) -> dict[str, Item]:
    return pulled(world)


def pulled(world: dict[str, Any]) -> dict[str, Item]:
    """What a first pull brings."""
    with JenkinsStandIn(json.loads(json.dumps(world))) as server:
        settings = Jenkins.model_validate({"url": server.url, "user": USER, "token": TOKEN})
        client = JenkinsClient(settings, Ear())
        source = JenkinsSource(client, settings, "jenkins")
        batches = list(source.pull(Nothing()))
        client.close()
    assert not any(batch.rejected or batch.error for batch in batches)
    return {item.key: item for batch in batches for item in batch.items}


def test_a_branch_build_tells_what_the_world_says(items: dict[str, Item]) -> None:
    at = round((NOW - HOUR).timestamp() * 1000)
    facts = items[f"jenkins:ci:abc/build/api/feature/login#3@{at}"].facts
    assert facts["repository"] == "abc/api"
    assert facts["branch"] == "feature/login"
    assert facts["commits"] == ("a" * 40,)
    assert facts["references"] == ("redmine:issue/12",)
    assert facts["causes"] == ("scm", "user")
    assert facts["user"] == "sjkim"
    assert facts["culprits"] == ("sjkim",)
    assert facts["result"] == "UNSTABLE"
    assert facts["failed_tests"] == ("login.Form.opens",)


def test_all_jobs_builds_nodes_and_waiting_are_there(items: dict[str, Item]) -> None:
    kinds = {key.removeprefix("jenkins:ci:").partition("@")[0]: i for key, i in items.items()}
    assert kinds.keys() == {
        "abc/build/api/main",
        "abc/build/api/feature/login",
        "abc/build/api/feature/login#3",
        "abc/build/batch",
        "abc/build/batch#8",
        "abc/build/batch#9",
        "abc/old",
        "node/built-in",
        "node/agent-04",
        "queue/4",
    }
    assert kinds["abc/old"].facts["disabled"] is True
    assert kinds["abc/build/batch#8"].facts["causes"] == ("upstream",)
    assert kinds["abc/build/batch#9"].state == "running"
    assert kinds["abc/build/batch"].facts["next_build_number"] == 10
    assert kinds["node/agent-04"].facts["disk_short"] is True
    assert kinds["queue/4"].facts["job"] == "abc/build/batch"


@pytest.fixture(scope="module")
def failures() -> dict[str, Item]:
    """The failures that stand in the ABC world, by job: the newest of each."""
    items = pulled(documents(spine_of_abc(1, 300, now=NOW)))
    told = sorted((i for i in items.values() if "error" in i.facts), key=lambda i: i.created_at)
    assert PLANTED not in repr(items)
    return {str(item.facts["job"]): item for item in told}


def test_one_outage_of_the_world_fails_several_jobs_alike(failures: dict[str, Item]) -> None:
    """Jenkins fact 15."""
    away = [failures[job] for job in outage.JOBS]
    assert {item.facts["error"] for item in away} == {
        "curl: (<n>) Could not resolve host: nexus.abc.example"
    }
    assert all(item.facts["infrastructure"] is True for item in away)
    assert {item.facts["node"] for item in away} == {"agent-01", "agent-02"}


def test_what_fails_for_days_in_the_world_fails_for_one_cause(failures: dict[str, Item]) -> None:
    deploy = failures[BROKEN]
    assert deploy.facts["failed_stage"] == "Deploy"
    assert (
        deploy.facts["error"] == "ssh: connect to host api-prod-<n> port <n>: Connection timed out"
    )
    assert "Authorization: ***" in str(deploy.facts["log"])


def test_consoles_of_the_world_tell_in_two_languages_what_went_wrong() -> None:
    world = spine_of_abc(1, 300, now=NOW)
    failed = {b.name: b for b in world.builds if b.result == "FAILURE"}
    told = {name: trouble(lines_of(build.log)).error for name, build in failed.items()}
    assert all(told.values())
    assert any(re.search("[가-힣]", error) for error in told.values())
    assert any(error.isascii() for error in told.values())
    causes = Counter((name.job, error) for name, error in told.items())
    assert any(count > 1 for (job, _), count in causes.items() if job != BROKEN)


def test_the_documents_have_the_fields_that_recorded_answers_have(
    world: dict[str, Any], recordings: Path
) -> None:
    def recorded(name: str) -> Any:
        text = (recordings / f"jenkins/api4jenkins/{name}.json").read_text(encoding="utf-8")
        return json.loads(text)

    jobs = {job["name"]: job for job in world["root"]["jobs"][0]["jobs"][0]["jobs"]}
    freestyle = jobs["batch"]["allBuilds"][0]
    assert freestyle.keys() - {"executor"} <= recorded("run_freestylebuild").keys()
    pipeline = jobs["api"]["jobs"][1]["allBuilds"][0]
    assert pipeline.keys() <= recorded("run_workflowrun").keys()
    job = properties(jobs["api"]["jobs"][1]).keys()
    assert job - {"allBuilds"} <= recorded("job_pipeline").keys()
    node = world["computer"]["computer"][0]
    assert node.keys() <= recorded("node_nodes")["computer"][0].keys()
    assert node["monitorData"].keys() == recorded("node_node")["monitorData"].keys()
    assert world["queue"]["items"][0].keys() <= recorded("queue_buildableitem").keys()
    report = recorded("report_test_report")
    made = world["tests"]["abc/build/api/feature%2Flogin#3"]
    assert made.keys() <= report.keys()
    assert made["suites"][0]["cases"][0].keys() <= report["suites"][0]["cases"][0].keys()
