"""What the Jenkins source learns of failed builds, against the stand-in."""

from collections.abc import Iterator
from typing import Any

import pytest
from sandbox.standins.jenkins import JenkinsStandIn

from itsm_sync.clients.errors import Unauthorised
from itsm_sync.model.cycles import Batch, Health
from itsm_sync.model.items import Item
from itsm_sync.sources.jenkins.failures import CONSOLE_BYTES, STANDING, TRIES
from tests.jenkins_builders import (
    LOGIN,
    MINUTE,
    PORTAL,
    START,
    Puller,
    builds,
    documents,
    ended,
    stream,
)
from tests.shelf import Shelf

QUIET = ["", "/computer", "/queue"]
NIGHTLY = "abc/nightly"
LOG = """\
Started by user 김서준
Running on agent-02 in /var/jenkins/workspace/portal
[Pipeline] sh
ssh: connect to host api-prod-02 port 22: Connection timed out
ERROR: script returned exit code 255
Finished: FAILURE
"""
FACTS = {"failed_stage", "error", "error_line", "log", "infrastructure", "node"}


@pytest.fixture
def server() -> Iterator[JenkinsStandIn]:
    with JenkinsStandIn(documents()) as server:
        server.world |= {"logs": {}, "stages": {}}
        yield server


@pytest.fixture
def store() -> Shelf:
    return Shelf()


@pytest.fixture
def puller(server: JenkinsStandIn, store: Shelf) -> Puller:
    puller = Puller(server, store)
    ended(server, PORTAL, at=START)
    puller.pull()
    return puller


def failed(server: JenkinsStandIn, job: str = PORTAL, *, log: str = LOG, minute: int = 9) -> int:
    """A build that failed in the stage Deploy, with that console."""
    at = START + minute * MINUTE
    number: int = server.fail_build(job, at=at, log=log, stage="Deploy")["number"]
    return number


def details(puller: Puller) -> list[str]:
    """The requests of the last pull for what builds tell besides their payloads."""
    parts = ("describe", "progressiveText", "testReport")
    return [path for path in puller.asked if path.rpartition("/")[2] in parts]


def newest(store: Shelf, job: str = PORTAL) -> Item:
    found = builds(store, job)
    return found[max(found)]


# -- what is learnt ---------------------------------------------------------------------------


def test_a_failed_build_tells_stage_error_node_and_console(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    failed(server)
    batch = stream(puller.pull(), f"builds:{PORTAL}")
    assert (batch.health, batch.rejected) == (Health.OK, ())
    facts = newest(store).facts
    assert facts["failed_stage"] == "Deploy"
    assert facts["error_line"] == "ssh: connect to host api-prod-02 port 22: Connection timed out"
    assert facts["error"] == "ssh: connect to host api-prod-<n> port <n>: Connection timed out"
    assert facts["node"] == "agent-02"
    assert facts["infrastructure"] is True
    log = str(facts["log"]).split("\n")
    assert log[0] == "Started by user 김서준"
    assert "[Pipeline] sh" not in log


def test_each_part_is_asked_for_once(puller: Puller, server: JenkinsStandIn) -> None:
    """Jenkins fact 12."""
    failed(server)
    puller.pull()
    build = "/job/abc/job/build/job/portal/2"
    assert details(puller) == [f"{build}/wfapi/describe", f"{build}/logText/progressiveText"]
    puller.pull()
    assert puller.asked == QUIET


@pytest.mark.parametrize("result", ["SUCCESS", "UNSTABLE", "ABORTED", "NOT_BUILT"])
def test_other_results_are_no_failure(
    puller: Puller, server: JenkinsStandIn, store: Shelf, result: str
) -> None:
    """Jenkins fact 7."""
    number = ended(server, PORTAL, at=START + 9 * MINUTE, result=result)
    server.world["logs"][f"{PORTAL}#{number}"] = LOG
    puller.pull()
    assert details(puller) == []
    assert not FACTS & newest(store).facts.keys()


def test_a_build_is_looked_into_when_it_has_ended(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    number = server.start_build(PORTAL, at=START + 9 * MINUTE)["number"]
    server.world["logs"][f"{PORTAL}#{number}"] = LOG
    puller.pull()
    assert details(puller) == []
    server.finish_build(PORTAL, number, result="FAILURE", duration=MINUTE)
    puller.pull()
    assert newest(store).facts["error_line"]
    puller.pull()
    assert puller.asked == QUIET


def test_a_freestyle_build_has_no_stages_and_says_itself_where_it_ran(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    log = LOG.replace("Running on agent-02", "Running on agent-09")
    failed(server, NIGHTLY, log=log)
    server.job(NIGHTLY)["allBuilds"][0]["builtOn"] = "agent-01"
    puller.pull()
    assert [path.rpartition("/")[2] for path in details(puller)] == ["progressiveText"]
    assert newest(store, NIGHTLY).facts["node"] == "agent-01"
    assert "failed_stage" not in newest(store, NIGHTLY).facts


@pytest.mark.parametrize("said", ["Jenkins", "Built-In Node", "master"])
def test_the_built_in_node_has_one_name(
    puller: Puller, server: JenkinsStandIn, store: Shelf, said: str
) -> None:
    failed(server, log=LOG.replace("agent-02", said))
    ended(server, NIGHTLY, at=START)
    server.job(NIGHTLY)["allBuilds"][0]["builtOn"] = ""
    puller.pull()
    assert newest(store).facts["node"] == "built-in"
    assert newest(store, NIGHTLY).facts["node"] == "built-in"


def test_without_the_plug_in_there_is_no_stage_and_no_failure(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    """Jenkins fact 12: 404 where the plug-in is missing."""
    failed(server)
    server.world["stages"].clear()
    batch = stream(puller.pull(), f"builds:{PORTAL}")
    assert (batch.health, batch.rejected) == (Health.OK, ())
    assert "failed_stage" not in newest(store).facts
    assert newest(store).facts["error"]
    puller.pull()
    assert puller.asked == QUIET


def test_a_build_whose_console_is_gone_tells_no_error(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    failed(server)
    server.world["logs"].clear()
    puller.pull()
    assert newest(store).facts["failed_stage"] == "Deploy"
    assert not {"error", "error_line", "log"} & newest(store).facts.keys()
    puller.pull()
    assert puller.asked == QUIET


def test_of_a_long_console_the_end_alone_is_read(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    noise = "".join(f"[INFO] 컴파일 {number} of many\n" for number in range(200_000))
    head, error = LOG.split("[Pipeline] sh\n")
    failed(server, log=f"{head}{noise}{error}")
    sent: list[int] = []
    with_size(server, sent)
    puller.pull()
    facts = newest(store).facts
    assert facts["error_line"] == "ssh: connect to host api-prod-02 port 22: Connection timed out"
    assert facts["node"] == "agent-02"
    (first, second) = [a.query for a in server.requests if a.path.endswith("progressiveText")]
    size = len(f"{head}{noise}{error}".encode())
    assert (first, second) == ("start=0", f"start={size - CONSOLE_BYTES}")
    assert sent[-1] < 2 * CONSOLE_BYTES


def test_half_a_secret_at_the_beginning_of_the_end_is_no_text(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    secret = "S4mple" * 6
    after = "\nERROR: boom\n"
    filler = "all is well ..\n" * (CONSOLE_BYTES // 15)
    filler = filler[len(after) + len(secret) // 2 - CONSOLE_BYTES % 15 :]
    failed(server, log=f"{'x' * 1000}\nexport TOKEN=ghp_{secret}{after}{filler}")
    puller.pull()
    start = int(server.requests[-1].query.removeprefix("start="))
    assert secret in str(server.world["logs"][f"{PORTAL}#2"])[start - 40 : start + 40]
    assert newest(store).facts["error_line"] == "ERROR: boom"
    assert "S4mple" not in repr(newest(store))


def with_size(server: JenkinsStandIn, sent: list[int]) -> None:
    """Note how long the answers of the server are."""
    answered = server.answer

    def answer(request: Any) -> Any:
        found = answered(request)
        sent.append(len(found.body))
        return found

    server.answer = answer  # type: ignore[method-assign]


def test_a_secret_in_a_console_reaches_no_item(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    token = "ghp_" + "S4mple" * 6
    failed(server, log=f"+ git push https://bot:{token}@git.example.com\nERROR: password=hun2ter\n")
    puller.pull()
    said = repr(newest(store))
    assert token not in said
    assert "hun2ter" not in said
    assert newest(store).facts["error_line"] == "ERROR: password=***"


def test_the_commits_of_a_build_stay_readable_in_its_console(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    sha = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"
    failed(server, log=f"cache key {sha}\nERROR: boom\n")
    server.job(PORTAL)["allBuilds"][0]["actions"] = [{"lastBuiltRevision": {"SHA1": sha}}]
    puller.pull()
    assert sha in str(newest(store).facts["log"])


def test_the_same_trouble_of_two_jobs_has_the_same_error(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    """Jenkins fact 15: one cause fails many jobs."""
    failed(server)
    failed(server, NIGHTLY, log=LOG.replace("api-prod-02", "api-prod-01"))
    puller.pull()
    assert newest(store).facts["error"] == newest(store, NIGHTLY).facts["error"]


def test_a_refused_connection_of_tests_is_no_matter_of_infrastructure(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    tests = [{"urlName": "testReport", "failCount": 1}]
    for job, actions in ((PORTAL, tests), (NIGHTLY, [])):
        log = "java.net.ConnectException: Connection refused\n"
        server.fail_build(job, at=START + 9 * MINUTE, log=log, actions=actions)
    puller.pull()
    assert "infrastructure" not in newest(store).facts
    assert newest(store, NIGHTLY).facts["infrastructure"] is True


# -- a first read -----------------------------------------------------------------------------


def test_a_first_read_looks_into_the_failure_that_stands_and_no_old_ones(
    server: JenkinsStandIn, store: Shelf
) -> None:
    for minute in range(30):
        failed(server, minute=minute)
    ended(server, PORTAL, at=START + 40 * MINUTE)
    failed(server, minute=41)
    ended(server, PORTAL, at=START + 42 * MINUTE, result="ABORTED")
    failed(server, minute=43)
    server.start_build(PORTAL, at=START + 44 * MINUTE)
    puller = Puller(server, store)
    puller.pull()
    told = [number for number, build in builds(store).items() if "error" in build.facts]
    assert sorted(told) == [32, 34]
    assert len(details(puller)) == 4


def test_of_a_long_standing_failure_a_first_read_looks_into_the_newest(
    server: JenkinsStandIn, store: Shelf
) -> None:
    for minute in range(150):
        failed(server, minute=minute)
    puller = Puller(server, store)
    puller.pull()
    told = [number for number, build in builds(store).items() if "error" in build.facts]
    assert sorted(told) == list(range(151 - STANDING, 151))


def test_a_job_that_is_well_now_costs_a_first_read_no_more(
    server: JenkinsStandIn, store: Shelf
) -> None:
    failed(server)
    ended(server, PORTAL, at=START + 20 * MINUTE)
    puller = Puller(server, store)
    puller.pull()
    assert details(puller) == []


def test_after_the_first_read_every_failure_is_looked_into(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    for minute in range(STANDING + 3):
        failed(server, minute=minute)
    ended(server, PORTAL, at=START + 40 * MINUTE)
    puller.pull()
    assert len([b for b in builds(store).values() if "error" in b.facts]) == STANDING + 3


# -- what can't be read -----------------------------------------------------------------------

BAD = [
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 429},
    {"kind": "html"},
    {"kind": "html", "status": 200},
    {"kind": "cut"},
    {"kind": "json"},
    {"kind": "drop"},
]


@pytest.mark.parametrize("part", ["console", "stages"])
@pytest.mark.parametrize("fault", BAD)
@pytest.mark.usefixtures("unhurried")
def test_one_bad_moment_leaves_no_build_unknown(
    puller: Puller, server: JenkinsStandIn, store: Shelf, fault: Any, part: str
) -> None:
    address, fact = {
        "console": ("progressiveText", "error"),
        "stages": ("describe", "failed_stage"),
    }[part]
    other = ({"error", "failed_stage"} - {fact}).pop()
    failed(server)
    server.misbehave(address, **fault)
    batches = puller.pull()
    batch = stream(batches, f"builds:{PORTAL}")
    assert [rejected.key.rpartition("/")[2] for rejected in batch.rejected] == [part]
    assert newest(store).state == "FAILURE"
    assert fact not in newest(store).facts
    assert other in newest(store).facts
    server.behave()
    batch = stream(puller.pull(), f"builds:{PORTAL}")
    assert {fact, other} <= newest(store).facts.keys()
    assert batch.gone == (f"{newest(store).key}/{part}",)
    assert not batch.rejected
    puller.pull()
    assert puller.asked == QUIET


def test_what_stays_unreadable_is_given_up_in_the_end(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    failed(server)
    server.misbehave("progressiveText", kind="status", status=500)
    pulls = 0
    while pulls <= TRIES:
        puller.pull()
        if puller.asked == QUIET:
            break
        pulls += 1
    assert pulls == TRIES
    assert newest(store).facts["failed_stage"] == "Deploy"


def test_what_was_read_is_never_lost_by_a_later_try(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    failed(server)
    server.misbehave("progressiveText", kind="status", status=500)
    puller.pull()
    server.behave()
    server.misbehave("describe", kind="status", status=500)
    puller.pull()
    assert newest(store).facts["failed_stage"] == "Deploy"
    server.behave()
    puller.pull()
    assert {"failed_stage", "error"} <= newest(store).facts.keys()
    puller.pull()
    assert puller.asked == QUIET


def test_a_failed_test_report_is_asked_for_again_too(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    number = failed(server)
    build = server.job(PORTAL)["allBuilds"][0]
    build["actions"] = [{"urlName": "testReport", "failCount": 1}]
    case = {"className": "shop.Cart", "name": "adds", "status": "FAILED"}
    server.world["tests"][f"{PORTAL}#{number}"] = {"suites": [{"cases": [case]}]}
    server.misbehave("testReport", kind="status", status=500)
    puller.pull()
    assert "failed_tests" not in newest(store).facts
    server.behave()
    puller.pull()
    assert newest(store).facts["failed_tests"] == ("shop.Cart.adds",)


def test_an_owed_build_near_the_newest_is_read_with_the_others(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    failed(server)
    server.misbehave("progressiveText", kind="status", status=500)
    for minute in range(20, 23):
        ended(server, PORTAL, at=START + minute * MINUTE)
    puller.pull()
    server.behave()
    puller.pull()
    assert "/job/abc/job/build/job/portal/2" not in puller.asked
    assert "error" in builds(store)[2].facts


def test_an_owed_build_far_down_is_asked_for_by_itself(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    failed(server)
    server.misbehave("progressiveText", kind="status", status=500)
    puller.pull()
    for minute in range(120):
        ended(server, PORTAL, at=START + (10 + minute) * MINUTE)
    puller.pull()
    server.behave()
    puller.pull()
    assert "/job/abc/job/build/job/portal/2" in puller.asked
    assert "error" in builds(store)[2].facts


def test_an_owed_build_that_is_discarded_is_gone_and_asked_for_no_more(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    """Jenkins fact 5."""
    failed(server)
    server.misbehave("progressiveText", kind="status", status=500)
    puller.pull()
    server.behave()
    ended(server, PORTAL, at=START + 20 * MINUTE)
    server.discard_build(PORTAL, 2)
    batch = stream(puller.pull(), f"builds:{PORTAL}")
    assert batch.gone == (f"jenkins:ci:{PORTAL}#2@{START + 9 * MINUTE}",)
    puller.pull()
    assert puller.asked == QUIET


@pytest.mark.usefixtures("unhurried")
def test_a_controller_that_answers_no_console_is_not_asked_on_and_on(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    for minute in range(8):
        failed(server, minute=minute)
    server.misbehave("describe|progressiveText", kind="drop")
    batches: list[Batch] = puller.pull()
    assert len(set(details(puller))) == 2
    assert stream(batches, f"builds:{PORTAL}").health is Health.OK
    server.behave()
    puller.pull()
    assert all("error" in builds(store)[number].facts for number in range(2, 10))


def test_a_forbidden_console_is_no_failure(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    failed(server)
    server.misbehave("progressiveText", kind="status", status=403)
    batch = stream(puller.pull(), f"builds:{PORTAL}")
    assert (batch.health, batch.rejected) == (Health.OK, ())
    puller.pull()
    assert puller.asked == QUIET


def test_a_token_that_is_revoked_meanwhile_is_told_at_once(
    puller: Puller, server: JenkinsStandIn
) -> None:
    failed(server)
    server.misbehave("progressiveText", kind="status", status=401)
    with pytest.raises(Unauthorised):
        puller.pull()


def test_a_branch_with_a_slash_is_asked_for_its_console(
    puller: Puller, server: JenkinsStandIn, store: Shelf
) -> None:
    """Jenkins fact 8."""
    failed(server, LOGIN)
    puller.pull()
    assert newest(store, "abc/build/api/feature/login").facts["error"]
