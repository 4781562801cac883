"""Which consulted teams were made watchers: once per stage, never again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from itsm_sync.model.plans import Edit, Watch
from itsm_sync.store.database import chunks, upsert
from itsm_sync.store.schema import watches
from itsm_sync.store.subject import Part

_LONGEST = timedelta(days=1)  # what Redmine refused waits; more was noted by a wrong clock
# process, stage, team -> whether Redmine has it
Watched = Mapping[tuple[str, str, str], bool]


class Watches(Part):
    """Reading what `record` kept."""

    def watched(self, tickets: Iterable[int], now: datetime) -> Mapping[int, Watched]:
        """Answer ticket -> (process, stage, team) -> done; False: it is to be tried again now."""
        found: dict[int, dict[tuple[str, str, str], bool]] = {}
        latest = now + _LONGEST
        with self._database.reading() as connection:
            for some in chunks(tickets):
                question = select(watches).where(watches.c.ticket.in_(some))
                for row in connection.execute(question):
                    place = (row.process, row.stage, row.team)
                    found.setdefault(row.ticket, {})[place] = row.done or now < row.at <= latest
        return found

    def expect_watches(self, edits: Iterable[Edit], at: datetime) -> None:
        """Note before they are written which watchers these edits bring: a crash loses none."""
        with self._database.writing() as connection:
            for edit in edits:
                keep_watches(connection, edit.ticket.id, edit.watchers, (), at)


def keep_watches(
    connection: Connection, ticket: int, asked: Sequence[Watch], done: Iterable[Watch], at: datetime
) -> None:
    """Store which watchers were asked for, and which Redmine has; others from `at` on again."""
    there = set(done)
    rows = [
        {
            "ticket": ticket,
            "process": watch.process,
            "stage": watch.stage,
            "team": watch.team,
            "done": watch in there,
            "at": at,
        }
        for watch in asked
    ]
    upsert(connection, watches, rows)
