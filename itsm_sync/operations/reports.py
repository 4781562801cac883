"""report list: the reports there are."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from itsm_sync.locale import say
from itsm_sync.model.words import Language

REPORTS = {"digest": "what happened to the tickets that a team is informed of (I of the matrix)"}


def as_json() -> list[dict[str, Any]]:
    """Answer the reports."""
    return [{"name": name, "what": what} for name, what in REPORTS.items()]


def show(console: Console, language: Language) -> None:
    """Print the reports, for people."""
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, what in REPORTS.items():
        table.add_row(Text(name, style="bold"), Text(say(what, language)))
    console.print(table)
