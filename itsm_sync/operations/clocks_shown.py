"""How open tickets stand by the service levels, and one ticket's clocks, as they are shown."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from itsm_sync.cycle import Summary
from itsm_sync.cycle.naming import names_of
from itsm_sync.desk.promises import AIMS, LEVELS, level, moment, spell
from itsm_sync.model.errors import Problem
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.routing import Routing
from itsm_sync.model.service_levels import Aim, Level, Standing
from itsm_sync.model.sla import ServiceLevels
from itsm_sync.model.stages import StageSpan, placed
from itsm_sync.model.tickets import Ticket
from itsm_sync.model.words import Message
from itsm_sync.routing.service_levels import Clocks
from itsm_sync.settings.documents import read
from itsm_sync.store import Store

_HOURS = "business hours «{name}»"
_BOTH = Message("response and resolution")
Counts = Mapping[str, Mapping[str, int]]


def summed(summary: Summary) -> dict[str, Any] | None:
    """Answer how the open tickets stand, in the words of `sync --json`; None where no history is
    kept.

    `teams` has of each team how many of its tickets stand how; tickets to which nothing is promised
    are in none. `unknown` are those whose history is not known just now, `histories_missing` all
    tickets whose history is still to be read, so that what is counted by them is incomplete.
    """
    if summary.decided.unheard is None:
        return None
    open_ones = [one for one in summary.decided.subjects if not one.ticket.closed]
    teams: dict[str, Counter[str]] = {}
    for subject in open_ones:
        if (worst := level(subject.standings or ())) is not None:
            teams.setdefault(subject.routing.responsible, Counter())[worst.value] += 1
    return {
        "open": {one.value: sum(t[one.value] for t in teams.values()) for one in Level},
        "teams": {
            team: {one.value: counted[one.value] for one in Level}
            for team, counted in sorted(teams.items())
        },
        "unknown": sum(subject.standings is None for subject in open_ones),
        "histories_missing": summary.decided.unheard,
    }


def told(summed: Mapping[str, Any] | None) -> Iterator[Message]:
    """Tell how the open tickets stand, and what is incomplete."""
    if summed is None:
        return
    yield Message(
        "service levels of open tickets: {kept} kept, {at_risk} at risk, {breached} breached",
        dict(summed["open"]),
    )
    if missing := summed["histories_missing"]:
        yield Message("{n} tickets' histories are still to be read", {"n": missing})


def standings_of(
    store: Store,
    levels: ServiceLevels | None,
    ticket: Ticket | None,
    routing: Routing,
    now: datetime,
) -> tuple[Standing, ...] | None:
    """Answer a ticket's clocks by what is stored alone; None where its history is not known.

    `routing` counts for one that was closed before any cycle saw where it stood.
    """
    lists, bot = store.offered(), store.bot()
    if levels is None or ticket is None or lists is None or bot is None:
        return None
    history = store.histories([ticket.id]).get(ticket.id)
    if history is None:
        return None
    spans = _spans(store, ticket, routing)
    return Clocks(levels, names_of(lists, levels), bot).standings(history, spans, now)


def _spans(store: Store, ticket: Ticket, routing: Routing) -> tuple[StageSpan, ...]:
    return placed(
        store.stage_spans([ticket.id]).get(ticket.id, ()),
        ticket=ticket.id,
        process=routing.process,
        stage=routing.stage,
        row=routing.row,
        team=routing.responsible,
        since=ticket.created_on,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a promise to a ticket is looked up by: ids of the matrix, a name of Redmine's."""

    process: str
    priority: str
    team: str


def claim_of(store: Store, ticket: Ticket, routing: Routing) -> Claim:
    """Answer by what a ticket's promises are looked up: where it stands, else as it is routed."""
    last = _spans(store, ticket, routing)[-1]
    priority = ticket.priority.name if ticket.priority else ""
    return Claim(process=last.process, priority=priority, team=last.team)


def as_json(standings: Sequence[Standing] | None) -> list[dict[str, Any]] | None:
    """Answer clocks in the words of `explain --json`; times are business time, in seconds.

    `target` is the promise's number among the targets of sla.yaml, from 1.
    """
    if standings is None:
        return None
    return [
        {
            "aim": one.aim.value,
            "level": one.level.value,
            "allowed": one.allowed.total_seconds(),
            "spent": one.spent.total_seconds(),
            "paused": one.paused,
            "due": one.due,
            "stopped_at": one.stopped_at,
            "breached_at": one.breached_at,
            "target": None if one.target is None else one.target + 1,
            "hours": one.hours,
            "started_at": one.started,
            "paused_for": one.stood.total_seconds(),
        }
        for one in standings
    ]


Where = Callable[[int], str]


def by_number(target: int) -> str:
    """Answer where in sla.yaml a target is, where its lines are not known."""
    return f"sla.yaml targets[{target + 1}]"


def by_line(directory: Path) -> Where:
    """Answer by file and line where a target is, as the directory's sla.yaml is now."""
    file = directory / "sla.yaml"
    document = read(file)
    if isinstance(document, Problem):
        return by_number

    def where(target: int) -> str:
        line = document.line(("targets", target))
        return by_number(target) if line is None else f"sla.yaml:{line}"

    return where


def lines(
    standings: Sequence[Standing] | None, zone: tzinfo, where: Where = by_number
) -> Iterator[Message]:
    """Tell each clock of a ticket in a line, and below by what it counts.

    `where` answers where in sla.yaml the target of a number is.
    """
    for one in standings or ():
        yield Message(
            "{aim}: {level}, {spent} gone, {allowed} promised{state}",
            {
                "aim": AIMS[one.aim],
                "level": LEVELS[one.level],
                "spent": spell(one.spent),
                "allowed": spell(one.allowed),
                "state": _state(one, zone),
            },
        )
        yield from _counted(one, zone, where)


def _counted(one: Standing, zone: tzinfo, where: Where) -> Iterator[Message]:
    """Tell by which promise and hours a clock counts, since when, and how long it was paused."""
    if one.target is None or one.started is None:
        return
    params = {
        "target": where(one.target),
        "hours": Message("24x7") if one.always else Message(_HOURS, {"name": one.hours}),
        "at": moment(one.started, zone),
        "paused": Message("paused for {time}", {"time": spell(one.stood)})
        if one.stood
        else Message("never paused"),
    }
    yield Message("   {target} · {hours} · since {at} · {paused}", params)


def _state(one: Standing, zone: tzinfo) -> Message | str:
    if one.stopped_at is not None:
        return Message(", finished {at}", {"at": moment(one.stopped_at, zone)})
    if one.paused:
        return Message(", paused")
    return "" if one.due is None else Message(", until {at}", {"at": moment(one.due, zone)})


def unpromised(
    standings: Sequence[Standing] | None, claim: Claim | None, matrix: Matrix
) -> Iterator[Message]:
    """Tell what is not promised to a ticket, and why; nothing where nobody is promised anything."""
    if claim is None:
        return
    if standings is None:
        yield Message("service level: not known, the ticket's history is still to be read")
        return
    untold = set(Aim) - {one.aim for one in standings}
    if not untold:
        return
    aims = [AIMS[aim] for aim in Aim if aim in untold]
    team = matrix.teams.get(claim.team)
    params = {
        "aims": aims[0] if len(aims) == 1 else _BOTH,
        "process": matrix.processes.get(claim.process, claim.process),
        "priority": claim.priority,
        "team": claim.team if team is None else team.name,
    }
    told = "{aims}: no promise, sla.yaml has no target of it for {process}, {priority}, {team}"
    yield Message(told, params)
