"""What rules are asked of a signal's ticket: nothing that the bot wrote is evidence. Pure."""

from dataclasses import replace

from itsm_sync.model.items import Item
from itsm_sync.model.routing import Routing
from itsm_sync.model.signals import Episode

SIGNAL = "signal"  # the fact that names it


def asked(ticket: Item, episode: Episode) -> Item:
    """Answer the ticket with its signal's facts in the place of the words that the bot wrote."""
    facts = {**ticket.facts, **episode.facts, SIGNAL: episode.signal}
    return replace(
        ticket,
        title="",
        body="",
        facts=facts,
        audience=max(ticket.audience, episode.audience, key=lambda a: a == "private"),
    )


def hushed(routing: Routing) -> Routing:
    """Answer the routing without the words and values that spoke for it: of private matters."""
    return replace(
        routing,
        evidence=tuple(replace(one, matched=()) for one in routing.evidence),
        alternatives=tuple(replace(one, matched=()) for one in routing.alternatives),
    )
