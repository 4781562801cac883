"""Repositories and their branches."""

from typing import Any

from sandbox.standins.github.rows.accounts import user
from sandbox.standins.github.rows.names import API, WEB, Row, node_id, number_for

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
