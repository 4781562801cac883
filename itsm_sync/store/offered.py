"""Redmine's lists, kept for cycles that have nothing to write."""

from sqlalchemy import delete, insert, select

from itsm_sync.model.lists import Offered
from itsm_sync.store.codec import decode, dumps, encode, loads
from itsm_sync.store.schema import offered
from itsm_sync.store.subject import Part


class OfferedLists(Part):
    """Keeping what Redmine offered when it was last asked."""

    def offered(self) -> Offered | None:
        """Answer Redmine's lists as they were last kept; None: never."""
        with self._database.reading() as connection:
            content = connection.scalar(select(offered.c.content))
        return None if content is None else decode(Offered, loads(content))

    def keep_offered(self, lists: Offered) -> None:
        """Keep these lists in the place of those before."""
        with self._database.writing() as connection:
            connection.execute(delete(offered))
            connection.execute(insert(offered).values(id=1, content=dumps(encode(lists))))
