"""How the matrix is kept: what was done under each row, by whom, and what was not. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from itsm_sync.model.histories import Deed, Event
from itsm_sync.model.matrix import Row
from itsm_sync.model.stages import StageSpan
from itsm_sync.reports.measures.lives import held_by
from itsm_sync.reports.periods import Period
from itsm_sync.reports.quality import differs
from itsm_sync.reports.world import (
    BuildRecord,
    DeploymentRecord,
    Place,
    PullRecord,
    TicketRecord,
    World,
)

_DEEDS = (Deed.STATUS, Deed.NOTE)
_MOVES = (Deed.STATUS, Deed.TRACKER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One row of the matrix in a period.

    `held` are the tickets that were with it, `finished` how often one left it or was closed there,
    but by a program;
    `items` counts what else fell to it by kind (build, deployment, pull, alert, page). `deeds` are
    the changes of status and the notes of people while it held the ticket, and `worked` the items'
    people, both by team ("": of no known team). `missing` are approvals that it should have given
    and that were lacking, `overruled` the decisions of people that took a ticket from it or gave
    another to it.
    """

    row: Row
    held: int = 0
    finished: int = 0
    items: Counter[str] = field(default_factory=Counter)
    deeds: Counter[str] = field(default_factory=Counter)
    worked: Counter[str] = field(default_factory=Counter)
    missing: int = 0
    overruled: int = 0

    @property
    def evident(self) -> bool:
        """Whether anything at all was done or finished under it; that it holds a ticket is none."""
        return bool(self.finished or self.deeds or self.items)

    @property
    def by(self) -> Counter[str]:
        """Who did it: deeds on tickets and items, by team."""
        return self.deeds + self.worked

    @property
    def others(self) -> int:
        """How much of it people of another team did."""
        return sum(n for team, n in self.by.items() if team not in ("", self.row.team))


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """A ticket's stay with a row that people of another team moved on: `team`, so many times."""

    ticket: TicketRecord
    row: str
    stage: str
    meant: str
    team: str
    times: int
    at: datetime


def keeping(world: World, period: Period) -> tuple[Kept, ...]:
    """Answer each row of the matrix, in its order: what was done under it, and by whom.

    Definition: a ticket is with a row while its stage is held by it; a deed is a change of status
    or a public note by a person in that time, the one that ends the stage included; no program's
    deed counts. Evidence of a row are deeds, stays that ended and items; a ticket that merely stays
    with it is none, nor is a stay that a program ended: whose last change of status or tracker is
    the bot's (it closes the tickets of troubles that are over). Items are builds, deployments,
    merged pull requests, security alerts opened and wiki pages written in the period, by the row
    that they were routed to; whose they are by the team of who did them (`people.yaml`); what no
    person set going (a timer, a push, another build, a program's account) is evidence of the row
    and nobody's work. Approvals missing are findings of the period on tickets whose approval is
    the row's; overrides those of the period on tickets that the row has.
    Unit: tickets, items, deeds. Source: times in stages, histories, decisions, findings, overrides.
    """
    kept = {row.id: Kept(row=row) for row in world.matrix.rows}
    world = world.entire
    held = _held(world, period)
    finished = Counter(
        row
        for ticket, row, span in held
        if period.holds(span.left_at) and not _by_program(ticket, span, world)
    )
    tickets = Counter(row for _, row in {(t.number, row) for t, row, _ in held})
    items = _items(world, period)
    missing, overruled = _missing(world, period), _overruled(world, period)
    deeds: dict[str, Counter[str]] = {}
    for ticket, row, span in held:
        deeds.setdefault(row, Counter()).update(
            team for team, _ in _deeds(ticket, span, world, period)
        )
    return tuple(
        Kept(
            row=one.row,
            held=tickets[name],
            finished=finished[name],
            items=Counter(kind for kind, _ in items.get(name, ())),
            deeds=deeds.get(name, Counter()),
            worked=Counter(team for _, team in items.get(name, ()) if team is not None),
            missing=missing[name],
            overruled=overruled[name],
        )
        for name, one in kept.items()
    )


def unplaced(world: World, period: Period) -> int:
    """Answer how much people did on tickets while nobody kept which row had them.

    Definition: changes of status and notes by people in the period, before the ticket's first stay
    that is stored. They are of no row, so in no row's count. Unit: deeds.
    Source: times in stages and histories.
    """
    return sum(
        event.deed in _DEEDS
        and period.holds(event.at)
        and event.by not in world.bots
        and (not ticket.spans or event.at <= ticket.spans[0].entered_at)
        for ticket in world.tickets
        for event in (ticket.history.events if ticket.history else ())
    )


def without_evidence(kept: Iterable[Kept]) -> tuple[Kept, ...]:
    """Answer the rows under which nothing was done, so far as anything is stored of it; some may
    hold tickets all the same.
    """
    return tuple(one for one in kept if not one.evident)


def elsewhere(world: World, period: Period) -> tuple[Elsewhere, ...]:
    """Answer the work that another team did than the matrix says, the newest first.

    Definition: of a ticket's stay with a row, people of one other team changed the status more
    often in the period than those of the row's team did. Unit: stays. Source: times in stages,
    histories and `people.yaml`; people of no known team count for nobody.
    """
    found = []
    for ticket, row, span in _held(world.entire, period):
        moves = [
            (team, at) for team, at in _deeds(ticket, span, world, period, notes=False) if team
        ]
        counts = Counter(team for team, _ in moves)
        others = [(n, team) for team, n in counts.items() if team != span.team]
        if others and (most := max(others))[0] > counts[span.team] and world.concerns(span.team):
            found.append(
                Elsewhere(
                    ticket=ticket,
                    row=row,
                    stage=span.stage,
                    meant=span.team,
                    team=most[1],
                    times=most[0],
                    at=max(at for team, at in moves if team == most[1]),
                )
            )
    return tuple(sorted(found, key=lambda one: (one.at, one.ticket.number), reverse=True))


def _held(world: World, period: Period) -> list[tuple[TicketRecord, str, StageSpan]]:
    return [
        (ticket, span.row, span)
        for ticket in world.tickets
        for span in ticket.spans
        if period.touches(span.entered_at, span.left_at)
    ]


def _by_program(ticket: TicketRecord, span: StageSpan, world: World) -> bool:
    """Whether what ended a stay was a program's; where the history does not tell, it was not."""
    movers = [event.by for event in _during(ticket, span) if event.deed in _MOVES]
    return bool(movers) and movers[-1] in world.bots


def _during(ticket: TicketRecord, span: StageSpan) -> Iterator[Event]:
    """Answer what was done in a stay, what ended it included."""
    for event in ticket.history.events if ticket.history else ():
        if span.entered_at < event.at and (span.left_at is None or event.at <= span.left_at):
            yield event


def _deeds(
    ticket: TicketRecord, span: StageSpan, world: World, period: Period, *, notes: bool = True
) -> Iterator[tuple[str, datetime]]:
    """Answer what people did in a stay, within the period: their team, and when."""
    wanted = _DEEDS if notes else (Deed.STATUS,)
    for event in _during(ticket, span):
        if event.deed in wanted and period.holds(event.at) and event.by not in world.bots:
            yield world.teams.get(event.by, ""), event.at


def _items(world: World, period: Period) -> dict[str, list[tuple[str, str | None]]]:
    """Answer row -> kind and team of each item that fell to it in the period; None is nobody's."""
    found: dict[str, list[tuple[str, str | None]]] = {}

    def add(kind: str, place: Place, team: str | None, at: datetime) -> None:
        if period.holds(at):
            found.setdefault(place.row, []).append((kind, team))

    for build in world.builds:
        add("build", build.place, _team(build), build.ended_at)
    for deployment in (one for one in world.deployments if not one.built):
        add("deployment", deployment.place, _team(deployment), deployment.at)
    for pull in world.pulls:
        add("pull", pull.place, _team(pull), pull.merged_at)
    for alert in world.alerts:
        add("alert", alert.place, None, alert.opened_at)
    for page in world.pages:
        add("page", page.place, page.by_team, page.at)
    return found


def _team(one: BuildRecord | DeploymentRecord | PullRecord) -> str | None:
    return None if one.unattended else one.by_team


def _missing(world: World, period: Period) -> Counter[str]:
    accountable = {f"redmine:issue/{one.number}": one.accountable for one in world.tickets}
    return Counter(
        accountable[one.about]
        for one in world.findings
        if one.kind.startswith("approval.")
        and one.about in accountable
        and period.holds(one.first_at)
    )


def _overruled(world: World, period: Period) -> Counter[str]:
    tickets = {one.number: one for one in world.tickets}
    return Counter(
        held_by(tickets[one.override.ticket], one.since)[0]
        for one in world.overrides
        if one.override.ticket in tickets
        and one.since is not None
        and period.holds(one.since)
        and differs(one)
    )
