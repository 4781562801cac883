"""Every row of failures of a line, be it too short for an episode of its own. Pure."""

from datetime import datetime, timedelta

from itsm_sync.model.signals import Episode, Life
from itsm_sync.signals.life.lives import live
from itsm_sync.signals.ports import Known

# One failure begins a row, one success ends it, and the next row is another one.
_ROW = Life(open_after=1, close_after=1, reopen_within=timedelta(days=-1))


def spells(signal: str, since: datetime, known: Known) -> dict[str, Episode]:
    """Answer by key the rows of failures that were on after a time, of lines that failed since.

    A row has the key of the episode that it is to be, should it go on.
    """
    found: dict[str, Episode] = {}
    for line, said in known.failing(signal, since).items():
        rows = live(signal, line, said, (), _ROW)
        found |= {row.key: row for row in rows if row.ended is None or row.ended >= since}
    return found
