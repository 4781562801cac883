"""What Redmine offers: its lists, for cycles that have nothing to write, how it shows text, for
those in which it does not tell, and who we are there, for whoever counts what others did.
"""

from sqlalchemy import Connection, delete, insert, select

from itsm_sync.model.lists import Offered
from itsm_sync.model.markup import Rendering
from itsm_sync.store.codec import decode, dumps, encode, loads, text_of
from itsm_sync.store.schema import offered
from itsm_sync.store.subject import Part

_LISTS, _RENDERING, _BOT = 1, 2, 3  # the rows of what is kept
_CONTENT = select(offered.c.content)


class OfferedLists(Part):
    """Keeping what Redmine offered when it was last asked."""

    def offered(self) -> Offered | None:
        """Answer Redmine's lists as they were last kept; None: never."""
        with self._database.reading() as connection:
            content = connection.scalar(_CONTENT.where(offered.c.id == _LISTS))
        return None if content is None else decode(Offered, loads(content))

    def keep_offered(self, lists: Offered) -> Offered:
        """Keep these lists in the place of those before; answer them with the names that are gone
        since.
        """
        before = self.offered()
        kept = lists if before is None else lists.after(before)
        with self._database.writing() as connection:
            _keep(connection, _LISTS, kept)
        return kept

    def rendering(self) -> Rendering | None:
        """Answer how Redmine showed text when it last told; None: it never did."""
        with self._database.reading() as connection:
            content = connection.scalar(_CONTENT.where(offered.c.id == _RENDERING))
        return None if content is None else decode(Rendering, loads(content))

    def keep_rendering(self, rendering: Rendering) -> None:
        """Keep this in the place of the one before."""
        if rendering == self.rendering():
            return
        with self._database.writing() as connection:
            _keep(connection, _RENDERING, rendering)

    def bot(self) -> int | None:
        """Answer our number in Redmine, as the last cycle was told; None: none was."""
        with self._database.reading() as connection:
            content = connection.scalar(_CONTENT.where(offered.c.id == _BOT))
        return None if content is None else int(loads(content))

    def keep_bot(self, number: int) -> None:
        """Keep our number in Redmine."""
        if number == self.bot():
            return
        with self._database.writing() as connection:
            connection.execute(delete(offered).where(offered.c.id == _BOT))
            connection.execute(insert(offered).values(id=_BOT, content=dumps(number)))


def _keep(connection: Connection, number: int, value: object) -> None:
    connection.execute(delete(offered).where(offered.c.id == number))
    connection.execute(insert(offered).values(id=number, content=text_of(encode(value))))
