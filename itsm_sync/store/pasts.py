"""What was said of lines long ago, let go, and how the lines stood then."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, func, select, update

from itsm_sync.model.signals import Episode, Past
from itsm_sync.store.codec import decode, encode, loads, text_of
from itsm_sync.store.schema import episodes, lines, observations
from itsm_sync.store.subject import Part


class Pasts(Part):
    """Keeping how lines stood when their history was let go."""

    def past(self, signal: str, line: str) -> Past | None:
        """Answer how a line stood then; None: nothing of it was let go."""
        mine = (lines.c.signal == signal) & (lines.c.line == line)
        its = (episodes.c.signal == signal) & (episodes.c.line == line)
        kept = select(episodes.c.past).where(its, episodes.c.past.is_not(None))
        with self._database.reading() as connection:
            since: datetime | None = connection.scalar(select(lines.c.since).where(mine))
            if since is None:
                return None
            told = tuple(decode(Episode, loads(text)) for text in connection.scalars(kept))
        return Past(since=since, episodes=told)

    def lines_with_history(self, before: datetime) -> tuple[tuple[str, str], ...]:
        """Answer the lines of which something was said before a time, and whose episodes tell it
        all.
        """
        place = (observations.c.signal, observations.c.line)
        due = (lines.c.signal == place[0]) & (lines.c.line == place[1]) & lines.c.due
        question = select(*place).where(observations.c.at < before, ~exists().where(due))
        with self._database.reading() as connection:
            rows = connection.execute(question.distinct().order_by(*place))
            return tuple((row.signal, row.line) for row in rows)

    def let_go(self, place: tuple[str, str], past: Past, *, looked: bool, dry: bool = False) -> int:
        """Let go of what was said of a line up to a time; answer how many observations that are.

        Args:
            place: signal and line.
            past: how it stood then.
            looked: whether its items are looked at again and again: what each said last stays.
            dry: only count.
        """
        if dry:
            with self._database.reading() as connection:
                doomed = _doomed(place, past.since, looked=looked)
                counted = select(func.count()).select_from(observations).where(doomed)
                return connection.scalar(counted) or 0
        with self._database.writing() as connection:
            mine = (lines.c.signal == place[0]) & (lines.c.line == place[1])
            connection.execute(update(lines).where(mine).values(since=past.since))
            _keep_episodes(connection, past)
            doomed = _doomed(place, past.since, looked=looked)
            return connection.execute(delete(observations).where(doomed)).rowcount


def _keep_episodes(connection: Connection, past: Past) -> None:
    for one in past.episodes:
        mine = update(episodes).where(episodes.c.key == one.key)
        connection.execute(mine.values(past=text_of(encode(one))))


def _doomed(place: tuple[str, str], since: datetime, *, looked: bool) -> ColumnElement[bool]:
    mine = (observations.c.signal == place[0]) & (observations.c.line == place[1])
    old = mine & (observations.c.at <= since)
    if not looked:
        return old
    newer = observations.alias()
    names = ("signal", "line", "item")
    same = [newer.c[name] == observations.c[name] for name in names]
    return old & exists().where(*same, newer.c.at > observations.c.at)
