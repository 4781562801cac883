"""An error's text without what changes from one build to the next. Pure.

The same trouble gives the same text and other troubles give others: line numbers, hosts' numbers
and times go; codes stay (`TS2304`, `ORA-00942`, `exit code 137`).
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import re2

from itsm_sync.model.text import clean, one_line

LIMIT = 200  # characters, of what is kept

# What plug-ins (the time) and docker (step and seconds) write in front of a line.
_STAMP = (
    r"^\s*(?:#\d+ \d+\.\d+|\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]?"
    r"|\[?\d\d:\d\d:\d\d(?:[.,]\d+)?\]?)\s+"
)
_IN_PATH = r"""[^\s:'",;()\[\]{}<>/\\]"""
_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_TIME = (
    r"\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?(?:Z|[+-]\d\d:?\d\d))?)?"
    rf"|(?:{_DAY},? )?{_MONTH} \d{{1,2}},? (?:\d{{4}} )?\d{{1,2}}:\d\d:\d\d"
    r"(?: ?[AP]M)?(?: [A-Z]{3,4})?(?: \d{4})?"
    r"|\b\d{1,2}:\d\d:\d\d(?:[.,]\d+)?\b"
)
_UNIT = (
    r"(?:ms|msec|milliseconds?|secs?|seconds?|s|mins?|minutes?|m|hrs?|hours?|h|days?|d)\b"
    r"|초|분|시간|일"
)
_KINDS = r"(?:exit(?:ed)?(?: with)?(?: code| status)?|code|status|http|errno|signal|response)"
_CODE = rf"(?i:\b{_KINDS})[ :=]+\d{{1,3}}\b|\b[A-Z]{{1,6}}-?\d{{2,6}}\b"
_NUMBER = r"\bv?\d+(?:[.,:]\d+)+"
_NAME = r"[A-Za-z]+[1-9]\d{0,2}[A-Za-z]*\b"  # utf8, sha256, e2e; web02 is a host

_Replacement = str | Callable[[Any], str]


def bare(line: str) -> str:
    """Answer a line without time or step in front of it, and without blanks around it."""
    return str(_BARE.sub("", clean(line), count=1)).strip()


def normalised(line: str) -> str:
    """Answer what stays of an error's line when the same trouble comes again, 200 characters."""
    text = bare(line)
    for pattern, replacement in _STEPS:
        text = pattern.sub(replacement, text)
    return one_line(text, LIMIT)


def _random(found: Any) -> str:
    """A hash may have digits alone: it is replaced as numbers are."""
    value = found.group()
    return "<n>" if any(map(str.isdigit, value)) else value


def _pod(found: Any) -> str:
    """`-7d9f8b6c5-x2x4z` is a pod's end, `-security-group` is none."""
    value = found.group()
    return "-<id>" if any(map(str.isdigit, value)) else value


def _number(found: Any) -> str:
    return found.group() if found.group("kept") or found.group("name") else "<n>"


def _id(found: Any) -> str:
    """A name may have a number in it; what has many of them was made by a machine."""
    value = found.group()
    turns = sum(a.isdigit() != b.isdigit() for a, b in pairwise(value))
    return "<id>" if turns > 4 else value


_BARE = re2.compile(_STAMP)
_STEPS: tuple[tuple[Any, _Replacement], ...] = tuple(
    (re2.compile(pattern), replacement)
    for pattern, replacement in (
        (r"""(https?://[^\s?'"]*)\?[^\s'"]*""", r"\1?<query>"),
        (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", "<mail>"),
        (r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b", "<uuid>"),
        (_TIME, "<time>"),
        (
            rf"(?:[A-Za-z]:)?[/\\](?:{_IN_PATH}+[/\\])*?workspace[/\\](?:{_IN_PATH}+[/\\])*",
            "<workspace>/",
        ),
        (rf"(?:/var)?/tmp/(?:{_IN_PATH}|/)+|[A-Za-z]:\\(?:{_IN_PATH}+\\)*Temp\\\S+", "<tmp>"),
        (rf"/(home|Users)/{_IN_PATH}+", r"/\1/<user>"),
        (r"\b0[xX][0-9a-fA-F]+\b", "<n>"),
        (r"@[0-9a-f]{4,16}\b", "@<n>"),
        (r"-[a-z0-9]{8,10}-[a-z0-9]{5}\b", _pod),
        (r"\b[0-9a-fA-F]{7,64}\b", _random),
        (r"\b[A-Za-z0-9_]{20,}\b", _id),
        (rf"\b\d+(?:\.\d+)?\s?(?:{_UNIT})(?:,?\s?\d+(?:\.\d+)?\s?(?:{_UNIT}))*", "<duration>"),
        (r"\s*\(<duration>\)$", ""),  # some tools tell it only of what was slow
        (rf"(?P<kept>{_CODE})|{_NUMBER}|(?P<name>{_NAME})|\d+(?:[.,:]\d+)*", _number),
    )
)
