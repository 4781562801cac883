"""How a ticket stands by the service levels in the moment in which it is opened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from itsm_sync.cycle.clocks import asked, known
from itsm_sync.cycle.naming import names_of
from itsm_sync.desk.promises import shown
from itsm_sync.desk.redmine import Desk
from itsm_sync.desk.subject import Policy
from itsm_sync.model.histories import History
from itsm_sync.model.lists import Offered
from itsm_sync.model.openings import Opening
from itsm_sync.model.plans import Birth
from itsm_sync.model.ports import Observer
from itsm_sync.model.sla import ServiceLevels
from itsm_sync.model.stages import StageSpan
from itsm_sync.model.tickets import FieldName
from itsm_sync.routing.service_levels import Clocks
from itsm_sync.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Promising:
    """Tells what the fields of the service level show on a ticket that is just opened.

    `lists` are Redmine's, `policy` says how things are said, `bot` is Redmine's number of us.
    """

    clocks: Clocks
    lists: Offered
    policy: Policy
    bot: int

    def __call__(self, birth: Birth, now: datetime) -> Mapping[FieldName, str]:
        """Answer the values; none on one that is closed at once, or whose status is not known."""
        history = self._history(birth.opening, now)
        if birth.closed is not None or history is None:
            return {}
        span = StageSpan(
            ticket=0, process=birth.process, stage="", row="", team=birth.team, entered_at=now
        )
        standings = self.clocks.standings(history, (span,), now)
        values = shown(standings, self.policy.language, self.policy.zone)
        return {name: value for name, value in values.items() if value}

    def _history(self, opening: Opening, now: datetime) -> History | None:
        """Answer the history of the ticket: that it was opened, with what Redmine gives it."""
        firsts = {one.id: one.first for one in self.lists.trackers}
        status = opening.status or firsts.get(opening.tracker)
        usual = (one.id for one in self.lists.priorities if one.default)
        priority = opening.priority or next(usual, None)
        if not status or priority is None:
            return None
        return History(
            ticket=0,
            author=self.bot,
            created_at=now,
            seen=now,
            status=str(status),
            priority=str(priority),
            tracker=str(opening.tracker),
        )


def promising(
    *,
    store: Store,
    desk: Desk,
    observer: Observer,
    levels: ServiceLevels | None,
    policy: Policy,
    now: datetime,
) -> Promising | None:
    """Answer what tells the service levels of tickets to be opened; None where nothing does."""
    lists = None
    if levels is not None:
        lists = known(store, levels, now) or asked(store, desk, observer, now)
    if levels is None or lists is None:
        return None
    bot = desk.account.id
    clocks = Clocks(levels, names_of(lists, levels), bot)
    return Promising(clocks=clocks, lists=lists, policy=policy, bot=bot)
