"""How each list is filtered, ordered and paged; `url` is the server's own address."""

import json
from collections.abc import Callable
from datetime import datetime

from sandbox.standins.github import rows
from sandbox.standins.github.pages import by_cursor, by_number
from sandbox.standins.github.replies import message
from sandbox.standins.github.rows import Row
from sandbox.standins.server import Answer, Request


def _issues(found: list[Row], request: Request, url: str) -> Answer:
    query = request.query
    found = _of_state(found, query.get("state", "open"))
    if since := query.get("since"):
        at = datetime.fromisoformat(since)
        if at.year <= 1970:
            return by_number([], request, url)  # GitHub fact 4
        found = [row for row in found if datetime.fromisoformat(row["updated_at"]) >= at]
    found = _sorted(found, query.get("sort", "created"), query.get("direction", "desc"))
    return by_number(found, request, url)


def _pulls(found: list[Row], request: Request, url: str) -> Answer:
    query = request.query
    found = _of_state(found, query.get("state", "open"))
    direction = query.get("direction", "desc" if query.get("sort", "created") else "asc")
    found = _sorted(found, query.get("sort", "created"), direction)
    return by_number([rows.pull_in_list(row) for row in found], request, url)


def _newest_first(found: list[Row], request: Request, url: str) -> Answer:
    return by_number(_sorted(found, "created", "desc"), request, url)


def _runs(found: list[Row], request: Request, url: str) -> Answer:
    query = request.query
    filters = [name for name in ("status", "branch", "event", "actor", "created") if name in query]
    found = _sorted(found, "created", "desc")
    if "status" in query:
        found = [r for r in found if query["status"] in (r["status"], r["conclusion"])]
    shown = found[:1000] if filters else found  # GitHub fact 12
    paged = by_number(shown, request, url)
    value = {"total_count": len(found), "workflow_runs": json.loads(paged.body)}
    return Answer.json(value, headers={k: v for k, v in paged.headers.items() if k == "Link"})


LISTS: dict[str, Callable[[list[Row], Request, str], Answer]] = {
    "issues": _issues,
    "pulls": _pulls,
    "releases": _newest_first,
    "deployments": _newest_first,
    "events": _newest_first,
    "actions": _runs,
}


def alerts(found: list[Row], request: Request, url: str, *, kind: str) -> Answer:
    """Answer the alerts of a kind (`dependabot`, `code-scanning`, `secret-scanning`)."""
    query = request.query
    if kind == "dependabot" and "page" in query:  # GitHub fact 7
        return message("Pagination using the `page` parameter is not supported.", 400)
    if "state" in query:
        found = [row for row in found if row["state"] in query["state"].split(",")]
    found = _sorted(found, query.get("sort", "created"), query.get("direction", "desc"))
    found = [without_secret(row, request) for row in found]
    page = by_cursor if kind == "dependabot" else by_number
    return page(found, request, url)


def without_secret(row: Row, request: Request) -> Row:
    """Answer an alert without its secret, where the asker wants that."""
    if "secret" in row and request.query.get("hide_secret") == "true":
        return {key: value for key, value in row.items() if key != "secret"}
    return row


def _of_state(found: list[Row], state: str) -> list[Row]:
    return [row for row in found if state in ("all", row["state"])]


def _sorted(found: list[Row], by: str, direction: str) -> list[Row]:
    """Sort by a time; rows of one time as they were made."""
    field = {"created": "created_at", "updated": "updated_at"}.get(by, "created_at")
    return sorted(found, key=lambda row: row.get(field) or "", reverse=direction == "desc")
