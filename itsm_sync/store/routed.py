"""Which tickets were written, and by which decisions."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, cast, func, literal, select

from itsm_sync.model.routing import Routing
from itsm_sync.model.tickets import CLOCKS, DECISIONS, DERIVED
from itsm_sync.store.codec import decode, loads
from itsm_sync.store.database import chunks
from itsm_sync.store.records import Routed
from itsm_sync.store.schema import ledger, routings, signal_tickets
from itsm_sync.store.subject import Part

# What clocks say, and what a signal's ticket tells of its trouble, no rule decided.
_ROUTING = (*DECISIONS, *(name for name in DERIVED if name not in CLOCKS))
# What was undone was not written, what was only recognised was not written by a cycle, and what a
# signal opened was made for its team: no rule had to find out whose it is.
_OURS = select(signal_tickets.c.ticket).where(signal_tickets.c.ticket == ledger.c.ticket)
_WRITTEN = (
    ledger.c.undone_by.is_(None),
    ledger.c.cycle != "",
    ledger.c.field.in_([name.value for name in _ROUTING]),
    ~_OURS.exists(),
)


class RoutedTickets(Part):
    """Matching the ledger with the decisions of the time."""

    def routed_tickets(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Routed, ...]:
        """Answer each ticket, rule and team once, as written from `since` on and before `until`.

        What people decided themselves, so that no rule answered, is left out, and so are tickets
        that signals opened.
        """
        question = _writes(since, until)
        with self._database.reading() as connection:
            rows = connection.execute(question).all()
            made = _decisions(connection, {row.decision for row in rows})
        found: dict[tuple[int, str, str], Routed] = {}
        for row in rows:
            routing = made.get(row.decision)
            if routing is not None and routing.rule:
                key = (row.ticket, routing.rule, routing.responsible)
                one = Routed(ticket=key[0], rule=key[1], team=key[2], at=row.at)
                found.setdefault(key, one)
        return tuple(found.values())


def _writes(since: datetime | None, until: datetime | None) -> Any:
    """Ask for each ticket and cycle, in the order of time, with the decision that stood then."""
    fits = list(_WRITTEN)
    if since is not None:
        fits.append(ledger.c.at >= since)
    if until is not None:
        fits.append(ledger.c.at < until)
    first = func.min(ledger.c.at).label("at")
    writes = select(ledger.c.ticket, first).where(*fits)
    written = writes.group_by(ledger.c.ticket, ledger.c.cycle).subquery()
    key = literal("redmine:issue/") + cast(written.c.ticket, String)
    decision = select(func.max(routings.c.id)).where(
        routings.c.key == key, routings.c.at <= written.c.at
    )
    stood = decision.correlate(written).scalar_subquery().label("decision")
    return select(written.c.ticket, written.c.at, stood).order_by(written.c.at, written.c.ticket)


def _decisions(connection: Connection, numbers: Iterable[int | None]) -> Mapping[int, Routing]:
    found: dict[int, Routing] = {}
    for some in chunks(sorted(number for number in numbers if number is not None)):
        question = select(routings.c.id, routings.c.content).where(routings.c.id.in_(some))
        for row in connection.execute(question):
            found[row.id] = decode(Routing, loads(row.content))
    return found
