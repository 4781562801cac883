"""Which numbers are made of sources that were not read in full: marked, and told why.

What lies before a source was read for the first time is no fault of it: said plainly, not marked.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from itsm_sync.model.gaps import OURS, Gap
from itsm_sync.model.words import Message
from itsm_sync.reports.document import (
    Block,
    Chart,
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
_FEW = 3  # sections that are told by their names, though it is all of them
_NUMBERS = (Kind.NUMBER, Kind.SHARE, Kind.DURATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """A source that a measure lacks a part of: the times, merged, the oldest first.

    `unread`: the time before it was read for the first time.
    """

    source: str
    unread: bool
    spans: tuple[tuple[datetime, datetime | None], ...]

    @property
    def known_since(self) -> datetime | None:
        """Answer when it was read for the first time; None where something else is lacking, or it
        was never read.
        """
        return self.spans[-1][1] if self.unread else None


def lacks(measure: Measure, world: World, period: Period) -> tuple[Lack, ...]:
    """Answer what a measure lacks of a period, by source.

    A gap counts where it lasts an hour or more of the period, or is not over yet.
    """
    found: dict[tuple[str, bool], list[tuple[datetime, datetime | None]]] = {}
    for gap in world.gaps:
        if any(_concerns(gap, need) for need in measure.needs) and _counts(gap, period):
            found.setdefault((gap.source, gap.unread), []).append((gap.since, gap.until))
    return tuple(
        Lack(source=name, unread=unread, spans=_merged(spans))
        for (name, unread), spans in sorted(found.items())
    )


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
    missing = any(one.known_since is None for one in lacks(measure, world, period))
    return missing or (measure.histories and world.unread > 0)


def marked(blocks: Sequence[Block], *, now: bool = True, before: bool = False) -> tuple[Block, ...]:
    """Answer the blocks with their numbers marked: those of the period, of the one before."""
    return tuple(_block(block, now=now, before=before) for block in blocks)


def _block(block: Block, *, now: bool, before: bool) -> Block:
    if isinstance(block, Figures):
        return Figures(figures=tuple(_figure(one, now=now, before=before) for one in block.figures))
    if isinstance(block, Table) and now:
        rows = tuple(_row(row, block.columns) for row in block.rows)
        return replace(block, rows=rows, total=_row(block.total, block.columns))
    if isinstance(block, Chart) and now:
        return replace(block, incomplete=True)
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
    """Answer why numbers are incomplete, and which: one notice a reason, whose sources are told
    together.
    """
    told: dict[_Why, tuple[list[str], list[str]]] = {}
    for measure in measures:
        for lack in lacks(measure, world, period):
            if lack.known_since is not None:
                continue
            sources, names = told.setdefault(_why(lack, voice), ([], []))
            sources.append(lack.source)
            names.append(voice.say(measure.title))
    found = [
        (names, why.told(", ".join(sorted(set(sources))))) for why, (sources, names) in told.items()
    ]
    waiting = [voice.say(one.title) for one in measures if one.histories and world.unread]
    if waiting:
        unread = Message("the histories of {n} tickets are not read yet", {"n": world.unread})
        found.append((waiting, unread))
    titles = len({voice.say(one.title) for one in measures})
    return tuple(_notice(names, why, titles, voice) for names, why in found)


def _notice(names: Iterable[str], why: Message, sections: int, voice: Voice) -> Notice:
    params = {"numbers": named(names, sections, voice), "why": voice.say(why)}
    return Notice(text=voice.say(Message("Incomplete ({numbers}): {why}", params)))


def named(names: Iterable[str], sections: int, voice: Voice) -> str:
    """Answer the names of numbers, each once; of all there are (so many), that it is all."""
    told = list(dict.fromkeys(names))
    if len(told) == sections > _FEW:
        return voice.say(Message("all numbers"))
    return ", ".join(told)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Why:
    """Why numbers are incomplete, whichever the source: a sentence and what stands in it."""

    text: str
    since: str
    until: str
    times: int

    def told(self, sources: str) -> Message:
        params = {"source": sources, "since": self.since, "until": self.until, "n": self.times}
        return Message(self.text, params)


def _why(lack: Lack, voice: Voice) -> _Why:
    since, until = lack.spans[-1]
    if lack.unread:
        told = _never(lack.source)
    elif until is None:
        told = Message("{source}: last read in full at {since}")
    elif len(lack.spans) == 1:
        told = Message("{source}: not read in full from {since} to {until}")
    else:
        told = Message("{source}: not read in full {n} times, last from {since} to {until}")
    return _Why(
        text=told.text,
        since="" if lack.unread else voice.time(since),
        until=voice.time(until) if until else "",
        times=len(lack.spans),
    )


def _never(source: str) -> Message:
    if source == OURS:
        return Message("{source} has not kept records of its own yet")
    return Message("{source}: never read")


def silent(blocks: Sequence[Block], voice: Voice) -> tuple[Notice, ...]:
    """Answer a short notice for incomplete blocks in which no number carries the mark."""
    if any(isinstance(value, Marked) for block in blocks for value in _values(block)):
        return ()
    return (Notice(text=voice.say(Message("Incomplete: the reason stands at the top."))),)


def _values(block: Block) -> Iterator[Value]:
    if isinstance(block, Figures):
        yield from (one.value for one in block.figures)
    elif isinstance(block, Table):
        for row in (*block.rows, block.total):
            yield from row


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
