"""adopt, of reports: what a lost database would have known of them.

What stands in Redmine is known again when it is looked for; so the last period is owed anew there,
and found done. Of mail nobody knows: it waits for a person.
"""

from datetime import datetime, timedelta

from itsm_sync.model.deliveries import Delivery, Stand
from itsm_sync.model.letters import Retrying
from itsm_sync.model.reporting import TargetKind
from itsm_sync.model.schedules import going_on
from itsm_sync.model.words import Message
from itsm_sync.operations.reporting.timing import Timetable
from itsm_sync.settings import Settings
from itsm_sync.store import Store

_LOST = Message("whether it was sent is not known any more: the database was lost")


def owe(settings: Settings, store: Store, now: datetime) -> None:
    """Let schedules of which nothing is known owe their last period."""
    timetable = Timetable(
        settings=settings, store=store, retrying=Retrying(), now=now, leaving=True
    )
    heeded = going_on(settings.schedules.reports, store.heeded())
    for one in settings.schedules.reports:
        fell = one.cron.last(now, timetable.zone) if one.cron else None
        if fell is None or one.name in heeded:
            continue
        for job in timetable.fallen(one, fell):
            for errand in job.errands:
                if job.targets[errand.target].kind is TargetKind.MAIL:
                    lost = Delivery(
                        errand=errand, stand=Stand.SENDING, first_at=now, at=now, cause=_LOST
                    )
                    store.keep_delivery(lost)
        store.heed(one.name, fell - timedelta(seconds=1))
