"""What every part of the store's face shares."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select

from itsm_sync.store.database import CHUNK, Database


class Part:
    """One subject of the store, over the common database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def _pages(self, question: Select[Any], by: Any) -> Iterator[Any]:
        """Answer the rows in the order of a unique column, page by page.

        No transaction stays open between pages, so the reader may write in between.
        """
        last = None
        while True:
            page = question if last is None else question.where(by > last)
            with self._database.reading() as connection:
                rows = connection.execute(page.order_by(by).limit(CHUNK)).all()
            yield from rows
            if len(rows) < CHUNK:
                return
            last = getattr(rows[-1], by.name)
