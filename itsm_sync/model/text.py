"""Text as it may be kept and compared: cleaned at the door, normalised before a comparison."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

# NUL and other control characters (Redmine on SQLite keeps them, PostgreSQL refuses them), those
# of eight bits too, which a terminal obeys as well, and lone surrogates; line ends and tabs stay.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
# Marks that turn the direction of what follows, on a terminal and a page, and ends of a line that
# are none in most places.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LINE_BREAK = re.compile("[\x85\u2028\u2029]")
_LINE_END = re.compile("\r\n?")
_BLANKS = " \t\u3000"
# Answers whether a text is made of ASCII, Korean syllables, Chinese characters and common marks
# alone, as most are: it is clean, composed and upright, only A to Z fold, and only a space, a tab
# and line ends are blanks.
PLAIN = re.compile("[\t\n\r -~«·»\u2010-\u2027\u2190-\u21ff①-⑳\u3001-\u3029一-鿿가-힣]*+").fullmatch
# Names of trackers, people, fields and their values come again and again.
_SHORT, _REMEMBERED = 40, 1024


def clean(text: str | None) -> str:
    """Answer `text` without characters that a database or a terminal refuses, in NFC."""
    if not text:
        return ""
    return _clean_name(text) if len(text) <= _SHORT else _clean(text)


def _clean(text: str) -> str:
    return text if PLAIN(text) else unicodedata.normalize("NFC", _UNFIT.sub("", text))


_clean_name = lru_cache(_REMEMBERED)(_clean)


def normal(value: object) -> str:
    """Answer `value` as it is compared: NFC, line ends as \\n, no trailing blanks, None as ""."""
    if isinstance(value, str):
        return _normal_name(value) if len(value) <= _SHORT else _normal(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (list, tuple)):
        return "\n".join(sorted(normal(part) for part in value))
    return _normal(str(value))


def _normal(text: str) -> str:
    found = _clean(text)
    if "\r" in found:
        found = _LINE_END.sub("\n", found)
    if "\n" in found:
        found = "\n".join([line.rstrip(_BLANKS) for line in found.split("\n")])
    return found.strip()


_normal_name = lru_cache(_REMEMBERED)(_normal)


def folded(text: str) -> str:
    """Answer `text` as rules see it: NFC, then case folded."""
    if PLAIN(text):
        return text.lower()
    return unicodedata.normalize("NFC", clean(text).casefold())


def upright(text: str) -> str:
    """Answer `text` without marks that turn the direction of what follows, and with blanks for what
    ends a line unseen.
    """
    return _LINE_BREAK.sub(" ", _TURNING.sub("", text))


def nearest(name: str, names: Iterable[str]) -> str:
    """Answer that of `names` that is spelt most like `name`; "" where none is near."""
    # letter by letter, in Korean too
    spelt = {unicodedata.normalize("NFD", folded(one)): one for one in sorted(names)}
    asked = unicodedata.normalize("NFD", folded(name))
    return next((spelt[close] for close in get_close_matches(asked, spelt, n=1)), "")


def one_line(text: str, limit: int) -> str:
    """Answer `text` on one line, at most `limit` characters long, cut with an ellipsis; it turns
    nothing round that stands beside it.
    """
    line = " ".join((text if PLAIN(text) else upright(clean(text))).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
