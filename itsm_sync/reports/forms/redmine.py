"""A report as a page of Redmine's wiki, in any of its mark-ups; charts are attached pictures."""

from collections.abc import Iterator

from itsm_sync.desk.prose import rendered
from itsm_sync.model.markup import Markup
from itsm_sync.model.prose import (
    Address,
    Bullets,
    Grid,
    Heading,
    Paragraph,
    Part,
    Picture,
    Prose,
)
from itsm_sync.model.prose import Block as Said
from itsm_sync.reports.document import (
    Block,
    Chart,
    Document,
    Figures,
    Link,
    Notice,
    Points,
    Table,
)
from itsm_sync.reports.document import (
    Prose as Text,
)
from itsm_sync.reports.forms.charts import Drawer, told
from itsm_sync.reports.forms.files import picture
from itsm_sync.reports.forms.telling import Lines, of_figures, of_table
from itsm_sync.reports.forms.values import Writing, foot

MOST = 200  # rows of a table: Redmine renders a page anew for each reader


def as_wiki(document: Document, markup: Markup) -> str:
    """Answer the page's text; nothing that is said becomes a mark."""
    return rendered(prose(document), document.language, markup) + "\n"


def prose(document: Document) -> Prose:
    """Answer the report as text with a little structure."""
    return tuple(_blocks(document))


def _blocks(document: Document) -> Iterator[Said]:
    writing, drawer = Writing.of(document), Drawer.of(document)
    yield Heading(document.title, level=1)
    yield Paragraph((document.subtitle,))
    for section in document.sections:
        yield Heading(section.title, level=2)
        for block in section.blocks:
            if isinstance(block, Chart | Table) and (title := section.heading(block)):
                yield from _headed(block, title)
            yield from _block(block, document, drawer, writing)
    yield Bullets(tuple((line,) for line in foot(document)))


def _headed(block: Chart | Table, title: str) -> Iterator[Said]:
    if isinstance(block, Table) or len(block.points) > 1:
        yield Heading(title)


def _block(block: Block, document: Document, drawer: Drawer, writing: Writing) -> Iterator[Said]:
    match block:
        case Text(text=text):
            yield Paragraph((text,))
        case Notice(text=text, quiet=quiet):
            yield Paragraph((text,) if quiet else ("⚠ ", text))
        case Points(points=points):
            yield Bullets(tuple((point,) for point in points))
        case Figures():
            yield _grid(of_figures(block, writing))
        case Chart() if len(block.points) > 1:
            yield Picture(name=picture(document, block), said=told(block))
            yield Paragraph((" ".join(filter(None, (block.said, drawer.caption(block)))),))
        case Table():
            lines = of_table(block, writing, MOST)
            yield _grid(lines)
            yield from (Paragraph((line,)) for line in lines.below)


def _grid(lines: Lines) -> Grid:
    rows = tuple(tuple((_part(cell),) for cell in row) for row in lines.rows)
    return Grid(head=lines.heads, rows=rows, right=lines.right)


def _part(cell: str | Link) -> Part:
    return Address(text=cell.text, url=cell.url) if isinstance(cell, Link) else cell
