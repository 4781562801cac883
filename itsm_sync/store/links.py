"""Which items of other systems name a ticket, a commit, or a ticket by their branch."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from itsm_sync.model.items import Item
from itsm_sync.store.codec import decode, loads
from itsm_sync.store.database import chunks
from itsm_sync.store.schema import items, links
from itsm_sync.store.subject import Part

_FORGET = delete(links).where(links.c.item.in_(bindparam("items", expanding=True)))


class Links(Part):
    """Reading what names something."""

    def linked(self, keys: Iterable[str]) -> Mapping[str, tuple[Item, ...]]:
        """Answer ticket's key -> the items still there that name it, in the order of their keys.

        A key may be anything that `model.references.names` answers.
        """
        joined = links.join(items, items.c.key == links.c.item)
        found: dict[str, list[Item]] = {}
        with self._database.reading() as connection:
            for some in chunks(keys):
                fits = (links.c.ticket.in_(some), items.c.gone_cycle.is_(None))
                question = select(links.c.ticket, items.c.content).select_from(joined).where(*fits)
                for row in connection.execute(question.order_by(links.c.item)):
                    found.setdefault(row.ticket, []).append(decode(Item, loads(row.content)))
        return {ticket: tuple(named) for ticket, named in found.items()}


def keep_links(connection: Connection, named: Mapping[str, Iterable[str]]) -> None:
    """Store what each item names now."""
    for some in chunks(named):
        connection.execute(_FORGET, {"items": some})
    rows: list[dict[str, Any]] = [
        {"item": item, "ticket": ticket}
        for item, tickets in named.items()
        for ticket in dict.fromkeys(tickets)
    ]
    for page in chunks(rows):
        connection.execute(insert(links), page)
