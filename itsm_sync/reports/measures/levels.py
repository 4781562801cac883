"""How well service levels were kept. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from itsm_sync.model.service_levels import Aim, Level, Standing
from itsm_sync.reports.measures.lives import held_by
from itsm_sync.reports.measures.shares import grouped, share
from itsm_sync.reports.periods import Period
from itsm_sync.reports.world import TicketRecord, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A clock of which the period decided: it finished in time, or its time ran out.

    `row` and `team` held the ticket at that moment.
    """

    ticket: TicketRecord
    clock: Standing
    at: datetime
    kept: bool
    row: str
    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attained:
    """How many clocks were kept and how many were not; `share` is None where none was decided."""

    kept: int
    breached: int

    @property
    def number(self) -> int:
        return self.kept + self.breached

    @property
    def share(self) -> float | None:
        return share(self.kept, self.number)


BY: dict[str, Callable[[Decided], str]] = {
    "team": lambda one: one.team,
    "row": lambda one: one.row,
    "process": lambda one: one.ticket.place.process,
    "service": lambda one: one.ticket.place.service,
    "priority": lambda one: one.ticket.priority,
}


def decided(world: World, period: Period) -> tuple[Decided, ...]:
    """Answer the clocks that the period decided, by time.

    Definition: a clock is kept in the period in which it finished, where its time had not run out;
    it is breached in the period in which its time ran out, whether or not it has finished since. So
    each clock is decided once. Unit: clocks; a ticket has up to two (response, resolution).
    Source: service levels' clocks as of the period's end.
    """
    found = []
    for ticket in world.entire.tickets:
        for clock in ticket.standings:
            at = clock.breached_at or clock.stopped_at
            if at is not None and period.holds(at):
                row, team = held_by(ticket, at)
                kept = clock.breached_at is None
                found.append(
                    Decided(ticket=ticket, clock=clock, at=at, kept=kept, row=row, team=team)
                )
    found = [one for one in found if world.concerns(one.team)]
    return tuple(sorted(found, key=lambda one: (one.at, one.ticket.number, one.clock.aim)))


def attained(found: Iterable[Decided], aim: Aim | None = None) -> Attained:
    """Answer how many clocks (of an aim) were kept."""
    mine = [one for one in found if aim is None or one.clock.aim is aim]
    kept = sum(one.kept for one in mine)
    return Attained(kept=kept, breached=len(mine) - kept)


def attained_by(found: Iterable[Decided], by: str) -> dict[str, tuple[Attained, Attained]]:
    """Answer response and resolution by team, row, process, service or priority."""
    return {
        name: (attained(group, Aim.RESPONSE), attained(group, Aim.RESOLUTION))
        for name, group in grouped(found, BY[by]).items()
    }


def breaches(world: World, period: Period) -> tuple[Decided, ...]:
    """Answer the clocks whose time ran out in the period, the worst first.

    Definition: by `used`, the largest share first; of equal ones the one that ran out first. Unit:
    clocks. Source: service levels' clocks as of the period's end.
    """
    late = [one for one in decided(world, period) if not one.kept]
    return tuple(sorted(late, key=lambda one: (-used(one.clock), one.at, one.ticket.number)))


def used(clock: Standing) -> float:
    """Answer which share of the allowed time a clock spent: 1.5 is half as much again."""
    return clock.spent / clock.allowed


def at_risk(world: World) -> tuple[tuple[TicketRecord, Standing], ...]:
    """Answer the clocks that run and are at risk at the period's end, the most urgent first."""
    found = [
        (ticket, clock)
        for ticket in world.tickets
        for clock in ticket.standings
        if clock.level is Level.AT_RISK and clock.stopped_at is None
    ]
    return tuple(sorted(found, key=lambda one: (one[1].allowed - one[1].spent, one[0].number)))
