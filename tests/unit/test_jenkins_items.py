"""What the parsers of Jenkins make of payloads."""

from datetime import UTC, datetime
from typing import Any

import pytest

from itsm_sync.model.items import Item
from itsm_sync.sources.jenkins.builds import (
    build_item,
    cause_word,
    failed_tests,
    has_failed_tests,
    revisions,
)
from itsm_sync.sources.jenkins.checkouts import branch_of, repository_of
from itsm_sync.sources.jenkins.failures import STANDING, Depth, failed_stage
from itsm_sync.sources.jenkins.jobs import Job
from itsm_sync.sources.jenkins.machines import job_of, node_item, queue_item
from itsm_sync.sources.jenkins.payloads import Origin, digest, moment

AT = 1_763_871_234_567
ORIGIN = Origin(source="jenkins", controller="ci", url="https://jenkins.example.com/ci")
ABC = Origin(
    source="jenkins", controller="ci", url=ORIGIN.url, repositories=("abc/api", "abc/portal")
)


def job(name: str = "abc/build/portal", branch: str = "") -> Job:
    return Job(
        raw=name,
        name=name,
        branch=branch,
        url=f"https://jenkins.example.com/ci/job/{name}/",
        color="blue",
        job_class="org.jenkinsci.plugins.workflow.job.WorkflowJob",
        next_number=18,
        last=(17, AT),
    )


def build(origin: Origin = ORIGIN, of: Job | None = None, **details: Any) -> Item:
    payload = {
        "number": 17,
        "timestamp": AT,
        "duration": 61_000,
        "building": False,
        "result": "SUCCESS",
        "url": "https://jenkins.example.com/ci/job/abc/job/build/job/portal/17/",
        **details,
    }
    return build_item(payload, of or job(), origin)


def checkout(url: str, *, sha: str = "a1", branch: str = "origin/main") -> dict[str, Any]:
    revision = {"SHA1": sha, "branch": [{"name": branch}]}
    return {"lastBuiltRevision": revision, "remoteUrls": [url]}


def changes(*commits: tuple[str, str]) -> dict[str, Any]:
    return {"items": [{"commitId": sha, "comment": text} for sha, text in commits]}


def test_a_build_is_its_job_number_and_time() -> None:
    """Jenkins facts 4 and 11: the clock is the controller's, in milliseconds."""
    item = build()
    assert item.key == "jenkins:ci:abc/build/portal#17@1763871234567"
    assert item.created_at == datetime(2025, 11, 23, 4, 13, 54, 567_000, UTC)
    assert item.updated_at == datetime(2025, 11, 23, 4, 14, 55, 567_000, UTC)
    assert item.facts["finished_at"] == item.updated_at


@pytest.mark.parametrize("told", [{"building": True, "result": None}, {"result": None}])
def test_a_running_build_has_no_result_and_no_end(told: dict[str, Any]) -> None:
    """Jenkins facts 6 and 11: duration is 0 until then."""
    payload = {"number": 1, "timestamp": AT, "duration": 0, **told}
    item = build_item(payload, job(), ORIGIN)
    assert item.state == "running"
    assert item.facts["building"] is True
    assert not {"result", "finished_at"} & item.facts.keys()
    assert item.updated_at == item.created_at


@pytest.mark.parametrize("result", ["SUCCESS", "FAILURE", "UNSTABLE", "ABORTED", "NOT_BUILT"])
def test_a_result_stays_the_word_of_jenkins(result: str) -> None:
    """Jenkins fact 7: UNSTABLE, ABORTED and NOT_BUILT are not FAILURE."""
    item = build(result=result)
    assert item.state == item.facts["result"] == result


@pytest.mark.parametrize(
    ("cause", "word"),
    [
        ({"_class": "hudson.model.Cause$UserIdCause", "userId": "sjkim"}, "user"),
        ({"_class": "hudson.triggers.SCMTrigger$SCMTriggerCause"}, "scm"),
        ({"_class": "jenkins.branch.BranchEventCause"}, "scm"),
        ({"_class": "com.cloudbees.jenkins.GitHubPushCause"}, "scm"),
        ({"_class": "hudson.triggers.TimerTrigger$TimerTriggerCause"}, "timer"),
        ({"_class": "hudson.model.Cause$UpstreamCause", "upstreamProject": "abc/a"}, "upstream"),
        ({"_class": "org.jenkinsci.plugins.workflow.cps.replay.ReplayCause"}, "other"),
        ({"shortDescription": "Started by timer"}, "timer"),
        ({"shortDescription": "Started by an SCM change"}, "scm"),
        ({"shortDescription": "Started by user 김서준"}, "user"),
        ({"upstreamProject": "abc/a"}, "upstream"),
        ({"userId": "sjkim"}, "user"),
        ({}, "other"),
    ],
)
def test_a_cause_is_one_of_five_words(cause: dict[str, Any], word: str) -> None:
    assert cause_word(cause) == word


def test_causes_and_the_person_come_from_the_actions() -> None:
    causes = [
        {
            "_class": "hudson.model.Cause$UserIdCause",
            "userId": "sjkim",
            "shortDescription": "Started by user 김서준",
        }
    ]
    item = build(actions=[{}, None, {"causes": causes}], description="night\x00ly")
    assert item.facts["causes"] == ("user",)
    assert item.facts["user"] == "sjkim"
    assert item.body == "nightly\nStarted by user 김서준"


def test_a_secret_in_a_description_is_no_text_of_the_build() -> None:
    item = build(description="deployed with token=abc123def456")
    assert item.body == "deployed with token=***"


@pytest.mark.parametrize(
    "found", [{"changeSet": changes(("a1", "Fix"))}, {"changeSets": [changes(("a1", "Fix"))]}]
)
def test_changes_of_freestyle_and_of_pipelines_are_read(found: dict[str, Any]) -> None:
    """Jenkins fact 14."""
    assert build(**found).facts["commits"] == ("a1",)


def test_a_change_set_that_is_told_twice_counts_once() -> None:
    """Jenkins fact 14."""
    twice = [changes(("a1", "Fix #12")), changes(("a1", "Fix #12"), ("b2", "refs #7"))]
    facts = build(changeSets=twice).facts
    assert facts["commits"] == ("a1", "b2")
    assert facts["references"] == ("redmine:issue/12", "redmine:issue/7")


def test_commit_messages_are_no_text_of_the_build() -> None:
    assert "secret plan" not in repr(build(changeSets=[changes(("a1", "secret plan"))]))


def test_a_shared_library_is_not_the_repository_of_a_build() -> None:
    """Jenkins fact 14: match the remote URL before linking a commit."""
    library = checkout("https://github.com/abc/pipeline-library.git", sha="c9")
    own = checkout("git@github.com:abc/api.git", sha="a1")
    sets = [changes(("c8", "Tidy #99"), ("c9", "Tidy")), changes(("a0", "Fix"), ("a1", "Fix #12"))]
    facts = build(ABC, actions=[library, own], changeSets=sets).facts
    assert facts["repository"] == "abc/api"
    assert facts["sha"] == "a1"
    assert facts["commits"] == ("a0", "a1")
    assert facts["references"] == ("redmine:issue/12",)


def test_of_two_remotes_that_may_both_be_meant_none_is_linked() -> None:
    """Jenkins fact 14: a wrong link is worse than none."""
    both = [checkout("https://github.com/x/one", sha="1"), checkout("https://github.com/x/two")]
    facts = build(actions=both, changeSets=[changes(("1", "Fix #12"))]).facts
    assert not {"repository", "commits", "references"} & facts.keys()


def test_the_remote_on_the_jobs_own_branch_is_the_one_of_a_multibranch_job() -> None:
    """Jenkins fact 14."""
    library = checkout("https://github.com/x/library", branch="main")
    own = checkout("https://github.com/x/api", branch="feature/login")
    facts = build(of=job("x/api/feature/login", "feature/login"), actions=[library, own]).facts
    assert (facts["repository"], facts["branch"]) == ("x/api", "feature/login")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/abc/portal.git", "abc/portal"),
        ("https://user:token@github.com/abc/portal", "abc/portal"),
        ("git@github.com:abc/portal.git", "abc/portal"),
        ("ssh://git@github.com:22/abc/portal.git/", "abc/portal"),
        ("https://git.example.com/scm/abc/portal.git", "abc/portal"),
        ("", ""),
    ],
)
def test_a_remote_url_names_a_repository_and_no_secret(url: str, name: str) -> None:
    assert repository_of(url) == name


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("refs/remotes/origin/main", "main"),
        ("remotes/origin1/test", "test"),
        ("origin/feature/login", "feature/login"),
        ("refs/heads/main", "main"),
        ("feature/login", "feature/login"),
        ("detached", ""),
    ],
)
def test_a_branch_is_known_without_its_remote(told: str, name: str) -> None:
    assert branch_of(told) == name


@pytest.mark.parametrize(
    ("result", "count", "asked"),
    [
        ("FAILURE", 2, True),
        ("UNSTABLE", 2, True),
        ("SUCCESS", 2, False),
        ("ABORTED", 2, False),
        ("FAILURE", 0, False),
    ],
)
def test_tests_are_asked_of_failed_builds_that_have_some(
    result: str, count: int, asked: bool
) -> None:
    """Jenkins fact 12."""
    action = {"urlName": "testReport", "failCount": count}
    assert has_failed_tests({"result": result, "actions": [{}, action]}) is asked


def test_failed_tests_are_found_in_aggregated_reports_too() -> None:
    case = {"className": "a.B", "name": "c", "status": "FAILED"}
    passed = {"className": "a.B", "name": "d", "status": "FIXED"}
    assert failed_tests({"suites": [{"cases": [case, passed]}]}) == ("a.B.c",)
    aggregated = {"childReports": [{"result": {"suites": [{"cases": [case, passed]}]}}]}
    assert failed_tests(aggregated) == ("a.B.c",)


def test_a_node_that_tells_nothing_has_no_measures() -> None:
    item = node_item({"displayName": "agent-01", "offline": True}, ORIGIN)
    assert item.key == "jenkins:ci:node/agent-01"
    assert item.url == "https://jenkins.example.com/ci/computer/agent-01/"
    assert (item.facts["disk_short"], "disk_free_bytes" in item.facts) == (False, False)


def test_a_memory_that_is_not_known_is_no_measure() -> None:
    data = {"hudson.node_monitors.SwapSpaceMonitor": {"availableSwapSpace": -1}}
    item = node_item({"displayName": "a", "offline": False, "monitorData": data}, ORIGIN)
    assert "swap_free_bytes" not in item.facts


@pytest.mark.parametrize(
    ("kind", "by"),
    [
        ("hudson.slaves.OfflineCause$UserCause", "person"),
        ("hudson.slaves.OfflineCause$ByCLI", "person"),
        ("hudson.slaves.OfflineCause$IdleOfflineCause", "idle"),
        ("hudson.node_monitors.DiskSpaceMonitorDescriptor$DiskSpace", "monitor"),
        ("hudson.slaves.OfflineCause$ChannelTermination", "trouble"),
    ],
)
def test_a_node_that_is_away_tells_by_what_and_since_when(kind: str, by: str) -> None:
    cause = {"_class": kind, "timestamp": AT}
    item = node_item({"displayName": "a", "offline": True, "offlineCause": cause}, ORIGIN)
    assert (item.facts["offline_by"], item.facts["offline_since"]) == (by, moment(AT))


@pytest.mark.parametrize("cause", [None, {}, "gone", {"timestamp": None}, {"timestamp": 0}])
def test_a_node_that_is_away_without_a_cause_tells_none(cause: Any) -> None:
    item = node_item({"displayName": "a", "offline": True, "offlineCause": cause}, ORIGIN)
    assert {"offline_by", "offline_since"}.isdisjoint(item.facts)


def test_a_queue_item_that_counts_down_says_the_same_all_the_time() -> None:
    def waits(why: str) -> Item:
        return queue_item({"id": 7, "inQueueSince": AT, "why": why}, ORIGIN)

    first, second = (waits(f"In the quiet period. Expires in {n} sec") for n in (4.6, 1.2))
    assert digest(first) == digest(second)
    assert first.facts["why"] == "In the quiet period."


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://h/ci/job/abc/job/api/job/feature%252Fx/", "abc/api/feature/x"),
        ("https://h/view/all/job/portal/", "portal"),
        ("https://h/job/job/job/job/", "job/job"),
        ("", ""),
    ],
)
def test_an_address_tells_the_full_name_of_a_job(url: str, name: str) -> None:
    """Jenkins fact 8."""
    assert job_of(url) == name


def test_a_digest_leaves_the_items_own_times_out() -> None:
    data = {"hudson.node_monitors.DiskSpaceMonitor": {"timestamp": AT, "size": 1}}
    later = {"hudson.node_monitors.DiskSpaceMonitor": {"timestamp": AT + 1, "size": 1}}
    more = {"hudson.node_monitors.DiskSpaceMonitor": {"timestamp": AT, "size": 2}}
    first, second, third = (
        digest(node_item({"displayName": "a", "offline": False, "monitorData": d}, ORIGIN))
        for d in (data, later, more)
    )
    assert first == second != third


@pytest.mark.parametrize(
    ("told", "node"),
    [
        ({"builtOn": "agent-01"}, "agent-01"),
        ({"builtOn": ""}, "built-in"),
        ({"builtOn": "master"}, "built-in"),
        ({}, None),
        ({"builtOn": None}, None),
    ],
)
def test_a_build_ran_on_the_node_that_it_names(told: dict[str, Any], node: str | None) -> None:
    assert build(**told).facts.get("node") == node


def test_a_build_names_its_commits_wherever_they_stand() -> None:
    payload = {
        "actions": [checkout("https://github.com/abc/api.git", sha="A1"), {}, None],
        "changeSet": changes(("b2", "one")),
        "changeSets": [changes(("c3", "two"))],
    }
    assert revisions(payload) == {"a1", "b2", "c3"}


@pytest.mark.parametrize(
    ("stages", "name"),
    [
        ([("Build", "SUCCESS"), ("Test", "FAILED"), ("Post", "FAILED")], "Test"),
        ([("Build", "SUCCESS"), ("Test", "UNSTABLE")], ""),
        ([("Build", "ABORTED")], ""),
        ([], ""),
        ([("배포", "FAILED")], "배포"),
        ([(f"Deploy {'x' * 300}", "FAILED")], f"Deploy {'x' * 92}…"),
        ([("login token=abc123def456", "FAILED")], "login token=***"),
    ],
)
def test_the_first_stage_that_failed_is_named(stages: list[tuple[str, str]], name: str) -> None:
    run = {"stages": [{"name": name, "status": status} for name, status in stages]}
    assert failed_stage(run) == name


def run(result: str, *, building: bool = False) -> dict[str, Any]:
    return {"result": result, "building": building}


@pytest.mark.parametrize(
    ("results", "depth"),
    [
        (["FAILURE", "FAILURE", "SUCCESS", "FAILURE"], 2),
        (["SUCCESS", "FAILURE"], 0),
        (["ABORTED", "NOT_BUILT", "UNSTABLE", "FAILURE", "SUCCESS"], 1),
        (["FAILURE"] * 9, STANDING),
        ([], 0),
    ],
)
def test_a_first_read_looks_as_far_as_the_failure_stands(results: list[str], depth: int) -> None:
    """Jenkins fact 7: what was aborted or is unstable ends no failure."""
    first, later = Depth(first=True), Depth(first=False)
    assert sum(first.reaches(run(result)) for result in results) == depth
    looked = [later.reaches(run(result)) for result in results]
    assert sum(looked) == results.count("FAILURE")


def test_a_running_build_is_not_looked_into() -> None:
    assert not Depth(first=False).reaches(run("FAILURE", building=True))
