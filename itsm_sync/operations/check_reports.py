"""check, of reports: whether the bot may publish where the targets of reports.yaml are."""

from collections.abc import Iterator

from itsm_sync.clients.errors import ClientError, Forbidden, Missing
from itsm_sync.clients.redmine import Account, RedmineClient
from itsm_sync.model.lists import Project
from itsm_sync.model.reporting import Reporting, Target, TargetKind
from itsm_sync.model.words import Message
from itsm_sync.operations.check_lines import Level, Line
from itsm_sync.operations.reporting.refused import NEEDED

_WHAT = Message("deliver reports")


def targets(reporting: Reporting, redmine: RedmineClient, account: Account) -> Iterator[Line]:
    """Answer what keeps reports from each target in Redmine, or that it is fine."""
    for name, target in reporting.targets.items():
        identifier = _project(target)
        if identifier is None:
            continue
        try:
            told = _seen(redmine, account, identifier, target.kind)
            level = Level.OK if told is None else Level.FAILED
        except ClientError as error:
            told = Message("can't be seen: {error}", {"error": error.message})
            level = Level.UNKNOWN
        message = told or Message("can be published to")
        yield Line(level=level, subject=f"reports {name}", message=message)


def _seen(
    redmine: RedmineClient, account: Account, identifier: str, kind: TargetKind
) -> Message | None:
    try:
        project = redmine.project(identifier)
    except (Forbidden, Missing):
        absent = "there is no project {name}, or the bot can't see it"
        return Message(absent, {"name": identifier})
    return _wrong(redmine, account, project, kind)


def _project(target: Target) -> str | None:
    """Answer the project that a target names; None where it names none."""
    place = target.wiki or target.news or target.ticket
    return place.project or None if place is not None else None


def _wrong(
    redmine: RedmineClient, account: Account, project: Project, kind: TargetKind
) -> Message | None:
    module, right = NEEDED[kind]
    if module not in project.modules:
        return Message("the project has no module `{module}`", {"module": module})
    if account.admin:
        return None
    held: set[str] = set()
    for role in redmine.roles().get(project.id, ()):
        held |= redmine.permissions(role)
    if right in held:
        return None
    return Message("the bot lacks the right {right} here: {what}", {"right": right, "what": _WHAT})
