"""Which numbers are made of sources that were not read in full: marked, and told why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from itsm_sync.model.gaps import Gap
from itsm_sync.model.words import Message
from itsm_sync.reports.document import (
    Block,
    Column,
    Figure,
    Figures,
    Kind,
    Marked,
    Notice,
    Table,
    Value,
)
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.measure import Measure, Need
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import World

# What was not read for less than that, and is read by now, changes no number that people look at.
LEAST = timedelta(hours=1)
_NUMBERS = (Kind.NUMBER, Kind.SHARE, Kind.DURATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """A source that a measure lacks a part of: the times, merged, the oldest first."""

    source: str
    spans: tuple[tuple[datetime, datetime | None], ...]


def lacks(measure: Measure, world: World, period: Period) -> tuple[Lack, ...]:
    """Answer what a measure lacks of a period, by source.

    A gap counts where it lasts an hour or more of the period, or is not over yet.
    """
    found: dict[str, list[tuple[datetime, datetime | None]]] = {}
    for gap in world.gaps:
        if any(_concerns(gap, need) for need in measure.needs) and _counts(gap, period):
            found.setdefault(gap.source, []).append((gap.since, gap.until))
    return tuple(Lack(source=name, spans=_merged(spans)) for name, spans in sorted(found.items()))


def _concerns(gap: Gap, need: Need) -> bool:
    if gap.system != need.system:
        return False
    return not gap.stream or any(fnmatchcase(gap.stream, one) for one in need.streams)


def _counts(gap: Gap, period: Period) -> bool:
    if not period.touches(gap.since, gap.until):
        return False
    return gap.until is None or period.within(gap.since, gap.until) >= LEAST


def _merged(
    spans: Iterable[tuple[datetime, datetime | None]],
) -> tuple[tuple[datetime, datetime | None], ...]:
    merged: list[tuple[datetime, datetime | None]] = []
    for since, until in sorted(spans, key=lambda span: span[0]):
        if merged and (merged[-1][1] is None or since < merged[-1][1]):
            start, end = merged[-1]
            merged[-1] = (start, None if end is None or until is None else max(end, until))
        else:
            merged.append((since, until))
    return tuple(merged)


def is_incomplete(measure: Measure, world: World, period: Period) -> bool:
    """Whether numbers of a measure are to be marked for a period."""
    return bool(lacks(measure, world, period)) or (measure.histories and world.unread > 0)


def marked(blocks: Sequence[Block], *, now: bool = True, before: bool = False) -> tuple[Block, ...]:
    """Answer the blocks with their numbers marked: those of the period, of the one before."""
    return tuple(_block(block, now=now, before=before) for block in blocks)


def _block(block: Block, *, now: bool, before: bool) -> Block:
    if isinstance(block, Figures):
        return Figures(figures=tuple(_figure(one, now=now, before=before) for one in block.figures))
    if isinstance(block, Table) and now:
        rows = tuple(_row(row, block.columns) for row in block.rows)
        return replace(block, rows=rows, total=_row(block.total, block.columns))
    return block


def _figure(one: Figure, *, now: bool, before: bool) -> Figure:
    return replace(
        one,
        value=_mark(one.value) if now else one.value,
        before=_mark(one.before) if before else one.before,
    )


def _row(row: tuple[Value, ...], columns: tuple[Column, ...]) -> tuple[Value, ...]:
    return tuple(
        _mark(value) if column.kind in _NUMBERS else value
        for value, column in zip(row, columns, strict=False)
    )


def _mark(value: Value) -> Value:
    return value if value is None or isinstance(value, Marked) else Marked(value=value)


def reasons(
    measures: Sequence[Measure], world: World, period: Period, voice: Voice
) -> tuple[Notice, ...]:
    """Answer why numbers are incomplete, and which: one notice a reason."""
    told: dict[str, list[str]] = {}
    for measure in measures:
        for why in _why(measure, world, period, voice):
            told.setdefault(voice.say(why), []).append(voice.say(measure.title))
    return tuple(
        Notice(text=voice.say(Message("Incomplete ({numbers}): {why}", params)))
        for params in (
            {"numbers": ", ".join(dict.fromkeys(names)), "why": why} for why, names in told.items()
        )
    )


def _why(measure: Measure, world: World, period: Period, voice: Voice) -> list[Message]:
    found = [_lacking(lack, voice) for lack in lacks(measure, world, period)]
    if measure.histories and world.unread:
        told = Message("the histories of {n} tickets are not read yet", {"n": world.unread})
        found.append(told)
    return found


def _lacking(lack: Lack, voice: Voice) -> Message:
    since, until = lack.spans[-1]
    params = {
        "source": lack.source,
        "since": voice.time(since),
        "until": voice.time(until) if until else "",
        "n": len(lack.spans),
    }
    if until is None:
        return Message("{source} was last read in full at {since}", params)
    if len(lack.spans) == 1:
        return Message("{source} was not read in full from {since} to {until}", params)
    return Message("{source} was not read in full {n} times, last from {since} to {until}", params)


_KINDS = {
    "ticket": Message("tickets"),
    "build": Message("builds"),
    "deployment": Message("deployments"),
    "pull": Message("pull requests"),
    "alert": Message("security alerts"),
    "node": Message("nodes"),
    "episode": Message("troubles that machines noticed"),
    "page": Message("wiki pages"),
}


def untold(world: World, voice: Voice) -> tuple[Notice, ...]:
    """Answer how much the report does not count, for its readers may not see it."""
    parts = [
        f"{voice.say(_KINDS[kind])} {number:,}"
        for kind, number in sorted(world.untold.items())
        if number
    ]
    if not parts:
        return ()
    told = Message(
        "Not counted, as not every reader may see it: {what}", {"what": ", ".join(parts)}
    )
    return (Notice(text=voice.say(told)),)
