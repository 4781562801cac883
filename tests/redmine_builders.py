"""Redmine's payloads with valid values by default, and a Redmine that keeps tickets in memory.

All names are sample data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from itsm_sync.clients.errors import ClientError, Forbidden, Missing, Unauthorised
from itsm_sync.clients.redmine_lists import WikiPage
from itsm_sync.clients.redmine_payloads import Account
from itsm_sync.model.lists import Project
from itsm_sync.model.tickets import Ref
from itsm_sync.model.words import Message
from itsm_sync.settings.schema import Redmine

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
KEY = "5e11a0c0ffee5e11a0c0ffee5e11a0c0ffee5e11"
URL = "http://redmine.example.com"
BOT = 90


def settings(**changes: Any) -> Redmine:
    """The settings of a Redmine with two fields of ours."""
    values: dict[str, Any] = {
        "url": URL,
        "projects": ["abc"],
        "fields": {"team": {"name": "담당 팀"}, "pin": {"name": "라우팅 고정"}},
        "api_key": KEY,
    }
    return Redmine(**(values | changes))


def issue(number: int = 1, **changes: Any) -> dict[str, Any]:
    """An open ticket as `/issues.json` shows it."""
    values: dict[str, Any] = {
        "id": number,
        "project": {"id": 2, "name": "ABC 애플리케이션"},
        "tracker": {"id": 1, "name": "결함"},
        "status": {"id": 1, "name": "신규", "is_closed": False},
        "priority": {"id": 2, "name": "보통"},
        "author": {"id": 11, "name": "한유진"},
        "subject": f"티켓 {number}",
        "description": "",
        "done_ratio": 0,
        "is_private": False,
        "custom_fields": [
            {"id": 3, "name": "담당 팀", "value": ""},
            {"id": 9, "name": "라우팅 고정", "value": "0"},
        ],
        "created_on": "2026-03-01T09:00:00Z",
        "updated_on": "2026-03-02T12:00:00Z",
    }
    return values | changes


def project(number: int, identifier: str, parent: int | None = 1, **changes: Any) -> Project:
    """An open project without a wiki."""
    values: dict[str, Any] = {
        "id": number,
        "identifier": identifier,
        "name": identifier,
        "parent": parent,
        "closed": False,
    }
    return Project(**(values | changes))


ABC = (project(1, "abc", None), project(2, "abc-app"), project(3, "abc-infra"))


@dataclass(slots=True)
class MemoryRedmine:
    """Answers as Redmine does: filters, order by time with its hidden fraction, pages of 100."""

    tickets: dict[int, tuple[datetime, int]] = field(default_factory=dict)  # time, project
    listed: tuple[Project, ...] = ABC
    hidden: tuple[Project, ...] = ()
    log: list[dict[str, Any]] = field(default_factory=list)
    faults: list[ClientError | None] = field(default_factory=list)
    nobody_after: int | None = None  # requests until the key is nobody's
    extra: list[Any] = field(default_factory=list)
    wikis: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    writers: dict[str, Ref] = field(default_factory=dict)  # of wiki pages, by title
    url: str = URL
    asked: list[str] = field(default_factory=list)
    secret: set[int] = field(default_factory=set)  # tickets that the bot may not see

    def put(self, *numbers: int, at: datetime = NOON, project: int = 2) -> None:
        for number in numbers:
            self.tickets[number] = (at, project)

    def me(self) -> Account:
        self.asked.append("me")
        self._fail()
        if self._nobody():
            raise Unauthorised(Message("nobody's"), system="redmine", status=401)
        return self.known_as()

    def known_as(self) -> Account:
        return Account(id=BOT, login="itsm-sync", name="itsm-sync 봇", admin=False)

    def wiki_page(self, project: str, title: str) -> WikiPage:
        self.asked.append(f"page {project} {title}")
        self._fail()
        return WikiPage(title=title, version=1, author=self.writers.get(title))

    def projects(self) -> tuple[Project, ...]:
        self.asked.append("projects")
        self._fail()
        return self.listed

    def project(self, name: int | str) -> Project:
        self.asked.append(f"project {name}")
        for one in (*self.listed, *self.hidden):
            if name in (one.id, one.identifier):
                return one
        raise Missing(Message("no such project"), system="redmine", status=404)

    def get(self, path: str) -> dict[str, Any]:
        self.asked.append(path)
        self._fail()
        identifier = path.split("/")[2]
        if identifier not in self.wikis:
            raise Missing(Message("no wiki"), system="redmine", status=404)
        return {"wiki_pages": self.wikis[identifier]}

    def issue_page(self, limit: int = 100, **params: Any) -> tuple[list[dict[str, Any]], int]:
        self.asked.append("issues")
        assert len(self.asked) < 60, "it goes round in circles"
        self.log.append(params)
        self._fail()
        if self._nobody():
            return [], 0
        found = [(n, at) for n, (at, where) in self.tickets.items() if _fits(params, n, at, where)]
        if params["sort"] == "id":
            found.sort()
        elif params["sort"] == "id:desc":
            found.sort(reverse=True)
        else:
            found.sort()
            found.sort(key=lambda row: row[1], reverse=params["sort"].startswith("updated_on:desc"))
        rows = [self._row(n, at) for n, at in found[:limit]]
        return rows + self.extra, len(found) + len(self.extra)

    def table(self, path: str, **params: Any) -> list[list[str]]:
        """Answer the numbers of the first hundred tickets that fit, as `issues.csv` has them."""
        self.asked.append(path)
        assert len(self.asked) < 60, "it goes round in circles"
        self._fail()
        assert (params["c[]"], params["sort"]) == (["id"], "id")
        shown = sorted(self.tickets.keys() - self.secret)
        found = [n for n in shown if _fits(params, n, *self.tickets[n])]
        return [[str(number)] for number in found[:100]]

    def issues(self, ids: Sequence[int], include: str = "relations") -> list[dict[str, Any]]:
        self.asked.append(f"issues by number {include}".strip())
        self._fail()
        shown = self.tickets.keys() - self.secret
        return [self._row(n, self.tickets[n][0]) for n in ids if n in shown]

    def issue(self, number: int, *, journals: bool = True) -> dict[str, Any]:
        self.asked.append(f"issue {number} {journals}")
        if number in self.secret:
            raise Forbidden(Message("hidden"), system="redmine", status=403)
        if number not in self.tickets:
            raise Missing(Message("no such ticket"), system="redmine", status=404)
        return self._row(number, self.tickets[number][0])

    def _row(self, number: int, at: datetime) -> dict[str, Any]:
        where = {"id": self.tickets[number][1], "name": "sample"}
        return issue(number, project=where, updated_on=at.strftime("%Y-%m-%dT%H:%M:%SZ"))

    def _nobody(self) -> bool:
        return self.nobody_after is not None and len(self.asked) > self.nobody_after

    def _fail(self) -> None:
        if self.faults and (fault := self.faults.pop(0)) is not None:
            raise fault


def _fits(params: Mapping[str, Any], number: int, at: datetime, project: int) -> bool:
    holds = {
        "status_id": lambda _, __: True,
        "project_id": lambda operator, values: (str(project) in values) is (operator == "="),
        "issue_id": lambda operator, values: (
            number >= int(values[0]) and (operator == ">=" or number <= int(values[1]))
        ),
        "updated_on": lambda operator, values: _in_time(at, operator, values),
    }
    return all(
        holds[name](params[f"op[{name}]"], params.get(f"v[{name}][]", ())) for name in params["f[]"]
    )


def _in_time(at: datetime, operator: str, values: Sequence[str]) -> bool:
    times = [datetime.fromisoformat(value) for value in values]
    return at > times[0] - SECOND and (operator == ">=" or at <= times[1])
