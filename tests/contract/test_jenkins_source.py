"""The Jenkins source through the real client against the stand-in."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr
from sandbox.standins.jenkins import JenkinsStandIn, new_folder, new_job

from itsm_sync.clients.errors import Broken, Unauthorised, Unreachable
from itsm_sync.locale import say
from itsm_sync.model.cycles import Health
from tests.jenkins_builders import (
    GIB,
    LOGIN,
    MINUTE,
    PORTAL,
    START,
    Puller,
    builds,
    documents,
    ended,
    node,
    stream,
)
from tests.shelf import Shelf


@pytest.fixture
def server() -> Iterator[JenkinsStandIn]:
    with JenkinsStandIn(documents()) as server:
        for minute in range(3):
            ended(server, PORTAL, at=START + minute * MINUTE)
        ended(server, LOGIN, at=START, result="FAILURE")
        yield server


@pytest.fixture
def store() -> Shelf:
    return Shelf()


@pytest.fixture
def puller(server: JenkinsStandIn, store: Shelf) -> Puller:
    return Puller(server, store)


# -- the ordinary pull ------------------------------------------------------------------------


def test_a_first_pull_reads_jobs_builds_nodes_and_queue(puller: Puller, store: Shelf) -> None:
    batches = puller.pull()
    assert {item.kind for item in store.items.values()} == {"job", "build", "node"}
    assert {batch.stream for batch in batches} == {
        "jobs",
        "nodes",
        "queue",
        f"builds:{PORTAL}",
        "builds:abc/build/api/feature/login",
    }
    build = builds(store)[3]
    assert build.key == f"jenkins:ci:{PORTAL}#3@{START + 2 * MINUTE}"
    assert build.state == build.facts["result"] == "SUCCESS"
    assert build.created_at == datetime.fromtimestamp((START + 2 * MINUTE) / 1000, UTC)
    assert (build.updated_at - build.created_at).total_seconds() == 30


def test_a_second_pull_without_news_asks_once_for_jobs_nodes_and_queue(
    puller: Puller, store: Shelf
) -> None:
    puller.pull()
    batches = puller.pull()
    assert puller.asked == ["", "/computer", "/queue"]
    assert [batch.items for batch in batches] == [(), (), ()]


def test_a_job_with_a_running_build_costs_one_request_more(
    puller: Puller, server: JenkinsStandIn
) -> None:
    server.start_build(PORTAL, at=START + 9 * MINUTE)
    puller.pull()
    batches = puller.pull()
    assert puller.asked == ["", "/computer", "/queue", "/job/abc/job/build/job/portal"]
    assert not any(batch.items for batch in batches)


def test_only_the_new_builds_are_asked_for(puller: Puller, server: JenkinsStandIn) -> None:
    puller.pull()
    ended(server, PORTAL, at=START + 9 * MINUTE)
    batch = stream(puller.pull(), f"builds:{PORTAL}")
    assert [item.facts["number"] for item in batch.items] == [4]
    assert server.requests[-1].query.endswith("%7B0%2C2%7D")  # the new one and the cursor's


def test_every_request_has_a_tree_and_none_a_depth(puller: Puller, server: JenkinsStandIn) -> None:
    """Jenkins facts 1 and 2: never `depth`, and builds by `allBuilds` with a range."""
    puller.pull()
    assert not any("depth=" in asked.query for asked in server.requests)
    documents = [asked for asked in server.requests if asked.path.endswith("/api/json")]
    assert all("tree=" in asked.query for asked in documents)
    assert all("allBuilds" in a.query for a in documents if a.path.startswith("/job/"))


def test_nothing_is_asked_but_what_is_read(puller: Puller) -> None:
    """Jenkins fact 10: no crumb is asked for, nor the root of an account."""
    puller.pull()
    assert puller.asked == [
        "",
        "/computer",
        "/queue",
        "/job/abc/job/build/job/portal",
        "/job/abc/job/build/job/api/job/feature%252Flogin",
        "/job/abc/job/build/job/api/job/feature%252Flogin/1/wfapi/describe",
        "/job/abc/job/build/job/api/job/feature%252Flogin/1/logText/progressiveText",
    ]


# -- jobs -------------------------------------------------------------------------------------


def test_a_branch_is_named_as_people_name_it_and_asked_as_jenkins_names_it(
    puller: Puller, store: Shelf
) -> None:
    """Jenkins fact 8."""
    puller.pull()
    build = builds(store, "abc/build/api/feature/login")[1]
    assert build.facts["branch"] == "feature/login"
    assert build.url.endswith("/job/abc/job/build/job/api/job/feature%252Flogin/1/")
    assert "jenkins:ci:abc/build/api/feature/login" in store.known("job")


def test_folders_deeper_than_one_request_shows_are_asked_by_their_class(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    """Jenkins fact 8."""
    job = new_job("abc/a/b/c/d/e/f/deep")
    folder = job
    for name in ("abc/a/b/c/d/e/f", "abc/a/b/c/d/e", "abc/a/b/c/d", "abc/a/b/c", "abc/a/b"):
        folder = new_folder(name, [folder])
    server.job("abc")["jobs"].append(new_folder("abc/a", [folder]))
    ended(server, "abc/a/b/c/d/e/f/deep", at=START)
    puller.pull()
    assert builds(store, "abc/a/b/c/d/e/f/deep").keys() == {1}
    assert "/job/abc/job/a/job/b/job/c/job/d" in puller.asked


def test_a_disabled_job_is_known_by_its_colour(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    """Jenkins fact 9."""
    server.job("abc/nightly")["color"] = "disabled"
    server.job(PORTAL)["color"] = "blue_anime"
    puller.pull()
    nightly, portal = store.items["jenkins:ci:abc/nightly"], store.items[f"jenkins:ci:{PORTAL}"]
    assert (nightly.state, nightly.facts["disabled"]) == ("disabled", True)
    assert (portal.state, portal.facts["building"]) == ("blue", True)


@pytest.mark.parametrize(
    ("patterns", "jobs"),
    [
        (("*",), {PORTAL, "abc/build/api/feature/login"}),
        (("abc/build",), {PORTAL, "abc/build/api/feature/login"}),
        (("abc/*/portal",), {PORTAL}),
        (("abc/build/api/feature/*",), {"abc/build/api/feature/login"}),
        (("abc/bui",), set()),
    ],
)
def test_only_the_jobs_of_the_settings_are_read(
    server: JenkinsStandIn, store: Shelf, patterns: tuple[str, ...], jobs: set[str]
) -> None:
    Puller(server, store, jobs=patterns).pull()
    assert {store.items[key].facts["job"] for key in store.known("build")} == jobs


def test_a_job_with_a_broken_payload_is_set_aside_and_the_others_go_on(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    del server.job("abc/nightly")["url"]
    batch = stream(puller.pull(), "jobs")
    assert [rejected.key for rejected in batch.rejected] == ["jenkins:ci:abc/nightly"]
    assert f"jenkins:ci:{PORTAL}" in store.items


def test_what_is_stored_of_builds_is_asked_for_once_however_many_jobs_are_new(
    puller: Puller, store: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    known = store.known

    def counted(kind: str, *, state: str | None = None) -> tuple[str, ...]:
        asked.append(kind)
        return known(kind, state=state)

    monkeypatch.setattr(store, "known", counted)
    batches = puller.pull()
    assert len({batch.stream for batch in batches if batch.stream.startswith("builds:")}) > 1
    assert asked == ["build"]


def test_a_vanished_branch_takes_its_builds_along_and_none_of_them_becomes_fixed(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    """Jenkins fact 5."""
    puller.pull()
    server.delete_job(LOGIN)
    batch = stream(puller.pull(), "jobs")
    job = "jenkins:ci:abc/build/api/feature/login"
    assert batch.gone == (job, f"{job}#1@{START}")
    assert store.items[f"{job}#1@{START}"].state == "FAILURE"


def test_a_job_that_was_out_of_sight_comes_back_with_its_builds(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    puller.pull()
    job = server.delete_job(LOGIN)
    puller.pull()
    server.job("abc/build/api")["jobs"].append(job)
    batches = puller.pull()
    (build,) = stream(batches, "builds:abc/build/api/feature/login").items
    assert build.facts["number"] == 1


def test_a_controller_that_suddenly_shows_no_jobs_has_not_lost_them(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    puller.pull()
    server.world["root"]["jobs"] = []
    batch = stream(puller.pull(), "jobs")
    assert batch.health is Health.FAILED
    assert batch.error is not None
    assert "4개" in say(batch.error, "ko")
    assert not store.gone


def test_a_folder_that_can_not_be_read_closes_nothing(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    deep = new_folder("abc/a/b/c/d", [new_job("abc/a/b/c/d/deep")])
    for name in ("abc/a/b/c", "abc/a/b", "abc/a"):
        deep = new_folder(name, [deep])
    server.job("abc")["jobs"].append(deep)
    puller.pull()
    server.misbehave("/job/d/api", kind="status", status=500)
    batch = stream(puller.pull(), "jobs")
    assert batch.health is Health.PARTLY
    assert not store.gone


# -- builds -----------------------------------------------------------------------------------


def test_a_running_build_is_read_again_until_it_has_a_result(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    """Jenkins fact 6."""
    server.start_build(PORTAL, at=START + 9 * MINUTE)
    puller.pull()
    running = builds(store)[4]
    assert running.state == "running"
    assert "result" not in running.facts
    assert "finished_at" not in running.facts
    ended(server, PORTAL, at=START + 10 * MINUTE)
    puller.pull()
    assert builds(store)[4].state == "running"
    server.finish_build(PORTAL, 4, result="FAILURE", duration=5 * MINUTE)
    puller.pull()
    assert builds(store)[4].state == "FAILURE"
    assert builds(store)[4].facts["duration_ms"] == 5 * MINUTE
    puller.pull()
    assert puller.asked == ["", "/computer", "/queue"]


def test_a_build_that_runs_for_days_is_asked_for_by_itself(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    """Jenkins fact 6, without reading a hundred builds for one."""
    server.start_build(PORTAL, at=START + 9 * MINUTE)
    puller.pull()
    for minute in range(120):
        ended(server, PORTAL, at=START + (10 + minute) * MINUTE)
    puller.pull()
    server.finish_build(PORTAL, 4, result="ABORTED", duration=5 * MINUTE)
    puller.pull()
    assert puller.asked[-1] == "/job/abc/job/build/job/portal/4"
    assert builds(store)[4].state == "ABORTED"


@pytest.mark.parametrize("later", [0, 1])
def test_a_running_build_that_is_discarded_is_gone_and_not_fixed(
    puller: Puller, server: JenkinsStandIn, store: Shelf, later: int
) -> None:
    """Jenkins fact 5, whether it was the newest or not."""
    server.start_build(PORTAL, at=START + 9 * MINUTE)
    for minute in range(later):
        ended(server, PORTAL, at=START + (10 + minute) * MINUTE)
    puller.pull()
    server.discard_build(PORTAL, 4)
    batch = stream(puller.pull(), f"builds:{PORTAL}")
    assert batch.health is Health.OK
    assert batch.gone == (f"jenkins:ci:{PORTAL}#4@{START + 9 * MINUTE}",)
    puller.pull()
    assert puller.asked == ["", "/computer", "/queue"]


@pytest.mark.parametrize("builds_since", [1, 3, 7])
def test_a_job_made_anew_under_an_old_name_is_another_job(
    puller: Puller, server: JenkinsStandIn, store: Shelf, builds_since: int
) -> None:
    """Jenkins fact 4, also where the new job has as many builds or more."""
    puller.pull()
    old = {item.key for item in builds(store).values()}
    server.delete_job(PORTAL)
    server.create_job(PORTAL)
    for minute in range(builds_since):
        ended(server, PORTAL, at=START + (50 + minute) * MINUTE, result="FAILURE")
    puller.pull()
    assert old <= store.gone
    assert builds(store).keys() == set(range(1, builds_since + 1))
    assert {item.state for item in builds(store).values()} == {"FAILURE"}


def test_a_first_pull_reads_as_many_builds_as_the_settings_say(
    server: JenkinsStandIn, store: Shelf
) -> None:
    """Jenkins fact 2: more than the hundred of `builds`."""
    for minute in range(200):
        ended(server, PORTAL, at=START + (10 + minute) * MINUTE)
    puller = Puller(server, store, history=150)
    puller.pull()
    assert sorted(builds(store)) == list(range(54, 204))
    puller.pull()
    assert puller.asked == ["", "/computer", "/queue"]


class Restless(JenkinsStandIn):
    """Between two pages of builds something happens."""

    def happen(self) -> None:
        """Overridden."""

    def answer(self, request: Any) -> Any:
        answer = super().answer(request)
        if "allBuilds" in request.query.get("tree", ""):
            self.happen()
        return answer


def test_a_build_that_starts_between_two_pages_loses_none(store: Shelf) -> None:
    """Jenkins fact 3: positions shift, keys do not."""

    class Starting(Restless):
        def happen(self) -> None:
            ended(self, PORTAL, at=START + self.job(PORTAL)["nextBuildNumber"] * MINUTE)

    with Starting(documents()) as server:
        for minute in range(1, 151):
            ended(server, PORTAL, at=START + minute * MINUTE)
        puller = Puller(server, store)
        puller.pull()
        assert set(range(1, 151)) <= builds(store).keys()
        puller.pull()
        assert set(range(1, 153)) <= builds(store).keys()


def test_builds_discarded_between_two_pages_lose_none_of_the_others(store: Shelf) -> None:
    """Jenkins fact 3: a page overlaps the last one."""

    class Discarding(Restless):
        def happen(self) -> None:
            for build in self.job(PORTAL)["allBuilds"][:5]:
                self.discard_build(PORTAL, build["number"])

    with Discarding(documents()) as server:
        for minute in range(1, 151):
            ended(server, PORTAL, at=START + minute * MINUTE)
        Puller(server, store).pull()
        assert builds(store).keys() == set(range(1, 151))


def test_builds_discarded_by_the_dozen_between_two_pages_are_noticed(store: Shelf) -> None:
    """Jenkins fact 3: a page that shows nothing of the last one is not believed."""

    class Discarding(Restless):
        def happen(self) -> None:
            for build in self.job(PORTAL)["allBuilds"][: self.cut]:
                self.discard_build(PORTAL, build["number"])
            self.cut = 0

        cut = 15

    with Discarding(documents()) as server:
        for minute in range(1, 151):
            ended(server, PORTAL, at=START + minute * MINUTE)
        puller = Puller(server, store)
        assert stream(puller.pull(), f"builds:{PORTAL}").health is Health.FAILED
        puller.pull()
        assert set(range(1, 136)) <= builds(store).keys()


def test_no_build_is_answered_twice(puller: Puller, server: JenkinsStandIn) -> None:
    """Jenkins fact 3: what stands on two pages is one build."""
    for minute in range(150):
        ended(server, PORTAL, at=START + (10 + minute) * MINUTE)
    batches = [batch for batch in puller.pull() if batch.stream == f"builds:{PORTAL}"]
    keys = [item.key for batch in batches for item in batch.items]
    assert len(keys) == len(set(keys)) == 153
    assert [batch.cursor is None for batch in batches] == [True, False]


def test_many_builds_since_the_last_pull_are_all_read(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    """Jenkins fact 2: on and on until the cursor."""
    puller.pull()
    for minute in range(250):
        ended(server, PORTAL, at=START + (10 + minute) * MINUTE)
    puller.pull()
    assert builds(store).keys() == set(range(1, 254))


def test_a_broken_build_is_set_aside_and_the_others_go_on(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    server.job(PORTAL)["allBuilds"][1]["timestamp"] = "yesterday"
    batch = stream(puller.pull(), f"builds:{PORTAL}")
    assert [rejected.key for rejected in batch.rejected] == [f"jenkins:ci:{PORTAL}#2@yesterday"]
    assert builds(store).keys() == {1, 3}


def with_tests(server: JenkinsStandIn, result: str, *, report: bool = True) -> None:
    action = {"_class": "hudson.tasks.junit.TestResultAction", "failCount": 1}
    build = server.start_build(
        PORTAL, at=START + 9 * MINUTE, actions=[{**action, "urlName": "testReport"}]
    )
    server.finish_build(PORTAL, build["number"], result=result, duration=MINUTE)
    if report:
        cases = [
            {"className": "shop.Cart", "name": "adds", "status": "REGRESSION"},
            {"className": "shop.Cart", "name": "removes", "status": "PASSED"},
        ]
        server.world["tests"][f"{PORTAL}#{build['number']}"] = {"suites": [{"cases": cases}]}


def test_the_failed_tests_of_a_failed_build_are_named(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    """Jenkins fact 12."""
    with_tests(server, "UNSTABLE")
    puller.pull()
    assert builds(store)[4].facts["failed_tests"] == ("shop.Cart.adds",)


def test_a_good_build_is_not_asked_for_its_tests(puller: Puller, server: JenkinsStandIn) -> None:
    """Jenkins fact 12: one call a build, so only for those that failed."""
    with_tests(server, "SUCCESS")
    puller.pull()
    assert not any("testReport" in path for path in puller.asked)


def test_a_missing_test_report_is_no_failure(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    """Jenkins fact 12: 404 where the plugin is missing."""
    with_tests(server, "FAILURE", report=False)
    batch = stream(puller.pull(), f"builds:{PORTAL}")
    assert (batch.health, batch.rejected) == (Health.OK, ())
    assert builds(store)[4].state == "FAILURE"


def test_a_broken_test_report_is_set_aside_and_the_build_goes_on(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    with_tests(server, "FAILURE")
    server.misbehave("testReport", kind="status", status=500)
    batch = stream(puller.pull(), f"builds:{PORTAL}")
    assert batch.rejected[0].key.endswith("/testReport")
    assert builds(store)[4].state == "FAILURE"


# -- nodes and queue --------------------------------------------------------------------------


def test_nodes_tell_what_capacity_management_asks(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    """Jenkins fact 17."""
    short = {"hudson.node_monitors.DiskSpaceMonitor": {"timestamp": START, "size": GIB}}
    away = {"offline": True, "offlineCauseReason": "disk replaced"}
    server.world["computer"]["computer"] += [
        node("agent-02", monitorData=short),
        node("agent-03", monitorData={"hudson.node_monitors.DiskSpaceMonitor": None}, **away),
        node("Built-In Node", _class="hudson.model.Hudson$MasterComputer"),
    ]
    puller.pull()
    nodes = {key.rpartition("/")[2]: store.items[key] for key in store.known("node")}
    assert {name: item.facts["disk_short"] for name, item in nodes.items()} == {
        "agent-01": False,
        "agent-02": True,
        "agent-03": False,
        "built-in": False,
    }
    assert nodes["agent-03"].state == "offline"
    assert nodes["agent-03"].facts["offline_cause"] == "disk replaced"
    assert "disk_free_bytes" not in nodes["agent-03"].facts
    assert nodes["built-in"].url == f"{server.url}/computer/(built-in)/"


def waiting(why: str) -> dict[str, Any]:
    return {
        "_class": "hudson.model.Queue$BlockedItem",
        "id": 7,
        "inQueueSince": START,
        "why": why,
        "stuck": False,
        "blocked": True,
        "url": "queue/item/7/",
        "task": {
            "_class": "x",
            "name": "feature%2Flogin",
            "url": "/job/abc/job/build/job/api/job/feature%252Flogin/",
        },
    }


def test_what_waits_in_the_queue_says_why_and_leaves_when_it_starts(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    """Jenkins fact 17."""
    server.world["queue"]["items"] = [waiting("Build #4 is already in progress (ETA:9 sec)")]
    puller.pull()
    item = store.items["jenkins:ci:queue/7"]
    assert item.facts["job"] == "abc/build/api/feature/login"
    assert item.facts["why"] == "Build #4 is already in progress"
    server.world["queue"]["items"] = [waiting("Build #4 is already in progress (ETA:3 sec)")]
    assert not stream(puller.pull(), "queue").items
    server.world["queue"]["items"] = []
    assert stream(puller.pull(), "queue").gone == ("jenkins:ci:queue/7",)


# -- trouble ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "html"}, Broken),
        ({"kind": "status", "status": 500}, Broken),
        ({"kind": "cut"}, Broken),
        ({"kind": "json"}, Broken),
        ({"kind": "json", "body": '{"_class": "hudson.model.Hudson"}'}, Broken),
        ({"kind": "json", "body": '{"jobs": null, "computer": 1, "items": {}}'}, Broken),
        ({"kind": "drop"}, Unreachable),
    ],
)
@pytest.mark.usefixtures("unhurried")
def test_a_controller_that_answers_nothing_sensible_fails_and_loses_nothing(
    puller: Puller, server: JenkinsStandIn, store: Shelf, fault: Any, error: type[Exception]
) -> None:
    """Jenkins fact 13: an outage is not "no builds"."""
    puller.pull()
    before = dict(store.cursors)
    server.misbehave(**fault)
    with pytest.raises(error):
        puller.pull()
    assert (store.cursors, store.gone) == (before, set())


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "html"},
        {"kind": "cut"},
        {"kind": "json"},
        {"kind": "json", "body": '{"_class": "a job that shows nothing"}'},
        {"kind": "status", "status": 429},
        {"kind": "status", "status": 403},
        {"kind": "drop"},
    ],
)
@pytest.mark.usefixtures("unhurried")
def test_a_job_that_can_not_be_read_is_its_own_failure_and_is_read_the_next_time(
    puller: Puller, server: JenkinsStandIn, store: Shelf, fault: Any
) -> None:
    """Jenkins fact 13."""
    server.misbehave("/portal/", **fault)
    batches = puller.pull()
    assert stream(batches, f"builds:{PORTAL}").health is Health.FAILED
    assert stream(batches, "builds:abc/build/api/feature/login").health is Health.OK
    assert not builds(store)
    server.behave()
    puller.pull()
    assert builds(store).keys() == {1, 2, 3}


def test_an_outage_in_the_middle_of_the_pages_moves_no_cursor(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    for minute in range(150):
        ended(server, PORTAL, at=START + (10 + minute) * MINUTE)
    server.misbehave("/portal/.*%7B90%2C", kind="status", status=500)
    puller.pull()
    assert f"builds:{PORTAL}" not in store.cursors
    server.behave()
    puller.pull()
    assert builds(store).keys() == set(range(1, 154))


def test_nodes_that_can_not_be_read_leave_the_jobs_alone(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    server.misbehave("/computer/", kind="status", status=403)
    batches = puller.pull()
    failed = stream(batches, "nodes")
    assert failed.health is Health.FAILED
    assert failed.error is not None
    assert "403" in say(failed.error, "ko")
    assert builds(store)


def test_a_wrong_token_is_told_at_once(server: JenkinsStandIn, store: Shelf) -> None:
    puller = Puller(server, store, token=SecretStr("wrong"))
    with pytest.raises(Unauthorised):
        puller.pull()
    assert puller.asked == [""]


@pytest.mark.usefixtures("unhurried")
def test_a_controller_that_is_down_is_unreachable(server: JenkinsStandIn, store: Shelf) -> None:
    puller = Puller(server, store)
    server.stop()
    with pytest.raises(Unreachable):
        puller.pull()
    server.start()
    puller.pull()
    assert builds(store)


@pytest.mark.usefixtures("unhurried")
def test_a_controller_that_goes_down_in_the_middle_is_given_up(
    puller: Puller, server: JenkinsStandIn
) -> None:
    for name in ("one", "two", "three", "four"):
        server.create_job(f"abc/{name}")
        ended(server, f"abc/{name}", at=START)
    server.misbehave("/job/", kind="drop")
    with pytest.raises(Unreachable):
        puller.pull()
    assert len(set(puller.asked) - {"", "/computer", "/queue"}) == 3


@pytest.mark.usefixtures("unhurried")
def test_a_silent_controller_times_out(puller: Puller, server: JenkinsStandIn) -> None:
    server.misbehave(kind="slow", seconds=30, times=3)
    puller.settings = puller.settings.model_copy(update={"timeout": 0.1})
    with pytest.raises(Unreachable):
        puller.pull()


def test_no_secret_is_in_an_error(server: JenkinsStandIn, store: Shelf) -> None:
    with pytest.raises(Unauthorised) as caught:
        Puller(server, store, token=SecretStr("s3cr3t")).pull()
    assert "s3cr3t" not in repr(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("at", [-(10**15), 10**18, 10**30])
def test_a_build_at_no_time_sets_its_job_aside_and_the_others_go_on(
    at: int, puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    puller.pull()
    server.start_build(PORTAL, at=at)
    ended(server, LOGIN, at=START + MINUTE)
    batches = puller.pull()
    (rejected,) = stream(batches, "jobs").rejected
    assert rejected.key == f"jenkins:ci:{PORTAL}"
    assert not any(batch.gone for batch in batches)
    assert len(builds(store, "abc/build/api/feature/login")) == 2


def test_nodes_that_never_answer_leave_the_jobs_alone(server: JenkinsStandIn, store: Shelf) -> None:
    server.misbehave(match="/computer/", kind="slow", seconds=4)
    batches = Puller(server, store, timeout=1).pull()
    assert stream(batches, "nodes").health is Health.FAILED
    assert stream(batches, "jobs").health is Health.OK
    assert len(builds(store)) == 3


@pytest.mark.parametrize("status", [429, 503])
def test_a_controller_that_asks_for_an_hour_is_not_waited_for(
    status: int, puller: Puller, server: JenkinsStandIn
) -> None:
    server.misbehave(match="/queue/", kind="status", status=status, retry_after=3600)
    batches = puller.pull()
    assert stream(batches, "queue").health is Health.FAILED
    assert puller.asked.count("/queue") == 1


def test_a_node_without_a_name_removes_none(puller: Puller, server: JenkinsStandIn) -> None:
    puller.pull()
    with server.lock:
        server.world["computer"]["computer"][0]["displayName"] = None
    batches = puller.pull()
    assert len(stream(batches, "nodes").rejected) == 1
    assert not any(batch.gone for batch in batches)


def test_builds_without_a_time_remove_none(puller: Puller, server: JenkinsStandIn) -> None:
    puller.pull()
    ended(server, PORTAL, at=START + 9 * MINUTE)
    with server.lock:
        for build in server.job(PORTAL)["allBuilds"][1:]:
            build["timestamp"] = None
    assert not any(batch.gone for batch in puller.pull())
