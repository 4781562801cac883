"""What texts, branches and facts name."""

import pytest

from itsm_sync.model.references import names, ticket_of_branch, tickets_named


@pytest.mark.parametrize(
    ("branch", "number"),
    [
        ("feature/123-login", 123),
        ("feature/123", 123),
        ("fix-123", 123),
        ("fix/#42", 42),
        ("Bugfix_7_header", 7),
        ("haeun/feature/123-login", 123),
        ("issue-123/second-try", 123),
        ("123-login", 123),
        ("hotfix/9", 9),
        ("", None),
        ("main", None),
        ("123", None),
        ("feature123", None),
        ("feature/login", None),
        ("feature/login-2", None),
        ("feature/python-3-upgrade", None),
        ("feature/2026-03-02", None),
        ("2026-03-02", None),
        ("feature/0123", None),
        ("feature/12345678", None),
        ("release/2", None),
        ("release/2.4", None),
        ("release-24", None),
        ("sprint/12", None),
        ("PR-7", None),
        ("dependabot/npm-12", None),
        ("v1-2", None),
        ("feature/12.5", None),
        ("feature/12abc", None),
    ],
)
def test_a_branch_is_called_by_a_ticket_only_where_it_says_so(
    branch: str, number: int | None
) -> None:
    assert ticket_of_branch(branch) == (f"redmine:issue/{number}" if number else "")


def test_a_text_names_tickets_each_once() -> None:
    assert tickets_named("Fixes #12, #7", "refs #12") == ("redmine:issue/12", "redmine:issue/7")


def test_an_item_is_found_by_tickets_commits_and_its_branch() -> None:
    facts = {
        "references": ("redmine:issue/7",),
        "sha": "a" * 40,
        "merge_sha": "b" * 40,
        "commits": ("a" * 40, "c" * 40),
        "branch": "fix/42",
    }
    assert names(facts) == (
        "redmine:issue/7",
        f"commit:{'a' * 40}",
        f"commit:{'b' * 40}",
        f"commit:{'c' * 40}",
        "branch:redmine:issue/42",
    )


def test_what_is_no_commit_is_not_looked_up_by() -> None:
    assert names({"sha": "HEAD", "commits": ("", "r1234"), "branch": "main"}) == ()


def test_a_build_is_found_by_its_job_and_the_job_itself_is_not() -> None:
    facts = {"controller": "ci", "job": "abc/deploy/portal-prod"}
    assert names({**facts, "number": 7}) == ("job:ci:abc/deploy/portal-prod",)
    assert names(facts) == ()
