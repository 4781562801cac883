"""Reading for reports: page by page, in the order of time, with what was decided."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from itsm_sync.model.items import Item
from itsm_sync.model.matrix import ANY
from itsm_sync.store.codec import decode, loads
from itsm_sync.store.database import CHUNK
from itsm_sync.store.schema import cycles, decisions, findings, items, routings, signal_tickets
from itsm_sync.store.subject import Part

_GONE = cycles.alias()
_DECIDED = (
    items.outerjoin(decisions, decisions.c.key == items.c.key)
    .outerjoin(routings, routings.c.id == decisions.c.routing)
    .outerjoin(_GONE, _GONE.c.id == items.c.gone_cycle)
)
_COLUMNS = (
    items.c.key,
    items.c.updated_at,
    items.c.content,
    items.c.gone_cycle,
    routings.c.content.label("routing"),
    _GONE.c.started_at.label("gone_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """An item and what was decided of it: ids of the matrix, "" while it is not.

    `rule` gave the process. `linked`: what names it decided its stage. `gone`: its system no longer
    has it; `gone_at` is the cycle that saw so, where that is known.
    """

    item: Item
    process: str = ""
    domain: str = ""
    stage: str = ""
    row: str = ""
    team: str = ""
    project: str = ANY
    rule: str = ""
    sure: bool = True
    attributes: Mapping[str, str] = field(default_factory=dict)
    linked: bool = False
    gone: bool = False
    gone_at: datetime | None = None

    @property
    def decided(self) -> bool:
        return bool(self.process)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFinding:
    """A finding as it is remembered."""

    key: str
    kind: str
    first_at: datetime
    closed_at: datetime | None


class Measuring(Part):
    """What reports are gathered from."""

    def measured(self, kind: str, since: datetime) -> Iterator[Measured]:
        """Answer the items of a kind that were updated from then on, by that time.

        Those that are gone too: what happened did happen.
        """
        return map(_measured, self._by_time(items.c.kind == kind, items.c.updated_at >= since))

    def measured_tickets(self, since: datetime) -> Iterator[Measured]:
        """Answer the tickets that are open, and the closed ones updated from then on."""
        there = (items.c.ticket.is_not(None), items.c.gone_cycle.is_(None))
        closed = (~items.c.open_ticket, items.c.kind == "issue", items.c.updated_at >= since)
        still = select(*_COLUMNS).select_from(_DECIDED).where(*there, items.c.open_ticket)
        yield from map(_measured, self._pages(still, items.c.key))
        yield from map(_measured, self._by_time(*there, *closed))

    def findings_of(
        self, kinds: tuple[str, ...], since: datetime, until: datetime
    ) -> tuple[KeptFinding, ...]:
        """Answer the findings of these kinds that stood in a time, by their beginning."""
        ended = findings.c.closed_at
        fits = (findings.c.kind.in_(kinds), findings.c.first_at < until)
        stood = or_(ended.is_(None), ended >= since)
        question = select(findings).where(*fits, stood)
        with self._database.reading() as connection:
            ordered = question.order_by(findings.c.first_at, findings.c.key)
            return tuple(
                KeptFinding(
                    key=row.key, kind=row.kind, first_at=row.first_at, closed_at=row.closed_at
                )
                for row in connection.execute(ordered)
            )

    def tickets_of_episodes(self) -> dict[str, int]:
        """Answer episode -> the number of its ticket."""
        mine = select(signal_tickets.c.episode, signal_tickets.c.ticket)
        with self._database.reading() as connection:
            found = connection.execute(mine.where(signal_tickets.c.ticket.is_not(None)))
            return {row.episode: row.ticket for row in found}

    def _by_time(self, *fits: ColumnElement[bool]) -> Iterator[Any]:
        """Answer rows in the order of time, as the index has them, page by page."""
        by = (items.c.updated_at, items.c.key)
        question = select(*_COLUMNS).select_from(_DECIDED).where(*fits).order_by(*by).limit(CHUNK)
        page = question
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(page).all()
            yield from rows
            if len(rows) < CHUNK:
                return
            last = rows[-1]
            same = and_(items.c.updated_at == last.updated_at, items.c.key > last.key)
            later = or_(items.c.updated_at > last.updated_at, same)
            page = question.where(items.c.updated_at >= last.updated_at, later)


def _measured(row: Any) -> Measured:
    item = decode(Item, loads(row.content))
    gone = row.gone_cycle is not None
    if row.routing is None:
        return Measured(item=item, gone=gone, gone_at=row.gone_at)
    # as `codec.encode` writes a `Routing`: what equals its default is left out
    decided = loads(row.routing)
    proofs = decided.get("evidence", ())
    return Measured(
        item=item,
        process=decided["process"],
        domain=decided["domain"],
        stage=decided["stage"],
        row=decided["row"],
        team=decided["responsible"],
        project=decided.get("project", ANY),
        rule=next((proof["rule"] for proof in proofs if proof["axis"] == "process"), ""),
        sure=decided.get("sure", True),
        attributes=decided.get("attributes", {}),
        linked=any(
            name == "linked"
            for proof in proofs
            if proof["axis"] == "stage"
            for name, _ in proof.get("matched", ())
        ),
        gone=gone,
        gone_at=row.gone_at,
    )
