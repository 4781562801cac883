"""The store's face."""

from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Select, and_, func, select
from sqlalchemy.sql.elements import ColumnElement

from itsm_sync.store.approvals import Approvals
from itsm_sync.store.cycles import Cycles
from itsm_sync.store.database import Database
from itsm_sync.store.deliveries import Deliveries
from itsm_sync.store.dumps import Dumps
from itsm_sync.store.episodes import Episodes
from itsm_sync.store.findings import Findings
from itsm_sync.store.gaps import Gaps
from itsm_sync.store.histories import Histories
from itsm_sync.store.intake import Intake
from itsm_sync.store.items import Items
from itsm_sync.store.leases import LENGTH
from itsm_sync.store.ledger import Ledger
from itsm_sync.store.letters import Letters
from itsm_sync.store.links import Links
from itsm_sync.store.looks import Looks
from itsm_sync.store.measured import Measuring
from itsm_sync.store.observations import Observations
from itsm_sync.store.offered import OfferedLists
from itsm_sync.store.overrides import Overrides
from itsm_sync.store.pasts import Pasts
from itsm_sync.store.people import People
from itsm_sync.store.prunes import Prunes
from itsm_sync.store.readings import Readings
from itsm_sync.store.records import Counts
from itsm_sync.store.relations import Relations
from itsm_sync.store.rewinding import Rewinding
from itsm_sync.store.routed import RoutedTickets
from itsm_sync.store.routings import Routings
from itsm_sync.store.schema import decisions, findings, items, overrides, refusals
from itsm_sync.store.signal_tickets import SignalTickets
from itsm_sync.store.stages import Stages
from itsm_sync.store.standings import Standings
from itsm_sync.store.switches import Switches
from itsm_sync.store.watches import Watches


class Store(
    Intake,
    Items,
    Links,
    Relations,
    Routings,
    Approvals,
    Stages,
    Histories,
    Ledger,
    Watches,
    Overrides,
    RoutedTickets,
    Observations,
    Episodes,
    SignalTickets,
    OfferedLists,
    Looks,
    Findings,
    Deliveries,
    Dumps,
    Letters,
    Rewinding,
    Pasts,
    Prunes,
    Standings,
    Gaps,
    Readings,
    People,
    Measuring,
    Switches,
    Cycles,
):
    """All that is kept, over one database; any thread may call any method.

    Every method is one transaction; what is read page by page (iterators) is one a page.
    Any of them raises `StoreError` where the database fails.
    """

    @classmethod
    def open(cls, url: str, *, lease: timedelta = LENGTH) -> Self:
        """Open the database of a URL, make it where there is none, bring it to today's schema.

        Args:
            url: its address.
            lease: how long a lease lasts that its holder does not renew.

        Raises:
            StoreError: it can't be made or opened, is damaged, or was made by a newer version.
        """
        made = cls(Database.open(url))
        made._length = lease
        return made

    @property
    def place(self) -> str:
        """Where the database is: its file, or its server's address without the password."""
        return self._database.name

    def close(self) -> None:
        """Let go of the database; a second call does nothing."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def counts(self) -> Counts:
        """Answer how much is stored, as of one moment."""
        with self._database.reading() as connection:

            def rows(column: ColumnElement[bool]) -> int:
                return connection.scalar(select(func.count()).where(column)) or 0

            found = connection.execute(_BY_SOURCE).all()
            return Counts(
                items={row.source: row.items for row in found},
                open_tickets=sum(row.open_tickets for row in found),
                routed=sum(row.routed for row in found),
                unsure=sum(row.unsure for row in found),
                unrouted=sum(row.unrouted for row in found),
                tickets_unsure=sum(row.tickets_unsure for row in found),
                tickets_unrouted=sum(row.tickets_unrouted for row in found),
                overrides=rows(overrides.c.given_back_at.is_(None)),
                refusals=rows(refusals.c.ticket.is_not(None)),
                findings=rows(findings.c.closed_at.is_(None)),
            )


def _by_source() -> Select[Any]:
    """Answer what counts everything about items in one pass over them: their rows are wide, and a
    pass is what it costs.
    """
    unsure, unrouted = ~decisions.c.sure, decisions.c.caught_by_last

    def number(name: str, *fits: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(and_(*fits)).label(name)

    return (
        select(
            items.c.source,
            func.count().label("items"),
            number("open_tickets", items.c.open_ticket),
            number("routed", decisions.c.key.is_not(None)),
            number("unsure", unsure),
            number("unrouted", unrouted),
            number("tickets_unsure", unsure, items.c.open_ticket),
            number("tickets_unrouted", unrouted, items.c.open_ticket),
        )
        .select_from(items.outerjoin(decisions, decisions.c.key == items.c.key))
        .where(items.c.gone_cycle.is_(None))
        .group_by(items.c.source)
    )


_BY_SOURCE = _by_source()
