"""Which reports are due: by the clocks of `schedules.yaml`, and those that failed before.

The store says up to when a clock was heeded. So what fell due while nobody was there is due at the
start, the last of it only; and what is done is done, whoever crashed in between. What was noted at
a time that is still to come was noted by a wrong clock, and keeps nothing waiting.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from itsm_sync.model.deliveries import Delivery, Errand, Stand
from itsm_sync.model.letters import Retrying
from itsm_sync.model.reporting import Period, Report, Span, Target, completed
from itsm_sync.model.resting import rests
from itsm_sync.model.schedules import Telling, going_on
from itsm_sync.operations.reporting.errands import errands, is_wanted, parts
from itsm_sync.settings import Settings
from itsm_sync.store import Store

A_MOMENT = timedelta(seconds=1)  # clocks fall on whole minutes
_CUT_OFF = timedelta(minutes=10)
# Nothing more is done of these by a clock: a failed one is tried again as a letter is.
_SETTLED = (Stand.DONE, Stand.FAILED, Stand.SENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A report that is to be made, for these errands.

    `gap`: the hours between the end of the period before, as it was told, and the beginning of this
    one; less than none where both have some.
    """

    name: str
    report: Report
    span: Span
    language: str
    errands: tuple[Errand, ...]
    targets: Mapping[str, Target]
    gap: timedelta = timedelta()

    @property
    def key(self) -> tuple[str, str, str]:
        return self.name, self.span.key, self.language

    def with_(self, other: "Job") -> "Job":
        """Answer one job of two. An errand is the same whatever its period's ends: another time
        zone has others.
        """
        every = {errand.key: errand for errand in (*other.errands, *self.errands)}
        targets = {**other.targets, **self.targets}
        return replace(self, errands=tuple(every.values()), targets=targets)

    @property
    def teams(self) -> tuple[str, ...]:
        """Answer whose parts are wanted."""
        return tuple(dict.fromkeys(errand.team for errand in self.errands))


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """What the configuration and the store say of reports as of now.

    `leaving`: whether anything may leave this machine; what may not waits.
    """

    settings: Settings
    store: Store
    retrying: Retrying
    now: datetime
    leaving: bool

    @property
    def zone(self) -> ZoneInfo:
        schedules = self.settings.schedules
        return ZoneInfo(schedules.timezone or self.settings.general.timezone)

    def due(self) -> tuple[Job, ...]:
        """Answer what is to be made now; clocks of which all is done are noted as heeded."""
        found: dict[tuple[str, str, str], Job] = {}
        for job in (*self._by_clock(), *self._again()):
            found[job.key] = found[job.key].with_(job) if job.key in found else job
        return tuple(found.values())

    def _by_clock(self) -> Iterator[Job]:
        heeded = self._heeded()
        for one in self.settings.schedules.reports:
            fell = self.last(one)
            if fell is None:
                continue
            before = heeded.get(one.name)
            if before is None:  # it has been there since now: nothing fell due before
                self.store.heed(one.name, fell)
            elif self.owes(fell, before) and not self._is_quiet(one):
                yield from self.fallen(one, fell)

    def last(self, one: Telling) -> datetime | None:
        """Answer when a line fell last; None: not in years."""
        return one.cron.last(self.now, self.zone) if one.cron else None

    def owes(self, fell: datetime, heeded: datetime) -> bool:
        """Whether a line that fell then, and was heeded up to a time, is still to be heeded."""
        return fell > heeded or heeded > self.now

    def _heeded(self) -> Mapping[str, datetime]:
        """Answer up to when each line was heeded; lines that are no more are let go of."""
        kept = self.store.heeded()
        found = going_on(self.settings.schedules.reports, kept)
        if found != kept:
            self.store.heed_only(found)
        return found

    def fallen(self, one: Telling, fell: datetime) -> Iterator[Job]:
        """Answer what is left to do of a clock that fell, if anything; else it is heeded."""
        settings = self.settings
        report = settings.reporting.named(one.report)
        if report is None:
            return
        try:
            span = completed(report.period, fell, self.zone, report.go_live)
        except ValueError:  # it has not gone live
            self.store.heed(one.name, fell)
            return
        targets = self._targets(one.deliver or report.deliver)
        language = one.language or report.spoken(settings.language)
        wanted = tuple(errands(one.report, span, language, parts(report, settings.matrix), targets))
        left = [errand for errand in wanted if not self._settled(errand)]
        if not left:
            self.store.heed(one.name, fell)
        ready = tuple(e for e in left if self.leaving or not targets[e.target].leaves)
        if ready:
            yield Job(name=one.report, report=report, span=span, language=language,
                      errands=ready, targets=targets,
                      gap=self._gap(one.report, report, span))  # fmt: skip

    def _gap(self, name: str, report: Report, span: Span) -> timedelta:
        """Answer what lies between two periods: something where the zone changed meanwhile."""
        if report.period is Period.GO_LIVE:
            return timedelta()
        before = completed(report.period, span.since, self.zone)
        ends = [o.errand.span.until for o in self.store.deliveries(name)
                if o.errand.span.key == before.key]  # fmt: skip
        return span.since - max(ends) if ends else timedelta()

    def _settled(self, errand: Errand) -> bool:
        known = self.store.delivery(errand)
        return known is not None and known.stand in _SETTLED

    def _is_quiet(self, one: Telling | None) -> bool:
        schedules = self.settings.schedules
        quiet = schedules.quiet if one is None or one.quiet is None else one.quiet
        return quiet.holds(self.now, self.zone)

    def _again(self) -> Iterator[Job]:
        """Answer what failed and is to be tried again."""
        open_ones = self.store.deliveries(stands=(Stand.BEGUN, Stand.FAILED))
        due = (one for one in open_ones if self.is_due(one))
        failed = [one for one in due if not self._is_quiet(self._told_by(one.errand))]
        yield from jobs(self.settings, failed, leaving=self.leaving)

    def _told_by(self, errand: Errand) -> Telling | None:
        """Answer the schedule that an errand is of; None: a person wanted it, or it is no more."""
        report = self.settings.reporting.named(errand.report)
        usual = report.deliver if report else ()
        mine = [
            one
            for one in self.settings.schedules.reports
            if one.report == errand.report and errand.target in (one.deliver or usual)
        ]
        spoken = report.spoken(self.settings.language) if report else ""
        exact = (one for one in mine if (one.language or spoken) == errand.language)
        return next(exact, next(iter(mine), None))

    def is_due(self, one: Delivery) -> bool:
        """Whether one that was begun or failed is to be tried again by now."""
        if one.stand is Stand.BEGUN:  # whoever began it was cut off
            return not one.at - _CUT_OFF <= self.now <= one.at + _CUT_OFF
        if one.stand is not Stand.FAILED or one.tries >= self.retrying.tries:
            return False
        last = one.tried_at
        return last is None or not rests(last, self.retrying.pause(one.tries - 1), self.now)

    def _targets(self, names: tuple[str, ...]) -> Mapping[str, Target]:
        return {name: self.settings.reporting.targets[name] for name in names}


def jobs(settings: Settings, deliveries: list[Delivery], *, leaving: bool) -> Iterator[Job]:
    """Answer the jobs that errands begun before are of; those of no report, place, team or address
    that there still is are left out.
    """
    reporting = settings.reporting
    groups: dict[tuple[str, str, str], list[Errand]] = {}
    for one in deliveries:
        errand = one.errand
        report, target = reporting.named(errand.report), reporting.targets.get(errand.target)
        if report is None or target is None or not (leaving or not target.leaves):
            continue
        if is_wanted(errand, report, settings.matrix, target):
            key = (errand.report, errand.span.key, errand.language)
            groups.setdefault(key, []).append(errand)
    for (name, _, language), found in groups.items():
        report = reporting.every[name]
        targets = {e.target: reporting.targets[e.target] for e in found}
        yield Job(name=name, report=report, span=found[0].span, language=language,
                  errands=tuple(found), targets=targets)  # fmt: skip
