"""The one door to python-redmine: reads and writes of one Redmine, and what its refusals mean."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from redminelib import Redmine as Library
from redminelib.engines import SyncEngine
from requests import Response, Session
from requests.adapters import BaseAdapter
from requests.exceptions import RequestException

from itsm_sync.clients.errors import (
    Broken,
    ClientError,
    Conflict,
    Invalid,
    Unauthorised,
)
from itsm_sync.clients.http import Door
from itsm_sync.clients.redmine_payloads import Account, Payload, Project, account, project
from itsm_sync.clients.refusals import (
    CUT,
    answered,
    meaning,
    misshapen,
    no_json,
    shaped,
    unanswered,
)
from itsm_sync.model.ports import Observer
from itsm_sync.model.text import clean
from itsm_sync.model.words import Message
from itsm_sync.settings.schema import Redmine

__all__ = ["PAGE", "Account", "Project", "RedmineClient"]

SYSTEM = "redmine"
PAGE = 100  # Redmine cuts a larger limit silently (Redmine fact 1)
_FINE = (200, 201, 204)
_KEY = re.compile("[!-~]+")


class RedmineClient:
    """Reads and writes one Redmine with one key. The constructor opens nothing.

    Every method raises one of `clients.errors`: Unauthorised, Forbidden, Missing, Invalid (with
    Redmine's reasons in `details`), Conflict, Throttled, Broken, Unreachable. Reads are asked
    again by the door; a write is sent once.

    Args:
        settings: address, key, timeout, CA file.
        observer: told of each answer, as `clients.http.Door` says.
        door: what sends the requests, where that is not the web.
    """

    def __init__(
        self, settings: Redmine, observer: Observer, door: BaseAdapter | None = None
    ) -> None:
        self.url = settings.url
        self._key_fits = bool(_KEY.fullmatch(settings.api_key.get_secret_value()))
        door = door or Door(system=SYSTEM, timeout=settings.timeout, observer=observer)
        library = Library(
            settings.url,
            key=settings.api_key.get_secret_value() if self._key_fits else None,
            engine=_Engine,
            # No headers here: python-redmine would put the key into the dict it is given.
            requests={"door": door, "verify": settings.ca_file or True},
        )
        self._engine = library.engine
        self._closed: dict[int, bool] = {}
        self._me: Account | None = None

    def __repr__(self) -> str:
        return f"RedmineClient({self.url})"

    # -- one request --------------------------------------------------------------------------

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """Answer the JSON object at `path` ("/issues.json"); lists repeat a parameter."""
        return _object(self._ask("get", path, params=params), path)

    def put(self, path: str, payload: Payload) -> None:
        """Send one PUT. A 204 does not say that anything was kept (Redmine fact 15)."""
        _object(self._ask("put", path, data=payload), path)

    def post(self, path: str, payload: Payload) -> dict[str, Any]:
        """Send one POST; answer what was made, {} where Redmine says nothing."""
        return _object(self._ask("post", path, data=payload), path)

    def delete(self, path: str) -> None:
        """Send one DELETE."""
        self._ask("delete", path)

    def page(self, path: str) -> str:
        """Answer the HTML page at `path` as the bot sees it (Redmine facts 19 and 32)."""
        return self._ask("get", path).content.decode("utf-8", errors="replace")

    def pages(self, path: str, container: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Answer a list that does not move while it is read, entry by entry, by offset."""
        offset = 0
        while True:
            answer = self.get(path, **params, limit=PAGE, offset=offset)
            entries = _list(answer, container, path)
            yield from entries
            offset += len(entries)
            if not entries or offset >= answer.get("total_count", 0):
                return

    # -- what the rooms ask -------------------------------------------------------------------

    def me(self) -> Account:
        """Answer whose key it is. A wrong key reads as nobody's, with 200 or 401 (fact 3)."""
        path, nobody = "/users/current.json", Message("Redmine takes the API key for nobody's")
        try:
            payload = _inner(self.get(path, include="memberships"), "user", path)
        except Unauthorised as error:
            raise Unauthorised(nobody, system=SYSTEM, status=error.status) from error
        if not payload.get("login"):
            raise Unauthorised(nobody, system=SYSTEM)
        self._me = account(payload)
        return self._me

    def known_as(self) -> Account:
        """Answer who `me` last said we are; asks where nobody asked yet."""
        return self._me or self.me()

    def issue(self, number: int, *, journals: bool = True) -> dict[str, Any]:
        """Answer one issue with its relations, and with its history if wanted."""
        include = "relations,journals" if journals else "relations"
        path = f"/issues/{number}.json"
        found = _inner(self.get(path, include=include), "issue", path)
        return self._told_closed([found])[0]

    def issues(self, ids: Sequence[int], include: str = "relations") -> list[dict[str, Any]]:
        """Answer these issues, open and closed, a request a hundred; the unseen are absent."""
        found: list[dict[str, Any]] = []
        rest = iter(ids)
        while batch := list(islice(rest, PAGE)):
            numbers = ",".join(map(str, batch))
            found += self.issue_page(issue_id=numbers, status_id="*", include=include)[0]
        return found

    def issue_page(self, limit: int = PAGE, **params: Any) -> tuple[list[dict[str, Any]], int]:
        """Answer the first issues that fit, at most a hundred, and how many fit."""
        path = "/issues.json"
        answer = self.get(path, limit=limit, **params)
        rows = _list(answer, "issues", path)
        total = answer.get("total_count")
        if not isinstance(total, int):
            raise misshapen(SYSTEM, path)
        return self._told_closed(rows), total

    def projects(self) -> tuple[Project, ...]:
        """Answer all projects that the bot sees. Closed ones must be asked for (Redmine fact 33),
        by a filter that a Redmine before 5.0 does not know: there they are absent.
        """
        wanted = {"status": "1|5", "include": "enabled_modules"}
        found = self.pages("/projects.json", "projects", **wanted)
        return tuple(project(payload) for payload in found)

    def project(self, name: int | str) -> Project:
        """Answer one project by id or identifier, a closed one too."""
        path = f"/projects/{name}.json"
        return project(_inner(self.get(path, include="enabled_modules"), "project", path))

    def group_ids(self, project: int | str) -> Mapping[str, int]:
        """Answer the groups that are members of a project: name to id."""
        path = f"/projects/{project}/memberships.json"
        with shaped(SYSTEM, path):
            groups = [e["group"] for e in self.pages(path, "memberships") if "group" in e]
            return {clean(group["name"]): int(group["id"]) for group in groups}

    def members(self, group: int) -> Mapping[int, str]:
        """Answer the users of a group that is a member of a project we see: id to name."""
        path = f"/groups/{group}.json"
        with shaped(SYSTEM, path):
            users = _inner(self.get(path, include="users"), "group", path).get("users", ())
            return {int(user["id"]): clean(user.get("name")) for user in users}

    def watchers(self, number: int) -> Mapping[int, str]:
        """Answer who watches an issue, people and groups: id to name; none without the right."""
        path = f"/issues/{number}.json"
        with shaped(SYSTEM, path):
            found = _inner(self.get(path, include="watchers"), "issue", path).get("watchers", ())
            return {int(watcher["id"]): clean(watcher.get("name")) for watcher in found}

    def statuses(self) -> Mapping[int, str]:
        """Answer all statuses: id to name."""
        path = "/issue_statuses.json"
        with shaped(SYSTEM, path):
            found = _list(self.get(path), "issue_statuses", path)
            return {int(status["id"]): clean(status.get("name")) for status in found}

    def permissions(self, role: int) -> frozenset[str]:
        """Answer what a role may do ("edit_issues", ...)."""
        path = f"/roles/{role}.json"
        with shaped(SYSTEM, path):
            return frozenset(_inner(self.get(path), "role", path).get("permissions", ()))

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._engine.session.close()

    # -- inside -------------------------------------------------------------------------------

    def _told_closed(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Say of each status whether it is closed; a Redmine before 5.0 leaves that out."""
        for row in rows:
            status = row.get("status") if isinstance(row, dict) else None
            if not isinstance(status, dict) or "is_closed" in status:
                continue
            number = status.get("id")
            if not isinstance(number, int):
                continue  # no status: whoever makes a ticket of the row will say so
            if number not in self._closed:
                path = "/issue_statuses.json"
                statuses = _list(self.get(path), "issue_statuses", path)
                self._closed = {int(s["id"]): bool(s.get("is_closed")) for s in statuses}
            status["is_closed"] = self._closed.get(number, False)
        return rows

    def _ask(
        self, method: str, path: str, params: Payload | None = None, data: Payload | None = None
    ) -> Response:
        if not self._key_fits:
            told = Message("the Redmine API key is empty or has odd characters")
            raise Unauthorised(told, system=SYSTEM)
        try:
            # python-redmine's own `update` and `create` mix up threads; this does not.
            response: Response = self._engine.request(
                method, f"{self.url}{path}", params=params, data=data
            )
        except RequestException as error:
            # `from None`, and no text of the library's: it may quote the header with the key.
            raise unanswered(error, SYSTEM, path, cut=isinstance(error, CUT)) from None
        if response.status_code in _FINE:
            return response
        raise _refusal(response, path)


class _Engine(SyncEngine):  # type: ignore[misc]
    """python-redmine's engine with our door, and with the answers left for us to read.

    The library's `requests={'timeout': ...}` has no effect, and its errors lose headers and
    reasons.
    """

    @staticmethod
    def create_session(**params: Any) -> Session:
        session = Session()
        session.headers.update(params["headers"])  # the default ones stay: they ask for gzip
        session.verify = params["verify"]
        session.mount("http://", params["door"])
        session.mount("https://", params["door"])
        return session

    @staticmethod
    def construct_request_kwargs(
        method: str, headers: Any, params: Any, data: Any
    ) -> dict[str, Any]:
        kwargs: dict[str, Any] = SyncEngine.construct_request_kwargs(method, headers, params, data)
        # A redirect would carry the key's header to wherever it points.
        return kwargs | {"allow_redirects": False}

    def process_response(self, response: Response) -> Response:
        return response


def _object(response: Response, path: str) -> dict[str, Any]:
    if not response.content.strip():
        return {}
    try:
        value = json.loads(response.content)
    except ValueError:
        raise no_json(SYSTEM, path) from None
    if not isinstance(value, dict):
        raise misshapen(SYSTEM, path)
    return value


def _inner(answer: Payload, container: str, path: str) -> dict[str, Any]:
    found = answer.get(container)
    if not isinstance(found, dict):
        raise misshapen(SYSTEM, path)
    return found


def _list(answer: Payload, container: str, path: str) -> list[dict[str, Any]]:
    found = answer.get(container)
    if not isinstance(found, list):
        raise misshapen(SYSTEM, path)
    return found


def _refusal(response: Response, path: str) -> ClientError:
    status = response.status_code
    kind = meaning(status)
    details: tuple[str, ...] = ()
    told = answered(SYSTEM, path, status)
    if status in (400, 413, 422):
        kind, details = _rejection(response)
    if 300 <= status < 400:
        told = Message(
            "{answer}, a redirect: is the address in the settings right?", {"answer": told}
        )
    after = response.headers.get("Retry-After", "")
    return kind(
        told,
        system=SYSTEM,
        status=status,
        retry_after=float(after) if after.isdecimal() else None,
        details=details,
    )


def _rejection(response: Response) -> tuple[type[ClientError], tuple[str, ...]]:
    """Answer what a 422 means: without a reason somebody else wrote just now (Redmine fact 19)."""
    try:
        errors = json.loads(response.content)["errors"]
        details = tuple(clean(e if isinstance(e, str) else ": ".join(e)) for e in errors)
    except (ValueError, KeyError, TypeError):
        return (Broken if response.status_code == 422 else Invalid), ()
    return (Invalid if details else Conflict), details
