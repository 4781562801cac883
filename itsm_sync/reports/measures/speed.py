"""How long people wait for an answer and for the end. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from itsm_sync.model.service_levels import Aim, Standing
from itsm_sync.reports.measures.lives import answered_at, ended_in, held_by
from itsm_sync.reports.measures.shares import Times, grouped, times
from itsm_sync.reports.periods import Period
from itsm_sync.reports.world import TicketRecord, World

By = Literal["business", "always", "calendar"]  # the clock that a time was told by


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Times by the three clocks: of tickets with a service level in its business time, or, where
    its hours never close, round the clock; of others by the calendar.
    """

    business: Times
    always: Times
    calendar: Times


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasted:
    """How long one ticket took: by which clock, and who held it when it ended."""

    ticket: TicketRecord
    took: timedelta
    by: By
    row: str
    team: str

    @property
    def process(self) -> str:
        return self.ticket.place.process


BY: dict[str, Callable[[Lasted], str]] = {
    "team": lambda one: one.team,
    "process": lambda one: one.process,
    "row": lambda one: one.row,
}


def speed(world: World, period: Period, aim: Aim) -> Speed:
    """Answer how long it took to respond to tickets, or to resolve them.

    Definition: of each ticket that was first answered (resolved last) in the period. Where its
    service level has a clock of that aim: the time that ran on it, pauses left out, to when it was
    resolved or closed (`resolved` of `sla.yaml`); business time
    and the time of hours that never close (`24x7`) are told apart. Else
    the calendar's time from its making; first answered is when a person who did not make it, and no
    program, wrote a public note or changed the status.
    Unit: times. Source: service levels' clocks, and histories, as of the period's end.
    """
    return _speed(lasted(world, period, aim))


def speed_by(world: World, period: Period, aim: Aim, by: str) -> dict[str, Speed]:
    """Answer the same by team or row (that held the ticket then), or by process."""
    groups = grouped(lasted(world, period, aim), BY[by])
    return {name: _speed(group) for name, group in groups.items()}


def lasted(world: World, period: Period, aim: Aim) -> list[Lasted]:
    """Answer each ticket that was answered (resolved) in the period."""
    return [
        one
        for ticket in world.entire.tickets
        for one in _lasted(ticket, world, period, aim)
        if world.concerns(one.team)
    ]


def _lasted(ticket: TicketRecord, world: World, period: Period, aim: Aim) -> Iterator[Lasted]:
    clock = next((one for one in ticket.standings if one.aim is aim), None)
    if clock is not None:
        at, took = clock.stopped_at, clock.spent
    else:
        at = answered_at(ticket, world) if aim is Aim.RESPONSE else ended_in(ticket, world, period)
        took = at - ticket.created_at if at else timedelta()
    if at is not None and period.holds(at):
        row, team = held_by(ticket, at)
        yield Lasted(ticket=ticket, took=took, by=_by(clock), row=row, team=team)


def _by(clock: Standing | None) -> By:
    if clock is None:
        return "calendar"
    return "always" if clock.always else "business"


def _speed(found: list[Lasted]) -> Speed:
    by = grouped(found, lambda one: one.by)
    return Speed(
        business=times(one.took for one in by.get("business", ())),
        always=times(one.took for one in by.get("always", ())),
        calendar=times(one.took for one in by.get("calendar", ())),
    )
