"""The server: who asks, what for, and what is left of the limit."""

import hashlib
import html
from typing import Any, ClassVar
from urllib.parse import unquote

from sandbox.standins.github.documents import seen_by, with_counts
from sandbox.standins.github.lists import LISTS, alerts, without_secret
from sandbox.standins.github.pages import by_number
from sandbox.standins.github.replies import message, not_found, off, redirect
from sandbox.standins.github.rows import Row, whole_user
from sandbox.standins.github.world import Changeable
from sandbox.standins.server import Answer, Request

_VERSIONS = ("2022-11-28", "2026-03-10")
_LIMIT = 5000


class GitHubStandIn(Changeable):
    """One GitHub.

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
        self.remaining = _LIMIT
        self.reset_at = 4_102_444_800  # a Unix time far away

    def answer(self, request: Request) -> Answer:
        path = [unquote(part) for part in request.path.split("/") if part]
        if path[:1] not in (["repos"], ["repositories"], ["rate_limit"], ["user"], ["users"]):
            return self._page(path)
        login = self._login(request)
        if login is None:
            return self._sent(message("Bad credentials", 401))
        version = request.headers.get("x-github-api-version", _VERSIONS[0])
        if version not in _VERSIONS:
            return self._sent(message(f"API version {version} is not supported", 400))
        if path == ["rate_limit"]:
            return self._sent(Answer.json(self._limits()))
        if self.remaining <= 0:
            return self._sent(message("API rate limit exceeded for user.", 403))
        answer = self._conditional(request, self._answer(path, request, login))
        self.remaining -= answer.status != 304
        return self._sent(answer)

    # -- answering ----------------------------------------------------------------------------

    def _login(self, request: Request) -> str | None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        login: str | None = self.world["tokens"].get(token)
        return login if kind.lower() in ("token", "bearer") else None

    def _answer(self, path: list[str], request: Request, login: str) -> Answer:
        match path:
            case ["user"]:
                return Answer.json(whole_user(login))
            case ["users", other]:
                return Answer.json(whole_user(other))
            case ["repositories", number, *rest] if number.isdecimal():
                return self._in_repository(self._by_number(int(number)), rest, request, login)
            case ["repos", owner, short, *rest]:
                name = f"{owner}/{short}"
                if name in self.world["moved"]:
                    return self._moved(self.world["moved"][name], rest, request)
                return self._in_repository(name, rest, request, login)
        return not_found()

    def _by_number(self, number: int) -> str:
        names = (
            n for n, d in self.world["repositories"].items() if d["repository"]["id"] == number
        )
        return next(names, "")

    def _moved(self, name: str, rest: list[str], request: Request) -> Answer:
        number = self.repository(name)["repository"]["id"]
        where = "/".join([f"{self.url}/repositories/{number}", *rest])
        return redirect(f"{where}?{request.query_string}" if request.query_string else where)

    def _in_repository(self, name: str, rest: list[str], request: Request, login: str) -> Answer:
        documents = self.world["repositories"].get(name)
        if documents is None or login in documents["hidden_from"]:
            return not_found()
        if rest and rest[0] in documents["off"]:
            return off(rest[0], documents["off"][rest[0]])
        match rest:
            case []:
                return Answer.json(with_counts(documents))
            case ["branches", *parts]:
                branch = documents["branches"].get("/".join(parts))
                return Answer.json(branch) if branch else message("Branch not found", 404)
            case [("pulls" | "issues" | "releases" | "deployments" | "actions" | "events") as kind,
                  *below]:  # fmt: skip
                found = seen_by(login, documents)[kind]
                return self._listed(found, documents, kind, below, request)
            case [("dependabot" | "code-scanning" | "secret-scanning") as kind, "alerts", *below]:
                return self._alerts(documents, kind, below, request)
        return not_found()

    def _listed(
        self, found: list[Row], documents: Row, kind: str, below: list[str], request: Request
    ) -> Answer:
        if kind == "actions":
            if below[:1] != ["runs"]:
                return not_found()
            below = below[1:]
        if not below:
            return LISTS[kind](found, request, self.url)
        identity = int(below[0]) if below[0].isdecimal() else 0
        kept = documents["deleted"].get(f"{kind}/{identity}")
        if isinstance(kept, str):
            return redirect(f"{self.url}/repos/{kept}")
        if kept:
            return message("This issue was deleted" if kept == 410 else "Not Found", kept)
        row = next((r for r in found if r.get("number", r.get("id")) == identity), None)
        if row is None:
            return not_found()
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
            return not_found()
        found = documents[name].get(identity, [])
        # Reviews come oldest first, statuses newest first.
        return by_number(found[::-1] if name == "statuses" else found, request, self.url)

    def _alerts(self, documents: Row, kind: str, below: list[str], request: Request) -> Answer:
        found = documents[kind]
        if not below:
            return alerts(found, request, self.url, kind=kind)
        row = next((r for r in found if str(r["number"]) == below[0]), None)
        return Answer.json(without_secret(row, request)) if row else not_found()

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
            "X-RateLimit-Limit": str(_LIMIT),
            "X-RateLimit-Remaining": str(max(self.remaining, 0)),
            "X-RateLimit-Used": str(_LIMIT - max(self.remaining, 0)),
            "X-RateLimit-Reset": str(self.reset_at),
            "X-RateLimit-Resource": "core",
            "X-GitHub-Media-Type": "github.v3; format=json",
            "Vary": "Accept, Authorization",
        }
        body = answer.body.replace(b"{api}", self.url.encode()).replace(b"{web}", self.url.encode())
        return Answer(status=answer.status, body=body, headers={**limits, **answer.headers})

    def _limits(self) -> Row:
        used = _LIMIT - self.remaining
        core = {
            "limit": _LIMIT,
            "remaining": self.remaining,
            "reset": self.reset_at,
            "used": used,
        }
        search = {"limit": 30, "remaining": 30, "reset": self.reset_at, "used": 0}
        return {"resources": {"core": core, "search": search}, "rate": core}

    def _page(self, path: list[str]) -> Answer:
        """A page for people who follow an address; it says that it is sample data."""
        name = "/".join(path[:2])
        known = not path or name in self.world["repositories"]
        title = "/".join(path) or "GitHub (stand-in)"
        said = html.escape(title if known else "Not Found")
        text = f"<html><head><title>{said}</title></head><body><h2>{said}</h2>(sample data)</body>"
        return Answer.html(f"{text}</html>", 200 if known else 404)
