"""When sources were not read in full: kept for as long as reports look back."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, bindparam, select, update

from itsm_sync.model.gaps import Gap
from itsm_sync.store.database import upsert
from itsm_sync.store.schema import gaps, sources
from itsm_sync.store.subject import Part

# A source that nobody asked for so long was not read, though nothing failed: no service was there.
# Longer than from one day's read to the next one's.
SILENCE = timedelta(hours=36)
_STANDING = select(gaps.c.since).where(
    gaps.c.source == bindparam("source"),
    gaps.c.stream == bindparam("stream"),
    gaps.c.until.is_(None),
)


class Gaps(Part):
    """Telling when sources were not read in full."""

    def gaps(self, since: datetime, until: datetime) -> tuple[Gap, ...]:
        """Answer the gaps that a time has a part of, by source, stream and time."""
        fits = (gaps.c.since < until, gaps.c.until.is_(None) | (gaps.c.until > since))
        question = select(gaps).where(*fits).order_by(*gaps.primary_key)
        with self._database.reading() as connection:
            return tuple(
                Gap(source=row.source, stream=row.stream, since=row.since, until=row.until)
                for row in connection.execute(question)
            )


def note_read(
    connection: Connection,
    source: str,
    stream: str,
    *,
    well: bool,
    at: datetime | None,
    last: datetime | None,
) -> None:
    """Note that a stream was read in full, or that it was not.

    Told both ways within one cycle, it was not.

    Args:
        stream: "" is the whole source.
        at: the cycle's time; None: outside of one nothing is noted.
        last: when it was read in full the last time before; None: never.
    """
    if at is None:
        return
    standing = connection.scalar(_STANDING, {"source": source, "stream": stream})
    if well:
        if standing is not None and standing < at:
            ended = update(gaps).where(_mine(source, stream), gaps.c.until.is_(None))
            connection.execute(ended.values(until=at))
        # a stream in which nothing is new is not read at all, for as long as that is so
        elif standing is None and not stream and last is not None and at - last >= SILENCE:
            _keep(connection, source, stream, last, at)
    elif standing is None:
        again = update(gaps).where(_mine(source, stream), gaps.c.until == at)
        if not connection.execute(again.values(until=None)).rowcount:
            since = _read_at(connection, source, last) if stream else last
            _keep(connection, source, stream, min(since or at, at), None)


def _mine(source: str, stream: str) -> ColumnElement[bool]:
    return (gaps.c.source == source) & (gaps.c.stream == stream)


def _read_at(connection: Connection, source: str, last: datetime | None) -> datetime | None:
    """Answer when a stream was read the last time, or its source told that nothing is new in it."""
    whole = connection.scalar(select(sources.c.succeeded_at).where(sources.c.source == source))
    return max((at for at in (whole, last) if at is not None), default=None)


def _keep(
    connection: Connection, source: str, stream: str, since: datetime, until: datetime | None
) -> None:
    row = {"source": source, "stream": stream, "since": since, "until": until}
    upsert(connection, gaps, [row])
