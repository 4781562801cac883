"""Releases: what stands between each and production. Pure."""

from collections import Counter
from dataclasses import dataclass

from itsm_sync.model.approvals import Verdict
from itsm_sync.model.items import Audience
from itsm_sync.reports.measures.builds import builds_by
from itsm_sync.reports.measures.deliveries import incidents
from itsm_sync.reports.measures.lives import ended_in, open_at, spells
from itsm_sync.reports.periods import Period
from itsm_sync.reports.world import TicketRecord, World

_RELEASE = "release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A release that is open, and how its service stands: what is not known is None.

    `alerts` is None where the report's readers may not know. `approval`: its stage needs one.
    """

    ticket: TicketRecord
    approval: bool
    verdict: Verdict | None
    incidents: int | None
    build_share: float | None
    alerts: int | None

    @property
    def approved(self) -> bool:
        return self.verdict is Verdict.APPROVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Releases:
    """The releases that are open at the period's end, and those that were closed in it."""

    coming: tuple[Coming, ...]
    done: tuple[TicketRecord, ...]


def releases(world: World, period: Period) -> Releases:
    """Answer the releases and what stands in their way.

    Definition: tickets of the process release that are open at the period's end, the oldest first:
    their approval; the incidents and security alerts of their service that are open then; the share
    of its builds in the period that succeeded. Of a release of no known service nothing is known,
    and no number of incidents of a service to which none could be told (`World.homeless`).
    Unit: tickets, share, alerts. Source: tickets, approvals, builds, alerts.
    """
    mine = [one for one in world.tickets if one.process == _RELEASE]
    still = [one for one in mine if open_at(spells(one, world), period.until)]
    troubled = Counter(
        one.service for one in incidents(world) if open_at(spells(one, world), period.until)
    )
    alerts = Counter(
        one.place.service
        for one in world.alerts
        if one.opened_at < period.until and (one.closed_at is None or one.closed_at >= period.until)
    )
    built = builds_by(world, period, "service")
    may = world.audience is Audience.PRIVATE
    coming = [
        Coming(
            ticket=one,
            approval=one.approval,
            verdict=one.verdict,
            incidents=_incidents(one.service, troubled, world),
            build_share=built[one.service].success_share if one.service in built else None,
            alerts=alerts[one.service] if one.service and may else None,
        )
        for one in sorted(still, key=lambda one: (one.created_at, one.number))
    ]
    done = [one for one in mine if ended_in(one, world, period)]
    return Releases(coming=tuple(coming), done=tuple(done))


def _incidents(service: str, troubled: Counter[str], world: World) -> int | None:
    """Answer how many are open; None where none could be told to be the service's."""
    known = service and (service not in world.homeless or troubled[service])
    return troubled[service] if known else None
