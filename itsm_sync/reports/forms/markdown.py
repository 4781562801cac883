"""A report as a Markdown file, with its charts as pictures beside it."""

from collections.abc import Iterator

from itsm_sync.reports.digest_text import escaped
from itsm_sync.reports.document import (
    Block,
    Chart,
    Document,
    Figures,
    Link,
    Notice,
    Points,
    Prose,
    Table,
)
from itsm_sync.reports.forms.charts import Drawer, told
from itsm_sync.reports.forms.files import picture
from itsm_sync.reports.forms.telling import Lines, of_figures, of_table
from itsm_sync.reports.forms.values import Writing, foot


def as_markdown(document: Document) -> str:
    """Answer the file's text; nothing that is said becomes a mark."""
    return "\n\n".join(filter(None, _parts(document))) + "\n"


def _parts(document: Document) -> Iterator[str]:
    writing, drawer = Writing.of(document), Drawer.of(document)
    yield f"# {escaped(document.title)}"
    yield escaped(document.subtitle)
    for section in document.sections:
        yield f"## {escaped(section.title)}"
        for block in section.blocks:
            if isinstance(block, Chart | Table) and (title := section.heading(block)):
                yield from _headed(block, title)
            yield from _block(block, document, drawer, writing)
    yield "---"
    yield _list(foot(document))


def _headed(block: Chart | Table, title: str) -> Iterator[str]:
    if isinstance(block, Table) or len(block.points) > 1:
        yield f"### {escaped(title)}"


def _block(block: Block, document: Document, drawer: Drawer, writing: Writing) -> Iterator[str]:
    match block:
        case Prose(text=text):
            yield _line(text)
        case Notice(text=text, quiet=quiet):
            yield f"> {'' if quiet else '⚠ '}{escaped(text)}"
        case Points(points=points):
            yield _list(points)
        case Figures():
            yield _table(of_figures(block, writing))
        case Chart() if len(block.points) > 1:
            yield f"![{escaped(told(block))}]({picture(document, block)})"
            yield _line(" ".join(filter(None, (block.said, drawer.caption(block)))))
        case Table():
            lines = of_table(block, writing)
            yield _table(lines)
            yield from map(_line, lines.below)


def _table(lines: Lines) -> str:
    if not lines.rows:
        return ""
    rule = ["---:" if n in lines.right else "---" for n in range(len(lines.heads))]
    rows = [[escaped(head) for head in lines.heads], rule]
    rows += [[_cell(cell) for cell in row] for row in lines.rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(cell: str | Link) -> str:
    # the address is of our writing already: without blanks, brackets or marks
    return f"[{escaped(cell.text)}](<{cell.url}>)" if isinstance(cell, Link) else escaped(cell)


def _list(lines: tuple[str, ...]) -> str:
    return "\n".join(f"- {_line(line)}" for line in lines)


def _line(text: str) -> str:
    """Answer a line that begins no list, heading or quotation."""
    said = escaped(text)
    first, _, rest = said.partition(" ")
    if first.rstrip(".)").isdigit() and first[-1] in ".)":
        return f"{first[:-1]}\\{first[-1]} {rest}"
    return f"\\{said}" if first and not first.strip("-=+") else said
