"""What a build says of its line: only what is finished, counts, and went well or wrong."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from itsm_sync.model.items import Audience, Item
from itsm_sync.model.signals import Observation
from itsm_sync.model.watching import Builds as Section
from itsm_sync.signals.builds.lines import Builds
from tests.builders import NOON
from tests.builds import MINUTE, build, run

SEOUL = ZoneInfo("Asia/Seoul")


def said(item: Item, **options: Any) -> list[Observation]:
    return list(Builds(section=Section(**options), zone=SEOUL).observe(item, NOON))


def lines(item: Item, **options: Any) -> list[tuple[str, bool]]:
    return [(one.line, one.good) for one in said(item, **options)]


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("FAILURE", [False]),
        ("SUCCESS", [True, True]),
        ("UNSTABLE", []),
        ("ABORTED", []),
        ("NOT_BUILT", []),
        ("running", []),
    ],
)
def test_only_a_failure_is_bad_and_only_a_success_good(state: str, found: list[bool]) -> None:
    """Jenkins fact 7."""
    assert [one.good for one in said(build(state=state))] == found


def test_an_unstable_build_is_bad_where_the_settings_say_so() -> None:
    assert lines(build(state="UNSTABLE"), failures=("FAILURE", "UNSTABLE")) == [
        ("ci:abc/build/portal@main", False)
    ]


@pytest.mark.parametrize(
    ("facts", "counts"),
    [
        ({}, True),
        ({"branch": "feature/login", "tracked": False}, False),
        ({"branch": "feature/login", "tracked": False, "deploys": True}, True),
        ({"service": None, "tracked": None}, False),
        ({"service": None, "tracked": None, "deploys": True}, True),
        ({"branch": None}, True),
    ],
)
def test_tracked_branches_count_and_jobs_that_deploy(facts: dict[str, Any], counts: bool) -> None:
    """Jenkins fact 16."""
    assert bool(said(build(**facts))) is counts


@pytest.mark.parametrize(
    ("branch", "counts"), [("main", True), ("release/2.4", True), ("feature/x", False)]
)
def test_main_branches_of_what_no_service_names_count_where_the_settings_say_so(
    branch: str, counts: bool
) -> None:
    stray = build(service=None, tracked=None, branch=branch)
    assert bool(said(stray, untracked=True)) is counts
    assert said(stray) == []


def test_a_line_is_a_job_and_its_branch() -> None:
    multibranch = build(job="abc/build/api/release/2.4", branch="release/2.4")
    assert lines(build()) == [("ci:abc/build/portal@main", False)]
    assert lines(multibranch) == [("ci:abc/build/api/release/2.4", False)]
    assert lines(build(branch=None)) == [("ci:abc/build/portal", False)]


def test_a_success_on_any_branch_ends_what_failed_before_its_branch_was_known() -> None:
    checkout, green = build(branch=None), build(18, "SUCCESS")
    assert set(lines(checkout)) == {("ci:abc/build/portal", False)}
    assert ("ci:abc/build/portal", True) in lines(green)
    # and never what failed on another branch
    assert ("ci:abc/build/portal@release/2.4", True) not in lines(green)


def test_a_build_is_placed_at_its_own_end() -> None:
    (one,) = said(build(at=NOON + MINUTE))
    assert one.at == one.until == NOON + MINUTE


def test_what_rules_may_ask_is_the_same_for_every_failure_of_a_line() -> None:
    first = build(17, failed_stage="Test", error="boom", node="n1", culprits=("sjkim",))
    (one,), (two,) = said(first), said(build(18, failed_tests=("a.b",), commits=("a" * 40,)))
    assert one.facts == two.facts
    assert one.facts["service"] == "portal"


def test_what_is_private_stays_private() -> None:
    (one,) = said(build(audience=Audience.PRIVATE))
    assert one.audience is Audience.PRIVATE


def prints(*builds: Item) -> set[str]:
    return {one.fingerprint for item in builds for one in said(item)}


def test_the_same_trouble_on_two_branches_has_one_fingerprint() -> None:
    """Jenkins fact 15."""
    told = {"failed_stage": "Test", "error": "connection to <host> refused"}
    main = build(job="abc/build/api/main", **told)
    release = build(job="abc/build/api/release/2.4", branch="release/2.4", **told)
    assert len(prints(main, release)) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"failed_stage": "Deploy", "error": "boom"},
        {"failed_stage": "Test", "error": "bang"},
        {"failed_stage": "Testb", "error": "oom"},
        {"job": "abc/build/batch", "failed_stage": "Test", "error": "boom"},
    ],
)
def test_another_job_stage_or_error_is_another_trouble(other: dict[str, Any]) -> None:
    assert len(prints(build(failed_stage="Test", error="boom"), build(**other))) == 2


def test_failed_tests_tell_troubles_apart_only_where_no_error_does() -> None:
    assert len(prints(build(failed_tests=("a", "b")), build(failed_tests=("b", "a")))) == 1
    assert len(prints(build(failed_tests=("a",)), build(failed_tests=("b",)))) == 2
    told = {"error": "3 tests failed"}
    flaky = [build(failed_tests=(name,), **told) for name in "ab"]
    assert len(prints(*flaky)) == 1


def test_a_failure_of_which_nothing_is_known_has_no_fingerprint() -> None:
    assert prints(build()) == {""}


def test_runs_of_github_actions_are_lines_of_their_own() -> None:
    assert lines(run()) == [("abc/portal:CI@main", False)]
    assert lines(run(state="success")) == [("abc/portal:CI@main", True)]
    for state in ("cancelled", "skipped", "neutral", "in_progress"):
        assert lines(run(state=state)) == []


def test_a_run_for_a_pull_request_says_nothing_of_the_branch() -> None:
    """A fork's branch may be called main as well."""
    assert lines(run(event="pull_request")) == lines(run(event="pull_request_target")) == []
    assert lines(run(branch="feature/x", tracked=False)) == []


def test_a_run_is_placed_at_its_start_which_does_not_move() -> None:
    (one,) = said(run())
    assert one.at == NOON + 5 * MINUTE


def test_runs_count_only_where_the_settings_want_them() -> None:
    assert "workflow_run" in Builds(section=Section(), zone=SEOUL).kinds
    assert Builds(section=Section(workflows=False), zone=SEOUL).kinds == {"build"}


def test_a_build_says_the_same_at_any_time() -> None:
    signal = Builds(section=Section(), zone=SEOUL)
    later = list(signal.observe(build(), NOON + 1000 * MINUTE))
    assert later == said(build())
