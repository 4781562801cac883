"""Since when numbers are known: of the time before a source was read for the first time. Nothing
is wrong with them; it is said plainly.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from itsm_sync.model.gaps import OURS
from itsm_sync.model.words import Message
from itsm_sync.reports.document import Block, Figures, Notice
from itsm_sync.reports.periods import Period
from itsm_sync.reports.views.incomplete import lacks, named
from itsm_sync.reports.views.measure import Measure
from itsm_sync.reports.views.voice import Voice
from itsm_sync.reports.world import World


def known_since(measure: Measure, world: World, period: Period) -> datetime | None:
    """Answer since when all that a measure counts in a period is known; None: from its start."""
    found = (one.known_since for one in lacks(measure, world, period))
    return max((at for at in found if at is not None), default=None)


def uncompared(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Answer the blocks without what their figures were before: it is not known."""
    return tuple(
        Figures(figures=tuple(replace(one, before=None) for one in block.figures))
        if isinstance(block, Figures)
        else block
        for block in blocks
    )


def beginnings(
    measures: Sequence[Measure], world: World, period: Period, voice: Voice
) -> tuple[Notice, ...]:
    """Answer since when which numbers are known, where that is not from the period's start: one
    quiet notice a time, whose sources are told together.
    """
    found: dict[tuple[datetime, bool], tuple[list[str], list[str]]] = {}
    for measure in measures:
        for lack in lacks(measure, world, period):
            if (at := lack.known_since) is not None:
                sources, names = found.setdefault((at, lack.source == OURS), ([], []))
                sources.append(lack.source)
                names.append(voice.say(measure.title))
    titles = len({voice.say(one.title) for one in measures})
    return tuple(
        _beginning(names, sources, at, titles, ours=ours, voice=voice)
        for (at, ours), (sources, names) in sorted(found.items())
    )


def _beginning(
    names: Iterable[str],
    sources: Iterable[str],
    at: datetime,
    sections: int,
    *,
    ours: bool,
    voice: Voice,
) -> Notice:
    params = {
        "numbers": named(names, sections, voice),
        "since": voice.time(at),
        "sources": ", ".join(sorted(set(sources))),
    }
    told = Message(
        "{numbers}: known in full only since {since}, when itsm-sync read {sources} for the first"
        " time. Of the time before, what was still there then is counted.",
        params,
    )
    if ours:
        told = Message(
            "{numbers}: what itsm-sync itself saw and wrote (who held a ticket, in which stage) is"
            " known only since {since}, when it was started for the first time.",
            params,
        )
    return Notice(text=voice.say(told), quiet=True)


def beginning(measure: Measure, world: World, period: Period, voice: Voice) -> tuple[Notice, ...]:
    """Answer short notices of since when what a measure counts is known, where that is to be said:
    the sources of each time.
    """
    found: dict[tuple[datetime, bool], list[str]] = {}
    for lack in lacks(measure, world, period):
        if (at := lack.known_since) is not None:
            found.setdefault((at, lack.source == OURS), []).append(lack.source)
    return tuple(
        Notice(text=voice.say(_shortly(names, at, ours=ours, voice=voice)), quiet=True)
        for (at, ours), names in sorted(found.items())
    )


def _shortly(sources: Iterable[str], at: datetime, *, ours: bool, voice: Voice) -> Message:
    if ours:
        told = "Who held a ticket, in which stage, is known only since {since}."
        return Message(told, {"since": voice.time(at)})
    told = (
        "{sources}: read for the first time at {since}. Of the time before, what was still there"
        " then is counted."
    )
    return Message(told, {"sources": ", ".join(sources), "since": voice.time(at)})


UNNOTED = Message(
    "–: only itsm-sync itself notes this, and in this period it had not been started yet."
)
