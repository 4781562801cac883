"""The fake at the end of the real library: requests come in, answers go out, some get lost."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from requests import ConnectionError as NoConnection
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter

from tests.fake_redmine.answering import Request, answer
from tests.fake_redmine.world import World

KEY = "X-Redmine-API-Key"


def key_of(login: str) -> str:
    """Answer somebody's API key."""
    return f"key-of-{login}".ljust(40, "0")


@dataclass(slots=True)
class Door(BaseAdapter):
    """Takes requests to the fake; `asked` are those that came, as method and target.

    `before` is called as a request comes in. `lose` answers are lost after the request was done,
    those of the method `losing`.
    """

    world: World
    asked: list[tuple[str, str]] = field(default_factory=list)
    before: Callable[[Request], object] | None = None
    losing: str = "PUT"
    lose: int = 0

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        asked = self._read(request)
        self.asked.append((asked.method, asked.target))
        if self.before is not None:
            self.before(asked)
        status, shown = answer(self.world, asked)
        if self.lose and asked.method == self.losing:
            self.lose -= 1
            raise NoConnection("the answer was lost")
        return _response(request, status, shown)

    def close(self) -> None:
        """Hold nothing open."""

    def count(self, method: str) -> int:
        """Answer how many requests of a method came."""
        return sum(asked == method for asked, _ in self.asked)

    def _read(self, request: PreparedRequest) -> Request:
        users = {key_of(user.login): user for user in self.world.users()}
        body = request.body or b""
        return Request(
            user=users.get(str(request.headers.get(KEY))),
            method=str(request.method),
            target=request.path_url,
            body=json.loads(body) if body else {},
        )


def _response(request: PreparedRequest, status: int, shown: object) -> Response:
    response = Response()
    response.status_code = status
    response.request = request
    response.url = str(request.url)
    text = shown if isinstance(shown, str) else "" if shown is None else json.dumps(shown)
    response._content = text.encode()
    if status == 200 and request.path_url.partition("?")[0].endswith(".csv"):
        response.headers["Content-Type"] = "text/csv; header=present"
    return response
