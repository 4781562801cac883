"""report NAME: made, laid into a folder, taken to where people read it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from itsm_sync.app.clock import utc_now
from itsm_sync.app.reporting import courier, maker
from itsm_sync.app.wiring import App
from itsm_sync.cli.call import DONE, UNWELL, Call
from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.items import Audience
from itsm_sync.model.letters import Letter
from itsm_sync.model.os_errors import why
from itsm_sync.model.reporting import FORMS, Report, Span, Target, completed, unnamed_end
from itsm_sync.model.reporting import asked as span_asked
from itsm_sync.model.words import Message
from itsm_sync.operations import period
from itsm_sync.operations.digest import team_of
from itsm_sync.operations.reporting import telling
from itsm_sync.operations.reporting.delivering import Courier, Outcome
from itsm_sync.operations.reporting.errands import parts
from itsm_sync.operations.reporting.timing import jobs
from itsm_sync.reports.delivery.parcel import Parcel, Refused
from itsm_sync.reports.document import Form
from itsm_sync.store import Store
from itsm_sync.store.leases import REPORTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a call of `report` says."""

    name: str
    team: str | None = None
    since: str | None = None
    until: str | None = None
    forms: tuple[str, ...] = ()
    language: str = ""
    out: Path | None = None
    publish: bool = False
    targets: tuple[str, ...] = ()
    again: bool = False


def tell(call: Call, asked: Asked) -> int:
    """Make a report; lay its files into a folder, unless it is only to be published."""
    with call.app(servers=asked.publish, takes_long=True) as app:
        report = _report(app, asked)
        made = _Making(
            app=app,
            store=app.store(),
            asked=asked,
            report=report,
            span=_span(app, report, asked),
            targets=_targets(app, report, asked),
        )
        told = made.told()
        call.warn_if_empty(made.store)
    if call.json:
        call.answer(telling.as_json(told))
    else:
        telling.show(told, call.out, call.language)
    return DONE if told.complete else UNWELL


def deliver_anew(app: App, store: Store, letters: Iterable[Letter]) -> tuple[Outcome, ...]:
    """Make reports again that did not arrive, and take them to their places.

    Raises:
        Busy: another process delivers reports.
    """
    wanted = tuple(letters)
    keys = frozenset(letter.key for letter in wanted)
    door = courier(app, store)
    outcomes: list[Outcome] = []
    with store.exclusive(REPORTS):
        store.begin_letters_anew(wanted, utc_now())
        mine = [one for one in store.deliveries() if one.errand.key in keys]
        for job in jobs(app.settings, mine, leaving=True):
            parcels = maker(app, store).parcels(
                job.name,
                job.report,
                job.span,
                job.language,
                teams=job.teams,
                forms=_forms(door, job.report, job.targets),
            )
            outcomes += door.deliver(job.report, parcels, job.targets, only=keys)
    return tuple(outcomes)


def _forms(door: Courier, report: Report, targets: Mapping[str, Target]) -> tuple[Form, ...]:
    """Answer the forms that the targets need; raises ConfigurationError where nobody knows."""
    try:
        return door.forms(report, targets.values())
    except Refused as error:
        raise _wrong("--publish", error.message) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Making:
    """One call on its way."""

    app: App
    store: Store
    asked: Asked
    report: Report
    span: Span
    targets: dict[str, Target]

    def told(self) -> telling.Told:
        """Make it, part by part, and take each to its places.

        Raises:
            Busy: another process delivers reports.
        """
        door, folder = courier(self.app, self.store), _folder(self.app, self.asked)
        parcels: list[Parcel] = []
        outcomes: list[Outcome] = []
        with self.store.exclusive(REPORTS) if self.targets else nullcontext():
            for parcel in self._parcels(door, folder):
                outcomes += door.deliver(
                    self.report, [parcel], self.targets, again=self.asked.again
                )
                made = {form: parcel.made[form] for form in self._laid(folder)}
                shown = replace(parcel, made=made)
                parcels.append(shown if folder is None else _laid(shown, folder))
        return telling.Told(
            name=self.asked.name,
            span=self.span,
            parcels=tuple(parcels),
            folder=folder,
            outcomes=tuple(outcomes),
        )

    def _parcels(self, door: Courier, folder: Path | None) -> Iterator[Parcel]:
        needed = _forms(door, self.report, self.targets)
        return maker(self.app, self.store).parcels(
            self.asked.name,
            self.report,
            self.span,
            self.asked.language or self.report.spoken(self.app.settings.language),
            teams=_teams(self.app, self.report, self.asked),
            forms=dict.fromkeys((*self._laid(folder), *needed)),
        )

    def _laid(self, folder: Path | None) -> tuple[Form, ...]:
        """Answer the forms that are laid into the folder."""
        return tuple(map(Form, self.asked.forms or self.report.forms)) if folder else ()


def _laid(parcel: Parcel, folder: Path) -> Parcel:
    try:
        return telling.lay_down(parcel, folder)
    except OSError as error:
        told = Message("can't be written: {error}", {"error": why(error)})
        raise _wrong(str(folder), told) from error


def _folder(app: App, asked: Asked) -> Path | None:
    """Answer where files are laid: as asked, or beside the database; nowhere where a report is
    only published.
    """
    if asked.out is not None:
        return asked.out
    if asked.publish and not asked.forms:
        return None
    return app.settings.held_plan.parent / "reports"


def _report(app: App, asked: Asked) -> Report:
    report = app.settings.reporting.named(asked.name)
    if report is None:
        known = ", ".join(app.settings.reporting.every)
        told = Message(
            "no report is called `{name}`: {known}", {"name": asked.name, "known": known}
        )
        raise _wrong(f"report {asked.name}", told)
    if odd := [form for form in asked.forms if form not in list(Form)]:
        told = Message("must be one of: {expected}", {"expected": ", ".join(FORMS)})
        raise _wrong(f"--format {odd[0]}", told)
    if not asked.publish and (asked.again or asked.targets):
        raise _wrong("--again" if asked.again else "--target", Message("needs --publish"))
    return report


def _teams(app: App, report: Report, asked: Asked) -> tuple[str, ...]:
    """Answer whose parts are made; of a report for everybody `--team` makes one of a team alone."""
    if asked.team is None:
        return parts(report, app.settings.matrix)
    return (team_of(app.settings.matrix, asked.team),)


def _targets(app: App, report: Report, asked: Asked) -> dict[str, Target]:
    """Answer where it goes; raises ConfigurationError where nothing can leave this machine."""
    if not asked.publish:
        return {}
    known = app.settings.reporting.targets
    if odd := [name for name in asked.targets if name not in known]:
        params = {"name": odd[0], "known": ", ".join(known) or "-"}
        raise _wrong(f"--target {odd[0]}", Message("no target is called `{name}`: {known}", params))
    targets = {name: known[name] for name in asked.targets or report.deliver}
    if not targets:
        told = Message("say where it goes: `deliver` in reports.yaml, or --target")
        raise _wrong("--publish", told)
    for name, target in targets.items():
        if report.readers is Audience.PRIVATE and not target.is_private:
            told = Message(
                "a private report goes to no target that is not: `{name}`", {"name": name}
            )
            raise _wrong(f"--target {name}", told)
    return targets


def _span(app: App, report: Report, asked: Asked) -> Span:
    """Answer the period: as asked, or the last whole one."""
    zone = ZoneInfo(app.settings.general.timezone)
    now = utc_now()
    first, last = period.beginning(asked.since, zone), period.end(asked.until, zone)
    if first is None:
        return _completed(report, last or now, zone)
    until = last or unnamed_end(first, now, zone)
    period.check(first, until)
    return span_asked(first, until, zone)


def _completed(report: Report, now: datetime, zone: ZoneInfo) -> Span:
    try:
        return completed(report.period, now, zone, report.go_live)
    except ValueError:
        told = Message("say since when: --from DATE, or `go_live` in reports.yaml")
        raise _wrong("--from", told) from None


def _wrong(place: str, told: Message) -> ConfigurationError:
    return ConfigurationError([Problem(file=place, path=(), text=told)])
