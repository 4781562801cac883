"""The end of a console, of whatever length, taken out of the answers of a controller."""

from dataclasses import dataclass

from requests import Response

from itsm_sync.clients.errors import Broken
from itsm_sync.clients.refusals import at
from itsm_sync.model.words import Message

# The first lines of a long console tell where it began to run; they are in the answer that tells
# its length, of which no more is read.
BEGINNING = 8 * 1024
_CHUNK = 8 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """What a build wrote. `end` is all of it, or begins anywhere (`whole` is false)."""

    end: str
    beginning: str = ""
    whole: bool = True


def length(answer: Response, path: str, least: int = 0) -> int:
    """Answer how many bytes the console has.

    Raises:
        Broken: it is not told, for a page stands there in place of a console (Jenkins fact 13), or
            it is less than `least`: Jenkins began anew at the beginning.
    """
    told = answer.headers.get("X-Text-Size", "")
    if not told.isdecimal() or int(told) < least:
        message = Message("{system} answered no console at {path}", at("jenkins", path))
        raise Broken(message, system="jenkins")
    return int(told)


def taken(answer: Response, limit: int) -> str:
    """Answer at most `limit` bytes (and what came with the last of them); the rest never comes."""
    parts, size = [], 0
    for chunk in answer.iter_content(_CHUNK):
        parts.append(chunk)
        size += len(chunk)
        if size >= limit:
            break
    return b"".join(parts).decode("utf-8", "replace")
