"""When a request is sent again, and what a server means by `retry-after`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

SAFE = ("GET", "HEAD")
_UNTOLD = 60.0  # seconds, where a server names a time of day and does not tell its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """Which reads are repeated, and how often. Writes never are.

    Args:
        times: repetitions of one request, at most.
        statuses: the answers that pass by themselves.
        first: seconds before the first repetition, give or take a half; each is twice the last.
    """

    times: int = 2
    statuses: Collection[int] = (429, 502, 503, 504)
    first: float = 0.3

    def may(self, method: str | None, done: int) -> bool:
        """Whether a request that was sent `done` times may be sent again."""
        return method in SAFE and done <= self.times

    def pause(self, done: int) -> float:
        """Answer the seconds before the next repetition, without chance."""
        return self.first * 2.0 ** (done - 1)


def asked_to_wait(headers: Mapping[str, str]) -> float | None:
    """Answer the seconds that a server asks to wait (`retry-after`); None where it asks nothing.

    A time of day is taken by the server's own clock, which its answer tells: ours may be off.
    """
    after = headers.get("retry-after", "").strip()
    if after.isdecimal() and after.isascii():
        return float(after)
    then, now = _moment(after), _moment(headers.get("date", ""))
    if then is None:
        return None
    return _UNTOLD if now is None else max(0.0, (then - now).total_seconds())


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo is not None else None
