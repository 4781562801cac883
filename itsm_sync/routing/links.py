"""What items of other systems that name a ticket say of it, as words that rules may ask for."""

from collections.abc import Iterable
from datetime import datetime

from itsm_sync.model.items import Item


def link_words(named_by: Iterable[Item], made: datetime) -> tuple[str, ...]:
    """Answer what each item says: `kind:state`, and `deployment:environment:state` of deployments
    and builds that deploy. Of several of one kind the newest speaks, of pull requests each.

    What was over before the ticket was `made` means another number: a build's, a pull request's.
    The items have the catalogue's facts. Nothing of their text is taken over, so that a private one
    may speak for a public ticket.
    """
    newest: dict[str, Item] = {}
    since = (item for item in named_by if item.updated_at >= made)
    for item in sorted(since, key=lambda i: (i.updated_at, i.key)):
        newest[item.key if item.kind == "pull" else _place(item)] = item
    return tuple(sorted({f"{_place(item)}:{item.state}".casefold() for item in newest.values()}))


def _place(item: Item) -> str:
    environment = item.facts.get("environment")
    deploys = item.kind == "deployment" or item.facts.get("deploys") is True
    if deploys and isinstance(environment, str) and environment:
        return f"deployment:{environment}"
    return item.kind
