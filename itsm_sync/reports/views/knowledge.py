"""Documentation and training, told."""

from collections.abc import Iterable
from datetime import date

from itsm_sync.model.words import Message
from itsm_sync.reports.document import Block, Kind, Link, Value
from itsm_sync.reports.measures.knowledge import Taught, knowledge, pages
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.blocks import HEADS, table
from itsm_sync.reports.views.measure import PAGES, TICKETS, Measure, Options
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import TicketRecord, World


def _knowledge(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    now = knowledge(world, period, voice.zone)
    columns = (
        voice.column(HEADS["process"]),
        *voice.numbers(Message("done"), Message("due"), Message("overdue")),
    )
    rows: list[tuple[Value, ...]] = [
        (voice.process(one.process), len(one.done), len(one.open), len(one.overdue)) for one in now
    ]
    title = Message("Documentation and training")
    return (
        *table("knowledge", title, columns, rows, voice=voice, options=options),
        *_tickets("overdue", Message("Overdue"), _all(now, "overdue"), voice, options),
        *_tickets("done", Message("Done in the period"), _all(now, "done"), voice, options),
        *_pages(world, period, voice, options),
    )


def _all(now: tuple[Taught, ...], what: str) -> list[TicketRecord]:
    return [ticket for one in now for ticket in getattr(one, what)]


def _tickets(
    name: str, title: Message, found: Iterable[TicketRecord], voice: Voice, options: Options
) -> tuple[Block, ...]:
    rows: list[tuple[Value, ...]] = [
        (voice.ticket(one), voice.process(one.process), voice.team(one.team), _day(one.due_on))
        for one in sorted(found, key=lambda one: (one.due_on or "9", one.number))
    ]
    columns = (
        voice.column(Message("ticket"), Kind.LINK),
        voice.column(HEADS["process"]),
        voice.column(HEADS["team"]),
        voice.column(Message("due on"), Kind.DATE),
    )
    return table(f"knowledge_{name}", title, columns, rows, voice=voice, options=options)


def _day(text: str) -> date | None:
    """Answer the day that Redmine writes so; None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _pages(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    rows: list[tuple[Value, ...]] = [
        (Link(one.name, one.url), voice.team(one.by_team), one.at) for one in pages(world, period)
    ]
    columns = (
        voice.column(Message("page"), Kind.LINK),
        voice.column(Message("team of who wrote")),
        voice.column(Message("written last"), Kind.TIME),
    )
    title = Message("Wiki pages written in the period")
    return table("pages", title, columns, rows, voice=voice, options=options)


MEASURES = (
    Measure(
        name="documentation_and_training",
        title=Message("Documentation and training"),
        needs=(TICKETS, PAGES),
        make=_knowledge,
        histories=True,
    ),
)
