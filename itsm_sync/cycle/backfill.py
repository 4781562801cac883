"""Closed tickets that a backfill names."""

from collections.abc import Iterator

from itsm_sync.desk.backfill import Backfill, Which
from itsm_sync.model.routing import Routing
from itsm_sync.model.tickets import Ticket
from itsm_sync.routing import Catalogue, Router
from itsm_sync.store import Store


def closed_tickets(
    store: Store, backfill: Backfill, router: Router, catalogue: Catalogue
) -> Iterator[tuple[Ticket, Routing]]:
    """Answer the closed tickets to be planned: where all are wanted, those never routed."""
    began = store.first_begun()
    if backfill.which is not Which.ALL or began is None:
        return
    for item in store.closed_unwritten(began):
        if item.ticket is not None:
            yield item.ticket, router.route(catalogue.enriched(item))
