"""Service levels, told."""

from itsm_sync.model.service_levels import Aim, Standing
from itsm_sync.model.words import Message
from itsm_sync.reports.document import (
    Block,
    Chart,
    Figure,
    Figures,
    Kind,
    Point,
    Shape,
    Unit,
    Value,
)
from itsm_sync.reports.measures.levels import (
    Attained,
    Decided,
    at_risk,
    attained,
    attained_by,
    breaches,
    decided,
    used,
)
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.blocks import HEADS, by_name, namer, nothing, table
from itsm_sync.reports.views.comparing import Sample
from itsm_sync.reports.views.measure import TICKETS, Measure, Options
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import World

AIMS = {Aim.RESPONSE: Message("response"), Aim.RESOLUTION: Message("resolution")}
_WORST_FIRST = Message(
    "By the share of the allowed time that was spent, until the clock finished or the period ended."
)
_STANDS = Message(
    "What is due at the close of business is broken only when business goes on: at night, on"
    " weekends and on holidays business time does not go."
)
_TITLES = {
    "team": Message("Service levels by team"),
    "row": Message("Service levels by role"),
    "process": Message("Service levels by process"),
    "priority": Message("Service levels by priority"),
}


def _levels(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    found, earlier = decided(world, period), decided(world, period.before)
    if not found:
        told = Message("No clock of a service level finished or ran out in this period.")
        return nothing(voice, told)
    figures = tuple(
        _figure(aim, attained(found, aim), attained(earlier, aim), voice) for aim in Aim
    )
    tables = [one for by in _TITLES for one in _table(by, found, world, voice, options)]
    return (Figures(figures=figures), *_chart(found, voice), *tables)


def _figure(aim: Aim, now: Attained, before: Attained, voice: Voice) -> Figure:
    params = {"kept": now.kept, "all": now.number}
    return Sample(now=now.number, before=before.number).compared(
        Figure(
            label=voice.say(Message("{aim} kept", {"aim": AIMS[aim]})),
            value=now.share,
            unit=Unit.SHARE,
            before=before.share,
            better="up",
            note=voice.say(Message("{kept} of {all}", params)),
        ),
        voice,
    )


def _chart(found: tuple[Decided, ...], voice: Voice) -> tuple[Chart, ...]:
    teams = attained_by(found, "team")
    if len(teams) < 2:
        return ()
    points = [
        Point(x=voice.team(team), y=one.share, series=voice.say(AIMS[aim]))
        for team in voice.in_order(teams)
        for aim, one in zip(Aim, teams[team], strict=True)
        if one.share is not None
    ]
    least = min(points, key=lambda point: point.y)
    params = {"team": least.x, "aim": least.series, "share": voice.percent(least.y)}
    said = Message("The lowest share is that of {team}, {aim}: {share}%.", params)
    return (
        Chart(
            name="service_levels",
            title=voice.say(_TITLES["team"]),
            shape=Shape.BARS,
            points=tuple(points),
            unit=Unit.SHARE,
            said=voice.say(said),
        ),
    )


def _table(
    by: str, found: tuple[Decided, ...], world: World, voice: Voice, options: Options
) -> tuple[Block, ...]:
    named = namer(by, voice) if by in HEADS else (lambda name: name or voice.nobody)
    head = HEADS.get(by, Message("priority"))
    columns = (
        voice.column(head),
        *(
            column
            for aim in Aim
            for column in (
                *voice.shares(Message("{aim} kept", {"aim": AIMS[aim]})),
                *voice.numbers(Message("{aim} breached", {"aim": AIMS[aim]})),
            )
        ),
    )
    groups = attained_by(found, by)
    if by == "priority":  # the most urgent first
        order = {name: number for number, name in enumerate(reversed(world.priorities))}
        names = sorted(groups, key=lambda name: (order.get(name, len(order)), name))
        rows = [(named(name), *_cells(groups[name])) for name in names]
    else:
        rows = by_name(groups, voice, named, _cells)
    return table(f"levels_by_{by}", _TITLES[by], columns, rows, voice=voice, options=options)


def _cells(pair: tuple[Attained, Attained]) -> tuple[Value, ...]:
    return tuple(value for one in pair for value in (one.share, one.breached))


def _breaches(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    rows: list[tuple[Value, ...]] = [
        (
            voice.ticket(one.ticket),
            _promise(one.clock, voice),
            voice.team(one.team),
            voice.row(one.row),
            one.clock.allowed,
            one.clock.spent,
            used(one.clock),
            one.at,
        )
        for one in breaches(world, period)
    ]
    columns = (
        voice.column(Message("ticket"), Kind.LINK),
        voice.column(Message("promise")),
        voice.column(HEADS["team"]),
        voice.column(HEADS["row"]),
        *voice.durations(Message("allowed"), Message("spent"), unit=Unit.CLOCK),
        *voice.shares(Message("spent of what was allowed")),
        voice.column(Message("ran out at"), Kind.TIME),
    )
    title = Message("Breaches, the worst first")
    found = table("breaches", title, columns, rows, voice=voice, options=options, note=_WORST_FIRST)
    return (
        *(found or nothing(voice, Message("No service level was breached."))),
        *_risky(world, period, voice, options),
    )


def _promise(clock: Standing, voice: Voice) -> str:
    """Answer what was promised, and which hours are counted: of business, or all there are."""
    hours = Message("round the clock") if clock.always else Message("business time")
    return voice.say(Message("{aim}, {hours}", {"aim": AIMS[clock.aim], "hours": hours}))


def _risky(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    found = at_risk(world)
    still = any(clock.due is not None and clock.due < period.until for _, clock in found)
    rows: list[tuple[Value, ...]] = [
        (
            voice.ticket(ticket),
            _promise(clock, voice),
            voice.team(ticket.team),
            clock.allowed - clock.spent,
            clock.due,
        )
        for ticket, clock in found
    ]
    columns = (
        voice.column(Message("ticket"), Kind.LINK),
        voice.column(Message("promise")),
        voice.column(HEADS["team"]),
        *voice.durations(Message("time left"), unit=Unit.CLOCK),
        voice.column(Message("due at"), Kind.TIME),
    )
    title = Message("At risk at the end of the period")
    note = _STANDS if still else None
    return table("at_risk", title, columns, rows, voice=voice, options=options, note=note)


MEASURES = (
    Measure(
        name="service_levels",
        title=Message("Service levels"),
        needs=(TICKETS,),
        make=_levels,
        histories=True,
    ),
    Measure(
        name="breaches",
        title=Message("Breached service levels"),
        needs=(TICKETS,),
        make=_breaches,
        histories=True,
    ),
)
