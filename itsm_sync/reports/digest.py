"""The digest: what happened to the tickets that a team is informed of (I of RACI). Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from itsm_sync.model.approvals import Approval, Said, Verdict
from itsm_sync.model.items import Item
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.routing import Routing
from itsm_sync.model.stages import StageSpan
from itsm_sync.model.words import Message
from itsm_sync.reports.audience import may_tell
from itsm_sync.reports.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is stored of a ticket; `routing` is as it stands, with what people decided.

    `spans` are its times in stages, the oldest first; `wrong` are the findings on its approval.
    `asked` says that it shows that approval is asked for; its history need not have been read.
    """

    item: Item
    routing: Routing
    spans: tuple[StageSpan, ...] = ()
    approval: Approval | None = None
    asked: bool = False
    wrong: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A ticket in a digest, and what happened to it in the period.

    `since` is its last movement by the period's end: made, moved to another stage or team,
    approved. `stage` and `team` pair what the period began with and what it is now, where they
    differ; `said` is a verdict.
    """

    ticket: int
    item: Item
    routing: Routing
    since: datetime
    new: bool
    stage: tuple[str, str] | None
    team: tuple[str, str] | None
    said: Said | None
    closed: datetime | None
    waiting: bool
    wrong: tuple[Message, ...]

    @property
    def moved(self) -> bool:
        return self.stage is not None or self.team is not None

    @property
    def happened(self) -> bool:
        """Whether anything happened in the period."""
        return self.new or self.moved or self.said is not None or self.closed is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDigest:
    """One team's (id): its lines, the worst first, and the counts of each process.

    `hidden` are tickets of which readers who are not known may learn the number only; they are in
    no count.
    """

    team: str
    lines: tuple[Line, ...]
    counts: Mapping[str, Counter[str]]
    hidden: tuple[tuple[int, str], ...]  # number and address


COUNTS = ("open", "new", "moved", "approved", "closed", "waiting", "missing", "unsure")


def digest(
    known: Iterable[Known], matrix: Matrix, teams: Iterable[str], period: Period
) -> tuple[TeamDigest, ...]:
    """Answer each team's digest of the tickets that are open, or were closed in the period.

    Definition: a ticket is in a team's digest where the matrix informs (I) a row of that team in
    the ticket's present process and stage, and another team holds it. Worst first: an approval
    that is missing or counts for nothing, then waiting for approval, then the longest without
    movement; closed ones last.
    Unit: tickets. Source: items, decisions, time in stages, approvals and findings as stored.
    """
    found = list(known)
    return tuple(_of_team(team, _informed(found, matrix, team), period) for team in teams)


def _informed(known: list[Known], matrix: Matrix, team: str) -> list[Known]:
    teams = {row.id: row.team for row in matrix.rows}
    return [
        one
        for one in known
        if one.routing.responsible != team
        and any(teams.get(row) == team for row in one.routing.informed)
    ]


def _of_team(team: str, known: list[Known], period: Period) -> TeamDigest:
    lines, hidden = [], []
    for one in known:
        line = _line(one, period)
        if line is None:
            continue
        if may_tell(one.item):
            lines.append(line)
        else:
            hidden.append((line.ticket, one.item.url))
    counts: dict[str, Counter[str]] = {}
    for line in lines:
        counts.setdefault(line.routing.process, Counter()).update(_counted(line))
    return TeamDigest(
        team=team,
        lines=tuple(sorted(lines, key=_rank)),
        counts=counts,
        hidden=tuple(sorted(hidden)),
    )


def _line(one: Known, period: Period) -> Line | None:
    """Answer a ticket's line; None where it was not made yet, or closed before the period."""
    ticket = one.item.ticket
    if ticket is None or one.item.created_at >= period.until:
        return None
    closed = _closed(one) if ticket.closed else None
    if closed is not None and closed < period.since:
        return None
    closed = closed if period.holds(closed) else None
    said = one.approval.stands if one.approval else None
    awaiting = said.verdict is Verdict.AWAITING if said is not None else one.asked
    moves = [one.item.created_at, *(span.entered_at for span in one.spans)]
    moves += [said.at] if said is not None else []
    return Line(
        ticket=ticket.id,
        item=one.item,
        routing=one.routing,
        since=max(at for at in moves if at < period.until),
        new=period.holds(one.item.created_at),
        stage=_moved(one.spans, "stage", period),
        team=_moved(one.spans, "team", period),
        said=said if said is not None and not awaiting and period.holds(said.at) else None,
        closed=closed,
        waiting=awaiting and closed is None,
        wrong=one.wrong if closed is None else (),
    )


def _closed(one: Known) -> datetime:
    """Answer when a closed ticket was closed: the end of its last stage, else its last change."""
    ended = one.spans[-1].left_at if one.spans else None
    return ended or one.item.updated_at


def _moved(spans: tuple[StageSpan, ...], name: str, period: Period) -> tuple[str, str] | None:
    """Answer what the period began with (or the ticket, in it) and ended with; None: the same."""
    values = [(span.entered_at, str(getattr(span, name))) for span in spans]
    there = [value for at, value in values if at < period.until]
    if not there:
        return None
    before = [value for at, value in values if at < period.since]
    first, last = (before or there[:1])[-1], there[-1]
    return (first, last) if first != last else None


def _counted(line: Line) -> Iterable[str]:
    """Answer the counts that a line belongs to."""
    approved = line.said is not None and line.said.verdict is Verdict.APPROVED
    of = {
        "open": line.closed is None,
        "new": line.new,
        "moved": line.moved,
        "approved": approved,
        "closed": line.closed is not None,
        "waiting": line.waiting,
        "missing": bool(line.wrong),
        "unsure": line.closed is None and not line.routing.sure,
    }
    return (name for name in COUNTS if of[name])


def _rank(line: Line) -> tuple[int, datetime, int]:
    if line.closed is not None:
        return 3, line.closed, line.ticket
    return 0 if line.wrong else 1 if line.waiting else 2, line.since, line.ticket
