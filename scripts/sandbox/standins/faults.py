"""How servers of ours misbehave."""

import json
import re
from dataclasses import dataclass, replace
from typing import Any, Literal

from sandbox.standins.messages import JSON, Answer, Request

FaultKind = Literal[
    "slow", "status", "cut", "reset", "drip", "json", "types", "html", "drop", "refused"
]

STARTING_PAGE = "<html><head><title>503</title></head><body>Please wait ...</body></html>"


@dataclass(slots=True, kw_only=True)
class Fault:
    """Misbehaviour for requests whose path and query `match` is found in; of `method`, if given.

    kind: slow (`seconds`, then the true answer), status (`status`, with `retry-after` where it is
    given), cut (half the true body, then the connection closed), reset (the same, torn off), drip
    (the true body byte by byte, `seconds` between two), json (a body that is no JSON), types (the
    true JSON, with what is called `field` in it of another type), html (a page, status 503 unless
    given), drop (connection closed without an answer), refused (the same, and from then on nobody
    listens, until cleared).
    times: how often; 0 is until cleared.
    """

    match: str
    kind: FaultKind
    method: str = ""
    status: int = 0
    retry_after: int | None = None
    seconds: float = 0.0
    body: str = '{"not": json'
    field: str = ""
    times: int = 0
    used: int = 0

    def __post_init__(self) -> None:
        if self.kind not in FaultKind.__args__:  # type: ignore[attr-defined]
            raise ValueError(f"no such kind of fault: {self.kind}")
        re.compile(self.match)

    def fits(self, request: Request) -> bool:
        left = not self.times or self.used < self.times
        mine = self.method in ("", request.method)
        return left and mine and re.search(self.match, request.target) is not None

    def instead_of(self, answer: Answer) -> Answer:
        """Answer what is sent in place of the true answer, which itself may be just that."""
        after = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        if self.kind == "status":
            status = self.status or 500
            return Answer.json({"message": f"sample fault {status}"}, status, after)
        if self.kind == "json":
            return Answer(body=self.body.encode(), headers={"Content-Type": JSON})
        if self.kind == "html":
            return Answer.html(STARTING_PAGE, self.status or 503, after)
        if self.kind == "types":
            return replace(answer, body=_mistyped(answer.body, self.field))
        return answer


def _mistyped(body: bytes, name: str) -> bytes:
    """Answer JSON in which each value called `name` is of another type."""
    try:
        found = json.loads(body)
    except ValueError:
        return body
    return json.dumps(_other(found, name), ensure_ascii=False).encode()


def _other(value: Any, name: str) -> Any:
    if isinstance(value, list):
        return [_other(one, name) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: ("?" if isinstance(one, list) else [one]) if key == name else _other(one, name)
        for key, one in value.items()
    }
