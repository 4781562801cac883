"""The one door to PyGithub: conditional reads of objects and lists, and what refusals mean."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import local
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from github import Auth, Github, GithubException
from github.Requester import Requester
from requests import PreparedRequest, Response
from requests.exceptions import RequestException
from requests.utils import parse_header_links

from itsm_sync.clients.allowance import Allowance, limited, wanted
from itsm_sync.clients.errors import (
    Broken,
    ClientError,
    Forbidden,
    Throttled,
)
from itsm_sync.clients.http import Door, Guard
from itsm_sync.clients.known import Known
from itsm_sync.clients.refusals import answered, at, meaning, spoken
from itsm_sync.clients.repeats import Repeats
from itsm_sync.clients.silences import unanswered
from itsm_sync.clients.waiting import Pace
from itsm_sync.model.ports import Observer
from itsm_sync.model.words import Message
from itsm_sync.settings.schema import GitHub

SYSTEM = "github"
API_VERSION = "2022-11-28"  # GitHub fact 17
PER_PAGE = 100
Payload = Mapping[str, Any]

_REPEATS = Repeats(times=3, statuses=range(500, 600), first=0.2)
_MOVED = (301, 307, 308)
_HOPS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer that is new: its rows (an object is one row), its ETag, the next page's address.

    `moved` says that the address asked for is another one now (301); `rows` came from there. `at`
    is the server's own time, None where it does not tell.
    """

    rows: tuple[Payload, ...]
    etag: str = ""
    after: str = ""
    moved: bool = False
    at: datetime | None = None


class GitHubClient:
    """Reads GitHub, serially in each thread. The constructor opens nothing.

    What it learns of the token's limits stands as long as the client: one is kept for all cycles.

    Args:
        settings: address, token, timeout, CA file.
        observer: told of each answer, as `clients.http.Door` says, and of the limits, as
            `clients.allowance.Allowance` does.
        pace: how the door measures and waits, where that is not by the machine's clock.
        known: what was learnt of servers before.
    """

    def __init__(
        self,
        settings: GitHub,
        observer: Observer,
        *,
        pace: Pace | None = None,
        known: Known | None = None,
    ) -> None:
        self.url = settings.url
        self._settings = settings
        # Another reserve is another opinion of when to wait.
        self._guard = (known or Known()).guarded(
            Guard.of(SYSTEM, settings, observer, pace=pace),
            *(settings.url, settings.token, settings.reserve),
        )
        self._allowance = Allowance(
            system=SYSTEM, reserve=settings.reserve, gate=self._guard.gate, observer=observer
        )
        self._here = local()

    def object(self, path: str, etag: str = "") -> Page | None:
        """Answer the object at `path` (`/repos/abc/app`) as one row; None where `etag` still holds.

        Raises:
            Missing, Unauthorised, Forbidden, Throttled, Unreachable: as they are named.
            Broken: a 5xx, a page, a body cut short: an outage is never "nothing there".
        """
        headers, value = self._get(path, etag)
        if value is None and headers.get("status") == "304":
            return None
        # PyGithub makes {"data": text} of a page that is no JSON.
        if not isinstance(value, dict) or not value.keys() - {"data", "url"}:
            told = Message("GitHub answered no JSON object at {path}", {"path": _bare(path)})
            raise Broken(told, system=SYSTEM)
        return _page((value,), headers)

    def page(self, address: str, etag: str = "", *, rows_in: str = "") -> Page | None:
        """Answer one page of a list; None where `etag` still holds. Raises as `object` does.

        Args:
            address: a path with its parameters, or a former page's `after`.
            rows_in: the key under which an answer keeps its rows ("workflow_runs").
        """
        headers, value = self._get(address, etag)
        if value is None and headers.get("status") == "304":
            return None
        rows = value.get(rows_in) if rows_in and isinstance(value, dict) else value
        if not isinstance(rows, list):
            told = Message("GitHub answered no JSON list at {path}", {"path": _bare(address)})
            raise Broken(told, system=SYSTEM)
        return _page(tuple(rows), headers)

    def pages(
        self, address: str, *, rows_in: str = "", first: Page | None = None
    ) -> Iterator[Page]:
        """Follow the links from `address` (or after `first`, read already) to the last page."""
        page = first or self.page(address, rows_in=rows_in)
        seen: set[str] = set()
        while page is not None:
            if page.after and page.after in seen:
                raise Broken(Message("GitHub's pages lead in a circle"), system=SYSTEM)
            seen.add(page.after)
            yield page
            page = self.page(page.after, rows_in=rows_in) if page.after else None

    def close(self) -> None:
        """Close this thread's connections."""
        github = getattr(self._here, "github", None)
        if github is not None:
            github.close()
            del self._here.github

    def _requester(self) -> Requester:
        """One Github object a thread: a shared one mixes answers."""
        if not hasattr(self._here, "github"):
            door = _GitHubDoor(self._guard, self._allowance)
            self._here.github = _open(self._settings, door)
        requester: Requester = self._here.github.requester
        return requester

    def _get(self, address: str, etag: str) -> tuple[Mapping[str, str], Any]:
        if not address.startswith("/") and not address.startswith(self.url + "/"):
            # The token goes nowhere but to the configured server.
            raise Broken(Message("GitHub's next page is on another server"), system=SYSTEM)
        headers = {"If-None-Match": etag} if etag else {}
        try:
            return self._requester().requestJsonAndCheck("GET", address, headers=headers)
        except ClientError:
            raise
        except GithubException as error:
            raise _refusal(error, _bare(address)) from None
        except RequestException as error:
            path = _bare(address.removeprefix(self.url))
            raise unanswered(error, SYSTEM, self.url, path) from None
        except (ValueError, AssertionError, RecursionError) as error:
            params = at(SYSTEM, _bare(address), kind=type(error).__name__)
            told = Message("{system} answered no whole JSON at {path} ({kind})", params)
            raise Broken(told, system=SYSTEM) from None


class _GitHubDoor(Door):
    """Follows what has moved, with its parameters, and never to another server.

    PyGithub follows a 301 without its query: the whole list comes back for `since=...`. It also
    repeats a 202 without end; no read of ours answers so. Its own retries sleep for an hour.
    """

    def __init__(self, guard: Guard, allowance: Allowance) -> None:
        super().__init__(guard, _REPEATS)
        self._allowance = allowance

    def heard(self, answer: Response) -> float | None:
        return self._allowance.heard(answer)

    def passes(self, answer: Response) -> bool:
        return super().passes(answer) or limited(answer)

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        answer = super().send(request, *args, **kwargs)
        for _ in range(_HOPS):
            if answer.status_code not in _MOVED or "location" not in answer.headers:
                break
            moved = request.copy()
            moved.url = _same_server(request.url or "", answer.headers["location"])
            answer = super().send(moved, *args, **kwargs)
            answer.headers["x-moved"] = "yes"
        if answer.status_code in (202, *_MOVED):
            params = at(SYSTEM, _bare(request.path_url), status=answer.status_code)
            raise Broken(Message("{system} answered {status} at {path}", params), system=SYSTEM)
        answer.headers["status"] = str(answer.status_code)
        answer.encoding = "utf-8"  # as JSON is; a header without charset makes requests guess
        return answer


def _open(settings: GitHub, door: Door) -> Github:
    # The library prints what it retries and refuses: the observer is told of it instead.
    logger = logging.getLogger("github")
    logger.handlers.clear()
    logger.setLevel(logging.WARNING)
    github = Github(
        auth=Auth.Token(settings.token.get_secret_value()),
        base_url=settings.url,
        timeout=settings.timeout,
        per_page=PER_PAGE,
        seconds_between_requests=0,  # serial per token is spacing enough (GitHub fact 2)
        lazy=True,
        retry=None,
        api_version=API_VERSION,
        user_agent="itsm-sync",
    )
    # The library has no other way to its session; this makes the connection and opens nothing.
    session = github.requester._Requester__createConnection().session  # type: ignore[attr-defined]
    session.mount(f"{urlsplit(settings.url).scheme}://", door)
    return github


def _page(rows: tuple[Payload, ...], headers: Mapping[str, str]) -> Page:
    links = parse_header_links(headers.get("link", ""))
    after = next((str(link["url"]) for link in links if link.get("rel") == "next"), "")
    return Page(
        rows=rows,
        etag=headers.get("etag", ""),
        after=after,
        moved="x-moved" in headers,
        at=_date(headers.get("date", "")),
    )


def _date(told: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(told)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def address(path: str, **params: object) -> str:
    """Answer `path` with its parameters and the page's size, always in the same order."""
    return f"{path}?{urlencode(sorted({**params, 'per_page': PER_PAGE}.items()))}"


def _bare(where: str) -> str:
    return spoken(urlsplit(where).path)


def _same_server(asked: str, location: str) -> str:
    old, new = urlsplit(asked), urlsplit(urljoin(asked, location))
    ports = [part.port or {"https": 443, "http": 80}.get(part.scheme) for part in (old, new)]
    if (old.scheme, old.hostname, ports[0]) != (new.scheme, new.hostname, ports[1]):
        raise Broken(Message("GitHub redirects to another server"), system=SYSTEM)
    return new._replace(netloc=old.netloc, query=new.query or old.query).geturl()


def _refusal(error: GithubException, path: str) -> ClientError:
    status = error.status
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    kind = meaning(status)
    if status == 403:
        kind = _forbidden(error, headers)
    after = wanted(headers) if kind is Throttled else None
    told = answered(SYSTEM, path, status, kind)
    return kind(told, system=SYSTEM, status=status, retry_after=after)


def _forbidden(error: GithubException, headers: Mapping[str, str]) -> type[ClientError]:
    """A limit, a right that is missing, or a page of somebody in between."""
    said = error.data.get("message") if isinstance(error.data, dict) else None
    spent = "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
    if spent or Requester.isRateLimitError(str(said)):
        return Throttled
    return Forbidden if said else Broken
