"""Which part of the inventory is asked for. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from itsm_sync.model.inventory import CiKind, ConfigurationItem, Inventory, Relation, RelationKind
from itsm_sync.model.items import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The items asked for, within the whole that their relations are told from."""

    items: tuple[ConfigurationItem, ...]
    whole: Inventory

    @property
    def relations(self) -> tuple[Relation, ...]:
        """The relations between items that are shown."""
        keys = {item.key for item in self.items}
        return tuple(r for r in self.whole.relations if {r.origin, r.target} <= keys)

    def targets(self, key: str, kind: RelationKind) -> Iterator[ConfigurationItem]:
        """Answer what an item builds, deploys to, runs on or belongs to."""
        wanted = {r.target for r in self.whole.relations if r.origin == key and r.kind is kind}
        return (item for item in self.whole.items if item.key in wanted)


def choose(
    inventory: Inventory,
    *,
    kind: CiKind | None = None,
    service: str | None = None,
    public: bool = False,
) -> Shown:
    """Answer the items of a kind and of a service (id); `public`: without what is private, as if
    there were none of it.
    """
    if public:
        inventory = _without_private(inventory)
    fits = (
        item
        for item in inventory.items
        if kind in (None, item.kind) and service in (None, item.service)
    )
    return Shown(items=tuple(fits), whole=inventory)


def _without_private(inventory: Inventory) -> Inventory:
    items = tuple(item for item in inventory.items if item.audience is Audience.PUBLIC)
    keys = {item.key for item in items}
    relations = tuple(r for r in inventory.relations if {r.origin, r.target} <= keys)
    return replace(inventory, items=items, relations=relations)
