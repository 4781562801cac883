"""Hearing who approved: a ticket's history is read only where its approval may have moved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from itsm_sync.clients.errors import ClientError
from itsm_sync.desk.approvals import Meanings, approval, claim
from itsm_sync.desk.provenance import Judgement
from itsm_sync.desk.redmine import Desk
from itsm_sync.model.approvals import Approval, Said, Verdict
from itsm_sync.model.items import Item
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.routing import Routing
from itsm_sync.model.tickets import FieldName, Journal, Ticket
from itsm_sync.store import KeptApproval, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A ticket on its way to the planner: as rules were asked, as they chose, as people decided.

    `moved_at` is the newest time of the ticket and of what is linked to it.
    """

    asked: Item
    ticket: Ticket
    judgement: Judgement
    chosen: Routing
    routing: Routing
    moved_at: datetime


def hear(
    drafts: Iterable[Draft],
    histories: Mapping[int, tuple[Journal, ...]],
    *,
    store: Store,
    desk: Desk,
    matrix: Matrix,
    meanings: Meanings,
) -> tuple[Mapping[int, Approval], frozenset[int]]:
    """Answer ticket -> its approval where there is anything to say, and tickets not readable.

    `histories` are those already read.
    """
    drafts = list(drafts)
    fresh = partial(_fresh, desk=desk, matrix=matrix, meanings=meanings)
    kept = store.approvals(draft.ticket.id for draft in drafts)
    found: dict[int, Approval] = {}
    wanted: list[Draft] = []
    for draft in drafts:
        number = draft.ticket.id
        before, shown = kept.get(number), meanings.shown(draft.ticket)
        if before is not None and fresh(before, draft):
            found[number] = before.approval
        elif before is not None or draft.routing.approval or shown - {Verdict.AWAITING}:
            wanted.append(draft)
        elif shown:
            found[number] = _asked_for(draft.ticket)
    read = _histories(frozenset(draft.ticket.id for draft in wanted), histories, desk)
    said = partial(_heard, desk=desk, matrix=matrix, meanings=meanings)
    heard = [
        one
        for draft in wanted
        if (history := read.get(draft.ticket.id)) is not None
        and (one := said(draft, history, kept.get(draft.ticket.id))) is not None
    ]
    store.keep_approvals(heard)
    found |= {one.ticket: one.approval for one in heard}
    return found, frozenset(draft.ticket.id for draft in wanted) - frozenset(found)


def _histories(
    asked: frozenset[int], known: Mapping[int, tuple[Journal, ...]], desk: Desk
) -> Mapping[int, tuple[Journal, ...]]:
    """Answer the histories asked for; those that can't be read, or understood, are left out."""
    if not asked or desk.statuses() is None:
        return {}
    missing = sorted(asked - frozenset(known))
    return {n: known[n] for n in asked if n in known} | dict(desk.histories(missing))


def _heard(
    draft: Draft,
    history: tuple[Journal, ...],
    before: KeptApproval | None,
    *,
    desk: Desk,
    matrix: Matrix,
    meanings: Meanings,
) -> KeptApproval | None:
    """Answer what the history says; None where who may approve can't be read just now."""
    ticket, team = draft.ticket, _team(draft, matrix)
    try:
        members = desk.approvers(ticket.project.id, matrix.teams[team])
    except ClientError:
        return None
    found = approval(
        ticket,
        history,
        meanings=meanings,
        statuses=desk.statuses() or {},
        members=members,
        known=before.approval if before else None,
    )
    return KeptApproval(
        ticket=ticket.id,
        approval=found,
        team=team,
        claim=claim(ticket, meanings, members if found.unheard else ()),
        seen=ticket.updated_on,
    )


def _fresh(
    kept: KeptApproval, draft: Draft, *, desk: Desk, matrix: Matrix, meanings: Meanings
) -> bool:
    """Whether nothing moved that the approval depends on.

    Who may approve matters only where somebody did who may not: a group may be mended.
    """
    ticket, team = draft.ticket, _team(draft, matrix)
    if (kept.seen, kept.team) != (ticket.updated_on, team):
        return False
    members: Iterable[int] = ()
    if kept.approval.unheard is not None:
        try:
            members = desk.approvers(ticket.project.id, matrix.teams[team])
        except ClientError:
            return True
    return kept.claim == claim(ticket, meanings, members)


def _team(draft: Draft, matrix: Matrix) -> str:
    return matrix.row(draft.routing.accountable).team


def _asked_for(ticket: Ticket) -> Approval:
    """Answer that approval is asked for, which anyone may; who did needs no telling."""
    said = Said(
        verdict=Verdict.AWAITING,
        by="",
        at=ticket.updated_on,
        journal=0,
        field=FieldName.APPROVAL,
    )
    return Approval(stands=said)
