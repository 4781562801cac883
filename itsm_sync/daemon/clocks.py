"""The clocks: APScheduler's jobs, each of which only notes on the agenda what is due."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

from itsm_sync.daemon.agenda import Agenda
from itsm_sync.model.cron import Cron
from itsm_sync.model.schedules import Schedules, When

_MOMENT = timedelta(microseconds=1)


class Clocks:
    """Keeps the jobs; `start` and `stop` may be called again."""

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda
        self._scheduler: BackgroundScheduler | None = None

    def start(
        self,
        schedules: Schedules,
        sources: Iterable[str],
        zone: ZoneInfo,
        tasks: Mapping[str, When],
    ) -> None:
        """Start anew: sources and tasks at their times, those of `cron` in the zone."""
        self.stop()
        scheduler = BackgroundScheduler(
            timezone=zone,
            job_defaults={
                "coalesce": True,  # what was missed several times is done once
                "max_instances": 1,
                "misfire_grace_time": round(schedules.grace.total_seconds()),
            },
        )
        for source in sources:
            note = _bound(self._agenda.due, source)
            trigger = _trigger(schedules.reading(source), zone)
            scheduler.add_job(note, trigger, id=f"source:{source}", name=source)
        for name, when in tasks.items():
            note = _bound(self._agenda.task, name)
            scheduler.add_job(note, _trigger(when, zone), id=f"task:{name}", name=name)
        scheduler.start()
        self._scheduler = scheduler

    def stop(self) -> None:
        """Stop; nothing becomes due any more."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    @property
    def alive(self) -> bool:
        """Whether the clocks go."""
        return self._scheduler is not None and self._scheduler.running

    def next_runs(self) -> Mapping[str, datetime]:
        """Answer when each source and each task is due next, by name."""
        scheduler = self._scheduler  # which another thread may stop meanwhile
        jobs = scheduler.get_jobs() if scheduler is not None else ()
        return {job.name: job.next_run_time for job in jobs if job.next_run_time is not None}


def _bound(note: Callable[[str], object], name: str) -> Callable[[], object]:
    return lambda: note(name)


def _trigger(when: When, zone: ZoneInfo) -> BaseTrigger:
    if when.cron is not None:
        return CronTimes(when.cron, zone)
    if when.every is None:
        raise ValueError("neither `every` nor `cron`")
    return IntervalTrigger(seconds=round(when.every.total_seconds()), timezone=zone)


class CronTimes(BaseTrigger):  # type: ignore[misc] # APScheduler 3 has no types
    """Fires as `model.cron` reads a line, so that whoever asks what fell due finds the same times.

    APScheduler's own trigger wants both days where crontab(5) wants either, counts weekdays from
    Monday, and leaves a day out whose time the clocks leave out in spring.
    """

    def __init__(self, cron: Cron, zone: ZoneInfo) -> None:
        self._cron = cron
        self._zone = zone

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """Answer when it fires next: after it last did, or else from now on.

        Of those missed meanwhile the last is enough, as one run stands for them all: after a long
        sleep of the machine there may be many thousands.
        """
        # In UTC: of a wall clock a moment earlier may be an hour that was left out.
        after = now.astimezone(UTC) - _MOMENT if previous is None else previous
        found = self._cron.next(after, self._zone)
        if found is not None and found < now:
            found = self._cron.last(now, self._zone) or found
        return None if found is None else found.astimezone(self._zone)
