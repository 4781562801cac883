"""The store's face."""

from datetime import timedelta
from types import TracebackType
from typing import Self

from sqlalchemy import func, select
from sqlalchemy.sql.elements import ColumnElement

from itsm_sync.store.approvals import Approvals
from itsm_sync.store.cycles import Cycles
from itsm_sync.store.database import Database
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
from itsm_sync.store.records import Counts
from itsm_sync.store.relations import Relations
from itsm_sync.store.rewinding import Rewinding
from itsm_sync.store.routed import RoutedTickets
from itsm_sync.store.routings import Routings
from itsm_sync.store.schema import dead_letters, decisions, findings, items, overrides, refusals
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
    Dumps,
    Letters,
    Rewinding,
    Pasts,
    Prunes,
    Standings,
    Gaps,
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
        there = items.c.gone_cycle.is_(None)
        routed = items.join(decisions, decisions.c.key == items.c.key)
        by_source = (
            select(items.c.source, func.count().label("number"))
            .where(there)
            .group_by(items.c.source)
        )
        with self._database.reading() as connection:

            def number(*fits: ColumnElement[bool]) -> int:
                question = select(func.count()).select_from(routed).where(there, *fits)
                return connection.scalar(question) or 0

            def rows(column: ColumnElement[bool]) -> int:
                return connection.scalar(select(func.count()).where(column)) or 0

            unsure, unrouted = ~decisions.c.sure, decisions.c.caught_by_last
            return Counts(
                items={row.source: row.number for row in connection.execute(by_source)},
                open_tickets=rows(there & items.c.open_ticket),
                routed=number(),
                unsure=number(unsure),
                unrouted=number(unrouted),
                tickets_unsure=number(unsure, items.c.open_ticket),
                tickets_unrouted=number(unrouted, items.c.open_ticket),
                overrides=rows(overrides.c.given_back_at.is_(None)),
                refusals=rows(refusals.c.ticket.is_not(None)),
                dead_letters=rows(dead_letters.c.resolved_cycle.is_(None)),
                findings=rows(findings.c.closed_at.is_(None)),
            )
