"""A stored item as rules are asked about it in a cycle, from what is stored alone."""

from dataclasses import dataclass, replace

from itsm_sync.desk.approvals import Meanings
from itsm_sync.model.approvals import Approval, Verdict
from itsm_sync.model.items import Fact, Item
from itsm_sync.model.tickets import Ticket
from itsm_sync.routing import Catalogue
from itsm_sync.routing.links import link_words
from itsm_sync.signals.asking import asked as as_signal
from itsm_sync.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An item with what a cycle adds to its facts, and its approval as far as it was heard."""

    item: Item
    approval: Approval | None = None


def asked(store: Store, catalogue: Catalogue, meanings: Meanings, item: Item) -> Asked:
    """Answer the item as the last cycle asked; only of open tickets it knows more than is pulled.

    Of a signal's ticket rules are asked what the signal is about, never the words that we wrote.
    What the ticket shows since, and the cycle has not heard, counts for nothing yet.
    """
    ticket = item.ticket
    if ticket is None:
        return Asked(item=item)
    episode = store.ticketed([ticket.id]).get(ticket.id)
    if episode is not None:
        item = as_signal(item, episode)
    if ticket.closed:
        return Asked(item=item)
    added: dict[str, Fact] = {}
    named_by = store.linked([item.key]).get(item.key, ())
    enriched = (catalogue.enriched(one) for one in named_by)
    if words := link_words(enriched, ticket.created_on):
        added["linked"] = words
    heard = store.approvals([ticket.id]).get(ticket.id)
    approval = heard.approval if heard is not None else None
    if verdict := _verdict(approval, meanings, ticket):
        added["approval"] = verdict.value
    return Asked(item=replace(item, facts={**item.facts, **added}), approval=approval)


def _verdict(approval: Approval | None, meanings: Meanings, ticket: Ticket) -> Verdict | None:
    """Answer what stands. Anyone may ask for approval, so that nobody's history is read for it."""
    if approval is not None:
        return approval.verdict
    return Verdict.AWAITING if meanings.shown(ticket) == {Verdict.AWAITING} else None
