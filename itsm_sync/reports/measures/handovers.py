"""Hand-overs between teams, and the time in each stage. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsm_sync.model.stages import StageSpan
from itsm_sync.reports.measures.shares import Times, times
from itsm_sync.reports.periods import Period
from itsm_sync.reports.world import TicketRecord, World

_OFTEN = 3  # hand-overs of one ticket in a period that are worth a look


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """A ticket went from one team to another; `back`: to the one that had it before."""

    ticket: int
    at: datetime
    giver: str
    taker: str
    back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOvers:
    """All of a period; `pairs` counts them by giver and taker, `often` are tickets by number with
    three or more, the most first.
    """

    every: tuple[HandOver, ...]
    pairs: Counter[tuple[str, str]]
    back: int
    often: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """The time in one stage of a process: `tickets` that were there in the period, `spent` there in
    it all together, and how long those stays took that ended in it.
    """

    tickets: int
    spent: timedelta
    ended: Times


def hand_overs(world: World, period: Period) -> HandOvers:
    """Answer the hand-overs of a period.

    Definition: a ticket's stage is held by another team than the stage before. Unit: hand-overs.
    Source: times in stages.
    """
    every = [
        one
        for ticket in world.entire.tickets
        for one in _of(ticket)
        if period.holds(one.at) and (world.concerns(one.giver) or world.concerns(one.taker))
    ]
    every.sort(key=lambda one: (one.at, one.ticket))
    counted = Counter(one.ticket for one in every)
    often = [(ticket, number) for ticket, number in counted.items() if number >= _OFTEN]
    return HandOvers(
        every=tuple(every),
        pairs=Counter((one.giver, one.taker) for one in every),
        back=sum(one.back for one in every),
        often=tuple(sorted(often, key=lambda found: (-found[1], found[0]))),
    )


def _of(ticket: TicketRecord) -> Iterator[HandOver]:
    holders: list[str] = []
    for span in ticket.spans:
        if holders and span.team != holders[-1]:
            yield HandOver(
                ticket=ticket.number,
                at=span.entered_at,
                giver=holders[-1],
                taker=span.team,
                back=len(holders) > 1 and holders[-2] == span.team,
            )
        if not holders or span.team != holders[-1]:
            holders.append(span.team)


def stays(world: World, period: Period) -> dict[tuple[str, str], Stay]:
    """Answer the time in each process and stage.

    Definition: of each stay the part that lies in the period; of the stays that ended in the period
    their whole length. Unit: times, of the calendar. Source: times in stages.
    """
    spans: dict[tuple[str, str], list[StageSpan]] = {}
    for ticket in world.entire.tickets:
        for span in ticket.spans:
            if world.concerns(span.team) and period.touches(span.entered_at, span.left_at):
                spans.setdefault((span.process, span.stage), []).append(span)
    return {place: _stay(found, period) for place, found in spans.items()}


def _stay(found: list[StageSpan], period: Period) -> Stay:
    return Stay(
        tickets=len({span.ticket for span in found}),
        spent=spent(found, period),
        ended=times(
            span.left_at - span.entered_at
            for span in found
            if span.left_at is not None and period.holds(span.left_at)
        ),
    )


def spent(spans: Iterable[StageSpan], period: Period) -> timedelta:
    """Answer how much of a period these stays take."""
    return sum((period.within(one.entered_at, one.left_at) for one in spans), timedelta())
