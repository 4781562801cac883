"""What GitHub lets a token ask: the hour's limit as its answers tell it, and its other limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from threading import Lock

from github.Requester import Requester
from requests import Response

from itsm_sync.clients.gate import Gate
from itsm_sync.clients.repeats import asked_to_wait
from itsm_sync.model.ports import Observer
from itsm_sync.model.words import Message

_SECONDARY = 60.0  # GitHub fact 2: seconds, where a limit names none
_LIMITED = (403, 429)


@dataclass(slots=True, kw_only=True)
class Allowance:
    """Listens to GitHub's answers, and holds the gate while nothing may be asked.

    Args:
        reserve: requests of the hour's limit that are left to others who have the token, never
            more than half of the limit.
        gate: the gate of all requests with this token.
        observer: told when the figures change (`limits.seen`: system, resource, remaining, limit,
            reset; `reset` is in seconds of the server's clock, as Unix counts them).
    """

    system: str
    reserve: int
    gate: Gate
    observer: Observer
    _told: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def heard(self, answer: Response) -> float | None:
        """Take note of an answer; answer the seconds that it asks to wait, None where it does not.

        A limit of which it speaks is meant for every request with the token, and stands until it
        is over, whichever cycle comes meanwhile.
        """
        headers = answer.headers
        self._see(headers)
        if not limited(answer):
            return None
        wait = wanted(headers)
        self.gate.hold(wait, Message("its limit of requests is used up"))
        return wait

    def _see(self, headers: Mapping[str, str]) -> None:
        figures = [_number(headers, name) for name in ("remaining", "limit", "reset")]
        remaining, limit, reset = figures
        if remaining is None or limit is None or reset is None:
            return  # an Enterprise Server without limits (GitHub fact 17)
        resource = headers.get("x-ratelimit-resource", "core")
        with self._lock:
            news = self._told.get(resource) != (remaining, limit, reset)
            self._told[resource] = (remaining, limit, reset)
        if news:
            self.observer.saw(
                "limits.seen",
                system=self.system,
                resource=resource,
                remaining=remaining,
                limit=limit,
                reset=reset,
            )
        left = _until(headers, reset)
        if resource == "core" and left and remaining <= min(self.reserve, limit // 2):
            params = {"remaining": remaining, "limit": limit}
            text = "{remaining} of {limit} requests are left, which are kept for others"
            self.gate.hold(left, Message(text, params))


def limited(answer: Response) -> bool:
    """Whether a refusal is one of a limit; a 403 else is a right that is missing."""
    if answer.status_code not in _LIMITED:
        return False
    headers = answer.headers
    spent = headers.get("x-ratelimit-remaining") == "0"
    if answer.status_code == 429 or spent or "retry-after" in headers:
        return True
    return bool(Requester.isRateLimitError(_said(answer)))


def wanted(headers: Mapping[str, str]) -> float:
    """GitHub fact 2: `retry-after`, else the reset, else a minute; in seconds."""
    after = asked_to_wait(headers)
    if after is not None:
        return after
    reset = _number(headers, "reset")
    if headers.get("x-ratelimit-remaining") == "0" and reset is not None:
        return _until(headers, reset) or _SECONDARY
    return _SECONDARY


def _until(headers: Mapping[str, str], reset: int) -> float | None:
    """Answer the seconds to a reset by the server's own clock; None where it does not tell it."""
    try:
        now = parsedate_to_datetime(headers.get("date", "")).timestamp()
    except (TypeError, ValueError):
        return None
    return max(reset - now, 1.0)


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(f"x-ratelimit-{name}", "")
    return int(text) if text.isdecimal() and text.isascii() else None


def _said(answer: Response) -> str:
    try:
        found = answer.json()
    except ValueError:
        return ""
    return str(found.get("message", "")) if isinstance(found, dict) else ""
