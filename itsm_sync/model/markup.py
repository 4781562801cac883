"""Text that reads as itself, whichever mark-up Redmine takes it for. Pure.

What would be a mark becomes a numeric character reference: readers see the character, Redmine no
mark. Only what could be read as one is touched, for mails show the text as it was sent.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from itsm_sync.model.text import normal


class Markup(StrEnum):
    """How Redmine formats texts (its setting `text_formatting`); `UNKNOWN`: it was not told."""

    TEXTILE = "textile"
    MARKDOWN = "markdown"
    COMMON_MARK = "common_mark"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """How a Redmine shows what is written: its mark-up, and the ids of custom fields that have it.

    Other fields are shown as they are.
    """

    markup: Markup = Markup.UNKNOWN
    fields: frozenset[int] = frozenset()


_NBSP = "\u00a0"  # an indentation; blanks would make a block of code
_JOINER = "\u2060"  # has no width, and no line breaks at it

# Redmine's own links, mentions and macros, read in the text or in the HTML made of it.
_LINKS = r"""(?P<link>
    [\#@] | !(?=\S) | \[(?=\[) | \{(?=\{) | =(?=")
  | (?<!\w)r(?=[0-9]) | www(?=\.) | [A-Za-z](?=://)
  | (?<!\w)(?:attachment|commit|document|export|forum|message|news|project|source|user|version)(?=:)
)"""
_REFERENCE = r"&(?=\#?[A-Za-z0-9]+;)"
_BEHIND_NO_LETTER = r"(?<![^\W_])"
_TEXTILE = rf"""
    ["<\[{{] | ^> | {_REFERENCE}
  | {_BEHIND_NO_LETTER}(?: [*|=] | [_\-+^~%?](?!\ ) )
  | =(?==) | (?<=x)%(?=x%) | (?<=[A-Z0-9])\(
  | ^(?:p|bq|fn[0-9]*|h[1-6])(?=[^\w\s])
"""
_MARKDOWN = rf"""
    [`\[<\\^|] | {_REFERENCE} | ~(?=~) | \*(?!\ )
  | ^[>*_\-+=] | ^:(?=-) | ^[0-9]+(?=[.)])
  | (?<![A-Za-z0-9])_(?!\ )
"""


def _compiled(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(parts), re.VERBOSE | re.MULTILINE)


_MARKS = {
    Markup.TEXTILE: _compiled(_LINKS, _TEXTILE),
    Markup.MARKDOWN: _compiled(_LINKS, _MARKDOWN),
    Markup.COMMON_MARK: _compiled(_LINKS, _MARKDOWN),
    Markup.NONE: _compiled(_LINKS),
    Markup.UNKNOWN: _compiled(_LINKS, _TEXTILE, _MARKDOWN),
}


def escaped(text: str, markup: Markup) -> str:
    """Answer `text` so that Redmine shows it as it is: no link, mention, macro, image or layout.

    Lines stay lines. Where the mark-up is not known, marks become blanks.
    """
    prepared = _worded if markup is Markup.UNKNOWN else _indented
    whole = "\n".join(prepared(line.rstrip(" \t")) for line in _LINE_END.split(text))
    sent = _MARKS[markup].sub(lambda mark: _taken_apart(mark, markup), whole)
    # CommonMark takes a line end alone for a blank.
    return sent.replace("\n", "  \n") if markup is Markup.COMMON_MARK else sent


def plain(shown: str) -> str:
    """Answer a field's text as it was before `escaped`; what we did not escape stays as it is."""
    if "&#" not in shown and _JOINER not in shown and _NBSP not in shown:
        return shown
    whole = shown.replace("<wbr>", "").replace(_JOINER, "").replace(_NBSP, " ")
    resolved = _REFERENCES.sub(lambda found: chr(int(found[1])), whole)
    for text in (normal(whole), normal(resolved)):
        if any(normal(escaped(text, markup)) == normal(shown) for markup in Markup):
            return text
    return shown


_LINE_END = re.compile("\r\n?|\n")
_INDENT = re.compile("^[ \t]+")
_NO_WORDS = re.compile(r"[^\w\s.,]|_")
_REFERENCES = re.compile("&#([0-9]{2,3});")


def _indented(line: str) -> str:
    return _INDENT.sub(lambda blanks: _NBSP * len(blanks[0].expandtabs(4)), line)


def _worded(line: str) -> str:
    return " ".join(_NO_WORDS.sub(" ", line).split())


def _taken_apart(mark: re.Match[str], markup: Markup) -> str:
    """Answer a mark without its meaning. Only the last of its characters is changed."""
    if markup in (Markup.NONE, Markup.UNKNOWN):
        return f"{mark[0]}{_JOINER}"
    before, last = mark[0][:-1], mark[0][-1]
    # CommonMark resolves references before Redmine looks for links: only a tag parts them.
    cut = "<wbr>" if markup is Markup.COMMON_MARK and mark["link"] else ""
    return f"{before}&#{ord(last)};{cut}"
