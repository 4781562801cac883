"""How open tickets stand by the service levels, and one ticket's clocks, as they are shown."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from itsm_sync.cycle import Summary
from itsm_sync.cycle.clocks import names_of
from itsm_sync.desk.promises import AIMS, LEVELS, level, moment, spell
from itsm_sync.model.service_levels import Level, Standing
from itsm_sync.model.sla import ServiceLevels
from itsm_sync.model.tickets import Ticket
from itsm_sync.model.words import Message
from itsm_sync.routing.service_levels import Clocks
from itsm_sync.store import Store

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
    store: Store, levels: ServiceLevels | None, ticket: Ticket | None, now: datetime
) -> tuple[Standing, ...] | None:
    """Answer a ticket's clocks by what is stored alone; None where its history is not known."""
    lists, bot = store.offered(), store.bot()
    if levels is None or ticket is None or lists is None or bot is None:
        return None
    history = store.histories([ticket.id]).get(ticket.id)
    if history is None:
        return None
    spans = store.stage_spans([ticket.id]).get(ticket.id, ())
    return Clocks(levels, names_of(lists), bot).standings(history, spans, now)


def as_json(standings: Sequence[Standing] | None) -> list[dict[str, Any]] | None:
    """Answer clocks in the words of `explain --json`; times are business time, in seconds."""
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
        }
        for one in standings
    ]


def lines(standings: Sequence[Standing] | None, zone: tzinfo) -> Iterator[Message]:
    """Tell each clock of a ticket in a line."""
    for one in standings or ():
        yield Message(
            "{aim}: {level}, {spent} of {allowed}{state}",
            {
                "aim": AIMS[one.aim],
                "level": LEVELS[one.level],
                "spent": spell(one.spent),
                "allowed": spell(one.allowed),
                "state": _state(one, zone),
            },
        )


def _state(one: Standing, zone: tzinfo) -> Message | str:
    if one.stopped_at is not None:
        return Message(", done {at}", {"at": moment(one.stopped_at, zone)})
    if one.paused:
        return Message(", paused")
    return "" if one.due is None else Message(", until {at}", {"at": moment(one.due, zone)})
