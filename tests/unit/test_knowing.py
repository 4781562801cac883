"""What signals may know of what is stored."""

from datetime import timedelta

from itsm_sync.cycle.signals.knowing import Knowing
from itsm_sync.model.cycles import Batch
from itsm_sync.model.items import Item
from itsm_sync.routing import Catalogue
from itsm_sync.store import Store
from tests.builders import NOON
from tests.builds import HOUR, deployment


class Counting:
    """A store that tells how often items were asked for."""

    def __init__(self, store: Store) -> None:
        self._store, self.asked = store, 0

    def items(self, **which: object) -> object:
        self.asked += 1
        return self._store.items(**which)  # type: ignore[arg-type]


def deployed(number: int, hours: int) -> Item:
    return deployment(number, updated_at=NOON + hours * HOUR)


def test_lists_are_read_once_and_anew_only_for_what_is_older(store: Store) -> None:
    made = tuple(deployed(n, n) for n in range(1, 6))
    store.keep("github", Batch(stream="s", items=made), "c1")
    counting = Counting(store)
    known = Knowing(
        store=counting,  # type: ignore[arg-type]
        catalogue=Catalogue((), ()),
        now=NOON,
        sources={},
    )

    def since(hours: int) -> list[str]:
        at = NOON + timedelta(hours=hours)
        return [item.key[-1] for item in known.items(kind="deployment", since=at)]

    assert since(3) == ["3", "4", "5"]
    assert since(5) == ["5"]
    assert since(4) == ["4", "5"]
    assert counting.asked == 1
    assert since(1) == ["1", "2", "3", "4", "5"]
    assert since(3) == ["3", "4", "5"]
    assert counting.asked == 2
