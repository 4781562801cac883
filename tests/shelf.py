"""A memory for sources without a database; `test_shelf.py` holds it to the real store."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from itsm_sync.model.cycles import Batch
from itsm_sync.model.items import Facts, Item


class Deaf:
    """Listens to nothing."""

    def saw(self, event: str, /, **details: object) -> None:
        pass


class Shelf:
    """Keeps cursors and items as the store does, batch by batch."""

    def __init__(self) -> None:
        self.cursors: dict[str, object] = {}
        self.items: dict[str, Item] = {}
        self.gone: set[str] = set()

    def cursor(self, stream: str) -> object | None:
        return self.cursors.get(stream)

    def updated_since(self, kind: str, since: datetime) -> Mapping[str, datetime]:
        return {item.key: item.updated_at for item in self._there(kind) if item.updated_at >= since}

    def known(self, kind: str, *, state: str | None = None) -> tuple[str, ...]:
        return tuple(sorted(i.key for i in self._there(kind) if state in (None, i.state)))

    def facts(self, key: str) -> Facts:
        return self.items[key].facts if key in self.items else {}

    def due(self, stream: str) -> bool:
        return True

    def keep(self, batches: Iterable[Batch]) -> list[Batch]:
        """Keep what comes; answer it."""
        taken = []
        for batch in batches:
            self.items |= {item.key: item for item in batch.items}
            self.gone = (self.gone | set(batch.gone)) - {item.key for item in batch.items}
            if batch.cursor is not None:
                self.cursors[batch.stream] = batch.cursor
            taken.append(batch)
        return taken

    def _there(self, kind: str) -> list[Item]:
        return [i for i in self.items.values() if i.kind == kind and i.key not in self.gone]
