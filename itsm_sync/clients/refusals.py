"""What the three doors answer alike: no answer, a cut one, a status that refuses."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from requests.exceptions import ChunkedEncodingError, ContentDecodingError, Timeout

from itsm_sync.clients.errors import (
    Broken,
    ClientError,
    Conflict,
    Forbidden,
    Missing,
    Throttled,
    Unauthorised,
    Unreachable,
)
from itsm_sync.model.words import Message

# What the libraries raise where a body ends before its length or can't be unpacked.
CUT = (ChunkedEncodingError, ContentDecodingError)
_AWAY = (
    "{system} can't be reached at {path} ({kind}): does it run, and is its address in the settings"
    " right?"
)
_LATE = "{system} did not answer in time at {path} ({kind}): is it busy, or `timeout` too short?"
_BRANCH = re.compile(r"(?<=/branches/).+")
NAMES = {"redmine": "Redmine", "jenkins": "Jenkins", "github": "GitHub"}
_MEANINGS: dict[int, type[ClientError]] = {
    401: Unauthorised,
    403: Forbidden,
    404: Missing,
    409: Conflict,
    410: Missing,
    429: Throttled,
}


def meaning(status: int) -> type[ClientError]:
    """Answer the class of error that an HTTP status stands for; a 5xx is Broken."""
    return _MEANINGS.get(status, Broken)


def spoken(path: str) -> str:
    """Answer a request's path as logs and errors may tell it: a branch's name is nobody else's."""
    return _BRANCH.sub("…", path)


def at(system: str, path: str, **more: object) -> dict[str, object]:
    """Answer the places of a sentence about a request."""
    return {"system": NAMES[system], "path": spoken(path), **more}


def answered(system: str, path: str, status: int) -> Message:
    """Answer the sentence for a status that refuses."""
    return Message("{system} answered {status} at {path}", at(system, path, status=status))


def unanswered(error: BaseException, system: str, path: str, *, cut: bool) -> ClientError:
    """Answer the error for a request that brought no whole answer. Nothing of the library's text
    is taken over: it may quote a header with the key.
    """
    if cut:
        told = Message("the answer of {system} at {path} was cut short", at(system, path))
        return Broken(told, system=system)
    params = at(system, path, kind=type(error).__name__)
    return Unreachable(Message(_LATE if _is_late(error) else _AWAY, params), system=system)


def _is_late(error: BaseException | None) -> bool:
    """Whether a silence, or the end of all patience, is behind an error of a library's."""
    while error is not None:
        if isinstance(error, Timeout):
            return True
        error = error.__cause__ or error.__context__
    return False


def misshapen(system: str, path: str) -> Broken:
    """Answer the error for JSON of another shape than asked for."""
    told = Message("{system} answered JSON of another shape at {path}", at(system, path))
    return Broken(told, system=system)


@contextmanager
def shaped(system: str, path: str) -> Iterator[None]:
    """Raise Broken for what can't be read out of an answer: JSON of another shape."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError):
        raise misshapen(system, path) from None


def no_json(system: str, path: str) -> Broken:
    """Answer the error for a body that is no JSON: a page, or a broken one."""
    return Broken(Message("{system} answered no JSON at {path}", at(system, path)), system=system)
