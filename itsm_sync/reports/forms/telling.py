"""A report told in lines, for the forms that are text: what each block says, before any mark-up."""

from collections.abc import Sequence
from dataclasses import dataclass

from itsm_sync.reports.document import (
    Figure,
    Figures,
    Kind,
    Link,
    Table,
    Value,
)
from itsm_sync.reports.forms.html import cut
from itsm_sync.reports.forms.values import Writing, bare_of

NUMBERS = (Kind.NUMBER, Kind.SHARE, Kind.DURATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A table as text: headings, rows of texts and links, columns that stand right, lines below."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str | Link, ...], ...]
    right: frozenset[int] = frozenset()
    below: tuple[str, ...] = ()


def of_figures(figures: Figures, writing: Writing) -> Lines:
    """Answer figures as a table of label, value, and what became of it."""
    heads = ("Figure", "Value", "Change")

    def row(figure: Figure) -> tuple[str, ...]:
        change, _ = writing.change(figure)
        told = "; ".join(filter(None, (change, figure.note)))
        return figure.label, writing.whole(figure.value, figure.unit), told

    return Lines(
        heads=tuple(writing.say(head) for head in heads),
        rows=tuple(map(row, figures.figures)),
        right=frozenset((1,)),
    )


def of_table(table: Table, writing: Writing, most: int = 0) -> Lines:
    """Answer a table with its total, of at most so many rows (0: all)."""

    def cells(row: Sequence[Value]) -> tuple[str | Link, ...]:
        return tuple(
            cell if isinstance(cell := bare_of(value), Link) else writing.cell(value, column)
            for value, column in zip(row, table.columns, strict=True)
        )

    most = most or len(table.rows)
    rows = [cells(row) for row in table.rows[:most]]
    nothing = "" if rows else writing.say("Nothing.")
    below = (nothing, table.note, table.more, cut(writing, table, most))
    return Lines(
        heads=tuple(map(writing.heading, table.columns)),
        rows=(*rows, cells(table.total)) if table.total and rows else tuple(rows),
        right=frozenset(n for n, column in enumerate(table.columns) if column.kind in NUMBERS),
        below=tuple(filter(None, below)),
    )
