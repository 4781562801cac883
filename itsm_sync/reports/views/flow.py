"""Tickets and their flow, told."""

from functools import partial

from itsm_sync.model.words import Message
from itsm_sync.reports.document import (
    Block,
    Chart,
    Figure,
    Figures,
    Kind,
    Point,
    Shape,
    Table,
    Unit,
    Value,
)
from itsm_sync.reports.measures.deliveries import builds_alone
from itsm_sync.reports.measures.flow import Flow, backlog, flow, flow_by
from itsm_sync.reports.measures.lives import open_at, spells
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.blocks import HEADS, by_name, namer, summed, table
from itsm_sync.reports.views.comparing import Sample
from itsm_sync.reports.views.measure import TICKETS, Measure, Options
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import World

_OPENED, _CLOSED = Message("newly opened"), Message("closed")
_REOPENED, _BACKLOG = Message("reopened"), Message("open at the end")
_AT_START = Message("open at the start")
_MEDIAN_AGE, _OLDEST = Message("median age"), Message("oldest")
_TITLES = {
    "team": Message("Tickets by team"),
    "process": Message("Tickets by process"),
    "row": Message("Tickets by role"),
    "stage": Message("Tickets by stage"),
    "service": Message("Tickets by service"),
}


def _tickets(world: World, period: Period, voice: Voice, _options: Options) -> tuple[Block, ...]:
    now, before = flow(world, period), flow(world, period.before)
    labelled = (
        (_OPENED, "opened", ""),
        (_CLOSED, "closed", ""),
        (_REOPENED, "reopened", "down"),
        (_BACKLOG, "at_end", "down"),
    )
    figures = [
        Figure(
            label=voice.say(label),
            value=getattr(now, name),
            unit=Unit.TICKETS,
            before=getattr(before, name),
            better=better,
        )
        for label, name, better in labelled
    ]
    figures.append(
        Sample(now=now.at_end, before=before.at_end).compared(
            Figure(
                label=voice.say(Message("median age of what is open")),
                value=now.median_age,
                before=before.median_age,
                better="down",
            ),
            voice,
        )
    )
    return (Figures(figures=tuple(figures)), *_chart(world, period, voice))


def _chart(world: World, period: Period, voice: Voice) -> tuple[Chart, ...]:
    course = backlog(world, period, voice.zone)
    if len(course) < 2 or not any(opened or closed for _, opened, closed, _ in course):
        return ()
    came, went = voice.say(Message("opened or reopened")), voice.say(_CLOSED)
    said = Message(
        "Open tickets went from {start} to {end}.",
        {"start": flow(world, period).at_start, "end": course[-1][3]},
    )
    moves = Message(
        "{came} tickets came in or were opened again, {went} were closed.",
        {"came": sum(came for _, came, _, _ in course), "went": sum(w for _, _, w, _ in course)},
    )
    moved = [
        point
        for day, opened, closed, _ in course
        for point in (
            Point(x=day, y=opened, series=came),
            Point(x=day, y=closed, series=went),
        )
    ]
    return (
        Chart(
            name="flow",
            title=voice.say(Message("Tickets opened and closed")),
            shape=Shape.BARS,
            points=tuple(moved),
            unit=Unit.TICKETS,
            said=voice.say(moves),
        ),
        Chart(
            name="backlog",
            title=voice.say(Message("Open tickets")),
            shape=Shape.LINE,
            points=tuple(Point(x=day, y=still) for day, _, _, still in course),
            unit=Unit.TICKETS,
            said=voice.say(said),
        ),
    )


def _by(by: str, world: World, period: Period, voice: Voice, options: Options) -> tuple[Table, ...]:
    found = {
        name: one
        for name, one in flow_by(world, period, by).items()
        if one.at_start or one.opened or one.reopened
    }
    columns = (
        voice.column(HEADS[by]),
        *voice.numbers(_AT_START, _OPENED, _REOPENED, _CLOSED, _BACKLOG),
        *voice.durations(_MEDIAN_AGE, _OLDEST),
    )
    rows = by_name(found, voice, namer(by, voice), _cells)
    total = summed(voice, _cells(flow(world, period)))
    note = _no_incidents(world, period, voice) if by == "process" else None
    return table(
        f"tickets_by_{by}", _TITLES[by], columns, rows, voice=voice, options=options, total=total,
        note=note,
    )  # fmt: skip


def _no_incidents(world: World, period: Period, voice: Voice) -> Message | None:
    """Answer how many of the tickets are no incidents, though they are of that process."""
    number = builds_alone(world, period)
    params = {"n": number, "process": voice.process("incident"), "opened": _OPENED}
    told = Message(
        "{n} of {process} ({opened}) came of failing builds: they are counted here, and are no"
        " incidents in the numbers of incidents.",
        params,
    )
    return told if number else None


def _cells(one: Flow) -> tuple[Value, ...]:
    counts = (one.at_start, one.opened, one.reopened, one.closed, one.at_end)
    return (*counts, one.median_age, one.oldest)


def _oldest(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    still = [one for one in world.tickets if open_at(spells(one, world), period.until)]
    still.sort(key=lambda one: (one.created_at, one.number))
    columns = (
        voice.column(Message("ticket"), Kind.LINK),
        voice.column(HEADS["process"]),
        voice.column(HEADS["stage"]),
        voice.column(HEADS["team"]),
        voice.column(Message("open since"), Kind.TIME),
        *voice.durations(Message("age")),
    )
    rows: list[tuple[Value, ...]] = [
        (
            voice.ticket(one),
            voice.process(one.process),
            voice.stage(one.place.stage),
            voice.team(one.team),
            one.created_at,
            period.until - one.created_at,
        )
        for one in still
    ]
    title = Message("The oldest open tickets")
    return table("oldest_tickets", title, columns, rows, voice=voice, options=options)


MEASURES = (
    Measure(
        name="tickets",
        title=Message("Tickets and their flow"),
        needs=(TICKETS,),
        make=_tickets,
        histories=True,
    ),
    *(
        Measure(
            name=f"tickets_by_{'role' if by == 'row' else by}",
            title=title,
            needs=(TICKETS,),
            make=partial(_by, by),
            histories=True,
        )
        for by, title in _TITLES.items()
    ),
    Measure(
        name="oldest_tickets",
        title=Message("The oldest open tickets"),
        needs=(TICKETS,),
        make=_oldest,
    ),
)
