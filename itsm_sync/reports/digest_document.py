"""The digest as a part of a report, so that it goes where reports go, in all their forms."""

from collections.abc import Iterator

from itsm_sync.locale import say
from itsm_sync.model.words import Language
from itsm_sync.reports.digest_view import Block as Tickets
from itsm_sync.reports.digest_view import Page, Sheet
from itsm_sync.reports.document import (
    Block,
    Column,
    Figure,
    Figures,
    Kind,
    Link,
    Prose,
    Section,
    Table,
    Unit,
)


def sections(sheet: Sheet) -> tuple[Section, ...]:
    """Answer a section for each team, under its name."""
    return tuple(
        Section(title=page.team, blocks=tuple(_blocks(page, number, sheet.language)))
        for number, page in enumerate(sheet.pages)
    )


def _blocks(page: Page, number: int, language: Language) -> Iterator[Block]:
    if page.empty:
        yield Prose(text=page.empty)
    else:
        yield Figures(
            figures=tuple(
                Figure(label=label, value=value, unit=Unit.TICKETS) for label, value in page.figures
            )
        )
        for place, block in enumerate(page.blocks):
            yield _tickets(block, f"digest-{number}-{place}", language)
        yield _counts(page, f"digest-{number}-counts", language)
    if page.hidden:
        yield Table(
            name=f"digest-{number}-hidden",
            title=page.hidden_said,
            columns=(Column(title=say("ticket", language), kind=Kind.LINK),),
            rows=tuple((Link(f"#{ticket}", url),) for ticket, url in page.hidden),
        )


def _tickets(block: Tickets, name: str, language: Language) -> Table:
    titles = ("ticket", "title", "where it stands", "what happened", "last movement")
    kinds = (Kind.LINK, Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.TEXT)
    return Table(
        name=name,
        title=block.title,
        columns=tuple(
            Column(title=say(title, language), kind=kind)
            for title, kind in zip(titles, kinds, strict=True)
        ),
        rows=tuple(
            (Link(f"#{e.ticket}", e.url), e.title, e.place, ", ".join(e.what), e.since)
            for e in block.entries
        ),
        more=block.more,
    )


def _counts(page: Page, name: str, language: Language) -> Table:
    first, *others = page.headings
    numbers = (Column(title=title, kind=Kind.NUMBER) for title in others)
    return Table(
        name=name,
        title=say("Tickets by process", language),
        columns=(Column(title=first), *numbers),
        rows=tuple((row[0], *(int(cell or 0) for cell in row[1:])) for row in page.rows),
    )
