"""A page for mail programs: tables and inline styles, pictures that are parts of the message.

Mail programs leave out scripts, SVG, and mostly style sheets; what is dark is their own affair.
"""

from collections.abc import Iterator
from html import escape
from urllib.parse import urlsplit

from itsm_sync.reports.document import (
    Block,
    Chart,
    Document,
    Figures,
    Grade,
    Kind,
    Link,
    Notice,
    Points,
    Prose,
    Section,
    Table,
    Value,
    Verdict,
)
from itsm_sync.reports.forms.charts import Drawer, told
from itsm_sync.reports.forms.files import picture
from itsm_sync.reports.forms.values import Writing, bare_of, foot

_FONT = "font-family:'Noto Sans KR','Malgun Gothic','Apple SD Gothic Neo',sans-serif"
_BODY = f"margin:0;padding:16px;{_FONT};font-size:14px;line-height:1.5;color:#1b1f24"
_TABLE = "border-collapse:collapse;margin:4px 0 12px"
_HEAD = "padding:4px 10px;border-bottom:2px solid #57606a;text-align:{side};font-size:13px"
_CELL = "padding:4px 10px;border-bottom:1px solid #d0d7de;text-align:{side};vertical-align:top"
_NOTICE = "margin:8px 0;padding:8px 12px;background:#fff4d6;border-left:4px solid #9a6700"
_RULE = "border:0;border-top:1px solid #d0d7de;margin:20px 0 8px"
_QUIET = "color:#57606a;font-size:12px"
_GRADES = {Grade.GOOD: "#1a7f4b", Grade.BAD: "#b3261e", Grade.UNKNOWN: "#57606a"}
_RIGHT = (Kind.NUMBER, Kind.SHARE, Kind.DURATION)


def as_mail(document: Document) -> str:
    """Answer the page; it names the pictures that `forms.pictures` makes."""
    return "\n".join(_page(document, Drawer.of(document)))


def _page(document: Document, drawer: Drawer) -> Iterator[str]:
    yield f'<!DOCTYPE html><html lang="{escape(document.language)}"><head><meta charset="utf-8">'
    yield f'<title>{escape(document.title)}</title></head><body style="{_BODY}">'
    yield f'<h1 style="font-size:20px;margin:0">{escape(document.title)}</h1>'
    yield f'<p style="margin:2px 0 16px;color:#57606a">{escape(document.subtitle)}</p>'
    for section in document.sections:
        if section.title:
            yield f'<h2 style="font-size:16px;margin:20px 0 6px">{escape(section.title)}</h2>'
        for block in section.blocks:
            yield from _block(block, section, document, drawer)
    yield f'<hr style="{_RULE}"><p style="{_QUIET}">'
    yield "<br>".join(map(escape, foot(document)))
    yield "</p></body></html>"


def _block(block: Block, section: Section, document: Document, drawer: Drawer) -> Iterator[str]:
    writing = Writing.of(document)
    match block:
        case Prose(text=text):
            yield f"<p>{escape(text)}</p>"
        case Notice(text=text, quiet=quiet):
            yield f'<p style="{_QUIET if quiet else _NOTICE}">{escape(text)}</p>'
        case Points(points=points):
            yield "<ul>" + "".join(f"<li>{escape(one)}</li>" for one in points) + "</ul>"
        case Figures():
            yield from _figures(block, writing)
        case Table():
            yield from _table(block, section.heading(block), writing)
        case Chart() if block in drawer.charts():
            yield from _chart(block, section.heading(block), drawer, picture(document, block))


def _figures(block: Figures, writing: Writing) -> Iterator[str]:
    yield f'<table style="{_TABLE}">'
    for one in block.figures:
        value = escape(writing.whole(one.value, one.unit))
        change = escape(writing.change(one)[0])
        note = f"<br>{escape(one.note)}" if one.note else ""
        yield f'<tr><td style="{_CELL.format(side="left")}">{escape(one.label)}</td>'
        yield f'<td style="{_CELL.format(side="right")}"><b>{value}</b></td>'
        yield f'<td style="{_CELL.format(side="left")};{_QUIET}">{change}{note}</td></tr>'
    yield "</table>"


def _table(block: Table, title: str, writing: Writing) -> Iterator[str]:
    sides = ["right" if column.kind in _RIGHT else "left" for column in block.columns]
    if title:
        yield f'<h3 style="font-size:14px;margin:14px 0 2px">{escape(title)}</h3>'
    yield f'<table style="{_TABLE}"><tr>'
    for column, side in zip(block.columns, sides, strict=True):
        heading = escape(writing.heading(column))
        yield f'<th style="{_HEAD.format(side=side)}">{heading}</th>'
    yield "</tr>"
    for row in (*block.rows, *([block.total] if block.total else [])):
        weight = ";font-weight:bold" if row is block.total else ""
        yield "<tr>"
        for value, column, side in zip(row, block.columns, sides, strict=True):
            said = _linked(value, escape(writing.cell(value, column)))
            yield f'<td style="{_CELL.format(side=side)}{weight}">{said}</td>'
        yield "</tr>"
    yield "</table>"
    for line in filter(None, (block.more, block.note)):
        yield f'<p style="{_QUIET};margin:0 0 10px">{escape(line)}</p>'


def _linked(value: Value, said: str) -> str:
    plain = bare_of(value)
    if isinstance(plain, Verdict):
        return f'<b style="color:{_GRADES[plain.grade]}">{said}</b>'
    if not isinstance(plain, Link) or not _is_address(plain.url):
        return said
    return f'<a href="{escape(plain.url)}" style="color:#0550ae">{said}</a>'


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _chart(block: Chart, title: str, drawer: Drawer, name: str) -> Iterator[str]:
    alt = escape(told(block))
    above = f"<b>{escape(title)}</b><br>" if title else ""
    yield f'<p style="margin:10px 0">{above}'
    yield f'<img src="cid:{name}" alt="{alt}" width="640" style="max-width:100%"></p>'
    for line in filter(None, (block.said, drawer.caption(block))):
        yield f'<p style="{_QUIET}">{escape(line)}</p>'
