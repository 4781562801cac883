"""adopt and restore, of reports: what a database that was lost would have known of them.

What stands in Redmine is known again when it is looked for; so the last period is owed anew there,
and found done. Of mail nobody knows: it waits for a person.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from itsm_sync.model.deliveries import Delivery, Errand, Stand
from itsm_sync.model.letters import Retrying
from itsm_sync.model.reporting import TargetKind
from itsm_sync.model.schedules import going_on
from itsm_sync.model.words import Message
from itsm_sync.operations.reporting.timing import A_MOMENT, Job, Timetable, jobs
from itsm_sync.settings import Settings
from itsm_sync.store import Store

_LOST = Message("whether it was sent is not known any more: the database was lost")
_SINCE = Message("whether it was sent after the backup was made is not known")


def owe(settings: Settings, store: Store, now: datetime) -> None:
    """Let schedules of which nothing is known owe their last period."""
    timetable = Timetable(
        settings=settings, store=store, retrying=Retrying(), now=now, leaving=True
    )
    heeded = going_on(settings.schedules.reports, store.heeded())
    for one in settings.schedules.reports:
        fell = timetable.last(one)
        if fell is None or one.name in heeded:
            continue
        _leave_to_a_person(timetable, timetable.fallen(one, fell), _LOST)
        store.heed(one.name, fell - A_MOMENT)


def doubt(timetable: Timetable) -> int:
    """Let mail that a daemon may have sent since a backup was made, as it would send it now, wait
    for a person; answer how many messages. Nothing is asked of quiet hours and pauses: they may
    have ended meanwhile.
    """
    settings, store = timetable.settings, timetable.store
    begun = store.deliveries(stands=(Stand.BEGUN,))
    failed = (one for one in store.deliveries(stands=(Stand.FAILED,)) if timetable.is_due(one))
    again = jobs(settings, [*begun, *failed], leaving=True)
    return _leave_to_a_person(timetable, (*_fallen(timetable), *again), _SINCE)


def _fallen(timetable: Timetable) -> Iterator[Job]:
    lines = timetable.settings.schedules.reports
    heeded = going_on(lines, timetable.store.heeded())
    for one in lines:
        fell = timetable.last(one)
        if fell is not None and one.name in heeded and timetable.owes(fell, heeded[one.name]):
            yield from timetable.fallen(one, fell)


def _leave_to_a_person(timetable: Timetable, found: Iterable[Job], cause: Message) -> int:
    """Note of mail that it may have arrived; answer of how many messages."""
    store, now = timetable.store, timetable.now
    mails: dict[str, Errand] = {}
    for job in found:
        for errand in job.errands:
            if job.targets[errand.target].kind is TargetKind.MAIL:
                mails.setdefault(errand.key, errand)
    for errand in mails.values():
        fresh = Delivery(errand=errand, stand=Stand.SENDING, first_at=now, at=now)
        known = store.delivery(errand) or fresh
        store.keep_delivery(replace(known, stand=Stand.SENDING, at=now, cause=cause))
    return len(mails)
