"""The room that nodes have left, told."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from itsm_sync.model.words import Message
from itsm_sync.reports.document import Block, Chart, Figure, Kind, Point, Shape, Unit, Value
from itsm_sync.reports.measures.space import Day, Space
from itsm_sync.reports.views.blocks import table
from itsm_sync.reports.views.measure import Options
from itsm_sync.reports.views.voice import Voice

_MOST = 6  # nodes that a chart tells apart, those with the least room
_LINE = Message(
    "Full in: by a straight line through the least free space of each of the last 28 days. It is"
    " told only where 7 days or more are known, the line falls, explains 70% and ends within a"
    " year."
)
_DISK = Message("Free disk by node, the least of each day")
_MEMORY = Message("Free memory by node, the least of each day")
Told = Callable[[Day], int | None]


def first_full(found: Sequence[Space], voice: Voice) -> tuple[Figure, ...]:
    """Answer in how many days the first disk is full, where a line says so."""
    soonest = next((one for one in found if one.filling is not None), None)
    if soonest is None or soonest.filling is None:
        return ()
    return (
        Figure(
            label=voice.say(Message("until the first disk is full, at this pace")),
            value=timedelta(days=max(1, round(soonest.filling.days))),
            better="up",
            note=voice.say(Message("node {node}", {"node": soonest.node.name})),
        ),
    )


def charts(found: Sequence[Space], voice: Voice) -> tuple[Chart, ...]:
    """Answer how free disk and memory went, of the nodes that have least of it at the end."""
    return (
        *_chart("disk_space", _DISK, lambda day: day.disk, found, voice),
        *_chart("memory_space", _MEMORY, lambda day: day.memory, found, voice),
    )


def _chart(
    name: str, title: Message, told: Told, found: Sequence[Space], voice: Voice
) -> tuple[Chart, ...]:
    courses = {
        _called(one, found): [
            (day.day, free) for day in one.days if (free := told(day)) is not None
        ]
        for one in found
    }
    least = sorted((n for n in courses if courses[n]), key=lambda n: (courses[n][-1][1], n))[:_MOST]
    if not any(len(courses[node]) > 1 for node in least):
        return ()
    points = tuple(
        Point(x=day, y=free, series=node) for node in sorted(least) for day, free in courses[node]
    )
    params = {"node": least[0], "gb": f"{courses[least[0]][-1][1] / 10**9:.1f}"}
    said = Message("{node} has least at the end: {gb} GB.", params)
    return (
        Chart(
            name=name,
            title=voice.say(title),
            shape=Shape.LINE,
            points=points,
            unit=Unit.BYTES,
            said=voice.say(said),
        ),
    )


def trends(found: Sequence[Space], voice: Voice, options: Options) -> tuple[Block, ...]:
    """Answer what each node had at first and at last, and when its disk is full."""
    rows: list[tuple[Value, ...]] = [
        (
            one.node.source,
            one.node.name,
            one.days[0].day,
            one.disks[0].disk if one.disks else None,
            one.disks[-1].disk if one.disks else None,
            round(one.filling.a_day) if one.filling else None,
            round(one.filling.days) if one.filling else None,
            one.least_memory,
        )
        for one in found
    ]
    columns = (
        voice.column(Message("source")),
        voice.column(Message("node")),
        voice.column(Message("measured since"), Kind.DATE),
        *(
            voice.column(head, Kind.NUMBER, Unit.BYTES)
            for head in (
                Message("free disk then"),
                Message("free disk at the end"),
                Message("less each day"),
            )
        ),
        voice.column(Message("full in"), Kind.NUMBER, Unit.DAYS),
        voice.column(Message("least free memory"), Kind.NUMBER, Unit.BYTES),
    )
    title = Message("Disk and memory of the nodes over the period")
    return table("space", title, columns, rows, voice=voice, options=options, note=_LINE)


def _called(one: Space, found: Sequence[Space]) -> str:
    """Answer a node's name, with its controller's where there are several."""
    several = len({other.node.source for other in found}) > 1
    return f"{one.node.source} · {one.node.name}" if several else one.node.name
