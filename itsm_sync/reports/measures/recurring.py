"""Troubles that come back, and the problems that are to end them. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime

from itsm_sync.reports.measures.deliveries import incidents
from itsm_sync.reports.measures.flow import Flow, flow
from itsm_sync.reports.measures.shares import grouped, share
from itsm_sync.reports.narrowing import Filters, narrowed
from itsm_sync.reports.periods import Period
from itsm_sync.reports.world import EpisodeRecord, Place, World

_PROBLEM = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """A line whose trouble came back: how often in the period, of how many causes, how often since
    the window began, its tickets, and the problems, open at the period's end, that they belong to.
    """

    signal: str
    line: str
    place: Place
    times: int
    in_window: int
    causes: int
    last_at: datetime
    tickets: tuple[int, ...]
    problems: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problems:
    """Problems' flow, and the share of the period's incidents that are related to one."""

    flow: Flow
    incidents: int
    linked: int

    @property
    def linked_share(self) -> float | None:
        return share(self.linked, self.incidents)


def recurring(world: World, period: Period) -> tuple[Recurring, ...]:
    """Answer what came back in the period, the most frequent first.

    Definition: a line of a signal (a job's branch, a node, a package) whose trouble began or came
    back in the period, and twice or more often in the period and the one before it. Unit: times.
    Source: episodes of signals, but of those that tell of recurring problems themselves. A team's
    are those that it holds and those of its services; their problems are whoever's.
    """
    window = Period(since=period.before.since, until=period.until)
    lines = grouped(
        (one for one in world.entire.episodes if one.signal != "problems" and _is_its(one, world)),
        lambda one: (one.signal, one.line),
    )
    came = (_line(mine, period, window) for mine in lines.values())
    still = _open_problems(world.whole, period)
    found = [replace(one, problems=_of(one, still)) for one in came if one is not None]
    return tuple(sorted(found, key=lambda one: (-one.times, -one.in_window, one.line)))


def _is_its(one: EpisodeRecord, world: World) -> bool:
    owner = world.owners.get(one.place.service, "")
    return world.concerns(one.place.team) or world.concerns(owner)


def _line(mine: list[EpisodeRecord], period: Period, window: Period) -> Recurring | None:
    came = sorted(at for one in mine for at in (one.began, *one.reopenings) if window.holds(at))
    now = [at for at in came if period.holds(at)]
    if not now or len(came) < 2:
        return None
    last = max(mine, key=lambda one: one.began)
    return Recurring(
        signal=last.signal,
        line=last.line,
        place=last.place,
        times=len(now),
        in_window=len(came),
        causes=len({mark for one in mine for mark in one.fingerprints}),
        last_at=now[-1],
        tickets=tuple(sorted({one.ticket for one in mine if one.ticket})),
    )


def _open_problems(world: World, period: Period) -> dict[int, frozenset[int]]:
    """Answer the problems that were open at the period's end, each with what it is related to."""
    named: dict[int, set[int]] = {
        one.number: set(one.related)
        for one in world.tickets
        if one.process == _PROBLEM
        and one.created_at < period.until
        and (one.closed_at is None or one.closed_at >= period.until)
    }
    for one in world.tickets:
        for number in named.keys() & set(one.related):
            named[number].add(one.number)
    return {number: frozenset(others) for number, others in named.items()}


def _of(one: Recurring, still: dict[int, frozenset[int]]) -> tuple[int, ...]:
    return tuple(sorted(number for number, others in still.items() if others & {*one.tickets}))


def problems(world: World, period: Period) -> Problems:
    """Answer how problems flowed and how many incidents belong to one.

    Definition: flow as for tickets (`measures.flow`), of the process problem; an incident belongs
    (`measures.deliveries`) to a problem, whoever holds it, where the two are related in Redmine.
    Unit: tickets, share. Source: tickets.
    """
    known = [one for one in world.whole.tickets if one.process == _PROBLEM]
    numbers = {one.number for one in known}
    named = {other for one in known for other in one.related}
    mine = [one for one in incidents(world) if period.holds(one.created_at)]
    linked = [one for one in mine if one.number in named or numbers.intersection(one.related)]
    only = narrowed(world, Filters(processes=(_PROBLEM,)))
    return Problems(flow=flow(only, period), incidents=len(mine), linked=len(linked))
