"""Documentation and training: what was done, what is due. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, tzinfo

from itsm_sync.reports.measures.lives import ended_in, open_at, spells
from itsm_sync.reports.periods import Period
from itsm_sync.reports.world import PageRecord, TicketRecord, World

PROCESSES = (
    "handover",
    "technical-training",
    "business-training",
    "continuous-education",
    "trial-operation",
    "early-life-review",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """One process of documentation or training: tickets done in the period, open at its end, and
    of these those that are overdue.
    """

    process: str
    done: tuple[TicketRecord, ...]
    open: tuple[TicketRecord, ...]
    overdue: tuple[TicketRecord, ...]


def knowledge(world: World, period: Period, zone: tzinfo) -> tuple[Taught, ...]:
    """Answer what was done and what is due, by process; a process without any ticket too.

    Definition: done are tickets closed in the period; due those open at its end, overdue those of
    them whose due date is before the day of the period's end. Unit: tickets. Source: tickets, those
    that `signals.yaml` opens by the calendar among them.
    """
    today = period.until.astimezone(zone).date()
    return tuple(_taught(process, world, period, today) for process in PROCESSES)


def pages(world: World, period: Period) -> tuple[PageRecord, ...]:
    """Answer the wiki pages that people wrote last in the period, the newest first."""
    mine = [one for one in world.pages if period.holds(one.at)]
    return tuple(sorted(mine, key=lambda one: one.at, reverse=True))


def _taught(process: str, world: World, period: Period, today: date) -> Taught:
    mine = [one for one in world.tickets if one.process == process]
    still = [one for one in mine if open_at(spells(one, world), period.until)]
    return Taught(
        process=process,
        done=tuple(one for one in mine if ended_in(one, world, period)),
        open=tuple(still),
        overdue=tuple(_late(still, today)),
    )


def _late(tickets: Iterable[TicketRecord], today: date) -> Iterable[TicketRecord]:
    return (one for one in tickets if one.due_on and one.due_on < today.isoformat())
