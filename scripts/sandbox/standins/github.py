"""A stand-in for GitHub's REST API, true to what it answers to reads.

The documents (made by `sandbox.world.github`):

    tokens        token -> login
    repositories  "abc/portal" -> its rows as GitHub has them, see `new_repository`
    moved         former name -> present name: the former answers 301

The issue list is made of `issues` and `pulls`; `open_issues_count` is counted. Addresses in the
documents begin with `{api}` or `{web}` and get the server's own when they are sent.
"""

import hashlib
import html
import json
import math
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import unquote, urlencode

from sandbox.standins import github_rows as rows
from sandbox.standins.server import JSON, Answer, Request, StandIn

Row = dict[str, Any]
VERSIONS = ("2022-11-28", "2026-03-10")
ALERTS = ("dependabot", "code-scanning", "secret-scanning")
LIMIT = 5000
_SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
)


class GitHubStandIn(StandIn):
    """One GitHub. Tests may change the world by the methods below, or directly under `lock`.

    `remaining` is what is left of the primary limit; an answer 304 costs nothing.
    """

    system: ClassVar[str] = "github"
    headers_kept: ClassVar[tuple[str, ...]] = (
        "if-none-match",
        "accept",
        "x-github-api-version",
        "user-agent",
    )

    def __init__(self, world: dict[str, Any], **options: Any) -> None:
        super().__init__(world, **options)
        self.remaining = LIMIT
        self.reset_at = 4_102_444_800  # a Unix time far away

    def answer(self, request: Request) -> Answer:
        path = [unquote(part) for part in request.path.split("/") if part]
        if path[:1] not in (["repos"], ["repositories"], ["rate_limit"], ["user"], ["users"]):
            return self._page(path)
        login = self._login(request)
        if login is None:
            return self._sent(_message("Bad credentials", 401))
        version = request.headers.get("x-github-api-version", VERSIONS[0])
        if version not in VERSIONS:
            return self._sent(_message(f"API version {version} is not supported", 400))
        if path == ["rate_limit"]:
            return self._sent(Answer.json(self._limits()))
        if self.remaining <= 0:
            return self._sent(_message("API rate limit exceeded for user.", 403))
        answer = self._conditional(request, self._answer(path, request, login))
        self.remaining -= answer.status != 304
        return self._sent(answer)

    # -- the world changes --------------------------------------------------------------------

    def repository(self, name: str) -> Row:
        """Answer a repository's documents; raises KeyError."""
        found: Row = self.world["repositories"][name]
        return found

    def add(self, name: str, kind: str, row: Row) -> Row:
        """Put a row (see `github_rows`) into a repository, as the newest of its kind."""
        with self.lock:
            self.repository(name)[kind].append(row)
            return row

    def change(self, name: str, kind: str, identity: int, **fields: Any) -> Row:
        """Change a row by its number or id."""
        with self.lock:
            row = self.row(name, kind, identity)
            row.update(fields)
            return row

    def change_repository(self, name: str, **fields: Any) -> None:
        """Change the repository itself (`private`, `default_branch`, ...)."""
        with self.lock:
            self.repository(name)["repository"].update(fields)

    def row(self, name: str, kind: str, identity: int) -> Row:
        """Answer a row by its number or id; raises StopIteration."""
        found = self.repository(name)[kind]
        return next(r for r in found if r.get("number", r.get("id")) == identity)

    def delete(self, name: str, kind: str, identity: int, *, status: int = 410) -> None:
        """Delete a row; it answers `status` (404 or 410) from now on."""
        with self.lock:
            documents = self.repository(name)
            documents[kind].remove(self.row(name, kind, identity))
            documents["deleted"][f"{kind}/{identity}"] = status

    def transfer(self, name: str, number: int, to: str, new: int) -> None:
        """Move an issue to another repository; its former address answers 301."""
        with self.lock:
            row = self.row(name, "issues", number)
            self.delete(name, "issues", number)
            moved = rows.issue(to, new, at=row["created_at"])
            kept = {key: row[key] for key in ("title", "body", "state", "user", "node_id")}
            self.add(to, "issues", {**moved, **kept})
            self.repository(name)["deleted"][f"issues/{number}"] = f"{to}/issues/{new}"

    def rename(self, old: str, new: str) -> None:
        """Rename a repository; the former name answers 301."""
        with self.lock:
            documents = self.world["repositories"].pop(old)
            text = json.dumps(documents).replace(f"/{old}", f"/{new}")
            documents = json.loads(text)
            documents["repository"].update(full_name=new, name=new.partition("/")[2])
            self.world["repositories"][new] = documents
            self.world["moved"][old] = new

    def switch_off(self, name: str, feature: str, status: int = 403) -> None:
        """Switch a feature (`dependabot`, `releases`, ...) off: it answers `status`."""
        with self.lock:
            self.repository(name)["off"][feature] = status

    # -- answering ----------------------------------------------------------------------------

    def _login(self, request: Request) -> str | None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        login: str | None = self.world["tokens"].get(token)
        return login if kind.lower() in ("token", "bearer") else None

    def _answer(self, path: list[str], request: Request, login: str) -> Answer:
        match path:
            case ["user"]:
                return Answer.json(_whole_user(login))
            case ["users", other]:
                return Answer.json(_whole_user(other))
            case ["repositories", number, *rest] if number.isdecimal():
                return self._in_repository(self._by_number(int(number)), rest, request, login)
            case ["repos", owner, short, *rest]:
                name = f"{owner}/{short}"
                if name in self.world["moved"]:
                    return self._moved(self.world["moved"][name], rest, request)
                return self._in_repository(name, rest, request, login)
        return _not_found()

    def _by_number(self, number: int) -> str:
        names = (
            n for n, d in self.world["repositories"].items() if d["repository"]["id"] == number
        )
        return next(names, "")

    def _moved(self, name: str, rest: list[str], request: Request) -> Answer:
        number = self.repository(name)["repository"]["id"]
        where = "/".join([f"{self.url}/repositories/{number}", *rest])
        return _redirect(f"{where}?{request.query_string}" if request.query_string else where)

    def _in_repository(self, name: str, rest: list[str], request: Request, login: str) -> Answer:
        documents = self.world["repositories"].get(name)
        if documents is None or login in documents["hidden_from"]:
            return _not_found()
        if rest and rest[0] in documents["off"]:
            return _off(rest[0], documents["off"][rest[0]])
        match rest:
            case []:
                return Answer.json(_repository(documents))
            case ["branches", *parts]:
                branch = documents["branches"].get("/".join(parts))
                return Answer.json(branch) if branch else _message("Branch not found", 404)
            case [("pulls" | "issues" | "releases" | "deployments" | "actions" | "events") as kind,
                  *below]:  # fmt: skip
                lists = _lists(documents, login)
                return self._listed(lists[kind], documents, kind, below, request)
            case [("dependabot" | "code-scanning" | "secret-scanning") as kind, "alerts", *below]:
                return self._alerts(documents, kind, below, request)
        return _not_found()

    def _listed(
        self, found: list[Row], documents: Row, kind: str, below: list[str], request: Request
    ) -> Answer:
        if kind == "actions":
            if below[:1] != ["runs"]:
                return _not_found()
            below = below[1:]
        if not below:
            return _LISTS[kind](self, found, request)
        identity = int(below[0]) if below[0].isdecimal() else 0
        kept = documents["deleted"].get(f"{kind}/{identity}")
        if isinstance(kept, str):
            return _redirect(f"{self.url}/repos/{kept}")
        if kept:
            return _message("This issue was deleted" if kept == 410 else "Not Found", kept)
        row = next((r for r in found if r.get("number", r.get("id")) == identity), None)
        if row is None:
            return _not_found()
        if len(below) == 1:
            return Answer.json(row)
        return self._below(documents, kind, str(identity), below[1:], request)

    def _below(
        self, documents: Row, kind: str, identity: str, below: list[str], request: Request
    ) -> Answer:
        parts = {
            ("pulls", "reviews"): "reviews",
            ("pulls", "files"): "files",
            ("deployments", "statuses"): "statuses",
        }
        name = parts.get((kind, "/".join(below)))
        if name is None:
            return _not_found()
        found = documents[name].get(identity, [])
        # Reviews come oldest first, statuses newest first.
        return self._paged(found[::-1] if name == "statuses" else found, request)

    def _issues(self, found: list[Row], request: Request) -> Answer:
        query = request.query
        found = _of_state(found, query.get("state", "open"))
        if since := query.get("since"):
            at = datetime.fromisoformat(since)
            if at.year <= 1970:
                return self._paged([], request)  # GitHub fact 4
            found = [row for row in found if datetime.fromisoformat(row["updated_at"]) >= at]
        found = _sorted(found, query.get("sort", "created"), query.get("direction", "desc"))
        return self._paged(found, request)

    def _pulls(self, found: list[Row], request: Request) -> Answer:
        query = request.query
        found = _of_state(found, query.get("state", "open"))
        direction = query.get("direction", "desc" if query.get("sort", "created") else "asc")
        found = _sorted(found, query.get("sort", "created"), direction)
        return self._paged([rows.pull_in_list(row) for row in found], request)

    def _newest_first(self, found: list[Row], request: Request) -> Answer:
        return self._paged(_sorted(found, "created", "desc"), request)

    def _runs(self, found: list[Row], request: Request) -> Answer:
        query = request.query
        filters = [
            name for name in ("status", "branch", "event", "actor", "created") if name in query
        ]
        found = _sorted(found, "created", "desc")
        if "status" in query:
            found = [r for r in found if query["status"] in (r["status"], r["conclusion"])]
        shown = found[:1000] if filters else found  # GitHub fact 12
        paged = self._paged(shown, request)
        if paged.status != 200:
            return paged
        value = {"total_count": len(found), "workflow_runs": json.loads(paged.body)}
        return Answer.json(value, headers={k: v for k, v in paged.headers.items() if k == "Link"})

    def _alerts(self, documents: Row, kind: str, below: list[str], request: Request) -> Answer:
        query = request.query
        found = documents[kind]
        if below:
            row = next((r for r in found if str(r["number"]) == below[0]), None)
            return Answer.json(_hidden(row, query)) if row else _not_found()
        if kind == "dependabot" and "page" in query:  # GitHub fact 7
            return _message("Pagination using the `page` parameter is not supported.", 400)
        if "state" in query:
            found = [row for row in found if row["state"] in query["state"].split(",")]
        found = _sorted(found, query.get("sort", "created"), query.get("direction", "desc"))
        found = [_hidden(row, query) for row in found]
        if kind == "dependabot":
            return self._by_cursor(found, request)
        return self._paged(found, request)

    # -- pages --------------------------------------------------------------------------------

    def _paged(self, found: list[Row], request: Request) -> Answer:
        """Answer one page by number, with links to the others (GitHub fact 6)."""
        size, page = _size(request), _number(request, "page", 1)
        last = max(math.ceil(len(found) / size), 1)
        to = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
        keep = [n for n in to if (page < last if n in ("next", "last") else page > 1)]
        links = {name: self._link(request, page=to[name]) for name in keep}
        return Answer.json(found[(page - 1) * size : page * size], headers=_link_header(links))

    def _by_cursor(self, found: list[Row], request: Request) -> Answer:
        """Answer the page after the row that the cursor names."""
        size, after = _size(request), request.query.get("after")
        numbers = [f"cursor{row['number']}" for row in found]
        start = numbers.index(after) + 1 if after in numbers else 0
        page = found[start : start + size]
        links = {}
        if start + size < len(found):
            links["next"] = self._link(request, after=f"cursor{page[-1]['number']}")
        return Answer.json(page, headers=_link_header(links))

    def _link(self, request: Request, **changes: object) -> str:
        return f"{self.url}{request.path}?{urlencode({**request.query, **changes})}"

    # -- what every answer has ----------------------------------------------------------------

    def _conditional(self, request: Request, answer: Answer) -> Answer:
        """Give a good answer its ETag; answer 304 where the asker has it (GitHub fact 3)."""
        if answer.status != 200:
            return answer
        token = request.headers.get("authorization", "")
        told = token.encode() + answer.headers.get("Link", "").encode() + answer.body
        etag = f'W/"{hashlib.sha256(told).hexdigest()}"'
        if request.headers.get("if-none-match") == etag:
            return Answer(status=304, headers={"ETag": etag})
        return Answer(status=200, body=answer.body, headers={**answer.headers, "ETag": etag})

    def _sent(self, answer: Answer) -> Answer:
        limits = {
            "X-RateLimit-Limit": str(LIMIT),
            "X-RateLimit-Remaining": str(max(self.remaining, 0)),
            "X-RateLimit-Used": str(LIMIT - max(self.remaining, 0)),
            "X-RateLimit-Reset": str(self.reset_at),
            "X-RateLimit-Resource": "core",
            "X-GitHub-Media-Type": "github.v3; format=json",
            "Vary": "Accept, Authorization",
        }
        body = answer.body.replace(b"{api}", self.url.encode()).replace(b"{web}", self.url.encode())
        return Answer(status=answer.status, body=body, headers={**limits, **answer.headers})

    def _limits(self) -> Row:
        used = LIMIT - self.remaining
        core = {
            "limit": LIMIT,
            "remaining": self.remaining,
            "reset": self.reset_at,
            "used": used,
        }
        search = {"limit": 30, "remaining": 30, "reset": self.reset_at, "used": 0}
        return {"resources": {"core": core, "search": search}, "rate": core}

    def _page(self, path: list[str]) -> Answer:
        """A page for people who follow an address; it says that it is sample data."""
        name = "/".join(path[:2])
        known = name in self.world["repositories"]
        said = html.escape("/".join(path) if known else "Not Found")
        text = f"<html><head><title>{said}</title></head><body><h2>{said}</h2>(sample data)</body>"
        return Answer.html(f"{text}</html>", 200 if known else 404)


_LISTS: dict[str, Callable[[GitHubStandIn, list[Row], Request], Answer]] = {
    "issues": GitHubStandIn._issues,
    "pulls": GitHubStandIn._pulls,
    "releases": GitHubStandIn._newest_first,
    "deployments": GitHubStandIn._newest_first,
    "events": GitHubStandIn._newest_first,
    "actions": GitHubStandIn._runs,
}


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
        **{kind: [] for kind in ALERTS},
        "off": {},
        "deleted": {},
        "hidden_from": [],
        "pushers": [],
    }


def _lists(documents: Row, login: str) -> dict[str, list[Row]]:
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


def _repository(documents: Row) -> Row:
    count = sum(r["state"] == "open" for r in documents["issues"] + documents["pulls"])
    return {**documents["repository"], "open_issues": count, "open_issues_count": count}


def _of_state(found: list[Row], state: str) -> list[Row]:
    return [row for row in found if state in ("all", row["state"])]


def _sorted(found: list[Row], by: str, direction: str) -> list[Row]:
    """Sort by a time; rows of one time as they were made."""
    field = {"created": "created_at", "updated": "updated_at"}.get(by, "created_at")
    return sorted(found, key=lambda row: row.get(field) or "", reverse=direction == "desc")


def _hidden(row: Row, query: dict[str, str]) -> Row:
    if "secret" in row and query.get("hide_secret") == "true":
        return {key: value for key, value in row.items() if key != "secret"}
    return row


def _size(request: Request) -> int:
    return max(1, min(_number(request, "per_page", 30), 100))


def _number(request: Request, name: str, default: int) -> int:
    value = request.query.get(name, "")
    return int(value) if value.isdecimal() and int(value) else default


def _link_header(links: dict[str, str]) -> dict[str, str]:
    said = ", ".join(f'<{url}>; rel="{name}"' for name, url in links.items())
    return {"Link": said} if said else {}


def _whole_user(login: str) -> Row:
    at = "2020-01-01T00:00:00Z"
    unsaid = ("company", "location", "email", "hireable", "bio")
    numbers = ("public_repos", "public_gists", "followers", "following")
    return {
        **rows.user(login),
        "user_view_type": "public",
        "name": login,
        "blog": "",
        **dict.fromkeys(unsaid),
        **dict.fromkeys(numbers, 0),
        "created_at": at,
        "updated_at": at,
    }


def _message(text: str, status: int) -> Answer:
    return Answer.json({"message": text, "documentation_url": "", "status": str(status)}, status)


def _not_found() -> Answer:
    return _message("Not Found", 404)


def _off(feature: str, status: int) -> Answer:
    said = {
        "dependabot": "Dependabot alerts are disabled for this repository.",
        "secret-scanning": "Secret scanning is disabled on this repository.",
        "code-scanning": "no analysis found",
        "issues": "Issues are disabled for this repo",
    }
    return _message(said.get(feature, "Resource not accessible by personal access token"), status)


def _redirect(url: str) -> Answer:
    body = json.dumps({"message": "Moved Permanently", "url": url}).encode()
    return Answer(status=301, body=body, headers={"Content-Type": JSON, "Location": url})


def secondary_limit(retry_after: int | None = None) -> Answer:
    """Answer GitHub's refusal of too many requests at once, as it words it."""
    after = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Answer.json({"message": _SECONDARY, "documentation_url": ""}, 403, after)
