"""Items as they were pulled."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urldefrag, urlsplit

from sqlalchemy import ColumnElement, Connection, func, select, update

from itsm_sync.model.items import Fact, Facts, Item
from itsm_sync.model.signals import carried
from itsm_sync.model.tickets import FieldName, Ticket
from itsm_sync.store.codec import decode, digest, encode, loads, text_of
from itsm_sync.store.database import chunks
from itsm_sync.store.looks import next_move
from itsm_sync.store.schema import items, ledger
from itsm_sync.store.subject import Part

# What moves when a ticket is written to, and is nothing that rules may ask.
_NO_FACTS = ("ticket", "updated_at")
_THERE = items.c.gone_cycle.is_(None)


class Items(Part):
    """Reading what sources pulled. Items that are gone are left out unless named by key."""

    def item(self, key: str) -> Item | None:
        """Answer the item of that key, also one that is gone."""
        question = select(items.c.content).where(items.c.key == key)
        with self._database.reading() as connection:
            content = connection.scalar(question)
        return None if content is None else _item(content)

    def items(
        self,
        keys: Iterable[str] | None = None,
        *,
        source: str | None = None,
        kind: str | None = None,
        state: str | None = None,
        since: datetime | None = None,
    ) -> Iterator[Item]:
        """Answer the items that fit all that is given, in the order of their keys.

        `since`: updated from then on.
        """
        given = {"source": source, "kind": kind, "state": state}
        fits = [items.c[name] == value for name, value in given.items() if value is not None]
        if since is not None:
            fits.append(items.c.updated_at >= since)
        if keys is None:
            yield from self._found(_THERE, *fits)
            return
        for some in chunks(sorted(set(keys))):
            yield from self._found(items.c.key.in_(some), *fits)

    def open_tickets(self) -> Iterator[Item]:
        """Answer the Redmine issues that are not closed."""
        return self._found(_THERE, items.c.open_ticket)

    def tickets(self, numbers: Iterable[int]) -> Mapping[int, Ticket | None]:
        """Answer ticket by number as it was last seen; None: it is no more, or was never seen."""
        found: dict[int, Ticket | None] = dict.fromkeys(numbers)
        with self._database.reading() as connection:
            for some in chunks(found):
                mine = items.c.ticket.in_(some) & _THERE
                for text in connection.scalars(select(items.c.content).where(mine)):
                    ticket = _item(text).ticket
                    if ticket is not None:
                        found[ticket.id] = ticket
        return found

    def series(self, beginning: str, most: int) -> tuple[Item, ...]:
        """Answer the newest items whose keys begin so, those that are gone too, oldest first."""
        mine = (items.c.key >= beginning) & (items.c.key < beginning + "\U0010ffff")
        question = select(items.c.content).where(mine).order_by(items.c.updated_at.desc())
        with self._database.reading() as connection:
            found = [_item(text) for text in connection.scalars(question.limit(most))]
        return tuple(reversed(found))

    def ticket_items(self, numbers: Iterable[int]) -> Iterator[Item]:
        """Answer the items of these tickets that are still there."""
        for some in chunks(numbers):
            yield from self._found(items.c.ticket.in_(some), _THERE)

    def newest_ticket(self) -> int | None:
        """Answer the highest number of a ticket that is there."""
        question = select(func.max(items.c.ticket)).where(_THERE)
        with self._database.reading() as connection:
            newest: int | None = connection.scalar(question)
        return newest

    def field_ids(self) -> Mapping[FieldName, int]:
        """Answer the ids of our fields, as the newest tickets show them."""
        newest = select(items.c.content).where(items.c.ticket.is_not(None), _THERE)
        found: dict[FieldName, int] = {}
        with self._database.reading() as connection:
            for text in connection.scalars(newest.order_by(items.c.ticket.desc()).limit(50)):
                ticket = _item(text).ticket
                found = {**(ticket.field_ids if ticket else {}), **found}
        return found

    def closed_unwritten(self, before: datetime) -> Iterator[Item]:
        """Answer the closed Redmine issues made before a time that we never wrote to."""
        closed = items.c.ticket.is_not(None) & ~items.c.open_ticket
        unwritten = items.c.ticket.not_in(select(ledger.c.ticket))
        return self._found(_THERE, closed, unwritten, items.c.created_at < before)

    def find(self, text: str) -> str | None:
        """Answer the stored key that 42, #42, an address or a key stands for; None: none."""
        asked = text.strip()
        number = asked.removeprefix("#")
        with self._database.reading() as connection:
            if number.isascii() and number.isdigit() and len(number) < 19:  # 64 bits
                found = _first(connection, items.c.ticket == int(number))
                return found or _first(connection, items.c.key == f"redmine:issue/{int(number)}")
            if found := _first(connection, items.c.key == asked):
                return found
            for address in _addresses(asked):
                if found := _first(connection, items.c.url == address):
                    return found
        return None

    def near(self, text: str, most: int = 3) -> tuple[str, ...]:
        """Answer the stored keys that hold a text, those changed last first."""
        question = (
            select(items.c.key)
            .where(items.c.key.contains(text.strip(), autoescape=True))
            .order_by(items.c.updated_at.desc(), items.c.key)
            .limit(most)
        )
        with self._database.reading() as connection:
            return tuple(connection.execute(question).scalars())

    def keep_ticket(self, ticket: Ticket) -> None:
        """Bring a stored ticket up to date after a write of ours was read back."""
        with self._database.writing() as connection:
            keep_ticket(connection, ticket)

    def _found(self, *fits: ColumnElement[bool]) -> Iterator[Item]:
        question = select(items.c.key, items.c.content).where(*fits)
        return (_item(row.content) for row in self._pages(question, items.c.key))


def row_of(item: Item, reader: str, cycle: str) -> dict[str, Any]:
    """Answer an item's row; its `facts` digest is left to those that changed.

    Raises:
        TypeError, ValueError, OverflowError: the item holds something that can't be stored.
    """
    made = encode(item)
    content = text_of(made)
    ticket = item.ticket
    return {
        "key": item.key,
        "reader": reader,
        "source": item.source,
        "kind": item.kind,
        "state": item.state,
        "url": item.url,
        "ticket": ticket.id if ticket else None,
        "open_ticket": ticket is not None and not ticket.closed,
        "created_at": item.created_at,
        "updated_at": item.updated_at,
        "content": content,
        "digest": digest(content),
        "facts": made,
        "first_cycle": cycle,
        "changed_cycle": cycle,
        "gone_cycle": None,
        "carries": _carries(item),
    }


def facts_digest(made: dict[str, Any]) -> str:
    """Answer the digest of what rules may ask of an encoded item."""
    return digest(facts_text(made))


def facts_text(made: dict[str, Any]) -> str:
    """Answer what rules may ask of an encoded item as JSON text."""
    return text_of({name: v for name, v in made.items() if name not in _NO_FACTS})


def facts_item(text: str) -> Item:
    """Answer the item that `facts_text` was made of, without ticket and as if never updated."""
    made = loads(text)
    return decode(Item, {"updated_at": made["created_at"], **made})


def keep_ticket(connection: Connection, ticket: Ticket) -> None:
    """Store a ticket as it was read back, with the facts that follow from our write.

    `updated_at` moves with it, so that a source does not read our own write as news; it stays
    where more than our fields changed, so that the source reads what a person did.
    """
    question = select(items.c.key, items.c.content).where(items.c.ticket == ticket.id)
    row = connection.execute(question).first()
    stored = _item(row.content) if row else None
    if row is None or stored is None or stored.ticket is None:
        return
    only_ours = (
        stored.ticket
        == replace(
            ticket,
            fields=stored.ticket.fields,
            field_ids=stored.ticket.field_ids,
            assignee=stored.ticket.assignee,
            priority=stored.ticket.priority,
            updated_on=stored.ticket.updated_on,
            copied_from=stored.ticket.copied_from,
        ).bare
    )
    kept = replace(ticket.bare, copied_from=ticket.copied_from or stored.ticket.copied_from)
    now = replace(
        stored,
        title=ticket.subject or stored.title,
        body=ticket.description if ticket.subject else stored.body,
        state="closed" if ticket.closed else "open",
        ticket=kept,
        facts=_facts(ticket, stored.ticket, stored.facts),
        updated_at=ticket.updated_on if only_ours else stored.updated_at,
    )
    made = encode(now)
    content = text_of(made)
    changed = {
        "moved": next_move(connection),
        "content": content,
        "digest": digest(content),
        "facts": facts_digest(made),
        "updated_at": now.updated_at,
        "state": now.state,
        "open_ticket": not ticket.closed,
        "carries": _carries(now),
    }
    connection.execute(update(items).where(items.c.key == row.key).values(changed))


def _facts(ticket: Ticket, before: Ticket, known: Facts) -> dict[str, Fact]:
    """Answer an item's facts as its ticket makes them, where it tells; else as they were."""
    told: dict[str, Fact] = {"assignee": ticket.assignee.name if ticket.assignee else ""}
    if (ticket.status, ticket.closed) != (before.status, before.closed):
        told |= {"status": ticket.status.name, "closed": ticket.closed}
    if ticket.subject:
        told["priority"] = ticket.priority.name if ticket.priority else ""
        told["due_date"] = ticket.due_date
    return {name: value for name, value in {**known, **told}.items() if value != ""}


def forget_ticket(connection: Connection, ticket: int, cycle: str) -> None:
    """Note that a ticket is no more."""
    gone = {"gone_cycle": cycle, "changed_cycle": cycle, "moved": next_move(connection)}
    connection.execute(update(items).where(items.c.ticket == ticket, _THERE).values(gone))


def _carries(item: Item) -> str | None:
    if item.ticket is None:
        return None
    return carried(item.ticket.fields.get(FieldName.KEY, ""), item.body) or None


def _item(content: str) -> Item:
    return decode(Item, loads(content))


def _first(connection: Connection, fits: ColumnElement[bool]) -> str | None:
    question = select(items.c.key).where(fits).order_by(_THERE.desc(), items.c.key).limit(1)
    return connection.scalar(question)


def _addresses(text: str) -> tuple[str, ...]:
    """Answer an address as given, and without what leads within its page."""
    if not urlsplit(text).scheme:
        return ()
    page = urldefrag(text).url
    bare = page.partition("?")[0]
    forms = (text, page, bare, bare.rstrip("/"), bare.rstrip("/") + "/")
    return tuple(dict.fromkeys(forms))
