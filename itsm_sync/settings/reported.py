"""What is odd in a valid `reports.yaml`, and in the reports of `schedules.yaml`: names that lead
nowhere, words on their way to a wider audience.
"""

from collections.abc import Iterator, Mapping

from itsm_sync.model.catalogue import Service
from itsm_sync.model.errors import Problem
from itsm_sync.model.items import Audience
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.reporting import Period, Report, Reporting
from itsm_sync.model.schedules import Schedules
from itsm_sync.model.words import Message
from itsm_sync.settings.documents import Document, ValuePath
from itsm_sync.settings.schema import General


def reported(
    reporting: Reporting,
    document: Document,
    *,
    general: General | None,
    matrix: Matrix | None,
    services: tuple[Service, ...] | None,
) -> Iterator[Problem]:
    """Answer the problems of reports and targets; what could not be read is compared to nothing."""
    for name, target in reporting.targets.items():
        path: ValuePath = ("targets", name, target.kind.value)
        if target.mail is not None:
            if general is not None and general.mail is None:
                told = Message("mail needs a server: `mail` in settings.yaml")
                yield document.problem(path, told)
            if matrix is not None:
                named = {team: team for team in target.mail.teams}
                yield from _lost(document, (*path, "teams"), named, "team", matrix.teams)
    known_names: dict[str, Mapping[str, object]] = {}
    if matrix is not None:
        known_names = {"team": matrix.teams, "process": matrix.processes}
    if services is not None:
        known_names["service"] = {one.id: one for one in services}
    for name, report in reporting.reports.items():
        path = ("reports", name)
        for key, what in (("teams", "team"), ("processes", "process"), ("services", "service")):
            if what in known_names:
                wanted = dict(enumerate(getattr(report, key)))
                yield from _lost(document, (*path, key), wanted, what, known_names[what])
        targets = dict(enumerate(report.deliver))
        yield from _targets(document, (*path, "deliver"), targets, reporting, report)


def told_on_time(
    schedules: Schedules, document: Document, reporting: Reporting | None
) -> Iterator[Problem]:
    """Answer the problems of the reports that are told on time."""
    if reporting is None:
        return
    seen: set[str] = set()
    for n, one in enumerate(schedules.reports):
        path: ValuePath = ("reports", n)
        report = reporting.named(one.report)
        if report is None:
            params = {"name": one.report, "known": ", ".join(reporting.every)}
            told = Message("no report is called `{name}`: {known}", params)
            yield document.problem((*path, "report"), told)
            continue
        if one.name in seen:
            told = Message("`{name}` stands here twice", {"name": one.name})
            yield document.problem(path, told)
        seen.add(one.name)
        if not (one.deliver or report.deliver):
            told = Message("say where it goes: `deliver`, here or in reports.yaml")
            yield document.problem(path, told)
        if report.period is Period.GO_LIVE and report.go_live is None:
            told = Message("`{name}` needs `go_live: DATE` in reports.yaml", {"name": one.report})
            yield document.problem(path, told)
        targets = dict(enumerate(one.deliver))
        yield from _targets(document, (*path, "deliver"), targets, reporting, report)


def _targets(
    document: Document,
    path: ValuePath,
    wanted: Mapping[int, str],
    reporting: Reporting,
    report: Report,
) -> Iterator[Problem]:
    for n, name in wanted.items():
        target = reporting.targets.get(name)
        if target is None:
            params = {"name": name, "known": ", ".join(reporting.targets) or "-"}
            told = Message("no target is called `{name}`: {known}", params)
            yield document.problem((*path, n), told)
        elif report.readers is Audience.PRIVATE and not target.is_private:
            params = {"name": name}
            told = Message("a private report goes to no target that is not: `{name}`", params)
            yield document.problem((*path, n), told)


def _lost(
    document: Document,
    path: ValuePath,
    wanted: Mapping[int, str] | Mapping[str, str],
    what: str,
    known: Mapping[str, object],
) -> Iterator[Problem]:
    """Answer the names that name nothing, each at its place."""
    for place, name in wanted.items():
        if name not in known:
            params = {"what": Message(what), "name": name}
            told = Message("no {what} is called `{name}`", params)
            yield document.problem((*path, place), told)
