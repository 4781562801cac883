"""Text with a little structure as Redmine's mark-up. Pure.

What the words say is theirs, what they look like is ours: no word makes a link, a mention or a
layout of its own.
"""

import re
from collections.abc import Collection, Iterable
from itertools import groupby
from urllib.parse import quote, urlsplit

from itsm_sync.locale import say
from itsm_sync.model.markup import Markup, escaped
from itsm_sync.model.prose import (
    Address,
    Block,
    Bullets,
    Grid,
    Heading,
    Paragraph,
    Part,
    Picture,
    Prose,
    TicketNumber,
    Verbatim,
)
from itsm_sync.model.text import clean
from itsm_sync.model.words import Language, Message, Words

_JOINER = "\u2060"  # has no width
# Before a link of ours stands one of these, or a blank is put there; after it one of those.
_BEFORE, _AFTER = re.compile(r"(?:[\s(]|^)\Z"), re.compile(r"\s|\Z|[.,)](?:\s|\Z)")
# An address without any mark of a mark-up, which may stand as it is where that is not known.
_TAME = re.compile(r"https?://[A-Za-z0-9]+(?:[./:-][A-Za-z0-9]+)*/?")
_SAFE = "/:?#&=%.~+,;-"
# What could end a block of code, or be read within it all the same.
_BREAKS = re.compile(r"<(?=[/A-Za-z!])|`(?=`)|~(?=~)|@(?=\S)|\{(?=\{)|(?<=x)%(?=x%)")
_LINES = re.compile("\r\n?|\n")


def rendered(prose: Prose, language: Language, markup: Markup) -> str:
    """Answer what is to be sent so that Redmine shows the prose; "" for none.

    Where the mark-up is not known, the words stand alone, each block a paragraph.
    """
    blocks = (_block(block, language, markup) for block in prose)
    return "\n\n".join(block for block in blocks if block)


def _block(block: Block, language: Language, markup: Markup) -> str:
    match block:
        case Heading(text=text, level=level):
            return _heading(_line((text,), language, markup), level, markup)
        case Picture(name=name, said=said):
            return _picture(name, _line((said,), language, markup), markup)
        case Paragraph(parts=parts):
            return _line(parts, language, markup)
        case Bullets(entries=entries):
            lines = (_line(parts, language, markup) for parts in entries)
            return _bullets([line for line in lines if line], markup)
        case Grid(head=head, rows=rows, right=right):
            cells = [[_line((part,), language, markup) for part in head]]
            cells += [[_line(parts, language, markup) for parts in row] for row in rows]
            return _table(cells, right, markup) if rows else ""
        case Verbatim(text=text):
            return _verbatim(clean(text).strip("\r\n"), markup)


def _heading(line: str, level: int, markup: Markup) -> str:
    if not line or markup in (Markup.NONE, Markup.UNKNOWN):
        return line
    return f"h{level}. {line}" if markup is Markup.TEXTILE else f"{'#' * level} {line}"


def _picture(name: str, said: str, markup: Markup) -> str:
    """Answer an attached picture; where there is no mark-up for it, what it shows."""
    match markup:
        case Markup.TEXTILE:
            return f"!{name}({_unbracketed(said)})!"
        case Markup.MARKDOWN | Markup.COMMON_MARK:
            return f"![{_unbracketed(said)}]({name})"
    return said


def _bullets(lines: Iterable[str], markup: Markup) -> str:
    if markup is Markup.UNKNOWN:
        return "\n\n".join(lines)
    mark = "*" if markup is Markup.TEXTILE else "-"
    return "\n".join(f"{mark} {line}" for line in lines)


def _table(rows: Iterable[list[str]], right: Collection[int], markup: Markup) -> str:
    head, *body = ([cell or " " for cell in row] for row in rows)
    match markup:
        case Markup.TEXTILE:
            # A cell that began with its text could be taken for one with attributes.
            sides = [">. " if number in right else " " for number in range(len(head))]
            marks = [f"_{side.strip() or '.'} " for side in sides]
            lines = [_barred(marks, head), *(_barred(sides, row) for row in body)]
            return "\n".join(lines)
        case Markup.MARKDOWN | Markup.COMMON_MARK:
            rule = ["---:" if number in right else "---" for number in range(len(head))]
            return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *body))
    lines = [" / ".join(cell for cell in row if cell != " ") for row in (head, *body)]
    return ("\n\n" if markup is Markup.UNKNOWN else "\n").join(lines)


def _barred(marks: Iterable[str], cells: Iterable[str]) -> str:
    """Answer a row of Textile; each cell behind its mark, without a bar of its own."""
    inner = zip(marks, cells, strict=True)
    return "".join(f"|{mark}{cell.replace('|', '&#124;')} " for mark, cell in inner) + "|"


def _verbatim(text: str, markup: Markup) -> str:
    if not text.strip():
        return ""
    if markup in (Markup.NONE, Markup.UNKNOWN):
        return escaped(text, markup)
    whole = "\n".join(_BREAKS.sub(rf"\g<0>{_JOINER}", line) for line in _LINES.split(text))
    if markup is Markup.TEXTILE:
        return f"<pre>\n{whole}\n</pre>"
    return f"```\n{whole}\n```"


def _line(parts: Iterable[Part], language: Language, markup: Markup) -> str:
    """Answer parts on one line. Plain ones that touch are made harmless together."""
    made = ""
    owed = False  # a link came before, from which words must keep off
    for plain, some in groupby(
        parts, key=lambda part: not isinstance(part, Address | TicketNumber)
    ):
        if plain:
            said = "".join(_said(part, language) for part in some)
            text = _one_line(said, markup)
            made += (" " if owed and text and not _AFTER.match(text) else "") + text
            owed = False if text else owed
            continue
        for part in some:
            made += "" if _BEFORE.search(made) else " "
            made += _link(part, markup)
            owed = True
    return made.strip()


def _said(part: Part, language: Language) -> str:
    return say(part, language) if isinstance(part, Message | Words) else str(part)


def _one_line(text: str, markup: Markup) -> str:
    """Answer words as they read, with the blanks around them that set them off."""
    inner = escaped(" ".join(clean(text).split()), markup)
    before = " " if text[:1].isspace() else ""
    after = " " if inner and text[-1:].isspace() else ""
    return f"{before}{inner}{after}"


def _link(part: Part, markup: Markup) -> str:
    if isinstance(part, TicketNumber):
        return f"#{part.number}"
    assert isinstance(part, Address)  # nosec B101  # noqa: S101 - for the type checker
    text = _one_line(part.text or part.url, markup).strip()
    url = address(part.url)
    if not url:
        return text
    match markup:
        case Markup.TEXTILE:
            return f'"{_unbracketed(text)}":{url}'
        case Markup.MARKDOWN | Markup.COMMON_MARK:
            return f"[{_unbracketed(text)}]({url})"
        case Markup.NONE:
            return url if part.text in ("", part.url) else f"{text}: {url}"
    return f"{text} {url}" if _TAME.fullmatch(url) else text


def _unbracketed(text: str) -> str:
    """Answer a link's text without what would end it, or give it a class or a title."""
    return text.translate({ord(mark): f"&#{ord(mark)};" for mark in "()]"})


def address(url: str) -> str:
    """Answer an address without a mark of any mark-up; "" where it is none for people."""
    try:
        found = urlsplit(clean(url).strip())
    except ValueError:
        return ""
    odd = found.username is not None or ":" in (found.hostname or ":")
    if found.scheme not in ("http", "https") or odd:
        return ""
    return quote(found.geturl(), safe=_SAFE)
