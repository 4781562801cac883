"""Blocks that several families are told in."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from itsm_sync.model.words import Message
from itsm_sync.reports.document import Column, Prose, Table, Value
from itsm_sync.reports.views.measure import Options
from itsm_sync.reports.views.voice import Voice

_One = TypeVar("_One")
HEADS = {
    "team": Message("team"),
    "process": Message("process"),
    "row": Message("role"),
    "stage": Message("stage"),
    "service": Message("service"),
}


def namer(by: str, voice: Voice) -> Callable[[str], str]:
    """Answer what says an id of that kind."""
    return {
        "team": voice.team,
        "process": voice.process,
        "row": voice.row,
        "stage": voice.stage,
        "service": voice.service,
    }[by]


def table(
    name: str,
    title: Message,
    columns: Sequence[Column],
    rows: Sequence[tuple[Value, ...]],
    *,
    voice: Voice,
    options: Options,
    total: tuple[Value, ...] = (),
    note: Message | None = None,
) -> tuple[Table, ...]:
    """Answer a table of as many rows as are wanted; none where there is no row."""
    if not rows:
        return ()
    left = len(rows) - options.rows
    more = voice.say(Message("{n} more rows", {"n": left})) if left > 0 else ""
    made = Table(
        name=name,
        title=voice.say(title),
        columns=tuple(columns),
        rows=tuple(rows[: options.rows]),
        total=total if len(rows) > 1 else (),
        note=voice.say(note) if note else "",
        more=more,
    )
    return (made,)


def by_name(
    found: Mapping[str, _One],
    voice: Voice,
    named: Callable[[str], str],
    cells: Callable[[_One], tuple[Value, ...]],
) -> list[tuple[Value, ...]]:
    """Answer a row for each name, in the order of the matrix."""
    return [(named(name), *cells(found[name])) for name in voice.in_order(found)]


def summed(voice: Voice, cells: tuple[Value, ...]) -> tuple[Value, ...]:
    """Answer the row that stands below."""
    return (voice.say(Message("Total")), *cells)


def nothing(voice: Voice, told: Message) -> tuple[Prose, ...]:
    """Answer that there is nothing to tell."""
    return (Prose(text=voice.say(told)),)
