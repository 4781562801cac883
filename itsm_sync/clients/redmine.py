"""The one door to python-redmine: reads and writes of one Redmine, and what its refusals mean."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from urllib.parse import quote

from redminelib import Redmine as Library
from requests import Response
from requests.adapters import BaseAdapter
from requests.exceptions import RequestException

from itsm_sync.clients.errors import ClientError, Unauthorised
from itsm_sync.clients.http import Door, Guard
from itsm_sync.clients.known import Known
from itsm_sync.clients.redmine_answers import (
    SYSTEM,
    Engine,
    first_refusal,
    inner,
    json_object,
    listed,
    nobody,
    refusal,
    rows,
)
from itsm_sync.clients.redmine_lists import WikiPage, priority, status, tracker, wiki_page
from itsm_sync.clients.redmine_payloads import Account, Payload, account, project, roles
from itsm_sync.clients.refusals import misshapen, shaped
from itsm_sync.clients.silences import unanswered
from itsm_sync.clients.waiting import Pace
from itsm_sync.model.lists import Priority, Project, Status, Tracker
from itsm_sync.model.ports import Observer
from itsm_sync.model.text import clean
from itsm_sync.model.words import Message
from itsm_sync.settings.schema import Redmine

__all__ = ["PAGE", "Account", "Project", "RedmineClient"]

PAGE = 100  # Redmine cuts a larger limit silently (Redmine fact 1)
_FINE = (200, 201, 204)
_BYTES = "application/octet-stream"
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
        guard: called right before a request that writes; raises where it must not be sent.
        pace: how the door measures and waits, where that is not by the machine's clock.
        known: what was learnt of servers before.
    """

    def __init__(
        self,
        settings: Redmine,
        observer: Observer,
        door: BaseAdapter | None = None,
        *,
        guard: Callable[[], None] = lambda: None,
        pace: Pace | None = None,
        known: Known | None = None,
    ) -> None:
        self.url = settings.url
        self._guard: Callable[[], None] = guard
        self._key_fits = bool(_KEY.fullmatch(settings.api_key.get_secret_value()))
        if door is None:
            # A write may wait for its turn: it is the door that asks right before it.
            self._guard = lambda: None
            shared = (known or Known()).guarded(
                Guard.of(SYSTEM, settings, observer, pace=pace), settings.url, settings.api_key
            )
            door = Door(shared, assure=guard)
        library = Library(
            settings.url,
            key=settings.api_key.get_secret_value() if self._key_fits else None,
            engine=Engine,
            # No headers here: python-redmine would put the key into the dict it is given.
            requests={"door": door},
        )
        self._engine = library.engine
        self._closed: dict[int, bool] = {}
        self._me: Account | None = None
        self._roles: Mapping[int, tuple[int, ...]] | None = None

    def __repr__(self) -> str:
        return f"RedmineClient({self.url})"

    # -- one request --------------------------------------------------------------------------

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """Answer the JSON object at `path` ("/issues.json"); lists repeat a parameter."""
        return json_object(self._ask("get", path, params=params), path)

    def put(self, path: str, payload: Payload) -> None:
        """Send one PUT. A 204 does not say that anything was kept (Redmine fact 15)."""
        json_object(self._ask("put", path, data=payload), path)

    def post(self, path: str, payload: Payload) -> dict[str, Any]:
        """Send one POST; answer what was made, {} where Redmine says nothing."""
        return json_object(self._ask("post", path, data=payload), path)

    def delete(self, path: str) -> None:
        """Send one DELETE."""
        self._ask("delete", path)

    def upload(self, name: str, content: bytes) -> str:
        """Send a file to be attached; answer the token by which the next write names it."""
        path = "/uploads.json"
        response = self._ask("post", path, params={"filename": name}, data=content)
        upload = inner(json_object(response, path), "upload", path)
        with shaped(SYSTEM, path):
            return str(upload["token"])

    def page(self, path: str) -> str:
        """Answer the HTML page at `path` as the bot sees it (Redmine facts 19 and 32)."""
        return self._ask("get", path).content.decode("utf-8", errors="replace")

    def table(self, path: str, **params: Any) -> list[list[str]]:
        """Answer the rows of the CSV file at `path`, without the one of their names."""
        return rows(self._ask("get", path, params={"encoding": "UTF-8", **params}), path)

    def pages(self, path: str, container: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Answer a list that does not move while it is read, entry by entry, by offset."""
        offset = 0
        while True:
            answer = self.get(path, **params, limit=PAGE, offset=offset)
            entries = listed(answer, container, path)
            yield from entries
            offset += len(entries)
            if not entries or offset >= answer.get("total_count", 0):
                return

    # -- what the rooms ask -------------------------------------------------------------------

    def me(self) -> Account:
        """Answer whose key it is. A wrong key reads as nobody's, with 200 or 401 (fact 3).

        The page of the account itself: for `/users/current.json` Redmine counts that user's tickets
        four times (`UsersController#show`).
        """
        path = "/my/account.json"
        try:
            payload = inner(self.get(path), "user", path)
        except ClientError as error:
            raise first_refusal(error, self.url) from error
        if not payload.get("login"):
            raise nobody()
        with shaped(SYSTEM, path):
            self._me, self._roles = account(payload), None
        return self._me

    def known_as(self) -> Account:
        """Answer who `me` last said we are; asks where nobody asked yet."""
        return self._me or self.me()

    def roles(self) -> Mapping[int, tuple[int, ...]]:
        """Answer our roles: a project's id to the roles' ids there; asked once after each `me`."""
        if self._roles is None:
            path = "/users/current.json"
            with shaped(SYSTEM, path):
                answer = self.get(path, include="memberships")
                self._roles = roles(inner(answer, "user", path))
        return self._roles

    def issue(self, number: int, *, journals: bool = True) -> dict[str, Any]:
        """Answer one issue with its relations, and with its history if wanted."""
        include = "relations,journals" if journals else "relations"
        path = f"/issues/{number}.json"
        found = inner(self.get(path, include=include), "issue", path)
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
        rows = listed(answer, "issues", path)
        total = answer.get("total_count")
        if not isinstance(total, int):
            raise misshapen(SYSTEM, path)
        return self._told_closed(rows), total

    def projects(self, *, trackers: bool = False) -> tuple[Project, ...]:
        """Answer all projects that the bot sees. Closed ones must be asked for (Redmine fact 33),
        by a filter that a Redmine before 5.0 does not know: there they are absent.
        """
        include = "enabled_modules,trackers" if trackers else "enabled_modules"
        wanted = {"status": "1|5", "include": include}
        found = self.pages("/projects.json", "projects", **wanted)
        return tuple(project(payload) for payload in found)

    def project(self, name: int | str) -> Project:
        """Answer one project by id or identifier, a closed one too."""
        path = f"/projects/{name}.json"
        include = "enabled_modules,trackers"
        return project(inner(self.get(path, include=include), "project", path))

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
            users = inner(self.get(path, include="users"), "group", path).get("users", ())
            return {int(user["id"]): clean(user.get("name")) for user in users}

    def watchers(self, number: int) -> Mapping[int, str]:
        """Answer who watches an issue, people and groups: id to name; none without the right."""
        path = f"/issues/{number}.json"
        with shaped(SYSTEM, path):
            found = inner(self.get(path, include="watchers"), "issue", path).get("watchers", ())
            return {int(watcher["id"]): clean(watcher.get("name")) for watcher in found}

    def statuses(self) -> Mapping[int, Status]:
        """Answer all statuses by id."""
        path = "/issue_statuses.json"
        with shaped(SYSTEM, path):
            found = map(status, listed(self.get(path), "issue_statuses", path))
            return {one.id: one for one in found}

    def priorities(self) -> tuple[Priority, ...]:
        """Answer all priorities, from the lowest to the highest."""
        path = "/enumerations/issue_priorities.json"
        with shaped(SYSTEM, path):
            return tuple(map(priority, listed(self.get(path), "issue_priorities", path)))

    def trackers(self) -> tuple[Tracker, ...]:
        """Answer all trackers, in Redmine's order."""
        path = "/trackers.json"
        with shaped(SYSTEM, path):
            return tuple(map(tracker, listed(self.get(path), "trackers", path)))

    def wiki_page(self, project: int | str, title: str, version: int | None = None) -> WikiPage:
        """Answer a page of a project's wiki as it stands, or an older version of it."""
        older = f"/{version}" if version is not None else ""
        path = f"/projects/{project}/wiki/{quote(title, safe='')}{older}.json"
        with shaped(SYSTEM, path):
            return wiki_page(inner(self.get(path), "wiki_page", path))

    def permissions(self, role: int) -> frozenset[str]:
        """Answer what a role may do ("edit_issues", ...)."""
        path = f"/roles/{role}.json"
        with shaped(SYSTEM, path):
            return frozenset(inner(self.get(path), "role", path).get("permissions", ()))

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._engine.session.close()

    # -- inside -------------------------------------------------------------------------------

    def _told_closed(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Say of each status whether it is closed; a Redmine before 5.0 leaves that out."""
        for row in rows:
            shown = row.get("status") if isinstance(row, dict) else None
            if not isinstance(shown, dict) or "is_closed" in shown:
                continue
            number = shown.get("id")
            if not isinstance(number, int):
                continue  # no status: whoever makes a ticket of the row will say so
            if number not in self._closed:
                self._closed = {one.id: one.closed for one in self.statuses().values()}
            shown["is_closed"] = self._closed.get(number, False)
        return rows

    def _ask(
        self,
        method: str,
        path: str,
        params: Payload | None = None,
        data: Payload | bytes | None = None,
    ) -> Response:
        if not self._key_fits:
            told = Message("the Redmine API key is empty or has odd characters")
            raise Unauthorised(told, system=SYSTEM)
        if method != "get":
            self._guard()
        headers = {"Content-Type": _BYTES} if isinstance(data, bytes) else None
        try:
            # python-redmine's own `update` and `create` mix up threads; this does not.
            response: Response = self._engine.request(
                method, f"{self.url}{path}", headers=headers, params=params, data=data
            )
        except RequestException as error:
            # `from None`, and no text of the library's: it may quote the header with the key.
            raise unanswered(error, SYSTEM, self.url, path) from None
        if response.status_code in _FINE:
            return response
        raise refusal(response, path)
