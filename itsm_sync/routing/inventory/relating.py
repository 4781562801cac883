"""Which of the relations that were ever seen count today."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from itsm_sync.model.inventory import Relation, RelationKind

# A job that was turned to another repository, or an agent that no build used since.
STALE_AFTER = timedelta(days=90)


def resolved(seen: Iterable[Relation], renamed: Mapping[str, str]) -> Iterator[Relation]:
    """Answer the relations between configuration items, without those that newer ones replaced.

    Args:
        seen: between the items that were pulled.
        renamed: an item's key to that of its configuration item, where that is another.
    """
    found = [
        replace(
            relation,
            origin=renamed.get(relation.origin, relation.origin),
            target=renamed.get(relation.target, relation.target),
        )
        for relation in seen
    ]
    newest: dict[tuple[str, RelationKind], datetime] = {}
    for relation in found:
        if relation.seen_at is not None:
            place = relation.origin, relation.kind
            newest[place] = max(newest.get(place, relation.seen_at), relation.seen_at)
    for relation in sorted(found, key=_age):
        last = newest.get((relation.origin, relation.kind))
        if relation.seen_at is None or last is None or last - relation.seen_at < STALE_AFTER:
            yield relation


def _age(relation: Relation) -> float:
    return relation.seen_at.timestamp() if relation.seen_at else 0.0
