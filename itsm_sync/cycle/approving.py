"""Hearing who approved: a ticket's history is read only where its approval may have moved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

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
    kept = store.approvals(draft.ticket.id for draft in drafts)
    found: dict[int, Approval] = {}
    wanted: list[Draft] = []
    for draft in drafts:
        number = draft.ticket.id
        before, shown = kept.get(number), meanings.shown(draft.ticket)
        if before is not None and _fresh(before, draft, matrix):
            found[number] = before.approval
        elif before is not None or draft.routing.approval or shown - {Verdict.AWAITING}:
            wanted.append(draft)
        elif shown:
            found[number] = _asked_for(draft.ticket)
    asked = frozenset(draft.ticket.id for draft in wanted)
    read = _histories(asked, histories, desk)
    statuses = (desk.statuses() if read else None) or {}
    heard = [
        KeptApproval(
            ticket=draft.ticket.id,
            approval=approval(
                draft.ticket,
                read[draft.ticket.id],
                meanings=meanings,
                statuses=statuses,
                members=_members(draft, desk, matrix),
                known=kept[draft.ticket.id].approval if draft.ticket.id in kept else None,
            ),
            team=_team(draft, matrix),
            claim=claim(draft.ticket),
            seen=draft.ticket.updated_on,
        )
        for draft in wanted
        if draft.ticket.id in read
    ]
    store.keep_approvals(heard)
    found |= {one.ticket: one.approval for one in heard}
    return found, asked - frozenset(read)


def _histories(
    asked: frozenset[int], known: Mapping[int, tuple[Journal, ...]], desk: Desk
) -> Mapping[int, tuple[Journal, ...]]:
    """Answer the histories asked for; those that can't be read, or understood, are left out."""
    if not asked or desk.statuses() is None:
        return {}
    missing = sorted(asked - frozenset(known))
    return {n: known[n] for n in asked if n in known} | dict(desk.histories(missing))


def _fresh(kept: KeptApproval, draft: Draft, matrix: Matrix) -> bool:
    """Whether nothing moved that the approval depends on."""
    ticket = draft.ticket
    now = (ticket.updated_on, claim(ticket), _team(draft, matrix))
    return (kept.seen, kept.claim, kept.team) == now


def _team(draft: Draft, matrix: Matrix) -> str:
    return matrix.row(draft.routing.accountable).team


def _members(draft: Draft, desk: Desk, matrix: Matrix) -> Mapping[int, str]:
    """Answer the users of the accountable team's group; none where it is no member there."""
    project, team = draft.ticket.project.id, _team(draft, matrix)
    group = desk.groups([project], matrix.teams).get((project, team))
    return desk.members(group) if group is not None else {}


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
