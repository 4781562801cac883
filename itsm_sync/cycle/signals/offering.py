"""Redmine's lists for a cycle: kept where nothing is to be written, else asked for."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from itsm_sync.desk.redmine import Desk
from itsm_sync.model.lists import Offered
from itsm_sync.model.resting import rests
from itsm_sync.store import Store

# For so long kept lists may say that there is nothing to do; to write, Redmine is asked each time.
LASTING = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """Redmine's lists, as kept or as asked for now. `configuration`: what they are asked for."""

    store: Store
    desk: Desk
    configuration: str
    now: datetime

    def kept(self) -> Offered | None:
        """Answer the lists of an earlier cycle; None where they are old, or of other settings."""
        found = self.store.offered()
        if found is None or found.configuration != self.configuration:
            return None
        return found if rests(found.at, LASTING, self.now) else None

    def with_projects(self, kept: Offered) -> Offered:
        """Answer kept lists with the projects of now: who sees them decides what may be said.

        Raises:
            ClientError: they can't be read just now.
        """
        return replace(kept, projects=tuple(self.desk.projects().values()))

    def anew(self) -> Offered:
        """Ask Redmine for all of its lists, and keep them.

        Raises:
            ClientError: one of them can't be read just now.
        """
        found = Offered(
            at=self.now,
            configuration=self.configuration,
            statuses=tuple(self.desk.every_status().values()),
            projects=tuple(self.desk.projects().values()),
            trackers=self.desk.trackers(),
            priorities=self.desk.priorities(),
        )
        return self.store.keep_offered(found)
