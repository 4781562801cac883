"""What is recorded on people's tickets: pull requests, builds, deployments."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from itsm_sync.model.items import Audience, Item
from itsm_sync.model.prose import Grid
from itsm_sync.model.tickets import FieldName, Ref
from itsm_sync.model.watching import Deliveries as Section
from itsm_sync.signals.deliveries.record import Deliveries
from tests.builders import NOON, item, ticket
from tests.builds import DAY, HOUR, MINUTE, A, B, C, build, deployment, pull, run
from tests.known import FakeKnown
from tests.prose import words

SEOUL = ZoneInfo("Asia/Seoul")
KEY = "redmine:issue/42"
NAMES = {"references": (KEY,)}


def change(**changes: Any) -> Item:
    """The open change ticket 42."""
    return item(42, ticket=ticket(42, tracker=Ref(id=3, name="변경"), **changes))


def records(*, secret: bool = False) -> Deliveries:
    def say(told: Item, _: Item) -> bool:
        return told.audience is Audience.PUBLIC or secret

    return Deliveries(section=Section(), zone=SEOUL, say=say)


def recorded(*others: Item, on: Item | None = None, language: str = "en", **known: Any) -> str:
    its = on or change()
    world = FakeKnown(all_items=(its, *others), **known)
    return words(records().record(its, world), language)


def rows(said: str, word: str) -> list[str]:
    return [line for line in said.splitlines() if word in line]


# ------------------------------------------------------------------------------ what belongs to it


def test_a_pull_request_that_names_the_ticket_is_recorded_with_its_reviews() -> None:
    said = recorded(pull(7, approvals=2, changes_requested=1, **NAMES))
    (row,) = rows(said, "PR 7")
    assert row == (
        "abc/portal PR 7 로그인 화면을 고침 <https://github.example.com/pull/7>"
        " | merged | approved by 2, changes asked for by 1"
        " | 2026-03-02 20:00 (doyun-park) | aaaaaaaaaa"
    )


def test_builds_and_deployments_of_its_commits_are_recorded_too() -> None:
    said = recorded(
        pull(7, **NAMES),
        build(17, "UNSTABLE", commits=(A,), failed_tests=("a", "b")),
        run(5, "success", sha=B),
        deployment(3),
    )
    assert rows(said, "portal #17") == [
        "abc/build/portal #17 <https://jenkins.example.com/17/> | UNSTABLE | 2 | 2026-03-02 21:00"
    ]
    assert rows(said, "CI <https://github.example.com/runs/5> | success")
    (row,) = rows(said, "deployments/3")
    assert row.endswith("| production | success | jiwoo-choi | 2026-03-02 20:55")


def test_what_names_another_ticket_or_commit_is_not_recorded() -> None:
    said = recorded(
        pull(7, references=("redmine:issue/4",)),
        build(17, commits=(C,)),
        deployment(3, sha=C),
    )
    assert said == ""


def test_of_each_job_and_branch_the_newest_build_is_recorded() -> None:
    said = recorded(
        build(17, "FAILURE", **NAMES),
        build(18, "SUCCESS", **NAMES),
        build(12, "SUCCESS", job="abc/build/api", **NAMES),
    )
    assert not rows(said, "#17")
    assert rows(said, "portal #18")
    assert rows(said, "api #12")


def test_a_build_that_deploys_is_a_deployment_and_the_one_that_it_tells_is_the_same() -> None:
    deploys = build(
        30,
        "SUCCESS",
        at=NOON,
        job="abc/deploy/portal-prod",
        deploys=True,
        environment="production",
        user="sjkim",
        **NAMES,
    )
    said = recorded(deploys, deployment(3, sha=A, **NAMES))
    (row,) = rows(said, "| production |")
    assert "portal-prod #30" in row
    assert "| sjkim |" in row


def test_the_first_deployment_after_a_merge_is_recorded_as_such() -> None:
    world = [
        pull(7, base="main", **NAMES),
        deployment(1, sha=C, created_at=NOON - 2 * HOUR),
        deployment(2, sha=C, state="failure", created_at=NOON - 30 * MINUTE),
        deployment(3, sha=C, created_at=NOON),
        deployment(4, sha=C, created_at=NOON + HOUR),
        deployment(5, sha=C, created_at=NOON, environment="staging"),
        deployment(6, sha=C, created_at=NOON - MINUTE, repository="abc/api"),
        deployment(8, sha=C, created_at=NOON - MINUTE, branch="release/2.4"),
    ]
    said = recorded(*world)
    told = rows(said, "(the first after the merge)")
    assert [line.split("/deployments/")[1][0] for line in told] == ["5", "3"]
    # one that has the very commit tells more
    assert not rows(recorded(*world, deployment(9)), "deployments/3")


def test_what_was_over_before_the_ticket_was_made_means_another_number() -> None:
    before = change().created_at - MINUTE
    assert recorded(pull(7, updated_at=before, **NAMES)) == ""


# ------------------------------------------------------------------------------ by the branch


def test_a_branch_that_is_called_by_the_ticket_names_it() -> None:
    assert rows(recorded(pull(7, branch="feature/42-login")), "PR 7")


@pytest.mark.parametrize(
    "changes",
    [
        {"branch": "feature/login-42"},
        {"branch": "feature/42", "references": ("redmine:issue/4",)},
        {"branch": "feature/42", "created_at": NOON - 300 * DAY},
    ],
)
def test_a_branch_that_may_mean_something_else_names_nothing(changes: dict[str, Any]) -> None:
    assert recorded(pull(7, **changes)) == ""


def test_a_branch_that_may_mean_an_issue_of_the_repository_names_no_ticket() -> None:
    issue = pull(42, "open", key="github:abc/portal/issue/42", branch="other")
    assert recorded(pull(7, branch="fix/42"), issue) == ""
    assert recorded(pull(42, branch="fix/42")) == ""


def test_a_branch_called_by_a_ticket_that_is_not_there_names_nothing() -> None:
    known = FakeKnown(all_items=(pull(7, branch="fix/4711"),))
    assert list(records().tickets([pull(7, branch="fix/4711")], known)) == []


# ------------------------------------------------------------------------------ as a note


def test_on_a_change_it_is_the_evidence_with_the_approval() -> None:
    named = pull(7, **NAMES)
    for approved, told in ((True, "is approved"), (False, "is not approved"), (None, "not known")):
        said = recorded(named, approvals={KEY: approved})
        assert said.startswith("== Evidence of this change\n")
        assert told in said
    plainly = recorded(named, on=item(42))
    assert plainly.startswith("== Delivered for this ticket\n")
    assert "approved." not in plainly


def test_a_ticket_of_the_process_change_is_one_whatever_its_tracker() -> None:
    its = item(42, ticket=ticket(42, fields={FieldName.PROCESS: "변경 관리"}))
    assert "Evidence" in recorded(pull(7, **NAMES), on=its)


def test_nothing_is_said_where_nothing_was_delivered() -> None:
    assert recorded() == ""


def test_a_ticket_closed_long_ago_is_history() -> None:
    now = {"baselines": {"deliveries": NOON}}
    named = pull(7, **NAMES)
    assert recorded(named, on=change(closed=True), **now) == ""
    assert recorded(named, on=change(), **now)
    assert recorded(named, on=change(closed=True, updated_on=NOON), **now)


def test_the_note_is_bounded_with_the_newest_first() -> None:
    pulls = [pull(n, created_at=NOON + n * MINUTE, **NAMES) for n in range(1, 31)]
    its = change()
    note = records().record(its, FakeKnown(all_items=(its, *pulls)))
    (grid,) = [block for block in note if isinstance(block, Grid)]
    assert len(grid.rows) == 20
    said = words(note)
    assert "and 10 more" in said
    assert said.index("PR 30") < said.index("PR 11")
    assert "PR 10 " not in said


def test_the_note_says_the_same_in_any_order_at_any_time() -> None:
    world = [pull(7, **NAMES), pull(8, **NAMES), build(17, commits=(A,)), deployment(3)]
    its = change()
    one = records().record(its, FakeKnown(all_items=(its, *world)))
    later = NOON + timedelta(days=300)
    assert one == records().record(its, FakeKnown(all_items=(*world[::-1], its), now=later))


def test_words_of_private_items_stay_out_of_tickets_that_others_see() -> None:
    secret = [
        pull(7, title="비밀", author="x", audience=Audience.PRIVATE, **NAMES),
        build(17, title="비밀", commits=(A,), audience=Audience.PRIVATE),
        deployment(3, title="비밀", audience=Audience.PRIVATE),
    ]
    for language in ("en", "ko"):
        said = recorded(*secret, language=language)
        assert "비밀" not in said
        assert "example.com" not in said
        assert "doyun" not in said
    assert rows(recorded(*secret), "a private pull request")
    assert rows(recorded(*secret), "a private build")
    its = change()
    known = FakeKnown(all_items=(its, *secret))
    assert "비밀" in words(records(secret=True).record(its, known))


HOSTILE = "{x} | </pre> @admin #1 {{include(x)}} {0} " + "x" * 300


def test_hostile_words_are_told_as_they_are() -> None:
    said = recorded(
        pull(7, title=HOSTILE, merged_by=HOSTILE, **NAMES),
        deployment(3, title=HOSTILE, environment=HOSTILE, author=HOSTILE),
        build(17, HOSTILE, title=HOSTILE, commits=(A,)),
    )
    assert said.count(HOSTILE[:40]) == 7


def test_it_is_said_in_korean() -> None:
    said = recorded(pull(7, **NAMES), build(17, commits=(A,)), deployment(3), language="ko")
    for told in (
        "이 변경의 증적",
        "승인되지 않은 변경입니다.",
        "풀 리퀘스트 | 상태",
        "1명 승인",
        "배포 | 환경",
    ):
        assert told in said


# ------------------------------------------------------------------------------ which tickets


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        (change(), [KEY]),
        (pull(7, **NAMES), [KEY]),
        (pull(7, branch="fix/42-x"), [KEY]),
        (build(17, **NAMES), [KEY]),
        (build(17, commits=(A, C)), [KEY]),
        (run(5, sha=B), [KEY]),
        (deployment(3, sha=C, created_at=NOON + HOUR), [KEY]),
        (deployment(3, sha=C, state="failure", created_at=NOON), []),
        (build(17, commits=(C,)), []),
        (pull(9), []),
    ],
    ids=range(10),
)
def test_the_tickets_of_what_changed_are_found(changed: Item, found: list[str]) -> None:
    world = FakeKnown(all_items=(change(), pull(7, **NAMES)))
    assert list(records().tickets([changed, changed], world)) == found
