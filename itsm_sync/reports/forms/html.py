"""A report as one HTML file that needs nothing else: light, dark, on a phone, and on paper."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from xml.etree import ElementTree  # nosec B405 - of our own pictures

from itsm_sync.reports.document import (
    Block,
    Chart,
    Column,
    Document,
    Figure,
    Figures,
    Kind,
    Link,
    Marked,
    Notice,
    Points,
    Prose,
    Section,
    Table,
    Unit,
    Value,
    Verdict,
)
from itsm_sync.reports.forms.charts import NARROW, WIDE, Drawer, told
from itsm_sync.reports.forms.colours import dark_css
from itsm_sync.reports.forms.fonts import embedded
from itsm_sync.reports.forms.scales import length
from itsm_sync.reports.forms.values import MARK, Writing, bare_of, foot
from itsm_sync.reports.styles import stylesheet

_LED_FROM = 4  # sections, from which on a list of them stands first
WIDE_TABLE = 8  # columns, beyond which a table wants more room; so many stand closer
_SHORT = 11  # letters' heights: a text that stays on one line
_LEFT = (Kind.TEXT, Kind.LINK, Kind.DATE, Kind.TIME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is in the page's body, and the letters that its charts are made of."""

    body: str
    letters: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """How a page is made: for paper a chart has one width, and a table an end.

    `most` is how many rows of a table are shown; 0: all.
    """

    widths: tuple[int, ...] = (WIDE, NARROW)
    most: int = 0


def as_html(document: Document) -> str:
    """Answer the page; everything that is said is escaped, and it may load and run nothing."""
    drawer = Drawer.of(document)
    page = made(document, drawer, Paper())
    font = embedded(drawer.faces, "".join(sorted(page.letters))) if page.letters else ""
    dark = f"@media screen and (prefers-color-scheme: dark) {{\n{dark_css()}\n}}\n"
    style = f"\n{stylesheet('forms/report.css')}{stylesheet('wide.css')}{dark}{font}\n"
    return (
        f'<!doctype html>\n<html lang="{document.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(style)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{heading(document)}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n{page.body}</body>\n</html>\n"
    )


def heading(document: Document) -> str:
    """Answer the report's name and period."""
    return escape(
        f"{document.title} – {document.subtitle}" if document.subtitle else document.title
    )


def _policy(style: str) -> str:
    """Answer the rule by which a browser loads nothing, and believes this style alone."""
    digest = b64encode(sha256(style.encode()).digest()).decode("ascii")
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; base-uri 'none';"
        " form-action 'none'"
    )


def made(document: Document, drawer: Drawer, paper: Paper) -> Page:
    """Answer the page's body."""
    maker = _Maker(document=document, drawer=drawer, paper=paper)
    return Page(body=maker.body(), letters=frozenset(maker.letters))


@dataclass(slots=True, kw_only=True)
class _Maker:
    document: Document
    drawer: Drawer
    paper: Paper
    letters: set[str] = field(default_factory=set)
    _numbers: dict[str, int] = field(default_factory=dict)

    @property
    def _writing(self) -> Writing:
        return Writing.of(self.document)

    def body(self) -> str:
        document = self.document
        sections = "".join(
            self._section(number, section)
            for number, section in enumerate(document.sections, start=1)
        )
        lines = "".join(f"<li>{escape(line)}</li>" for line in foot(document))
        return (
            f"<main>\n<header><h1>{escape(document.title)}</h1>"
            f"<p>{escape(document.subtitle)}</p></header>\n{self._contents()}{sections}"
            f"<footer><ul>{lines}</ul></footer>\n</main>\n"
        )

    def _contents(self) -> str:
        sections = self.document.sections
        if len(sections) < _LED_FROM:
            return ""
        lines = "".join(
            f'<li><a href="#part-{number}">{escape(section.title)}</a></li>'
            for number, section in enumerate(sections, start=1)
        )
        name = escape(self._writing.say("Contents"))
        return f'<nav aria-label="{name}"><ol>{lines}</ol></nav>\n'

    def _section(self, number: int, section: Section) -> str:
        blocks = "".join(self._block(block, section, number) for block in section.blocks)
        return (
            f'<section aria-labelledby="part-{number}">\n'
            f'<h2 id="part-{number}">{escape(section.title)}</h2>\n{blocks}</section>\n'
        )

    def _block(self, block: Block, section: Section, number: int) -> str:
        match block:
            case Prose(text=text):
                return f"<p>{escape(text)}</p>\n"
            case Notice(text=text, quiet=quiet):
                kind = "known" if quiet else "notice"
                return f'<p class="{kind}" role="note">{escape(text)}</p>\n'
            case Points(points=points):
                return f"<ul>{''.join(f'<li>{escape(point)}</li>' for point in points)}</ul>\n"
            case Figures(figures=figures):
                return f'<dl class="figures">{"".join(map(self._figure, figures))}</dl>\n'
            case Chart():
                return self._chart(block, section) if len(block.points) > 1 else ""
            case Table():
                titled = section.heading(block)
                return self._table(block, "" if titled else f"part-{number}")

    def _id(self, kind: str) -> str:
        number = self._numbers[kind] = self._numbers.get(kind, 0) + 1
        return f"{kind}-{number}"

    # ------------------------------------------------------------------------- figures

    def _figure(self, figure: Figure) -> str:
        writing = self._writing
        change, good = writing.change(figure)
        value = _with_mark(self._figured(figure), figure.value, writing)
        parts = [f"<dt>{escape(figure.label)}</dt>", f"<dd><b>{value}</b></dd>"]
        if change:
            parts.append(f'<dd class="change {good or "even"}">{escape(change)}</dd>')
        if figure.note:
            parts.append(f'<dd class="note">{escape(figure.note)}</dd>')
        return f"<div>{''.join(parts)}</div>"

    def _figured(self, figure: Figure) -> str:
        """Answer the number that matters; that it is of business hours stands small beside it."""
        writing, plain = self._writing, bare_of(figure.value)
        if figure.unit is not Unit.WORKING or plain is None:
            return escape(writing.whole(plain, figure.unit))
        unit = escape(writing.unit(figure.unit))
        return f"{escape(writing.bare(plain, figure.unit))} <small>{unit}</small>"

    # ------------------------------------------------------------------------- charts

    def _chart(self, chart: Chart, section: Section) -> str:
        pictures = "".join(self._picture(chart, width) for width in self.paper.widths)
        more = self.drawer.caption(chart)
        said = f'<p class="said">{escape(" ".join(filter(None, (chart.said, more))))}</p>'
        title = section.heading(chart)
        return (
            f'<figure class="chart"><figcaption>{f"<h3>{escape(title)}</h3>" if title else ""}'
            f"{said if chart.said or more else ''}</figcaption>"
            f'<div role="img" aria-label="{escape(told(chart))}">{pictures}</div></figure>\n'
        )

    def _picture(self, chart: Chart, width: int) -> str:
        svg = self.drawer.svg(chart, width)
        self.letters |= set(_texts(svg))
        kind = "wide" if width == WIDE else "narrow"
        hidden = f'<svg aria-hidden="true" focusable="false" data-for="{kind}" '
        return svg.replace("<svg ", hidden, 1)

    # ------------------------------------------------------------------------- tables

    def _table(self, table: Table, above: str) -> str:
        """Answer a table below its heading, or below that of the section with the id `above`."""
        name = above or self._id("table")
        writing = self._writing
        most = self.paper.most or len(table.rows)
        sides = _sides(table, writing, most)
        head = "".join(
            f'<th scope="col"{side}>{escape(writing.heading(column))}</th>'
            for column, side in zip(table.columns, sides, strict=True)
        )
        body = "".join(self._row(table.columns, sides, row) for row in table.rows[:most])
        end = self._row(table.columns, sides, table.total) if table.total else ""
        end = f"<tfoot>{end}</tfoot>" if end else ""
        below = "".join(
            f'<p class="more">{escape(line)}</p>'
            for line in (table.note, table.more, cut(writing, table, most))
            if line
        )
        many = len(table.columns)
        kind = " wide" if many > WIDE_TABLE else " full" if many == WIDE_TABLE else ""
        empty = f'<p class="more">{escape(writing.say("Nothing."))}</p>' if not table.rows else ""
        framed = (
            f'<div class="frame" role="region" aria-labelledby="{name}" tabindex="0">'
            f'<table aria-labelledby="{name}"><thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody>{end}</table></div>"
        )
        title = "" if above else f'<h3 id="{name}">{escape(table.title)}</h3>'
        return f'<div class="table{kind}">{title}{empty or framed}{below}</div>\n'

    def _row(self, columns: Sequence[Column], sides: Sequence[str], row: Sequence[Value]) -> str:
        cells = zip(columns, sides, row, strict=True)
        return f"<tr>{''.join(self._cells(cells))}</tr>"

    def _cells(self, cells: Iterable[tuple[Column, str, Value]]) -> Iterator[str]:
        writing = self._writing
        for number, (column, side, value) in enumerate(cells):
            plain = bare_of(value)
            said = escape(writing.cell(plain, column))
            if isinstance(plain, Verdict):
                said = f'<span class="verdict {plain.grade}">{said}</span>'
            elif isinstance(plain, Link):
                said = f'<a href="{escape(plain.url)}" rel="noreferrer">{said}</a>'
            said = _with_mark(said, value, writing)
            if plain == 0 and column.kind is Kind.NUMBER:  # a share of 0 may matter most
                said = f'<span class="zero">{said}</span>'
            tag = 'th scope="row"' if not number and column.kind in _LEFT else "td"
            yield f"<{tag}{side}>{said}</{tag[:2]}>"


def cut(writing: Writing, table: Table, most: int) -> str:
    """Answer what is said of the rows that this form leaves out; "" for none."""
    count = len(table.rows) - most
    if count <= 0:
        return ""
    return writing.say(
        "{count} more rows are in the report's Excel and CSV files.", count=writing.number(count)
    )


def _sides(table: Table, writing: Writing, most: int) -> Sequence[str]:
    """Answer the class of each column's cells: how they stand, and how much room they want."""

    def side(number: int, column: Column) -> str:
        if column.kind in (Kind.NUMBER, Kind.SHARE, Kind.DURATION):
            return ' class="number"'
        if column.kind in (Kind.DATE, Kind.TIME):
            return ' class="time"'
        cells = (writing.cell(row[number], column) for row in table.rows[:most])
        longest = max((length(cell, 1) for cell in cells), default=0)
        return ' class="short"' if longest <= _SHORT else ' class="long"'

    return [side(number, column) for number, column in enumerate(table.columns)]


def _with_mark(said: str, value: Value, writing: Writing) -> str:
    if not isinstance(value, Marked):
        return said
    why = escape(writing.say("incomplete"))
    return f'<span class="marked">{said}<abbr title="{why}">{MARK}</abbr></span>'


def _texts(svg: str) -> Iterator[str]:
    """Answer the letters of a picture."""
    for element in ElementTree.fromstring(svg).iter():  # noqa: S314  # nosec B314 - our own picture
        yield from element.text or ""
