"""How long people wait, told."""

from collections.abc import Mapping
from functools import partial

from itsm_sync.model.service_levels import Aim
from itsm_sync.model.words import Message
from itsm_sync.reports.document import Block, Figure, Figures, Prose, Unit, Value
from itsm_sync.reports.measures.shares import Times
from itsm_sync.reports.measures.speed import By, Speed, speed, speed_by
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.blocks import HEADS, by_name, namer, table
from itsm_sync.reports.views.comparing import ENOUGH, Sample
from itsm_sync.reports.views.measure import TICKETS, Measure, Options
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import World

_MEDIAN, _P90 = Message("median"), Message("90th percentile")
_TIMES = {
    Aim.RESPONSE: Message("Time to respond"),
    Aim.RESOLUTION: Message("Time to resolve"),
}
_CLOCKS: Mapping[By, Message] = {
    "business": Message("business time"),
    "always": Message("round the clock"),
    "calendar": Message("calendar time"),
}
_UNITS: Mapping[By, Unit] = {"business": Unit.WORKING, "always": Unit.CLOCK, "calendar": Unit.NONE}
_TITLES = {
    (Aim.RESPONSE, "team"): Message("Time to respond by team"),
    (Aim.RESPONSE, "process"): Message("Time to respond by process"),
    (Aim.RESOLUTION, "team"): Message("Time to resolve by team"),
    (Aim.RESOLUTION, "process"): Message("Time to resolve by process"),
}


def _speed(
    aim: Aim, world: World, period: Period, voice: Voice, options: Options
) -> tuple[Block, ...]:
    now, before = speed(world, period, aim), speed(world, period.before, aim)
    clocks = [name for name in _CLOCKS if _times(now, name).number]
    if not clocks:
        nobody = {
            Aim.RESPONSE: Message("Nobody answered a ticket for the first time in this period."),
            Aim.RESOLUTION: Message("No ticket was closed in this period."),
        }
        return (Prose(text=voice.say(nobody[aim])),)
    figures = tuple(
        figure
        for clock in clocks
        for figure in _figures(aim, _times(now, clock), _times(before, clock), clock, voice)
    )
    tables = (
        table(
            f"{aim.value}_by_{by}_{clock}",
            Message("{what}, {clock}", {"what": _TITLES[aim, by], "clock": _CLOCKS[clock]}),
            (
                voice.column(HEADS[by]),
                *voice.numbers(Message("tickets")),
                *voice.durations(_MEDIAN, _P90, unit=_UNITS[clock]),
            ),
            by_name(_by(by, clock, world, period, aim), voice, namer(by, voice), _cells),
            voice=voice,
            options=options,
        )
        for by in ("team", "process")
        for clock in clocks
    )
    return (Figures(figures=figures), *(one for found in tables for one in found))


def _by(by: str, clock: By, world: World, period: Period, aim: Aim) -> dict[str, Times]:
    found = {n: _times(one, clock) for n, one in speed_by(world, period, aim, by).items()}
    return {name: one for name, one in found.items() if one.number}


def _times(speed: Speed, clock: By) -> Times:
    found: Times = getattr(speed, clock)
    return found


def _figures(aim: Aim, now: Times, before: Times, clock: By, voice: Voice) -> tuple[Figure, ...]:
    sample = Sample(now=now.number, before=before.number)
    told = Message("{n} ticket" if now.number == 1 else "{n} tickets", {"n": now.number})
    return tuple(
        sample.compared(
            Figure(
                label=_label(aim, what, clock, voice),
                value=value,
                unit=_UNITS[clock],
                before=earlier,
                better="down",
                note=voice.say(told),
            ),
            voice,
        )
        for what, value, earlier in (
            (_MEDIAN, now.median, before.median),
            (_P90, now.p90, before.p90),
        )
        if what is _MEDIAN or now.number >= ENOUGH  # of fewer it is the longest
    )


def _label(aim: Aim, what: Message, clock: By, voice: Voice) -> str:
    """Answer what a number is of; that it is of business time, its unit says."""
    label = Message("{time}: {what}", {"time": _TIMES[aim], "what": what})
    if clock == "business":
        return voice.say(label)
    return voice.say(Message("{what}, {clock}", {"what": label, "clock": _CLOCKS[clock]}))


def _cells(one: Times) -> tuple[Value, ...]:
    return (one.number, one.median, one.p90)


MEASURES = tuple(
    Measure(
        name=f"{aim.value}_times",
        title=title,
        needs=(TICKETS,),
        make=partial(_speed, aim),
        histories=True,
    )
    for aim, title in _TIMES.items()
)
