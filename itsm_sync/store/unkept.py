"""The store as it stands, for a cycle that only shows what it would do."""

from collections.abc import Callable, Sequence
from datetime import datetime

from itsm_sync.model.items import Item
from itsm_sync.model.routing import Routing
from itsm_sync.store.routings import Made
from itsm_sync.store.store import Store

# Is told of a decision that would be another: the item, the decision that stands (None where
# there is none), and the one that would.
Told = Callable[[Item, Routing | None, Routing], None]


class Unkept(Store):
    """A store over another one's database, of which nothing that is written is kept."""

    def __init__(self, store: Store, told: Told) -> None:
        super().__init__(store._database.unkept())
        self._told = told

    def keep_routings(
        self,
        made: Sequence[Made],
        cycle: str,  # noqa: ARG002 - as a store's
        configuration: str,  # noqa: ARG002
        at: datetime,  # noqa: ARG002
    ) -> int:
        """Tell of the decisions that differ from those that stand; answer how many."""
        stood = self.latest_routings(routing.key for _, routing in made)
        changed = 0
        for item, routing in made:
            kept = stood.get(routing.key)
            if kept is None or kept.routing != routing:
                changed += 1
                self._told(item, kept.routing if kept else None, routing)
        return changed
