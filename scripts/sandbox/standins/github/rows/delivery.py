"""What brings code to people: releases, deployments and their statuses, workflow runs."""

from typing import Any

from sandbox.standins.github.rows.accounts import user
from sandbox.standins.github.rows.names import API, WEB, Row, node_id, number_for
from sandbox.standins.github.rows.repositories import short_repository


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
        "head_commit": _head_commit(sha, title, at),
        "repository": short,
        "head_repository": short,
        **details,
    }


def _head_commit(sha: str, message: str, at: str) -> Row:
    person = {"name": "sample", "email": "sample@abc.example"}
    return {
        "id": sha,
        "tree_id": sha,
        "message": message,
        "timestamp": at,
        "author": person,
        "committer": person,
    }
