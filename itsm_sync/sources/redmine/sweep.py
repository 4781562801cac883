"""Looking for tickets that are no more, or no more ours: both leave no trace (Redmine fact 9)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from itsm_sync.clients.errors import ClientError, Forbidden, Missing, Unauthorised
from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.model.cycles import Batch, Health
from itsm_sync.model.ports import Memory
from itsm_sync.model.resting import rests
from itsm_sync.sources.redmine.again import VANISHED
from itsm_sync.sources.redmine.asking import ask, fits, number, numbers, project
from itsm_sync.sources.redmine.items import ISSUE
from itsm_sync.sources.redmine.projects import Tree

EVERY = timedelta(hours=1)  # open tickets
ALL_EVERY = timedelta(days=1)  # closed ones too
MOST_DOUBTED = 100  # absent tickets that are looked at one by one in a pull


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """One look whether the stored tickets are still there.

    Redmine's CSV lists the numbers of 500 tickets in the time of a tenth of as many in JSON; it
    may be switched off, cut short, or lose a row while somebody deletes: what it does not show is
    asked for by number, and what is not shown then either, one by one. A ticket that only is hidden
    stays: nothing tells when it comes back.
    """

    client: RedmineClient
    memory: Memory
    tree: Tree
    now: datetime

    def look(self) -> Iterator[Batch]:
        """Answer what is gone, where it is time to look. Raises Unauthorised."""
        found = self.memory.cursor(VANISHED)
        cursor = found if isinstance(found, Mapping) else {}
        if self._rests(cursor, "read", EVERY):
            return
        every = not self._rests(cursor, "all", ALL_EVERY)
        try:
            yield self._looked(cursor, every=every)
        except Unauthorised:
            raise
        except ClientError as error:
            yield Batch(stream=VANISHED, health=Health.FAILED, error=error.message)

    def _rests(self, cursor: Mapping[str, Any], name: str, length: timedelta) -> bool:
        at = cursor.get(name)
        return at is not None and rests(datetime.fromisoformat(at), length, self.now)

    def _looked(self, cursor: Mapping[str, Any], *, every: bool) -> Batch:
        known = self._known(every=every) if cursor else {}  # all was just read for the first time
        listed = self._listed(every=every) if known else ()
        if every and known and not listed and self._has_any():
            known = self._known(every=False)  # closed ones are too many to be asked for by number
        absent = known.keys() - listed
        rows = [row for row in self.client.issues(sorted(absent), include="") if fits(row)]
        shown = {number(row): project(row) for row in rows if number(row) in absent}
        tree = self.tree.grown(set(shown.values()), self.client.project)
        lost = sorted(absent - shown.keys())
        # So many may be hidden that a pull does not get to the end of them.
        after = int(cursor.get("after", 0))
        doubted = [ticket for ticket in lost if ticket > after][:MOST_DOUBTED]
        gone = [ticket for ticket in doubted if is_deleted(self.client, ticket)]
        gone += [ticket for ticket, where in shown.items() if tree.is_anothers(where)]
        rest = bool(doubted) and doubted[-1] != lost[-1]
        at = self.now.isoformat()
        told = {"read": at, "all": cursor.get("all") if rest or not every else at}
        if rest:
            told["after"] = doubted[-1]
        return Batch(stream=VANISHED, cursor=told, gone=tuple(known[ticket] for ticket in gone))

    def _known(self, *, every: bool) -> dict[int, str]:
        """Answer the keys of the stored tickets by their numbers."""
        keys = self.memory.known(ISSUE, state=None if every else "open")
        return {int(key.rpartition("/")[2]): key for key in keys}

    def _listed(self, *, every: bool) -> Collection[int]:
        """Answer the tickets that Redmine lists; none where it makes no such list.

        Whatever is the matter with the list, what is asked for by number next tells it truly: also
        whether the key is somebody's.
        """
        scope = self.tree.scope()
        try:
            return set(
                numbers(self.client, status_id=("*",) if every else ("o",), project_id=scope)
            )
        except ClientError:
            return ()

    def _has_any(self) -> bool:
        """Whether there are tickets at all: then a list of none is no list."""
        return ask(self.client, sort="id", limit=1, project_id=self.tree.scope()).total > 0


def is_deleted(client: RedmineClient, ticket: int) -> bool:
    """Whether a ticket is no more; one that is hidden is there."""
    try:
        client.issue(ticket, journals=False)
    except Missing:
        return True
    except Forbidden:
        pass
    return False
