"""Reports on time: what is due is made by a process of its own, then taken to its places here."""

from dataclasses import dataclass
from datetime import timedelta

from itsm_sync.app.clock import utc_now
from itsm_sync.app.reporting import courier
from itsm_sync.app.wiring import App
from itsm_sync.daemon.workshop import Made, Workshop
from itsm_sync.model.words import Message
from itsm_sync.operations.reporting.delivering import Courier
from itsm_sync.operations.reporting.timing import Job, Timetable
from itsm_sync.reports.delivery.parcel import Refused
from itsm_sync.store import Store
from itsm_sync.store.leases import REPORTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Does one turn of what reports ask for; the next one comes with the clock, or when the
    workshop is ready.
    """

    app: App
    store: Store
    workshop: Workshop

    def turn(self) -> None:
        """Deliver what is made, then have the next made that is due.

        Raises:
            Busy: somebody's `itsm-sync report --publish` is at it.
            ClientError: Redmine does not say how it marks text up.
        """
        door = courier(self.app, self.store)
        with self.store.exclusive(REPORTS):
            for made in self.workshop.finished():
                self._deliver(door, made)
            if not self.workshop.busy:
                self._begin(door)

    def _deliver(self, door: Courier, made: Made) -> None:
        job = made.job
        if made.why is not None:
            for errand in job.errands:
                door.failed(errand, made.why)
            return
        only = frozenset(errand.key for errand in job.errands)
        done = door.deliver(job.report, made.parcels, job.targets, only=only)
        tried = {one.errand.key for one in done}
        for errand in job.errands:
            if errand.key not in tried:
                door.failed(errand, Message("its part was not made"))

    def _begin(self, door: Courier) -> None:
        job = next(iter(self._due(door)), None)
        if job is None:
            return
        try:
            forms = door.forms(job.report, job.targets.values())
        except Refused as error:
            for errand in job.errands:
                door.failed(errand, error.message)
            return
        self.workshop.begin(job, forms, self.app.settings.directory.absolute())
        observer = self.app.observer
        observer.saw("report.begun", report=job.name, period=job.span.key)
        if job.gap:  # the time zone of schedules was changed
            what = "hours_left_out" if job.gap > timedelta() else "hours_twice"
            hours = {what: abs(job.gap) / timedelta(hours=1)}
            observer.saw("report.zone_changed", report=job.name, period=job.span.key, **hours)

    def _due(self, door: Courier) -> tuple[Job, ...]:
        timetable = Timetable(
            settings=self.app.settings,
            store=self.store,
            retrying=self.app.retrying,
            now=utc_now(),
            leaving=door.held is None,
        )
        return timetable.due()
