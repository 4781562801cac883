"""What may be told on a page that anybody may read (`model.audience.OPEN`): no words of an item.

Our own sentences name tickets, repositories, jobs and times. What other programs say in them, and
what stands in a key beside a number, may be somebody's words: it is left out.
"""

import re
from typing import Final

from itsm_sync.model.audience import NEUTRAL
from itsm_sync.model.findings import Finding
from itsm_sync.model.words import Message

_OURS = ("cycle.", "drift.")  # kinds of findings that are worded here
_SOURCES = ("redmine", "jenkins", "github")
_CLASS = re.compile(r"[A-Z]\w*(?:, [\w.]+:\d+)?(?=$|:)")  # an exception's class, and its place
_SAFE_KEY = re.compile(
    r"redmine:issue/\d+|github:[\w.-]+/[\w.-]+/[a-z-]+/[\d?]+|jenkins:[^/\s]+:\S+"
    r"|builds:\S+|wiki:[\w-]+"  # streams
)
# The part of a key that is a place, where the rest may be somebody's words.
_PLACE = re.compile(r"redmine:wiki/[\w-]+/|github:[\w.-]+/[\w.-]+/(?:[a-z-]+/)?|[\w.-]+:")
UNTOLD: Final = "`itsm-sync status` tells what this finding is ({kind})"


def finding(found: Finding) -> Message:
    """Answer what may be told of a finding; of a kind that is not ours, only that it is there."""
    source = found.message.params.get("source")
    foreign = isinstance(source, str) and source.partition(":")[0] not in _SOURCES
    if not found.kind.startswith(_OURS) or foreign:
        return Message(UNTOLD, {"kind": found.kind})
    return opened(found.message)


def error(source: str, told: Message | None) -> Message | None:
    """Answer what may be told of a source's error; a source of another package words its own."""
    if told is None:
        return None
    return opened(told) if source.partition(":")[0] in _SOURCES else NEUTRAL


def opened(told: Message) -> Message:
    """Answer the sentence without what other programs say in it."""
    return Message(told.text, {name: _open(name, value) for name, value in told.params.items()})


def cause(text: str) -> str:
    """Answer an error's class, without its text."""
    found = _CLASS.match(text)
    return found.group() if found else "?"


def key(name: str) -> str:
    """Answer an item's key as far as it is no words: `redmine:wiki/abc/…`."""
    if _SAFE_KEY.fullmatch(name):
        return name
    place = _PLACE.match(name)
    return f"{place.group() if place else ''}…"


def ticket(name: str | int) -> int | None:
    """Answer the number of the ticket that a key is of."""
    text = str(name).removeprefix("redmine:issue/")
    return int(text) if text.isdecimal() and len(text) < 12 else None


def _open(name: str, value: object) -> object:
    if isinstance(value, Message):
        return opened(value)
    if name in ("reasons", "words"):  # Redmine's, a mail server's
        return NEUTRAL
    if isinstance(value, str) and name == "error":
        return cause(value)
    return key(value) if isinstance(value, str) and name == "what" and ":" in value else value
