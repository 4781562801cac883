"""Tickets, and how they flow: opened, closed, reopened, the backlog and its age. Pure."""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from itsm_sync.reports.measures.lives import Spell, open_at, spells
from itsm_sync.reports.measures.shares import grouped, median, rank
from itsm_sync.reports.periods import Period
from itsm_sync.reports.world import TicketRecord, World

By = Callable[[TicketRecord], str]
BY: dict[str, By] = {
    "team": lambda one: one.place.team,
    "process": lambda one: one.place.process,
    "row": lambda one: one.place.row,
    "stage": lambda one: one.place.stage,
    "service": lambda one: one.place.service,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Numbers of tickets: `at_start` + `opened` + `reopened` - `closed` is `at_end`.

    `median_age` and `oldest` are of those open at the end, None where there is none.
    """

    at_start: int
    opened: int
    reopened: int
    closed: int
    at_end: int
    median_age: timedelta | None
    p90_age: timedelta | None
    oldest: timedelta | None


def flow(world: World, period: Period) -> Flow:
    """Answer how tickets flowed in a period.

    Definition: opened are those made in the period, closed and reopened each time one was (so a
    ticket may count twice); the backlog are those open at a moment. The age of one in the backlog
    runs from its making to the period's end. One that was made closed is opened and closed at once.
    Unit: tickets; times. Source: tickets and their histories as stored (`measures.lives`).
    """
    return _flow([(one, spells(one, world)) for one in world.tickets], period)


def flow_by(world: World, period: Period, by: str) -> dict[str, Flow]:
    """Answer the flow by the team, process, row, stage or service that has each ticket now.

    The numbers of all add up to those of the whole.
    """
    lived = [(one, spells(one, world)) for one in world.tickets]
    groups = grouped(lived, lambda pair: BY[by](pair[0]))
    return {name: _flow(group, period) for name, group in groups.items()}


def backlog(world: World, period: Period, zone: tzinfo) -> tuple[tuple[date, int, int, int], ...]:
    """Answer by day or week of the period: opened and reopened, closed, open at its end."""
    every = [spell for ticket in world.tickets for spell in spells(ticket, world)]
    came = sorted(spell.since for spell in every)
    went = sorted(spell.until for spell in every if spell.until is not None)

    return tuple(
        (
            day,
            bisect_left(came, part.until) - bisect_left(came, part.since),
            bisect_left(went, part.until) - bisect_left(went, part.since),
            bisect_left(came, part.until) - bisect_left(went, part.until),
        )
        for day, part in period.parts(zone)
    )


_Lived = tuple[TicketRecord, tuple[Spell, ...]]


def _flow(lived: Iterable[_Lived], period: Period) -> Flow:
    at_start = opened = reopened = closed = 0
    ages: list[timedelta] = []
    for ticket, mine in lived:
        at_start += open_at(mine, period.since)
        opened += period.holds(ticket.created_at)
        reopened += sum(period.holds(spell.since) for spell in mine[1:])
        closed += sum(period.holds(spell.until) for spell in mine)
        if open_at(mine, period.until):
            ages.append(period.until - ticket.created_at)
    ages.sort()
    return Flow(
        at_start=at_start,
        opened=opened,
        reopened=reopened,
        closed=closed,
        at_end=len(ages),
        median_age=median(ages),
        p90_age=rank(ages, 0.9),
        oldest=ages[-1] if ages else None,
    )
