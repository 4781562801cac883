"""Capacity, told."""

from datetime import timedelta

from itsm_sync.model.signals import called
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
from itsm_sync.reports.measures.capacity import course, nodes, shortages, waiting, waiting_by
from itsm_sync.reports.measures.space import space
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.blocks import table
from itsm_sync.reports.views.comparing import Sample
from itsm_sync.reports.views.measure import MACHINES, Measure, Options
from itsm_sync.reports.views.space import charts, first_full, trends
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import World

_WAIT = Message("waiting in the queue, median")


def _capacity(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    now, before = waiting(world, period), waiting(world, period.before)
    there = nodes(world)
    away = sum(one.offline for one in there)
    stand = {"n": len(there), "away": away, "at": voice.time(world.now)}
    sample = Sample(now=now.waits.number, before=before.waits.number)
    waits = (
        (_WAIT, now.waits.median, before.waits.median),
        (Message("longest wait"), now.longest, before.longest),
    )
    figures = (
        *(
            sample.compared(
                Figure(label=voice.say(label), value=value, before=earlier, better="down"), voice
            )
            for label, value, earlier in waits
        ),
        Figure(
            label=voice.say(Message("executors now")),
            value=sum(one.executors for one in there if not one.offline),
            unit=Unit.EXECUTORS,
            note=voice.say(Message("{n} nodes, {away} away; as of {at}", stand)),
        ),
    )
    known = tuple(one for one in figures if one.value is not None or one.before is not None)
    room = space(world, period, voice.zone)
    return (
        Figures(figures=(*known, *first_full(room, voice))),
        *_chart(world, period, voice),
        *charts(room, voice),
        *trends(room, voice, options),
        *_jobs(world, period, voice, options),
        *_shortages(world, period, voice, options),
        *_nodes(world, voice, options),
    )


def _chart(world: World, period: Period, voice: Voice) -> tuple[Chart, ...]:
    days = [(day, one.waits.median) for day, one in course(world, period, voice.zone)]
    points = [Point(x=day, y=took.total_seconds() / 60) for day, took in days if took is not None]
    if len(points) < 2:
        return ()
    heights = [point.y for point in points]
    said = Message(
        "The median wait was between {least} and {most} minutes.",
        {"least": f"{min(heights):.0f}", "most": f"{max(heights):.0f}"},
    )
    return (
        Chart(
            name="queue",
            title=voice.say(Message("Waiting in the queue, median")),
            shape=Shape.LINE,
            points=tuple(points),
            unit=Unit.MINUTES,
            said=voice.say(said),
        ),
    )


def _jobs(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    found = waiting_by(world, period)
    slow = sorted(
        (name for name in found if found[name].longest),
        key=lambda name: (-_seconds(found[name].longest), name),
    )
    rows: list[tuple[Value, ...]] = [
        (
            name or voice.nobody,
            one.waits.number,
            one.waits.median,
            one.waits.p90,
            one.longest,
            one.still,
        )
        for name in slow
        for one in (found[name],)
    ]
    columns = (
        voice.column(Message("job")),
        *voice.numbers(Message("waited")),
        *voice.durations(Message("median"), Message("90th percentile"), Message("longest")),
        *voice.numbers(Message("still waiting")),
    )
    title = Message("Jobs that waited longest")
    return table("waits", title, columns, rows, voice=voice, options=options)


def _seconds(took: object) -> float:
    return took.total_seconds() if isinstance(took, timedelta) else 0.0


def _shortages(world: World, period: Period, voice: Voice, options: Options) -> tuple[Block, ...]:
    rows: list[tuple[Value, ...]] = [
        (voice.say(called(one.signal)), one.times, one.lines) for one in shortages(world, period)
    ]
    columns = (
        voice.column(Message("what")),
        *voice.numbers(Message("times in the period"), Message("places")),
    )
    title = Message("Shortages that machines noticed")
    return table("shortages", title, columns, rows, voice=voice, options=options)


def _nodes(world: World, voice: Voice, options: Options) -> tuple[Block, ...]:
    away, there = voice.say(Message("away")), voice.say(Message("there"))
    rows: list[tuple[Value, ...]] = [
        (
            one.source,
            one.name,
            away if one.offline else there,
            one.executors,
            one.disk_free,
            one.memory_free,
        )
        for one in nodes(world)
    ]
    columns = (
        voice.column(Message("source")),
        voice.column(Message("node")),
        voice.column(Message("state")),
        *voice.numbers(Message("executors")),
        voice.column(Message("free disk"), Kind.NUMBER, Unit.BYTES),
        voice.column(Message("free memory"), Kind.NUMBER, Unit.BYTES),
    )
    title = Message("Nodes as they were last read")
    note = Message(
        "As known at {at}, when the report was made: what nodes were before is not kept but for"
        " their free space.",
        {"at": voice.time(world.now)},
    )
    return table("nodes", title, columns, rows, voice=voice, options=options, note=note)


MEASURES = (
    Measure(
        name="capacity",
        title=Message("Capacity"),
        needs=(MACHINES,),
        make=_capacity,
        looks=True,
    ),
)
