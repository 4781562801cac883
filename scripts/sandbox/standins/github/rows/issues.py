"""Issues, their labels and milestones."""

from typing import Any

from sandbox.standins.github.rows.accounts import user
from sandbox.standins.github.rows.names import API, WEB, Row, node_id, number_for


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
