"""Capacity: what waited for executors, and what nodes had when last read. Pure.

How their room went over time: `measures.space`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from itsm_sync.reports.measures.shares import Times, grouped, times
from itsm_sync.reports.periods import Period
from itsm_sync.reports.world import NodeRecord, WaitRecord, World

SIGNALS = ("disk", "memory", "queue", "slower")  # that tell of too little capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How long what left the queue in a period had waited; `still` waited at its end."""

    waits: Times
    longest: timedelta | None
    still: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """How often machines told of too little of something in the period, and of how many lines."""

    signal: str
    times: int
    lines: int


def waiting(world: World, period: Period) -> Waiting:
    """Answer how long builds waited for an executor.

    Definition: from when it entered the queue to the cycle that saw it gone, of those that left in
    the period; what came and went between two cycles was never seen. Unit: times. Source: Jenkins'
    queue as looked at in each cycle.
    """
    return _waiting(world.waits, period)


def waiting_by(world: World, period: Period) -> dict[str, Waiting]:
    """Answer the same by job."""
    groups = grouped(world.waits, lambda one: one.job)
    found = {name: _waiting(group, period) for name, group in groups.items()}
    return {name: one for name, one in found.items() if one.waits.number or one.still}


def course(world: World, period: Period, zone: tzinfo) -> tuple[tuple[date, Waiting], ...]:
    """Answer the same by day or week."""
    return tuple((day, _waiting(world.waits, part)) for day, part in period.parts(zone))


def nodes(world: World) -> tuple[NodeRecord, ...]:
    """Answer the nodes as they were last read, those that are away first, then by name."""
    return tuple(sorted(world.nodes, key=lambda one: (not one.offline, one.source, one.name)))


def shortages(world: World, period: Period) -> tuple[Shortage, ...]:
    """Answer how often machines told of a shortage.

    Definition: episodes of the signals disk, memory, queue and slower that began or came back in
    the period. Unit: episodes. Source: signals.
    """
    found = []
    for signal in SIGNALS:
        mine = [one for one in world.episodes if one.signal == signal]
        began = [
            one.line for one in mine for at in (one.began, *one.reopenings) if period.holds(at)
        ]
        if began:
            found.append(Shortage(signal=signal, times=len(began), lines=len(set(began))))
    return tuple(found)


def _waiting(waits: Iterable[WaitRecord], period: Period) -> Waiting:
    mine = [one for one in waits if one.since < period.until]
    left = sorted(
        one.left_at - one.since for one in mine if one.left_at and period.holds(one.left_at)
    )
    return Waiting(
        waits=times(left),
        longest=left[-1] if left else None,
        still=sum(one.left_at is None or one.left_at >= period.until for one in mine),
    )
