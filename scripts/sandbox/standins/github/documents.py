"""A repository's documents: made empty, and as a login may see them."""

from typing import Any

from sandbox.standins.github import rows
from sandbox.standins.github.rows import Row

_ALERTS = ("dependabot", "code-scanning", "secret-scanning")


def new_repository(name: str, *, at: str, **details: Any) -> Row:
    """Answer a repository's documents without anything in it; `details` as of `rows.repository`."""
    return {
        "repository": rows.repository(name, at=at, **details),
        "branches": {"main": rows.branch(name, at=at, sha=f"{rows.number_for(name):040x}")},
        "issues": [],
        "pulls": [],
        "reviews": {},
        "files": {},
        "releases": [],
        "deployments": [],
        "statuses": {},
        "runs": [],
        "events": [],
        **{kind: [] for kind in _ALERTS},
        "off": {},
        "deleted": {},
        "hidden_from": [],
        "pushers": [],
    }


def seen_by(login: str, documents: Row) -> dict[str, list[Row]]:
    """Answer the rows of each list as far as the login may see them."""
    pulls = documents["pulls"]
    may_push = login in documents["pushers"]
    return {
        "issues": documents["issues"] + [rows.pull_as_issue(row) for row in pulls],
        "pulls": pulls,
        # GitHub fact 13: drafts are seen with push rights only.
        "releases": [r for r in documents["releases"] if may_push or not r["draft"]],
        "deployments": documents["deployments"],
        "actions": documents["runs"],
        "events": documents["events"],
    }


def with_counts(documents: Row) -> Row:
    """Answer the repository itself, its open issues and pull requests counted."""
    count = sum(r["state"] == "open" for r in documents["issues"] + documents["pulls"])
    return {**documents["repository"], "open_issues": count, "open_issues_count": count}
