"""What builds, runs and deployments show of how configuration items hang together."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from itsm_sync.model.inventory import Relation, RelationKind, Sighting
from itsm_sync.model.items import Item
from itsm_sync.store.codec import decode, loads
from itsm_sync.store.database import chunks, upsert
from itsm_sync.store.schema import cycles, items, relations, streams
from itsm_sync.store.subject import Part

_Key = tuple[str, str, str]


class Relations(Part):
    """Reading the configuration items among what was pulled, and their relations."""

    def sightings(self, kinds: Iterable[str]) -> tuple[Sighting, ...]:
        """Answer the stored items of these kinds, those that are gone too, in order of keys."""
        first, gone = cycles.alias(), cycles.alias()
        joined = items.outerjoin(first, first.c.id == items.c.first_cycle).outerjoin(
            gone, gone.c.id == items.c.gone_cycle
        )
        # The index begins with the reader.
        fits = items.c.reader.in_(select(streams.c.source).distinct()), items.c.kind.in_(kinds)
        question = select(
            items.c.reader,
            items.c.content,
            first.c.started_at.label("first_seen"),
            gone.c.started_at.label("gone_at"),
        ).select_from(joined)
        with self._database.reading() as connection:
            rows = connection.execute(question.where(*fits).order_by(items.c.key)).all()
        return tuple(
            Sighting(
                item=decode(Item, loads(row.content)),
                reader=row.reader,
                first_seen=row.first_seen,
                gone_at=row.gone_at,
            )
            for row in rows
        )

    def observed_relations(self) -> tuple[Relation, ...]:
        """Answer every relation that was ever seen, with the time it was last."""
        question = select(relations).order_by(*relations.primary_key)
        with self._database.reading() as connection:
            rows = connection.execute(question).all()
        return tuple(
            Relation(
                origin=row.origin,
                target=row.target,
                kind=RelationKind(row.kind),
                seen_at=row.last_at,
            )
            for row in rows
        )


def keep_relations(connection: Connection, seen: Iterable[Relation]) -> None:
    """Store relations with the last time each was seen; a time never goes back."""
    newest: dict[_Key, datetime] = {}
    for relation in seen:
        key = (relation.origin, relation.target, relation.kind.value)
        if relation.seen_at is not None:
            newest[key] = max(newest.get(key, relation.seen_at), relation.seen_at)
    for some in chunks(newest):
        known = _known(connection, {origin for origin, _, _ in some})
        rows: list[dict[str, Any]] = [
            {"origin": key[0], "target": key[1], "kind": key[2], "last_at": newest[key]}
            for key in some
            if key not in known or newest[key] > known[key]
        ]
        upsert(connection, relations, rows)


def _known(connection: Connection, origins: Iterable[str]) -> dict[_Key, datetime]:
    question = select(relations).where(relations.c.origin.in_(origins))
    return {(r.origin, r.target, r.kind): r.last_at for r in connection.execute(question)}
