"""What the three doors answer alike: a status that refuses, JSON of another shape, none at all."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from itsm_sync.clients.errors import (
    Broken,
    ClientError,
    Conflict,
    Forbidden,
    Missing,
    Throttled,
    Unauthorised,
    advised,
)
from itsm_sync.model.words import Message

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
# What to look at, where a refusal always means the same.
_ADVICE: dict[tuple[str, type[ClientError]], str] = {
    (
        "redmine",
        Forbidden,
    ): "the bot's role lacks a right there; `itsm-sync check` shows which it has",
    ("jenkins", Unauthorised): "are `user` and the API token right, and is the token that user's?",
    ("jenkins", Forbidden): "the user lacks a right there: Overall/Read, and Job/Read for its jobs",
    ("github", Unauthorised): "is the token right, and neither revoked nor expired?",
    ("github", Forbidden): "the token lacks a right there, or the feature is off",
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


def answered(system: str, path: str, status: int, kind: type[ClientError] | None = None) -> Message:
    """Answer the sentence for a status that refuses, with what to look at where that is known.

    `kind` is the class of error, where it is not the status's alone.
    """
    told = Message("{system} answered {status} at {path}", at(system, path, status=status))
    advice = _ADVICE.get((system, kind or meaning(status)))
    return advised(told, Message(advice)) if advice else told


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
