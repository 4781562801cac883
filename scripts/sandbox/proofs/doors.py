"""GitHub's and Jenkins' clients with a stand-in behind them that no port separates."""

import json
from base64 import b64encode
from collections.abc import Mapping
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from pydantic import SecretStr

from itsm_sync.clients.errors import Unreachable
from itsm_sync.clients.github import GitHubClient
from itsm_sync.clients.jenkins import JenkinsClient
from itsm_sync.clients.jenkins_console import Console
from itsm_sync.clients.refusals import answered, meaning
from itsm_sync.model.ports import Clock
from itsm_sync.model.words import Message
from itsm_sync.settings import GitHub, Jenkins
from sandbox.proofs.histories import Unanswered, Wire
from sandbox.standins.github import GitHubStandIn
from sandbox.standins.jenkins import JenkinsStandIn
from sandbox.standins.server import Answer, Request, StandIn
from tests.shelf import Deaf

TOKEN, USER = "sample-token", "reader"
NO_PORT = 8  # of a stand-in that is never started: its address has to have one
_LISTS_WITH_SMALL_PAGES = "/issues"


def _ask(server: StandIn, wire: Wire, system: str, request: Request) -> Answer:
    _heard(wire, system)
    return server.answer(request)


def _heard(wire: Wire, system: str) -> None:
    try:
        wire.ask()
    except Unanswered:
        raise Unreachable(Message("no answer"), system=system) from None


class GitHubDoor(GitHubClient):
    """Asks a stand-in directly; the lists of issues have pages of `page` rows."""

    def __init__(
        self, server: GitHubStandIn, settings: GitHub, wire: Wire, page: int, clock: Clock
    ) -> None:
        super().__init__(settings, Deaf())
        self._server, self._wire, self._page, self._clock = server, wire, page, clock

    def _get(self, address: str, etag: str) -> tuple[Mapping[str, str], Any]:
        parts = urlsplit(address)
        answer = self._answer(parts.path, parts.query, etag)
        moved = answer.status == 301
        if moved:
            there = urlsplit(answer.headers["Location"])
            answer = self._answer(there.path, there.query, etag)
        if answer.status not in (200, 304):
            told = answered("github", parts.path, answer.status)
            raise meaning(answer.status)(told, system="github", status=answer.status)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        headers |= {"date": format_datetime(self._clock(), usegmt=True)}
        headers |= {"status": str(answer.status)} | ({"x-moved": "yes"} if moved else {})
        return headers, None if answer.status == 304 else json.loads(answer.body)

    def _answer(self, path: str, query: str, etag: str) -> Answer:
        given = Request(method="GET", path=path, query_string=query, headers={})
        size = {"per_page": str(self._page)} if path.endswith(_LISTS_WITH_SMALL_PAGES) else {}
        headers = {"authorization": f"Bearer {TOKEN}"} | ({"if-none-match": etag} if etag else {})
        request = Request(
            method="GET",
            path=path,
            query_string=urlencode({**given.query, **size}),
            headers=headers,
        )
        return _ask(self._server, self._wire, "github", request)


class JenkinsDoor(JenkinsClient):
    """Asks a stand-in directly."""

    def __init__(self, server: JenkinsStandIn, settings: Jenkins, wire: Wire) -> None:
        super().__init__(settings, Deaf())
        self._standin, self._wire = server, wire

    def console(self, path: str, limit: int) -> Console:
        del path, limit  # every build says the same
        _heard(self._wire, "jenkins")
        return Console(end="ERROR: it went wrong\n")

    def _json(self, address: str, path: str, params: dict[str, str]) -> dict[str, Any]:
        account = b64encode(f"{USER}:{TOKEN}".encode()).decode()
        request = Request(
            method="GET",
            path=f"/{address}",
            query_string=urlencode(params),
            headers={"authorization": f"Basic {account}"},
        )
        answer = _ask(self._standin, self._wire, "jenkins", request)
        if answer.status != 200:
            told = answered("jenkins", f"/{path}", answer.status)
            raise meaning(answer.status)(told, system="jenkins", status=answer.status)
        value: dict[str, Any] = json.loads(answer.body)
        return value


def github_settings(server: GitHubStandIn, repository: str) -> GitHub:
    return GitHub(token=SecretStr(TOKEN), url=server.url, repositories=(repository,))


def jenkins_settings(server: JenkinsStandIn, **more: Any) -> Jenkins:
    return Jenkins(url=server.url, user=USER, token=SecretStr(TOKEN), **more)
