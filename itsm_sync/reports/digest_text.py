"""The digest as text for a terminal, and as Markdown."""

import re
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from itsm_sync.reports.digest_view import Block, Entry, Page, Sheet

_TONES = {"missing": "bold red", "waiting": "yellow", "closed": "dim", "": ""}
# What Markdown reads as a mark, or makes a link of.
_MARKS = re.compile(r"[\\`*_{}\[\]<>#!|~&@$^]|:(?=//)|(?<=www)\.", re.IGNORECASE)


def show(sheet: Sheet, console: Console) -> None:
    """Print the digest."""
    console.print(Text(sheet.title, style="bold"), Text(sheet.period, style="dim"))
    for page in sheet.pages:
        console.print()
        console.rule(Text(page.team, style="bold"), align="left")
        if page.empty:
            console.print(Text(page.empty))
        if page.rows:
            console.print(_counts(page))
        for block in page.blocks:
            console.print()
            console.print(Text(block.title, style="bold"))
            console.print(_block(block))
        if page.hidden:
            numbers = ", ".join(f"#{number}" for number, _ in page.hidden)
            console.print(Text(f"{page.hidden_said}: {numbers}", style="dim"))
    console.print()
    for line in sheet.foot:
        console.print(Text(line, style="dim"))


def _counts(page: Page) -> Table:
    table = Table(box=None, pad_edge=False)
    for number, heading in enumerate(page.headings):
        table.add_column(heading, justify="right" if number else "left")
    for row in page.rows:
        table.add_row(*map(Text, row))
    return table


def _block(block: Block) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for column in ("number", "ticket", "since"):
        table.add_column(no_wrap=column == "number", overflow="fold")
    for entry in block.entries:
        told = Text(entry.title, style="bold")
        told.append(f"\n{entry.place}", style="not bold dim")
        if entry.what:
            told.append(f"\n{'; '.join(entry.what)}", style=f"not bold {_TONES[entry.tone]}")
        number = Text(f"#{entry.ticket}", style=f"link {entry.url}")
        table.add_row(number, told, Text(entry.since, style="dim"))
    if block.more:
        table.add_row(Text(""), Text(block.more, style="dim"), Text(""))
    return table


def as_markdown(sheet: Sheet) -> str:
    """Answer the digest as Markdown; text of tickets has no marks in it."""
    parts = [f"# {escaped(sheet.title)}", escaped(sheet.period)]
    for page in sheet.pages:
        parts += [f"## {escaped(page.team)}", *_page(page)]
    parts += ["---", "\n".join(f"- {escaped(line)}" for line in sheet.foot)]
    return "\n\n".join(parts) + "\n"


def _page(page: Page) -> Iterable[str]:
    if page.empty:
        yield escaped(page.empty)
    if page.rows:
        aligned = ["---", *["---:"] * (len(page.headings) - 1)]
        lines = [map(escaped, page.headings), aligned, *(map(escaped, row) for row in page.rows)]
        yield "\n".join(f"| {' | '.join(line)} |" for line in lines)
    for block in page.blocks:
        yield f"### {escaped(block.title)}"
        entries = "\n".join(map(_entry, block.entries))
        yield f"{entries}\n\n{escaped(block.more)}" if block.more else entries
    if page.hidden:
        numbers = ", ".join(_link(number, url) for number, url in page.hidden)
        yield f"{escaped(page.hidden_said)}: {numbers}"


def _entry(entry: Entry) -> str:
    lines = [f"- {_link(entry.ticket, entry.url)} **{escaped(entry.title)}**"]
    lines += [escaped(entry.place), *map(escaped, entry.what), escaped(entry.since)]
    return "  \n  ".join(lines)


def _link(number: int, url: str) -> str:
    return f"[\\#{number}](<{url.translate(_ADDRESS)}>)"


_ADDRESS = str.maketrans({"<": "%3C", ">": "%3E", "\\": "%5C", "\n": "", " ": "%20"})


def escaped(text: str) -> str:
    """Answer a text that Markdown shows as it is, on one line."""
    return _MARKS.sub(lambda mark: f"\\{mark.group()}", " ".join(text.split()))
