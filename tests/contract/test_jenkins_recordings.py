"""Every recorded answer of a real Jenkins goes through the parsers, and none is dropped."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sandbox.standins.jenkins import JenkinsStandIn
from sandbox.standins.jenkins_tree import parse_tree, prune

from itsm_sync.clients.jenkins import JenkinsClient
from itsm_sync.model.items import Item
from itsm_sync.settings import Jenkins
from itsm_sync.sources.jenkins.builds import BUILD_TREE, build_item, failed_tests
from itsm_sync.sources.jenkins.failures import failed_stage
from itsm_sync.sources.jenkins.jobs import Job, job_item, list_jobs, read_job
from itsm_sync.sources.jenkins.machines import (
    NODES_TREE,
    QUEUE_TREE,
    job_of,
    node_item,
    queue_item,
    read_all,
)
from itsm_sync.sources.jenkins.payloads import UNKNOWN_TIME, Origin

ORIGIN = Origin(source="jenkins", controller="ci", url="http://0.0.0.0:8080")


class Ear:
    def saw(self, event: str, /, **details: object) -> None:
        """Listen to nothing."""


def read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def job(url: str) -> Job:
    return Job(
        raw=job_of(url),
        name=job_of(url),
        branch="",
        url=url,
        color="",
        job_class="",
        next_number=1,
        last=None,
    )


def recorded_builds(recordings: Path) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Each recorded build, and the address of its job."""
    for file in sorted((recordings / "jenkins").glob("devlake/*_builds*.json")):
        for row in read(file):
            yield row["data"], row["url"].partition("api/json")[0]
    files = [*(recordings / "jenkins").glob("hygieia/buildDetails_*.json")]
    files += (recordings / "jenkins").glob("api4jenkins/run_*.json")
    for file in sorted(files):
        build = read(file)
        yield build, build["url"].removesuffix(f"{build['number']}/")


def running_on_nodes(recordings: Path) -> Iterator[tuple[Mapping[str, Any], str]]:
    for computer in read(recordings / "jenkins/api4jenkins/node_nodes.json")["computer"]:
        for executor in computer["executors"]:
            build = executor.get("currentExecutable") or {}
            if "result" in build:
                yield build, build["url"].removesuffix(f"{build['number']}/")


def milliseconds(item: Item, name: str) -> int:
    return round((getattr(item, name) - UNKNOWN_TIME).total_seconds() * 1000)


def check(raw: Mapping[str, Any], item: Item, at: str) -> None:
    assert item.facts["number"] == raw["number"]
    assert item.facts.get("result") == raw["result"]
    running = raw.get("building", raw["result"] is None)
    assert item.facts["building"] is running
    assert item.state == ("running" if running else raw["result"])
    assert item.facts["duration_ms"] == raw["duration"]
    assert milliseconds(item, "created_at") == raw["timestamp"]
    ended = raw["timestamp"] + (0 if running else raw["duration"])
    assert milliseconds(item, "updated_at") == ended
    assert item.url == raw.get("url", f"{at}{raw['number']}/")
    assert item.key == f"jenkins:ci:{job_of(at)}#{raw['number']}@{raw['timestamp']}"


def test_every_recorded_build_is_an_item_equal_to_the_raw(recordings: Path) -> None:
    found = [*recorded_builds(recordings), *running_on_nodes(recordings)]
    assert len(found) > 30
    for raw, at in found:
        check(raw, build_item(raw, job(at), ORIGIN), at)


def test_the_tree_that_is_asked_for_has_all_that_an_item_needs(recordings: Path) -> None:
    """The parsers see the answer to our own `tree`, not the whole of a build."""
    for raw, at in recorded_builds(recordings):
        asked = prune(raw, parse_tree(BUILD_TREE))
        assert build_item(asked, job(at), ORIGIN) == build_item(raw, job(at), ORIGIN)


def test_the_changes_of_recorded_builds_are_all_there(recordings: Path) -> None:
    """Jenkins fact 14: `changeSet` and `changeSets`, some of them told twice."""
    for raw, at in recorded_builds(recordings):
        sets = [raw.get("changeSet") or {}, *raw.get("changeSets", ())]
        commits = {change["commitId"] for s in sets for change in s.get("items", ())}
        assert set(build_item(raw, job(at), ORIGIN).facts.get("commits", ())) == commits


def test_the_repository_of_a_recorded_build_is_the_one_it_names(recordings: Path) -> None:
    """Jenkins fact 14."""
    names = {
        file.name: build_item(read(file), job(read(file)["url"]), ORIGIN).facts
        for file in (recordings / "jenkins/hygieia").glob("buildDetails_with*.json")
    }
    found = {name: facts.get("repository") for name, facts in names.items()}
    assert found.pop("buildDetails_withMultipleSCM.json") is None
    assert found.pop("buildDetails_withMultipleRepos.json") == "myrepo/Hygieia222"
    assert found.pop("buildDetails_withRepo-noRemoteUrl.json") is None
    assert found.pop("buildDetails_withRepo-emptyRemoteUrl.json") is None
    assert set(found.values()) == {"myrepo/Hygieia"}
    branches = {facts["branch"] for name, facts in names.items() if "Multiple" not in name}
    assert branches == {"master"}


def test_every_recorded_job_is_listed(recordings: Path) -> None:
    rows = read(recordings / "jenkins/devlake/jenkins_api_jobs_multibranch.json")
    for row in rows:
        raw = row["data"]
        item = job_item(read_job(raw, raw["fullName"], multibranch=True), ORIGIN)
        assert (item.title, item.url, item.state) == (raw["fullName"], raw["url"], raw["color"])
        assert item.facts["branch"] == raw["name"]


def leaves(jobs: list[dict[str, Any]]) -> Iterator[str]:
    for raw in jobs:
        if "jobs" in raw:
            yield from leaves(raw["jobs"])
        elif not raw["_class"].endswith("Folder"):
            yield raw["url"]


def test_every_recorded_tree_of_jobs_is_walked(recordings: Path) -> None:
    """Jenkins fact 8: the answers come over the wire, through the real client."""
    folder = recordings / "jenkins/api4jenkins"
    for name in ("jenkins_jenkins", "job_folder", "job_mbranch", "view_allview"):
        root = read(folder / f"{name}.json")
        world = {"accounts": {"reader": "right"}, "root": root, "tests": {}}
        with JenkinsStandIn(world) as server:
            values = {"url": server.url, "user": "reader", "token": "right"}
            client = JenkinsClient(Jenkins.model_validate(values), Ear())
            listing = list_jobs(client, ORIGIN)
            client.close()
        assert {job.url for job in listing.jobs} == set(leaves(root["jobs"]))
        assert not listing.rejected


def test_old_answers_without_a_class_are_jobs_all_the_same(recordings: Path) -> None:
    root = read(recordings / "jenkins/hygieia/instanceJobs_twoJobsTwoBuilds.json")
    for raw in root["jobs"]:
        item = job_item(read_job(raw, raw["name"], multibranch=False), ORIGIN)
        assert (item.key, item.url) == (f"jenkins:ci:{raw['name']}", raw["url"])


def test_every_recorded_node_is_an_item(recordings: Path) -> None:
    """Jenkins fact 17."""
    whole = read(recordings / "jenkins/api4jenkins/node_nodes.json")
    asked = prune(whole, parse_tree(NODES_TREE))
    items, rejected = read_all(asked["computer"], "node", node_item, ORIGIN)
    assert (len(items), rejected) == (len(whole["computer"]), [])
    for raw, item in zip(whole["computer"], items, strict=True):
        assert item.facts["offline"] == raw["offline"]
        assert item.facts["executors"] == raw["numExecutors"]
        disk = raw["monitorData"]["hudson.node_monitors.DiskSpaceMonitor"] or {}
        assert item.facts.get("disk_free_bytes") == disk.get("size")
    one = read(recordings / "jenkins/api4jenkins/node_node.json")
    assert node_item(one, ORIGIN).key == items[0].key == "jenkins:ci:node/built-in"


def test_every_recorded_queue_item_is_an_item(recordings: Path) -> None:
    """Jenkins fact 17."""
    folder = recordings / "jenkins/api4jenkins"
    whole = read(folder / "queue_queue.json")
    rows = [*whole["items"], *(read(file) for file in sorted(folder.glob("queue_*item.json")))]
    asked = prune({"items": rows}, parse_tree(QUEUE_TREE))
    items, rejected = read_all(asked["items"], "queue", queue_item, ORIGIN)
    assert (len(items), rejected) == (len(rows), [])
    for raw, item in zip(rows, items, strict=True):
        assert milliseconds(item, "created_at") == raw["inQueueSince"]
        assert item.url == f"{ORIGIN.url}/{raw['url']}"
        assert item.facts.get("job", "") == job_of(raw["task"].get("url", ""))
        assert (item.facts["stuck"], item.facts["blocked"]) == (raw["stuck"], raw["blocked"])


def test_a_recorded_test_report_names_the_failed_ones(recordings: Path) -> None:
    """The recorded one was trimmed to a test that passed."""
    report = read(recordings / "jenkins/api4jenkins/report_test_report.json")
    assert failed_tests(report) == ()


def test_recorded_addresses_have_a_job_in_them(recordings: Path) -> None:
    for _, at in recorded_builds(recordings):
        assert "/job/" in urlsplit(at).path
        assert job_of(at)


def test_recorded_stages_name_the_first_that_failed(recordings: Path) -> None:
    """Jenkins fact 12: other words than FAILED are no failure of a stage."""
    rows = read(recordings / "jenkins/devlake/jenkins_api_stages.json")
    rows += read(recordings / "jenkins/devlake/jenkins_api_stages_multibranch.json")
    runs: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        runs[row["url"]].append(row["data"])
    found = {url: failed_stage({"stages": stages}) for url, stages in runs.items()}
    assert {name for name in found.values() if name} == {
        stage["name"] for stages in runs.values() for stage in stages if stage["status"] == "FAILED"
    }
    assert "scp-f/b" in found.values()


def test_recorded_freestyle_builds_say_where_they_ran_and_pipelines_do_not(
    recordings: Path,
) -> None:
    nodes = {
        name: build_item(read(file), job(read(file)["url"]), ORIGIN).facts.get("node")
        for name in ("freestylebuild", "workflowrun")
        for file in (recordings / "jenkins/api4jenkins").glob(f"run_{name}.json")
    }
    assert nodes == {"freestylebuild": "built-in", "workflowrun": None}
