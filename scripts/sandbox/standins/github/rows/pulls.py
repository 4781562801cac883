"""Pull requests as each list shows them, their reviews and files."""

from typing import Any

from sandbox.standins.github.rows.accounts import user
from sandbox.standins.github.rows.issues import issue
from sandbox.standins.github.rows.names import API, WEB, Row, node_id, number_for
from sandbox.standins.github.rows.repositories import repository


def pull(repository_name: str, number: int, *, at: str, **details: Any) -> Row:
    """Answer an open pull request as `/pulls/7` has it; `fork_deleted`: its branch is lost."""
    web = f"{WEB}/{repository_name}"
    shared = issue(repository_name, number, at=at, **details)
    head_branch = shared.pop("branch", f"feature/{number}")
    sha = shared.pop("sha", f"{number_for(f'{repository_name}{number}'):040x}")
    here = repository(repository_name, at=at, private=shared.pop("private", False))
    lost = shared.pop("fork_deleted", False)
    ends = {
        "head": _end(here, head_branch, sha, lost=lost),
        "base": _end(here, shared.pop("base", "main"), f"{0:040x}"),
    }
    for name in ("timeline_url", "events_url", "labels_url", "repository_url", "state_reason",
                 "performed_via_github_app"):  # fmt: skip
        shared.pop(name)
    links = _links(repository_name, number, sha)
    return {
        "title": f"Pull request {number}",
        "draft": False,
        "merged": False,
        "merged_at": None,
        "merged_by": None,
        "merge_commit_sha": None,
        "mergeable": None,
        "rebaseable": None,
        "mergeable_state": "unknown",
        "maintainer_can_modify": False,
        "review_comments": 0,
        "commits": 1,
        "additions": 1,
        "deletions": 0,
        "changed_files": 1,
        "auto_merge": None,
        "requested_reviewers": [],
        "requested_teams": [],
        **shared,
        "node_id": node_id("PR", f"{repository_name}#{number}"),
        "url": links["self"],
        "html_url": links["html"],
        "diff_url": f"{web}/pull/{number}.diff",
        "patch_url": f"{web}/pull/{number}.patch",
        "issue_url": links["issue"],
        "commits_url": links["commits"],
        "review_comments_url": links["review_comments"],
        "review_comment_url": links["review_comment"],
        "statuses_url": links["statuses"],
        **ends,
        "_links": {name: {"href": href} for name, href in links.items()},
    }


def _links(repository_name: str, number: int, sha: str) -> dict[str, str]:
    api, web = f"{API}/repos/{repository_name}", f"{WEB}/{repository_name}"
    return {
        "self": f"{api}/pulls/{number}",
        "html": f"{web}/pull/{number}",
        "issue": f"{api}/issues/{number}",
        "comments": f"{api}/issues/{number}/comments",
        "review_comments": f"{api}/pulls/{number}/comments",
        "review_comment": f"{api}/pulls/comments{{/number}}",
        "commits": f"{api}/pulls/{number}/commits",
        "statuses": f"{api}/statuses/{sha}",
    }


def _end(here: Row, ref: str, sha: str, *, lost: bool = False) -> Row:
    owner = here["full_name"].partition("/")[0]
    return {
        "label": None if lost else f"{owner}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": None if lost else user(owner),
        "repo": None if lost else here,
    }


_ONLY_PULLS = (
    "diff_url", "patch_url", "issue_url", "commits_url", "review_comments_url",
    "review_comment_url", "statuses_url", "head", "base", "_links", "merged", "merged_at",
    "merged_by", "merge_commit_sha", "mergeable", "rebaseable", "mergeable_state",
    "maintainer_can_modify", "review_comments", "commits", "additions", "deletions",
    "changed_files", "auto_merge", "requested_reviewers", "requested_teams",
)  # fmt: skip
_ONLY_SINGLE = (
    "merged", "merged_by", "mergeable", "rebaseable", "mergeable_state", "maintainer_can_modify",
    "review_comments", "commits", "additions", "deletions", "changed_files", "comments",
)  # fmt: skip


def pull_as_issue(row: Row) -> Row:
    """Answer how the issue list shows a pull request."""
    name = row["base"]["repo"]["full_name"]
    api = f"{API}/repos/{name}/issues/{row['number']}"
    return {
        **{key: value for key, value in row.items() if key not in _ONLY_PULLS},
        "url": api,
        "repository_url": f"{API}/repos/{name}",
        "labels_url": f"{api}/labels{{/name}}",
        "events_url": f"{api}/events",
        "timeline_url": f"{api}/timeline",
        "comments_url": f"{api}/comments",
        "state_reason": None,
        "performed_via_github_app": None,
        "pull_request": {
            "url": row["url"],
            "html_url": row["html_url"],
            "diff_url": row["diff_url"],
            "patch_url": row["patch_url"],
            "merged_at": row["merged_at"],
        },
    }


def pull_in_list(row: Row) -> Row:
    """Answer how the list of pull requests shows one."""
    return {key: value for key, value in row.items() if key not in _ONLY_SINGLE}


def review(repository_name: str, number: int, *, at: str, **details: Any) -> Row:
    """Answer a review of a pull request, an approval by default."""
    author = details.pop("author", "haeun-lee")
    identity = number_for(f"{repository_name}{number}{author}{at}")
    api = f"{API}/repos/{repository_name}/pulls/{number}"
    web = f"{WEB}/{repository_name}/pull/{number}#pullrequestreview-{identity}"
    return {
        "id": identity,
        "node_id": node_id("PRR", identity),
        "user": user(author),
        "body": "",
        "state": "APPROVED",
        "html_url": web,
        "pull_request_url": api,
        "author_association": "MEMBER",
        "_links": {"html": {"href": web}, "pull_request": {"href": api}},
        "submitted_at": at,
        "commit_id": f"{identity:040x}",
        **details,
    }


def file(repository_name: str, path: str, sha: str) -> Row:
    web = f"{WEB}/{repository_name}"
    return {
        "sha": f"{number_for(path):040x}",
        "filename": path,
        "status": "modified",
        "additions": 1,
        "deletions": 0,
        "changes": 1,
        "blob_url": f"{web}/blob/{sha}/{path}",
        "raw_url": f"{web}/raw/{sha}/{path}",
        "contents_url": f"{API}/repos/{repository_name}/contents/{path}?ref={sha}",
        "patch": "@@ -1 +1,2 @@ sample",
    }
