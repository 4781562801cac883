"""The Jenkins stand-in answers as recorded controllers do, logs, and misbehaves when told."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from sandbox.standins.jenkins import JenkinsStandIn, new_folder, new_job
from sandbox.standins.jenkins_builds import new_stage

ACCOUNT = ("reader", "right")
BRANCH = "abc/api/feature%2Flogin"
MULTIBRANCH = "org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject"
START = 1_790_000_000_000


def documents() -> dict[str, Any]:
    api = new_folder("abc/api", [new_job(BRANCH)], _class=MULTIBRANCH)
    space = {"_class": "hudson.node_monitors.DiskSpaceMonitorDescriptor$DiskSpace", "size": 5}
    computer = {
        "_class": "hudson.slaves.SlaveComputer",
        "displayName": "agent-01",
        "monitorData": {"hudson.node_monitors.DiskSpaceMonitor": space, "other": None},
    }
    return {
        "accounts": dict([ACCOUNT]),
        "root": {"_class": "hudson.model.Hudson", "jobs": [new_folder("abc", [api])]},
        "computer": {"_class": "hudson.model.ComputerSet", "computer": [computer]},
        "queue": {"_class": "hudson.model.Queue", "items": []},
        "tests": {},
    }


@pytest.fixture
def server() -> Iterator[JenkinsStandIn]:
    with JenkinsStandIn(documents()) as server:
        for number in range(1, 121):
            server.start_build(BRANCH, at=START + number)
            if number < 120:
                server.finish_build(BRANCH, number, result="FAILURE", duration=9)
        yield server


def get(server: JenkinsStandIn, path: str, **params: Any) -> requests.Response:
    with requests.Session() as session:
        return session.get(f"{server.url}{path}", params=params, auth=ACCOUNT, timeout=5)


JOB = "/job/abc/job/api/job/feature%252Flogin"


@pytest.mark.parametrize(
    ("part", "numbers"),
    [
        ("", [*range(120, 0, -1)]),
        ("{0,3}", [120, 119, 118]),
        ("{118,200}", [2, 1]),
        ("{119}", [1]),
        ("{119,}", [1]),
        ("{,2}", [120, 119]),
        ("{500,600}", []),
    ],
)
def test_a_range_is_by_position(server: JenkinsStandIn, part: str, numbers: list[int]) -> None:
    """Jenkins fact 3."""
    answer = get(server, f"{JOB}/api/json", tree=f"allBuilds[number]{part}").json()
    assert [build["number"] for build in answer["allBuilds"]] == numbers


def test_builds_are_the_newest_hundred_and_all_builds_are_seen_by_tree_only(
    server: JenkinsStandIn,
) -> None:
    """Jenkins fact 2."""
    assert len(get(server, f"{JOB}/api/json", tree="builds[number]").json()["builds"]) == 100
    plain = get(server, f"{JOB}/api/json").json()
    assert len(plain["builds"]) == 100
    assert plain["builds"][0].keys() == {"_class", "number", "url"}
    assert "allBuilds" not in plain


def test_a_tree_shows_what_is_named_and_the_class(server: JenkinsStandIn) -> None:
    tree = "color,lastBuild[number],lastCompletedBuild[number,result],actions"
    answer = get(server, f"{JOB}/api/json", tree=tree).json()
    run = "org.jenkinsci.plugins.workflow.job.WorkflowRun"
    assert answer == {
        "_class": "org.jenkinsci.plugins.workflow.job.WorkflowJob",
        "color": "red_anime",
        "lastBuild": {"_class": run, "number": 120},
        "lastCompletedBuild": {"_class": run, "number": 119, "result": "FAILURE"},
    }


def test_a_map_shows_all_its_keys_and_a_star_all_values(server: JenkinsStandIn) -> None:
    asked = get(server, "/computer/api/json", tree="computer[monitorData[*]]").json()
    shown = asked["computer"][0]["monitorData"]
    assert shown["hudson.node_monitors.DiskSpaceMonitor"]["size"] == 5
    assert shown["other"] is None


def test_branches_are_encoded_in_names_and_again_in_addresses(server: JenkinsStandIn) -> None:
    """Jenkins fact 8."""
    tree = "jobs[name,fullName,url]"
    (branch,) = get(server, "/job/abc/job/api/api/json", tree=tree).json()["jobs"]
    assert (branch["name"], branch["fullName"]) == ("feature%2Flogin", BRANCH)
    assert branch["url"] == f"{server.url}{JOB}/"
    assert get(server, f"{JOB}/lastFailedBuild/api/json").json()["number"] == 119
    assert get(server, "/job/abc/job/api/job/feature%2Flogin/api/json").status_code == 404


@pytest.mark.parametrize(
    ("account", "status"), [(None, 403), (("reader", "wrong"), 401), (("nobody", "right"), 401)]
)
def test_only_the_account_with_its_token_is_let_in(
    server: JenkinsStandIn, account: tuple[str, str] | None, status: int
) -> None:
    answer = requests.get(f"{server.url}/api/json", auth=account, timeout=5)
    assert (answer.status_code, answer.headers["Content-Type"]) == (
        status,
        "text/html;charset=utf-8",
    )


@pytest.mark.parametrize(
    ("path", "has"), [("/me", "fullName"), ("/whoAmI", "authenticated"), ("/crumbIssuer", "crumb")]
)
def test_the_small_pages_are_there(server: JenkinsStandIn, path: str, has: str) -> None:
    answer = get(server, f"{path}/api/json")
    assert has in answer.json()
    assert answer.headers["X-Jenkins"]


@pytest.mark.parametrize("path", ["/job/nope", f"{JOB}/999", f"{JOB}/1/testReport", "/nope"])
def test_what_is_not_there_is_a_page_with_404(server: JenkinsStandIn, path: str) -> None:
    answer = get(server, f"{path}/api/json")
    assert (answer.status_code, answer.text[:6]) == (404, "<html>")


@pytest.mark.parametrize("tree", ["a[b", "a]", "[a]", "a{x}", "a{}", "a,,b"])
def test_a_bad_tree_is_refused(server: JenkinsStandIn, tree: str) -> None:
    assert get(server, "/api/json", tree=tree).status_code == 400


def test_faults_are_told_and_forgotten_over_http(server: JenkinsStandIn) -> None:
    fault = {"match": "/queue/", "kind": "status", "status": 429, "retry_after": 7, "times": 1}
    told = requests.post(f"{server.url}/_standin/faults", json=fault, timeout=5)
    assert told.status_code == 204
    answer = get(server, "/queue/api/json")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert get(server, "/queue/api/json").status_code == 200
    server.misbehave("/queue/", kind="html")
    assert get(server, "/queue/api/json").status_code == 503
    requests.delete(f"{server.url}/_standin/faults", timeout=5)
    assert get(server, "/queue/api/json").status_code == 200
    wrong = {"kind": "sulk"}
    assert requests.post(f"{server.url}/_standin/faults", json=wrong, timeout=5).status_code == 422


def test_what_was_asked_is_remembered(server: JenkinsStandIn) -> None:
    get(server, "/queue/api/json", tree="items[id]")
    asked = requests.get(f"{server.url}/_standin/requests", timeout=5).json()
    assert [(a["path"], a["query"], a["status"]) for a in asked] == [
        ("/queue/api/json", "tree=items%5Bid%5D", 200)
    ]
    requests.delete(f"{server.url}/_standin/requests", timeout=5)
    assert server.requests == []


def test_the_world_can_be_changed_from_outside(server: JenkinsStandIn) -> None:
    world = requests.get(f"{server.url}/_standin/world", timeout=5).json()
    world["root"]["jobs"] = []
    requests.put(f"{server.url}/_standin/world", json=world, timeout=5)
    assert get(server, "/api/json", tree="jobs[name]").json()["jobs"] == []


def test_a_stand_in_of_its_own_process_ends_by_itself(tmp_path: Path) -> None:
    (tmp_path / "jenkins.json").write_text(json.dumps(documents()), encoding="utf-8")
    log = tmp_path / "log.jsonl"
    options = ["--world", str(tmp_path), "--log", str(log), "--lifetime", "2"]
    command = [sys.executable, "-m", "sandbox.standins", *options]
    scripts = Path(__file__).parents[2] / "scripts"
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=scripts, text=True) as process:
        assert process.stdout is not None
        addresses = json.loads(process.stdout.readline())
        address = f"{addresses['jenkins_url']}/api/json"
        assert requests.get(address, auth=ACCOUNT, timeout=5).status_code == 200
        assert process.wait(timeout=20) == 0
    assert json.loads(log.read_text(encoding="utf-8"))["path"] == "/api/json"


def test_a_console_is_answered_from_a_place_in_bytes_on(server: JenkinsStandIn) -> None:
    """A start behind the end is 0: the log was rotated, Jenkins thinks."""
    note = "\x1b[8mha:////4A==\x1b[0m"
    log = f"{note}첫 줄\n둘째 줄\n"
    server.world["logs"] = {f"{BRANCH}#119": log}
    place = f"{JOB}/119/logText/progressiveText"
    whole = get(server, place)
    assert whole.headers["X-Text-Size"] == str(len(log.encode()))
    assert whole.headers["Content-Type"] == "text/plain;charset=UTF-8"
    assert (whole.text, "X-More-Data" in whole.headers) == ("첫 줄\r\n둘째 줄\r\n", False)
    assert get(server, place, start=len(f"{note}첫 줄\n".encode())).text == "둘째 줄\r\n"
    assert get(server, place, start=len(log.encode())).text == ""
    assert get(server, place, start=9999).text == whole.text


def test_a_build_without_a_log_answers_nothing_and_a_running_one_has_more(
    server: JenkinsStandIn,
) -> None:
    for number in (118, 120):
        answer = get(server, f"{JOB}/{number}/logText/progressiveText")
        assert (answer.status_code, answer.text) == (200, "")
        assert (answer.headers["X-Text-Size"], answer.headers["X-More-Data"]) == ("0", "true")


def test_stages_are_there_for_pipelines_that_have_some(server: JenkinsStandIn) -> None:
    build = server.job(BRANCH)["allBuilds"][1]
    stages = [new_stage(build, 6, "Build", "SUCCESS"), new_stage(build, 9, "Test", "FAILED", "no")]
    server.world["stages"] = {f"{BRANCH}#119": stages}
    answer = get(server, f"{JOB}/119/wfapi/describe").json()
    assert (answer["id"], answer["status"]) == ("119", "FAILED")
    assert [(s["name"], s["status"]) for s in answer["stages"]] == [
        ("Build", "SUCCESS"),
        ("Test", "FAILED"),
    ]
    build["_class"] = "hudson.model.FreeStyleBuild"
    for path in (f"{JOB}/119", f"{JOB}/118", JOB, "/job/nope"):
        assert get(server, f"{path}/wfapi/describe").status_code == 404


def test_stages_are_made_as_recorded_ones_are(server: JenkinsStandIn, recordings: Path) -> None:
    file = recordings / "jenkins/devlake/jenkins_api_stages.json"
    recorded = json.loads(file.read_text(encoding="utf-8"))
    failed = next(row["data"] for row in recorded if row["data"]["status"] == "FAILED")
    build = server.job(BRANCH)["allBuilds"][1]
    made = new_stage(build, 9, "Test", "FAILED", "script returned exit code 1")
    assert made.keys() == failed.keys()
    assert made["error"].keys() == failed["error"].keys()


def test_consoles_are_for_accounts_alone(server: JenkinsStandIn) -> None:
    for page in ("logText/progressiveText", "wfapi/describe"):
        assert requests.get(f"{server.url}{JOB}/119/{page}", timeout=5).status_code == 403
