"""GitHub-native rows of sample data: valid by default, `details` win.

Addresses begin with `{api}` or `{web}`; the stand-in puts its own address there.
"""

import zlib
from typing import Any

Row = dict[str, Any]
API, WEB = "{api}", "{web}"


def number_for(name: str) -> int:
    """Answer a number that is always the same for a name."""
    return zlib.crc32(name.encode()) % 900_000_000 + 1_000_000


def node_id(kind: str, name: object) -> str:
    return f"{kind}_sample{number_for(f'{kind}{name}')}"


def user(login: str) -> Row:
    """Answer an account; a login that ends in `[bot]` is a program's."""
    bot = login.endswith("[bot]")
    api = f"{API}/users/{login}"
    return {
        "login": login,
        "id": number_for(login),
        "node_id": node_id("U", login),
        "avatar_url": f"{WEB}/avatars/{number_for(login)}",
        "gravatar_id": "",
        "url": api,
        "html_url": f"{WEB}/{'apps/' if bot else ''}{login.removesuffix('[bot]')}",
        "followers_url": f"{api}/followers",
        "following_url": f"{api}/following{{/other_user}}",
        "gists_url": f"{api}/gists{{/gist_id}}",
        "starred_url": f"{api}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{api}/subscriptions",
        "organizations_url": f"{api}/orgs",
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events{{/privacy}}",
        "received_events_url": f"{api}/received_events",
        "type": "Bot" if bot else "User",
        "site_admin": False,
    }


_SUFFIXES = {
    "archive": "{archive_format}{/ref}",
    "assignees": "{/user}",
    "blobs": "/git/blobs{/sha}",
    "branches": "{/branch}",
    "collaborators": "{/collaborator}",
    "comments": "{/number}",
    "commits": "{/sha}",
    "compare": "/{base}...{head}",
    "contents": "/{+path}",
    "contributors": "",
    "deployments": "",
    "downloads": "",
    "events": "",
    "forks": "",
    "git_commits": "/git/commits{/sha}",
    "git_refs": "/git/refs{/sha}",
    "git_tags": "/git/tags{/sha}",
    "hooks": "",
    "issue_comment": "/issues/comments{/number}",
    "issue_events": "/issues/events{/number}",
    "issues": "{/number}",
    "keys": "{/key_id}",
    "labels": "{/name}",
    "languages": "",
    "merges": "",
    "milestones": "{/number}",
    "notifications": "",
    "pulls": "{/number}",
    "releases": "{/id}",
    "stargazers": "",
    "statuses": "/{sha}",
    "subscribers": "",
    "subscription": "",
    "tags": "",
    "teams": "",
    "trees": "/git/trees{/sha}",
}


def short_repository(name: str, *, private: bool = False, description: str = "") -> Row:
    """Answer a repository as other rows carry it."""
    api = f"{API}/repos/{name}"
    urls = {
        f"{kind}_url": f"{api}{suffix}" if suffix.startswith("/git") or "/" in suffix[:2]
        else f"{api}/{kind}{suffix}"
        for kind, suffix in _SUFFIXES.items()
    }  # fmt: skip
    return {
        "id": number_for(name),
        "node_id": node_id("R", name),
        "name": name.partition("/")[2],
        "full_name": name,
        "private": private,
        "owner": user(name.partition("/")[0]),
        "html_url": f"{WEB}/{name}",
        "description": description,
        "fork": False,
        "url": api,
        **urls,
    }


def repository(name: str, *, at: str, **details: Any) -> Row:
    """Answer a repository as it answers for itself; `at` is when it began."""
    short = short_repository(
        name,
        private=details.pop("private", False),
        description=details.pop("description", "sample data"),
    )
    return {
        **short,
        "clone_url": f"{WEB}/{name}.git",
        "git_url": f"git://github.example/{name}.git",
        "ssh_url": f"git@github.example:{name}.git",
        "svn_url": f"{WEB}/{name}",
        "mirror_url": None,
        "homepage": None,
        "language": None,
        "license": None,
        "default_branch": "main",
        "forks": 0,
        "forks_count": 0,
        "stargazers_count": 0,
        "watchers": 0,
        "watchers_count": 0,
        "subscribers_count": 1,
        "network_count": 0,
        "size": 100,
        "open_issues": 0,
        "open_issues_count": 0,
        "has_issues": True,
        "has_projects": True,
        "has_wiki": True,
        "has_pages": False,
        "has_discussions": False,
        "has_downloads": True,
        "archived": False,
        "disabled": False,
        "visibility": "private" if short["private"] else "public",
        "permissions": {"admin": False, "maintain": False, "push": False, "pull": True},
        "created_at": at,
        "updated_at": at,
        "pushed_at": at,
        **details,
    }


def branch(repository_name: str, *, at: str, sha: str, **details: Any) -> Row:
    """Answer a branch, `main` by default, protected."""
    name = details.pop("name", "main")
    protected = details.pop("protected", True)
    api, web = f"{API}/repos/{repository_name}", f"{WEB}/{repository_name}"
    person = {"name": "sample", "email": "sample@abc.example", "date": at}
    checks = {"enforcement_level": "off", "contexts": [], "checks": []}
    return {
        "name": name,
        "commit": {
            "sha": sha,
            "node_id": node_id("C", sha),
            "url": f"{api}/commits/{sha}",
            "html_url": f"{web}/commit/{sha}",
            "comments_url": f"{api}/commits/{sha}/comments",
            "author": user("seojun-kim"),
            "committer": user("seojun-kim"),
            "parents": [],
            "commit": {
                "author": person,
                "committer": person,
                "message": "sample",
                "comment_count": 0,
                "tree": {"sha": sha, "url": f"{api}/git/trees/{sha}"},
                "url": f"{api}/git/commits/{sha}",
            },
        },
        "_links": {"self": f"{api}/branches/{name}", "html": f"{web}/tree/{name}"},
        "protected": protected,
        "protection": {"enabled": protected, "required_status_checks": checks},
        "protection_url": f"{api}/branches/{name}/protection",
        **details,
    }


def label(name: str) -> Row:
    return {
        "id": number_for(name),
        "node_id": node_id("LA", name),
        "url": f"{API}/labels/{name}",
        "name": name,
        "description": "sample",
        "color": "ededed",
        "default": False,
    }


def milestone(repository_name: str, title: str, at: str) -> Row:
    api = f"{API}/repos/{repository_name}/milestones/1"
    return {
        "url": api,
        "html_url": f"{WEB}/{repository_name}/milestone/1",
        "labels_url": f"{api}/labels",
        "id": number_for(f"{repository_name}{title}"),
        "node_id": node_id("MI", title),
        "number": 1,
        "title": title,
        "description": None,
        "creator": user("seojun-kim"),
        "open_issues": 1,
        "closed_issues": 0,
        "state": "open",
        "created_at": at,
        "updated_at": at,
        "due_on": None,
        "closed_at": None,
    }


def issue(repository_name: str, number: int, *, at: str, **details: Any) -> Row:
    """Answer an open issue as the list has it."""
    api, web = f"{API}/repos/{repository_name}", f"{WEB}/{repository_name}"
    author = details.pop("author", "seojun-kim")
    assignees = [user(login) for login in details.pop("assignees", ())]
    labels = [label(name) for name in details.pop("labels", ())]
    return {
        "id": number_for(f"{repository_name}#{number}"),
        "node_id": node_id("I", f"{repository_name}#{number}"),
        "number": number,
        "title": f"Issue {number}",
        "body": None,
        "state": "open",
        "state_reason": None,
        "locked": False,
        "active_lock_reason": None,
        "user": user(author),
        "labels": labels,
        "assignee": assignees[0] if assignees else None,
        "assignees": assignees,
        "milestone": None,
        "comments": 0,
        "created_at": at,
        "updated_at": at,
        "closed_at": None,
        "author_association": "MEMBER",
        "performed_via_github_app": None,
        "url": f"{api}/issues/{number}",
        "repository_url": api,
        "html_url": f"{web}/issues/{number}",
        "labels_url": f"{api}/issues/{number}/labels{{/name}}",
        "comments_url": f"{api}/issues/{number}/comments",
        "events_url": f"{api}/issues/{number}/events",
        "timeline_url": f"{api}/issues/{number}/timeline",
        **details,
    }


def pull(repository_name: str, number: int, *, at: str, **details: Any) -> Row:
    """Answer an open pull request as `/pulls/7` has it; a null `head_repository` is a lost fork."""
    api, web = f"{API}/repos/{repository_name}", f"{WEB}/{repository_name}"
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
    links = {
        "self": f"{api}/pulls/{number}",
        "html": f"{web}/pull/{number}",
        "issue": f"{api}/issues/{number}",
        "comments": f"{api}/issues/{number}/comments",
        "review_comments": f"{api}/pulls/{number}/comments",
        "review_comment": f"{api}/pulls/comments{{/number}}",
        "commits": f"{api}/pulls/{number}/commits",
        "statuses": f"{api}/statuses/{sha}",
    }
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


def release(repository_name: str, identity: int, *, at: str, **details: Any) -> Row:
    """Answer a published release; `at` is the commit's time and, unless said, the publication's."""
    api = f"{API}/repos/{repository_name}/releases/{identity}"
    tag = details.get("tag_name", f"v{identity}")
    author = details.pop("author", "seojun-kim")
    return {
        "url": api,
        "assets_url": f"{api}/assets",
        "upload_url": f"{api}/assets{{?name,label}}",
        "html_url": f"{WEB}/{repository_name}/releases/tag/{tag}",
        "tarball_url": f"{API}/repos/{repository_name}/tarball/{tag}",
        "zipball_url": f"{API}/repos/{repository_name}/zipball/{tag}",
        "id": identity,
        "node_id": node_id("RE", identity),
        "author": user(author),
        "tag_name": tag,
        "target_commitish": "main",
        "name": tag,
        "body": "",
        "draft": False,
        "prerelease": False,
        "immutable": False,
        "created_at": at,
        "published_at": at,
        "updated_at": at,
        "assets": [],
        **details,
    }


def deployment(repository_name: str, identity: int, *, at: str, **details: Any) -> Row:
    """Answer a deployment of main to production."""
    api = f"{API}/repos/{repository_name}/deployments/{identity}"
    creator = details.pop("creator", "seojun-kim")
    return {
        "url": api,
        "id": identity,
        "node_id": node_id("DE", identity),
        "sha": f"{identity:040x}",
        "ref": "main",
        "task": "deploy",
        "payload": {},
        "original_environment": details.get("environment", "production"),
        "environment": "production",
        "description": None,
        "creator": user(creator),
        "created_at": at,
        "updated_at": at,
        "statuses_url": f"{api}/statuses",
        "repository_url": f"{API}/repos/{repository_name}",
        "transient_environment": False,
        "production_environment": details.get("environment", "production") == "production",
        **details,
    }


def status(repository_name: str, deployed: int, state: str, *, at: str, **details: Any) -> Row:
    """Answer one status of a deployment."""
    identity = number_for(f"{deployed}{state}{at}")
    deployment_url = f"{API}/repos/{repository_name}/deployments/{deployed}"
    creator = details.pop("creator", "seojun-kim")
    return {
        "url": f"{deployment_url}/statuses/{identity}",
        "id": identity,
        "node_id": node_id("DES", identity),
        "state": state,
        "creator": user(creator),
        "description": "",
        "environment": "production",
        "target_url": f"{WEB}/{repository_name}/deployments/{deployed}",
        "log_url": f"{WEB}/{repository_name}/deployments/{deployed}",
        "environment_url": f"{WEB}/{repository_name}",
        "created_at": at,
        "updated_at": at,
        "deployment_url": deployment_url,
        "repository_url": f"{API}/repos/{repository_name}",
        **details,
    }


def run(repository_name: str, identity: int, *, at: str, **details: Any) -> Row:
    """Answer a workflow run that ended well."""
    api = f"{API}/repos/{repository_name}/actions/runs/{identity}"
    sha = details.get("head_sha", f"{identity:040x}")
    actor = user(details.pop("actor", "seojun-kim"))
    title = details.get("display_title", f"Run {identity}")
    short = short_repository(repository_name, private=details.pop("private", False))
    person = {"name": "sample", "email": "sample@abc.example"}
    workflow = number_for(details.get("path", "ci"))
    return {
        "id": identity,
        "name": "CI",
        "node_id": node_id("WFR", identity),
        "head_branch": "main",
        "head_sha": sha,
        "path": ".github/workflows/ci.yml",
        "display_title": title,
        "run_number": 1,
        "run_attempt": 1,
        "event": "push",
        "status": "completed",
        "conclusion": "success",
        "workflow_id": workflow,
        "check_suite_id": identity,
        "check_suite_node_id": node_id("CS", identity),
        "url": api,
        "html_url": f"{WEB}/{repository_name}/actions/runs/{identity}",
        "pull_requests": [],
        "created_at": at,
        "updated_at": at,
        "run_started_at": at,
        "actor": actor,
        "triggering_actor": actor,
        "referenced_workflows": [],
        "jobs_url": f"{api}/jobs",
        "logs_url": f"{api}/logs",
        "check_suite_url": f"{API}/repos/{repository_name}/check-suites/{identity}",
        "artifacts_url": f"{api}/artifacts",
        "cancel_url": f"{api}/cancel",
        "rerun_url": f"{api}/rerun",
        "previous_attempt_url": None,
        "workflow_url": f"{API}/repos/{repository_name}/actions/workflows/{workflow}",
        "head_commit": {
            "id": sha,
            "tree_id": sha,
            "message": title,
            "timestamp": at,
            "author": person,
            "committer": person,
        },
        "repository": short,
        "head_repository": short,
        **details,
    }


def _alert(repository_name: str, kind: str, number: int, at: str) -> Row:
    web = "dependabot" if kind == "dependabot" else kind
    return {
        "number": number,
        "url": f"{API}/repos/{repository_name}/{kind}/alerts/{number}",
        "html_url": f"{WEB}/{repository_name}/security/{web}/{number}",
        "created_at": at,
        "updated_at": at,
        "state": "open",
    }


def dependabot_alert(repository_name: str, number: int, *, at: str, **details: Any) -> Row:
    """Answer an open Dependabot alert; `package`, `severity` and so on make its parts."""
    package = {
        "ecosystem": details.pop("ecosystem", "npm"),
        "name": details.pop("package", "sample-package"),
    }
    severity = details.pop("severity", "high")
    summary = details.pop("summary", "Sample weakness (sample data)")
    advisory = details.pop("advisory", f"GHSA-samp-le00-{number:04d}")
    weakness = {
        "package": package,
        "severity": severity,
        "vulnerable_version_range": details.pop("vulnerable", "< 2.0.0"),
        "first_patched_version": {"identifier": details.pop("patched", "2.0.0")},
    }
    return {
        **_alert(repository_name, "dependabot", number, at),
        "dependency": {
            "package": package,
            "manifest_path": details.pop("manifest", "package.json"),
            "scope": "runtime",
            "relationship": "direct",
        },
        "security_advisory": {
            "ghsa_id": advisory,
            "cve_id": None,
            "summary": summary,
            "description": details.pop("description", "Sample data."),
            "vulnerabilities": [weakness],
            "severity": severity,
            "cvss": {"score": 7.5, "vector_string": None},
            "cwes": [],
            "identifiers": [{"value": advisory, "type": "GHSA"}],
            "references": [],
            "published_at": at,
            "updated_at": at,
            "withdrawn_at": None,
        },
        "security_vulnerability": weakness,
        "dismissed_at": None,
        "dismissed_by": None,
        "dismissed_reason": None,
        "dismissed_comment": None,
        "fixed_at": None,
        "auto_dismissed_at": None,
        **details,
    }


def code_scanning_alert(repository_name: str, number: int, *, at: str, **details: Any) -> Row:
    """Answer an open code scanning alert."""
    rule = details.pop("rule", "sample/rule")
    severity = details.pop("severity", "high")
    title = details.pop("title", "Sample rule (sample data)")
    path, line = details.pop("path", "src/sample.py"), details.pop("line", 1)
    analysis = ".github/workflows/codeql.yml:analyze"
    state = details.get("state", "open")
    return {
        **_alert(repository_name, "code-scanning", number, at),
        "instances_url": f"{API}/repos/{repository_name}/code-scanning/alerts/{number}/instances",
        "fixed_at": None,
        "dismissed_by": None,
        "dismissed_at": None,
        "dismissed_reason": None,
        "dismissed_comment": None,
        "rule": {
            "id": rule,
            "severity": "error" if severity in ("critical", "high") else "warning",
            "security_severity_level": severity,
            "description": title,
            "name": rule,
            "tags": ["security"],
        },
        "tool": {"name": details.pop("tool", "CodeQL"), "guid": None, "version": "2.19.0"},
        "most_recent_instance": {
            "ref": "refs/heads/main",
            "analysis_key": analysis,
            "category": analysis,
            "environment": "{}",
            "state": state,
            "commit_sha": details.pop("sha", f"{number:040x}"),
            "message": {"text": details.pop("message", "Sample data.")},
            "location": {
                "path": path,
                "start_line": line,
                "end_line": line,
                "start_column": 1,
                "end_column": 2,
            },
            "classifications": [],
        },
        **details,
    }


def secret_scanning_alert(repository_name: str, number: int, *, at: str, **details: Any) -> Row:
    """Answer an open secret scanning alert; its secret is no secret."""
    kind = details.get("secret_type", "sample_api_token")
    api = f"{API}/repos/{repository_name}/secret-scanning/alerts/{number}"
    return {
        **_alert(repository_name, "secret-scanning", number, at),
        "locations_url": f"{api}/locations",
        "secret_type": kind,
        "secret_type_display_name": kind.replace("_", " ").title(),
        "secret": "sample-secret-that-must-not-travel",
        "resolution": None,
        "resolved_by": None,
        "resolved_at": None,
        "resolution_comment": None,
        "push_protection_bypassed": False,
        "push_protection_bypassed_by": None,
        "push_protection_bypassed_at": None,
        "validity": "unknown",
        "publicly_leaked": False,
        "multi_repo": False,
        **details,
    }


def wiki_event(repository_name: str, identity: int, *, at: str, **details: Any) -> Row:
    """Answer the event of one edited wiki page."""
    login = details.pop("author", "jiwoo-choi")
    page = details.pop("page", "Home")
    sha = details.pop("sha", f"{identity:040x}")
    return {
        "id": str(identity),
        "type": "GollumEvent",
        "actor": {
            "id": number_for(login),
            "login": login,
            "display_login": login,
            "gravatar_id": "",
            "url": f"{API}/users/{login}",
            "avatar_url": f"{WEB}/avatars/{number_for(login)}",
        },
        "repo": {
            "id": number_for(repository_name),
            "name": repository_name,
            "url": f"{API}/repos/{repository_name}",
        },
        "payload": {
            "pages": [
                {
                    "page_name": page,
                    "title": details.pop("title", page),
                    "summary": None,
                    "action": details.pop("action", "edited"),
                    "sha": sha,
                    "html_url": f"{WEB}/{repository_name}/wiki/{page}",
                }
            ]
        },
        "public": True,
        "created_at": at,
        **details,
    }
