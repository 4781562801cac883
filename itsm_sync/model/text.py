"""Text as it may be kept and compared: cleaned at the door, normalised before a comparison."""

import re
import unicodedata

# NUL and other control characters (Redmine on SQLite keeps them, PostgreSQL refuses them), those
# of eight bits too, which a terminal obeys as well, and lone surrogates; line ends and tabs stay.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_LINE_END = re.compile("\r\n?")
_TRAILING = re.compile("[ \t\u3000]+$", re.MULTILINE)


def clean(text: str | None) -> str:
    """Answer `text` without characters that a database or a terminal refuses, in NFC."""
    return unicodedata.normalize("NFC", _UNFIT.sub("", text)) if text else ""


def normal(value: object) -> str:
    """Answer `value` as it is compared: NFC, line ends as \\n, no trailing blanks, None as ""."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (list, tuple)):
        return "\n".join(sorted(normal(part) for part in value))
    text = _LINE_END.sub("\n", clean(str(value)))
    return _TRAILING.sub("", text).strip()


def folded(text: str) -> str:
    """Answer `text` as rules see it: NFC, then case folded."""
    return unicodedata.normalize("NFC", clean(text).casefold())


def one_line(text: str, limit: int) -> str:
    """Answer `text` on one line, at most `limit` characters long, cut with an ellipsis."""
    line = " ".join(clean(text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
