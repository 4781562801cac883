"""The four DORA measures and reliability, with what they were counted from. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsm_sync.reports.measures.lives import ended_in, spells
from itsm_sync.reports.measures.shares import Times, grouped, share, times
from itsm_sync.reports.periods import Period
from itsm_sync.reports.world import DeploymentRecord, PullRecord, TicketRecord, World

# An incident so soon after a deployment is taken for its consequence.
AFTERMATH = timedelta(hours=24)
_WEEK = timedelta(days=7)
_INCIDENT = "incident"
# What these signals notice fails before it reaches anybody who uses the service.
_NO_OUTAGE = ("builds",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One deployment to production: whether it failed, by itself or by the incident after it."""

    deployment: DeploymentRecord
    failed: bool
    incident: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """How long a change took to production: from its pull request, and from its merge."""

    pull: PullRecord
    deployment: DeploymentRecord

    @property
    def whole(self) -> timedelta:
        return self.deployment.at - self.pull.opened_at

    @property
    def merged(self) -> timedelta:
        return self.deployment.at - self.pull.merged_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """An incident that was over in the period, and how long it had lasted."""

    ticket: TicketRecord
    at: datetime
    took: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What the measures are counted from."""

    deliveries: tuple[Delivery, ...]
    leads: tuple[Lead, ...]
    restored: tuple[Restored, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dora:
    """The measures: deployments a week, lead times, the share that failed, times to restore.

    `deployments` and `per_week` are of those that went well themselves, `failed` of all `tried`
    those that failed. `per_week` is None where the period is empty, `failure_share` where nothing
    was deployed.
    """

    deployments: int
    tried: int
    failed: int
    per_week: float | None
    lead: Times
    merged: Times
    failure_share: float | None
    restore: Times


def counted(world: World, period: Period) -> Counted:
    """Answer what was deployed, delivered and restored in the period.

    Definition:
        A deployment is one to production that ended well or badly in the period. It failed where it
        ended badly itself, or where an incident of its service was opened within 24 hours after it
        and before the next one of that service.
        A change is a merged pull request; it reaches production with the first good deployment of
        its repository (where that is not told, of its service) from its merge on. It counts in the
        period of that deployment, where it was merged in that period or in the one before.
        An incident is a ticket of the process incident that no failing build opened; it is restored
        when it is closed.
    Source: deployments of GitHub and builds of jobs that deploy (`services.yaml`), pull requests,
    tickets and their histories.
    """
    return Counted(
        deliveries=tuple(_deliveries(world, period)),
        leads=tuple(_leads(world, period)),
        restored=tuple(_restored(world, period)),
    )


def dora(found: Counted, period: Period) -> Dora:
    """Answer the measures of what was counted. Unit: deployments a week, times, share."""
    good = sum(one.deployment.ok is True for one in found.deliveries)
    failed = sum(one.failed for one in found.deliveries)
    weeks = period.length / _WEEK
    return Dora(
        deployments=good,
        tried=len(found.deliveries),
        failed=failed,
        per_week=good / weeks if weeks else None,
        lead=times(one.whole for one in found.leads),
        merged=times(one.merged for one in found.leads),
        failure_share=share(failed, len(found.deliveries)),
        restore=times(one.took for one in found.restored),
    )


def dora_by(found: Counted, period: Period, by: str) -> dict[str, Dora]:
    """Answer the measures by "team" or "service"; the deployments of all add up to the whole."""
    deliveries = grouped(found.deliveries, lambda one: str(getattr(one.deployment.place, by)))
    leads = grouped(found.leads, lambda one: str(getattr(one.deployment.place, by)))
    restored = grouped(found.restored, lambda one: str(getattr(one.ticket.place, by)))
    return {
        name: dora(
            Counted(
                deliveries=tuple(deliveries.get(name, ())),
                leads=tuple(leads.get(name, ())),
                restored=tuple(restored.get(name, ())),
            ),
            period,
        )
        for name in dict.fromkeys((*deliveries, *leads, *restored))
    }


def reliability(world: World, period: Period) -> dict[str, float | None]:
    """Answer by service the share of the period in which it had no open incident.

    Definition: 1 - (time with one or more open incidents of the service / the period's length).
    It tells how long people were told of trouble, not how long the service was away: nobody
    measures that here. Unit: share. Source: tickets and their histories. A service without any
    incident has 1, or None where it has no project or category of its own, so that none that people
    open could be told to be its; of an incident of no known service nothing is told.
    """
    troubled = grouped(incidents(world), lambda ticket: ticket.service)
    return {
        service: None
        if service in world.homeless and service not in troubled
        else 1 - _covered(troubled.get(service, ()), world, period) / period.length
        for service in dict.fromkeys((*world.services, *troubled))
        if service and period.length
    }


def incidents(world: World) -> Iterator[TicketRecord]:
    """Answer the incidents that people met: all numbers of incidents are counted from these.

    Definition: tickets of the process incident that no failing build opened (`builds_alone`).
    """
    for ticket in world.tickets:
        if ticket.process == _INCIDENT and ticket.signal not in _NO_OUTAGE:
            yield ticket


def builds_alone(world: World, period: Period) -> int:
    """Answer how many tickets of the process incident were opened in the period by failing builds:
    tickets of that process, and no incidents.
    """
    return sum(
        one.process == _INCIDENT and one.signal in _NO_OUTAGE and period.holds(one.created_at)
        for one in world.tickets
    )


def _covered(found: Iterable[TicketRecord], world: World, period: Period) -> timedelta:
    open_times = sorted(
        (spell.since, spell.until or period.until)
        for ticket in found
        for spell in spells(ticket, world)
        if period.touches(spell.since, spell.until)
    )
    total, reached = timedelta(), period.since
    for since, until in open_times:
        total += period.within(max(since, reached), max(until, reached))
        reached = max(reached, until)
    return total


def _deliveries(world: World, period: Period) -> Iterator[Delivery]:
    every = grouped(
        sorted(
            (one for one in world.deployments if one.production and one.ok is not None),
            key=lambda one: (one.at, one.key),
        ),
        lambda one: one.place.service,
    )
    troubles = grouped(incidents(world), lambda ticket: ticket.service)
    found = []
    for service, mine in every.items():
        after = sorted(troubles.get(service, ()) if service else (), key=lambda t: t.created_at)
        for one, following in zip(mine, (*mine[1:], None), strict=True):
            if period.holds(one.at):
                end = one.at + AFTERMATH
                end = min(end, following.at) if following else end
                found.append(_delivery(one, after, end))
    yield from sorted(found, key=lambda one: (one.deployment.at, one.deployment.key))


def _delivery(one: DeploymentRecord, after: list[TicketRecord], end: datetime) -> Delivery:
    number = bisect_left(after, one.at, key=lambda ticket: ticket.created_at)
    incident = after[number] if number < len(after) else None
    if incident is None or incident.created_at >= end:
        return Delivery(deployment=one, failed=one.ok is False)
    return Delivery(deployment=one, failed=True, incident=incident.number)


def _leads(world: World, period: Period) -> Iterator[Lead]:
    good = sorted(
        (one for one in world.deployments if one.production and one.ok),
        key=lambda one: (one.at, one.key),
    )
    by_repository = grouped((one for one in good if one.repository), lambda one: one.repository)
    by_service = grouped(
        (one for one in good if one.place.service and not one.repository),
        lambda one: one.place.service,
    )
    for pull in world.pulls:
        mine = by_repository.get(pull.repository) or by_service.get(pull.place.service, [])
        number = bisect_left(mine, pull.merged_at, key=lambda one: one.at)
        if number < len(mine) and period.holds(mine[number].at):
            yield Lead(pull=pull, deployment=mine[number])


def _restored(world: World, period: Period) -> Iterator[Restored]:
    for ticket in incidents(world):
        at = ended_in(ticket, world, period)
        if at is not None:
            yield Restored(ticket=ticket, at=at, took=at - ticket.created_at)
