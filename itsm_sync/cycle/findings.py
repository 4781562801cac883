"""What a cycle found wrong that a person must know; each is closed by a cycle that misses it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from itsm_sync.cycle.deciding import Decided
from itsm_sync.desk.refusing import TWIN
from itsm_sync.desk.subject import Policy, Subject
from itsm_sync.model.approvals import Verdict
from itsm_sync.model.cycles import Health, SourceReport
from itsm_sync.model.findings import Finding
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.plans import Plan, Result
from itsm_sync.model.tickets import CLOCKS, FieldName, Ticket
from itsm_sync.model.words import Message

KIND = "cycle."  # all kinds below begin so
STALE = f"{KIND}stale"


def findings(
    sources: Mapping[str, SourceReport],
    plan: Plan,
    results: Iterable[Result],
    decided: Decided,
    matrix: Matrix,
) -> Iterator[Finding]:
    """Answer what is wrong after a cycle: sources, fields not written, histories, approvals."""
    for name, report in sources.items():
        if report.health in (Health.FAILED, Health.PARTLY):
            params = {"source": name, "error": report.error or ""}
            told = Message("{source} could not be read in full: {error}", params)
            yield Finding(key=f"source/{name}", kind=f"{KIND}source", message=told)
    yield from _unwritten(plan, tuple(results))
    for ticket in decided.unread:
        told = Message("#{ticket}: its history can't be read, so it is left alone",
                       {"ticket": ticket})  # fmt: skip
        yield Finding(key=f"history/{ticket}", kind=f"{KIND}history", message=told)
    for subject in decided.subjects:
        if not subject.ticket.closed:
            yield from _approval(subject, matrix)


def absent(decided: Decided, policy: Policy, *, clocks: bool) -> Iterator[Finding]:
    """Answer our fields that are gone from the open tickets as we see them: hidden from us, taken
    off, or deleted. One is where no ticket has it, or where the ticket that moved last lacks what
    an earlier one of its project and tracker shows.

    Args:
        decided: the tickets.
        policy: what the fields are called in Redmine.
        clocks: whether those of service levels are wanted.
    """
    tickets = sorted((s.ticket for s in decided.subjects if not s.ticket.closed), key=_moved)
    newest = {(one.project.id, one.tracker.id): one for one in tickets}
    had: dict[tuple[int, int], set[FieldName]] = {}
    for one in tickets:
        had.setdefault((one.project.id, one.tracker.id), set()).update(one.fields)
    anywhere = set[FieldName]().union(*had.values())
    for name, label in policy.labels.items():
        if name in CLOCKS and not clocks:
            continue
        lacking = [
            one
            for place, one in newest.items()
            if name not in one.fields and (name in had[place] or name not in anywhere)
        ]
        if lacking:
            params = {"field": label, "ticket": max(lacking, key=_moved).id}
            told = Message(
                "the field {field} is not on tickets as the bot sees them (#{ticket}): it is hidden"
                " from it, taken off the tracker or project, or deleted; `itsm-sync check` shows"
                " where, and `itsm-sync resync --source redmine` looks at all again once it is"
                " there",
                params,
            )
            yield Finding(key=f"absent/{name}", kind=f"{KIND}absent", message=told)


def _moved(ticket: Ticket) -> tuple[datetime, int]:
    return ticket.updated_on, ticket.id


def stale(sources: Mapping[str, SourceReport]) -> Iterator[Finding]:
    """Answer the sources that have not answered for longer than is promised."""
    for name, report in sources.items():
        if report.stale:
            params = {"source": name, "error": report.error or ""}
            told = Message(
                "{source} is stale: it has not answered for longer than is promised: {error}"
                if report.error
                else "{source} is stale: it has not been read for longer than is promised",
                params,
            )
            yield Finding(key=f"stale/{name}", kind=STALE, message=told)


def _approval(subject: Subject, matrix: Matrix) -> Iterator[Finding]:
    """Answer a verdict of somebody who may not give it, and an approval that the stage lacks."""
    ticket, routing, approval = subject.ticket.id, subject.routing, subject.approval
    team = matrix.teams[matrix.row(routing.accountable).team]
    params = {"ticket": ticket, "team": team.name, "group": team.group}
    if approval is not None and approval.unheard is not None:
        said = approval.unheard
        told = Message(
            "#{ticket}: {by} set “{verdict}” and is not in the group {group}, whose approval it is:"
            " it counts for nothing until one of them sets it anew",
            params | {"by": said.by, "verdict": Message(said.verdict.value)},
        )
        yield Finding(key=f"approval/{ticket}/unheard", kind=f"{KIND}approval", message=told)
    verdict = approval.verdict if approval is not None else None
    if routing.approval and verdict is not Verdict.APPROVED:
        told = Message(
            "#{ticket}: {process} is in the stage “{stage}” without the approval of {team}",
            params
            | {
                "process": matrix.processes[routing.process],
                "stage": matrix.stages[routing.stage],
            },
        )
        yield Finding(key=f"approval/{ticket}/missing", kind=f"{KIND}approval", message=told)


def _unwritten(plan: Plan, results: Sequence[Result]) -> Iterator[Finding]:
    """Answer the fields that are not written, but those of another itsm-sync's as one."""
    fought = [(one.ticket, one.field) for result in results for one in result.fought]
    fought += [(left.ticket, left.field) for left in plan.withheld if left.why == TWIN]
    if fought:
        yield _twin(fought)
    for left in plan.withheld:
        if left.why != TWIN:
            yield _field(left.ticket, left.field, left.why)
    for result in results:
        for refusal in result.refused:
            yield _field(refusal.ticket, refusal.field, refusal.reason)


def _twin(fought: Sequence[tuple[int, FieldName]]) -> Finding:
    ticket, name = min(fought)
    params = {"n": len(fought), "ticket": ticket, "field": name}
    told = Message(
        "another itsm-sync writes with the same account: two databases serve one Redmine; stop one"
        " of them ({n} fields, such as #{ticket} {field}, which are left alone for a day)",
        params,
    )
    return Finding(key="account", kind=f"{KIND}account", message=told)


def _field(ticket: int, field: str, why: Message) -> Finding:
    params = {"ticket": ticket, "field": field, "why": why}
    told = Message("#{ticket} {field} is not written: {why}", params)
    return Finding(key=f"field/{ticket}/{field}", kind=f"{KIND}field", message=told)
