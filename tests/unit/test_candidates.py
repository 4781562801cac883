"""Which change most likely made a build fail, and how surely."""

from datetime import timedelta

import pytest

from itsm_sync.model.items import Item
from itsm_sync.signals.builds.candidates import Candidates, Confidence, candidates
from tests.builders import NOON, item
from tests.builds import HOUR, MINUTE, A, B, C, build, deployment, pull
from tests.known import FakeKnown

WITHIN = 6 * HOUR


def found(first: Item | None, *others: Item, within: timedelta = WITHIN) -> Candidates:
    return candidates(first, FakeKnown(all_items=others), within=within)


def numbers(told: Candidates) -> list[str]:
    return [change.key.rpartition("/")[2] for change in told.changes]


@pytest.mark.parametrize("sha", [A, B])
def test_the_only_pull_request_of_the_commits_is_surely_it(sha: str) -> None:
    """Its own commit where it was merged as it is, the merge's where it was squashed."""
    told = found(build(commits=(C, sha)), pull())
    assert (told.confidence, numbers(told)) == (Confidence.HIGH, ["7"])


def test_one_of_several_pull_requests_is_it_and_three_are_named_the_last_first() -> None:
    pulls = [
        pull(n, merge_sha=f"{n}" * 40, sha=C, merged_at=NOON - n * MINUTE) for n in (1, 2, 3, 4, 5)
    ]
    told = found(build(commits=tuple(f"{n}" * 40 for n in (1, 2, 3, 4, 5))), *pulls)
    assert told.confidence is Confidence.MEDIUM
    assert (numbers(told), told.more) == (["1", "2", "3"], 2)


def test_where_not_every_commit_is_looked_up_the_only_pull_request_is_not_surely_it() -> None:
    many = tuple(f"{n:040x}" for n in range(500))
    told = found(build(commits=(*many, A)), pull())
    assert (told.confidence, numbers(told)) == (Confidence.MEDIUM, ["7"])


@pytest.mark.parametrize("state", ["open", "closed"])
def test_what_was_not_merged_caused_nothing(state: str) -> None:
    told = found(build(commits=(B,)), pull(state=state))
    assert (told.confidence, told.changes) == (Confidence.LOW, ())


def test_what_was_merged_after_the_failure_did_not_cause_it() -> None:
    for facts in ({"commits": (A,)}, {"sha": A}):
        assert found(build(**facts), pull(merged_at=NOON + HOUR)).changes == ()
        # the clocks of two systems differ a little
        assert numbers(found(build(**facts), pull(merged_at=NOON + MINUTE))) == ["7"]


def test_commits_of_no_pull_request_are_named_with_less_confidence() -> None:
    told = found(build(commits=(A, B), references=("redmine:issue/7",)))
    assert (told.confidence, told.commits) == (Confidence.LOW, (A, B))
    assert told.tickets == ("redmine:issue/7",)


def test_tickets_that_the_change_names_are_known() -> None:
    named = pull(references=("redmine:issue/7",))
    told = found(build(commits=(A,), references=("redmine:issue/9",)), named)
    assert told.tickets == ("redmine:issue/7", "redmine:issue/9")


def test_no_change_causes_an_error_of_the_machines() -> None:
    told = found(build(commits=(A,), infrastructure=True), pull())
    assert (told.confidence, told.changes) == (Confidence.UNKNOWN, ())


def test_where_nothing_new_was_built_its_revision_is_hardly_it() -> None:
    told = found(build(sha=A), pull())
    assert (told.confidence, numbers(told)) == (Confidence.LOW, ["7"])


def test_a_revision_that_succeeded_the_time_before_is_not_it() -> None:
    known, green = FakeKnown(all_items=(pull(),)), build(16, "SUCCESS", sha=A)
    first = build(sha=A)
    assert candidates(first, known, within=WITHIN, green=green).changes == ()
    other = build(16, "SUCCESS", sha=B)
    assert numbers(candidates(first, known, within=WITHIN, green=other)) == ["7"]
    # nor does it tell anything where no revision is known
    told = candidates(build(), known, within=WITHIN, green=build(16, "SUCCESS"))
    assert "no change is known" in str(told.why)


@pytest.mark.parametrize(
    ("before", "is_it"),
    [(MINUTE, True), (6 * HOUR, True), (7 * HOUR, False), (-MINUTE, False)],
)
def test_a_failure_soon_after_a_deployment_may_come_from_it(before: timedelta, is_it: bool) -> None:
    test = build(job="abc/test/e2e")
    at = test.created_at - before
    told = found(test, deployment(created_at=at))
    assert told.confidence is (Confidence.LOW if is_it else Confidence.UNKNOWN)
    assert bool(told.changes) is is_it


def test_a_failed_or_foreign_deployment_is_not_it() -> None:
    test = build(job="abc/test/e2e")
    at = test.created_at - MINUTE
    times = {"created_at": at}
    assert found(test, deployment(state="failure", **times)).changes == ()
    assert found(test, deployment(service="api", **times)).changes == ()
    assert found(build(deploys=True), deployment(**times)).changes == ()


def test_of_a_build_that_is_not_known_nothing_is_known() -> None:
    assert found(None).confidence is Confidence.UNKNOWN


def test_the_order_in_which_items_are_known_does_not_matter() -> None:
    pulls = [pull(n, merge_sha=A, merged_at=NOON) for n in (1, 2)]
    first = build(commits=(A,))
    assert found(first, *pulls, item(1)) == found(first, item(1), *reversed(pulls))
