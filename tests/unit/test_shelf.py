"""The memory that tests of sources use answers as the real store does."""

from dataclasses import replace
from datetime import timedelta

from itsm_sync.model.cycles import Batch
from itsm_sync.store import Store
from tests.builders import NOON, item
from tests.shelf import Shelf

BATCHES = (
    Batch(stream="issues", items=(item(1), item(2), item(3)), cursor={"at": 1}),
    Batch(stream="issues", items=(replace(item(2), state="closed", updated_at=NOON),)),
    Batch(stream="issues", gone=("redmine:issue/3",), cursor={"at": 2}),
    Batch(stream="wiki", items=(replace(item(4), kind="wiki_page"),)),
    Batch(stream="issues", items=(item(3),)),
    Batch(stream="issues", gone=("redmine:issue/1",)),
)


def test_the_shelf_answers_as_the_store_does(store: Store) -> None:
    shelf, memory = Shelf(), store.memory("redmine")
    for batch in BATCHES:
        shelf.keep([batch])
        store.keep("redmine", batch, "c1")
        for since in (NOON - timedelta(days=9), NOON):
            assert shelf.updated_since("issue", since) == memory.updated_since("issue", since)
        for state in (None, "open", "closed"):
            assert shelf.known("issue", state=state) == memory.known("issue", state=state)
        for stream in ("issues", "wiki", "none"):
            assert shelf.cursor(stream) == memory.cursor(stream)
