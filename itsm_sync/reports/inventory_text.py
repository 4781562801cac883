"""The inventory as tables: for a terminal, as Markdown, as CSV."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from itsm_sync.model.inventory import CiState
from itsm_sync.reports.digest_text import escaped
from itsm_sync.reports.inventory_view import TITLE, Teller
from itsm_sync.reports.tables import as_csv as table_csv

_STYLES = {
    CiState.OFFLINE: "yellow",
    CiState.VANISHED: "yellow",
    CiState.MISSING: "yellow",
    CiState.DISABLED: "dim",
    CiState.ARCHIVED: "dim",
    CiState.CLOSED: "dim",
    CiState.UNKNOWN: "dim",
}
_COLUMNS = 5  # a terminal is narrow: since when an item is known stands in the other formats


def show(teller: Teller, drift: Sequence[str], below: Sequence[str], console: Console) -> None:
    """Print the items by kind, what is wrong with them, and how complete it all is."""
    for title, items in teller.by_kind():
        table = Table(title=title, title_justify="left", pad_edge=False)
        rows = [teller.row(item) for item in items]
        columns = list(zip(*rows, strict=True))[:_COLUMNS]
        used = [number for number, cells in enumerate(columns) if any(cells)]
        for number in used:
            table.add_column(teller.headings()[number], overflow="fold")
        for item, row in zip(items, rows, strict=True):
            cells = (Text(row[number]) for number in used)
            table.add_row(*cells, style=_STYLES.get(item.state, ""))
        console.print(table)
    console.print(Text(teller.counts(), style="bold"))
    for line in drift:
        console.print(Text(line, style="yellow"), soft_wrap=True)
    for line in below:
        console.print(Text(line, style="dim"), soft_wrap=True)


def as_markdown(teller: Teller, drift: Sequence[str], below: Sequence[str]) -> str:
    """Answer the same as Markdown."""
    parts = [f"# {escaped(teller.said(TITLE))}", escaped(teller.counts())]
    for title, items in teller.by_kind():
        rows = [teller.headings(), *(teller.row(item) for item in items)]
        lines = [f"| {' | '.join(map(_cell, row))} |" for row in rows]
        lines.insert(1, f"|{' --- |' * len(rows[0])}")
        parts += [f"## {escaped(title)}", "\n".join(lines)]
    if drift:
        parts += [f"## {escaped(teller.said('Drift'))}", _listed(drift)]
    return "\n\n".join([*parts, "---", _listed(below)]) + "\n"


def as_csv(teller: Teller) -> str:
    """Answer every item with all that is known of it, as a spreadsheet reads it."""
    rows = (teller.wide_row(item) for item in teller.shown.items)
    return table_csv(teller.wide_headings(), rows)


def _listed(lines: Sequence[str]) -> str:
    return "\n".join(f"- {escaped(line)}" for line in lines)


def _cell(text: str) -> str:
    return escaped(text.replace("\n", "; "))
