"""Changes: how they ended, those that nobody approved, those in a hurry. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from itsm_sync.model.approvals import Verdict
from itsm_sync.reports.measures.deliveries import Delivery, incidents
from itsm_sync.reports.measures.lives import ended_in
from itsm_sync.reports.measures.shares import share
from itsm_sync.reports.periods import Period
from itsm_sync.reports.world import DeploymentRecord, FindingRecord, TicketRecord, World

_CHANGE = "change"
_MISSING, _UNHEARD, _UNAPPROVED = "approval.missing", "approval.unheard", "unapproved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A change that failed, and what that follows from: deployments and incidents (numbers)."""

    ticket: TicketRecord
    deployments: tuple[DeploymentRecord, ...]
    incidents: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The changes of a period.

    `unapproved` are deployments to production without an approved change, `unasked` tickets that
    went on without the approval that their stage needs, or with one of somebody who may not give
    it.
    """

    opened: int
    emergencies: tuple[TicketRecord, ...]
    closed: int
    rejected: int
    failed: tuple[Failed, ...]
    unapproved: tuple[FindingRecord, ...]
    unasked: tuple[FindingRecord, ...]

    @property
    def succeeded(self) -> int:
        return self.closed - self.rejected - len(self.failed)

    @property
    def success_share(self) -> float | None:
        """The share of the changes carried out that did not fail."""
        return share(self.succeeded, self.closed - self.rejected)

    @property
    def without_approval(self) -> int:
        return len(self.unapproved) + len(self.unasked)


def changes(world: World, period: Period, deliveries: Iterable[Delivery]) -> Changes:
    """Answer how the changes of a period went.

    Definition: closed are the tickets of the process change that were closed in the period. One is
    rejected where that is the last verdict on its approval; it failed where a deployment to
    production that names it failed (see `measures.deliveries`), or an incident is related to it
    that was opened after it; else it succeeded. Emergency changes are those of the period that the
    rules call so. Unapproved are findings that came up in the period.
    Unit: changes, share. Source: tickets, approvals, relations, deployments, findings.
    """
    every = [one for one in world.tickets if one.process == _CHANGE]
    opened = [one for one in every if period.holds(one.created_at)]
    closed = [one for one in every if ended_in(one, world, period) is not None]
    rejected = [one for one in closed if one.verdict is Verdict.REJECTED]
    carried = [one for one in closed if one.verdict is not Verdict.REJECTED]
    new = [one for one in world.findings if period.holds(one.first_at)]
    return Changes(
        opened=len(opened),
        emergencies=tuple(one for one in opened if one.emergency),
        closed=len(closed),
        rejected=len(rejected),
        failed=_failed(carried, world, deliveries),
        unapproved=tuple(one for one in new if one.kind == _UNAPPROVED),
        unasked=tuple(one for one in new if one.kind in (_MISSING, _UNHEARD)),
    )


def _failed(
    carried: Iterable[TicketRecord], world: World, deliveries: Iterable[Delivery]
) -> tuple[Failed, ...]:
    bad: dict[int, list[DeploymentRecord]] = {}
    for one in deliveries:
        for number in one.deployment.tickets if one.failed else ():
            bad.setdefault(number, []).append(one.deployment)
    troubles = {one.number: one for one in incidents(world)}
    found = []
    for ticket in carried:
        after = sorted(
            number
            for number in {*ticket.related, *_naming(ticket, troubles)}
            if number in troubles and troubles[number].created_at >= ticket.created_at
        )
        if after or ticket.number in bad:
            gone = tuple(bad.get(ticket.number, ()))
            found.append(Failed(ticket=ticket, deployments=gone, incidents=tuple(after)))
    return tuple(found)


def _naming(ticket: TicketRecord, troubles: dict[int, TicketRecord]) -> Iterable[int]:
    """Answer the incidents that are related to a ticket from their side."""
    return (number for number, one in troubles.items() if ticket.number in one.related)
