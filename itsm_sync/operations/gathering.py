"""All that is stored of tickets, for the digest, which sees no store."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from itsm_sync.desk.approvals import Meanings
from itsm_sync.model.approvals import Verdict
from itsm_sync.model.items import Item
from itsm_sync.model.routing import Routing
from itsm_sync.model.stages import StageSpan
from itsm_sync.model.words import Message
from itsm_sync.operations.stays import Stays
from itsm_sync.reports.digest import Known
from itsm_sync.reports.periods import Period
from itsm_sync.routing import Catalogue
from itsm_sync.routing.ownership import Holders
from itsm_sync.store import Store

_APPROVAL = "cycle.approval"  # the kind of findings on approvals
_PAGE = 500  # tickets gathered at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Gatherer:
    """Gathers by what the configuration says of people, letters and approvals."""

    store: Store
    catalogue: Catalogue
    holders: Holders
    meanings: Meanings
    stays: Stays

    def known(self, period: Period) -> Iterator[Known]:
        """Answer each ticket that was decided; those closed before the period are left out."""
        wrong: dict[object, list[Message]] = {}
        for found in self.store.open_findings():
            if found.finding.kind == _APPROVAL:
                message = found.finding.message
                wrong.setdefault(message.params.get("ticket"), []).append(message)
        tickets = (
            item
            for item in self.store.items(source="redmine", kind="issue")
            if item.ticket and (not item.ticket.closed or item.updated_at >= period.since)
        )
        while page := list(islice(tickets, _PAGE)):
            yield from self._page(page, wrong)

    def _page(self, page: list[Item], wrong: Mapping[object, list[Message]]) -> Iterator[Known]:
        tickets = {item.key: item.ticket for item in page if item.ticket}
        decided = self.store.latest_routings(tickets)
        stood = self.stays.known(
            {
                ticket.id: key in decided and decided[key].routing.linked
                for key, ticket in tickets.items()
            }
        )
        for item in page:
            kept, ticket = decided.get(item.key), tickets.get(item.key)
            if kept is None or ticket is None:
                continue
            mine = stood.spans.get(ticket.id, ())
            approval = stood.approvals.get(ticket.id)
            yield Known(
                item=self.catalogue.enriched(item),
                routing=self._present(kept.routing, mine),
                spans=mine,
                approval=approval.approval if approval else None,
                asked=Verdict.AWAITING in self.meanings.shown(ticket),
                wrong=tuple(wrong.get(ticket.id, ())),
            )

    def _present(self, routing: Routing, spans: tuple[StageSpan, ...]) -> Routing:
        """Answer the decision with where the ticket stands, which people may have decided."""
        if not spans:
            return routing
        now = spans[-1]
        holding = self.holders.of(now.process, routing.domain, now.stage, routing.project)
        return replace(
            routing,
            process=now.process,
            stage=now.stage,
            row=now.row,
            responsible=now.team,
            accountable=holding.accountable,
            consulted=holding.consulted,
            informed=holding.informed,
        )
