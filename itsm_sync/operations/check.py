"""check: what the bot can really see and write, before anything is written."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from itsm_sync.clients.errors import ClientError
from itsm_sync.clients.redmine import Account, Project, RedmineClient
from itsm_sync.clients.redmine_payloads import OurFields
from itsm_sync.desk.forms import Form, form
from itsm_sync.desk.promises import LEVELS
from itsm_sync.desk.provisioning import private_groups
from itsm_sync.locale import say
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import PEOPLES, FieldName
from itsm_sync.model.words import Language, Message
from itsm_sync.operations.addressed import addressed
from itsm_sync.operations.check_audience import wrong_projects
from itsm_sync.operations.check_lines import Level, Line
from itsm_sync.operations.check_reports import targets
from itsm_sync.operations.check_signals import Wanted, signals
from itsm_sync.operations.rules import redmine_names
from itsm_sync.operations.rules.lint import located
from itsm_sync.routing.lint.mentions import Kind
from itsm_sync.settings import Settings

# What the bot's role needs, and what for.
_NEEDED = {
    "view_issues": "read tickets",
    "edit_issues": "write fields",
    "add_issue_notes": "write notes",
    "view_private_notes": "read private notes",
    "set_notes_private": "write private notes",
    "add_issue_watchers": "add watchers",
    "manage_issue_relations": "relate tickets",
    "view_wiki_pages": "read the wiki index",
}


def check(
    settings: Settings,
    redmine: RedmineClient,
    others: Mapping[str, Callable[[], Message]],
    wanted: Wanted | None = None,
) -> list[Line]:
    """Look at everything; the lines come in the order of looking.

    Args:
        settings: the configuration.
        redmine: the bot's door.
        others: name of a source -> a probe that answers what it found or raises ClientError.
        wanted: what the tickets of signals need, where there are any.

    Raises:
        ClientError: Redmine can't be reached or rejects the key.
    """
    account = redmine.me()
    lines = list(_account(settings, account))
    projects = list(_projects(settings, redmine, lines))
    known = set(redmine.roles())
    for project in projects:
        if project.closed:
            continue
        lines += _rights(redmine, account, project, known)
        lines += _groups(settings, redmine, project)
        if "issue_tracking" in project.modules:
            lines += _trackers(settings, redmine, project)
    if projects:
        lines += _names(settings, redmine)
    lines += [
        Line(level=Level.FAILED, subject=name, message=told)
        for name, told in wrong_projects(settings.services, redmine, projects)
    ]
    if wanted is not None:
        lines += signals(wanted, redmine, account, settings.redmine.fields)
    lines += targets(settings.reporting, redmine, account)
    lines += _sources(settings, others)
    return lines


def _account(settings: Settings, account: Account) -> Iterator[Line]:
    told = {"url": settings.redmine.url, "name": account.name, "login": account.login}
    whose = Message("the key at {url} is {name}'s", told)
    yield Line(level=Level.OK, subject="redmine", message=whose)
    if account.admin:
        text = "the key is an administrator's: it may do everything and hides what is refused"
        yield Line(level=Level.WARNING, subject="redmine", message=Message(text))
    people = {name for person in settings.people for name in (person.redmine, person.name) if name}
    if account.login in people or account.name in people:
        text = "the bot's account {login} is also a person's: what they do looks like ours"
        yield Line(level=Level.WARNING, subject="redmine", message=Message(text, told))


def _projects(settings: Settings, redmine: RedmineClient, lines: list[Line]) -> Iterator[Project]:
    """Answer the configured projects and those below them; say what is missing or closed."""
    visible = {project.id: project for project in redmine.projects()}
    wanted: dict[int, Project] = {}
    for identifier in settings.redmine.projects:
        try:
            project = redmine.project(identifier)
        except ClientError as error:
            told = Message("can't be seen: {error}", {"error": error.message})
            lines.append(Line(level=Level.FAILED, subject=identifier, message=told))
            continue
        wanted[project.id] = project
    grown = True
    while grown:
        below = {p.id: p for p in visible.values() if p.parent in wanted and p.id not in wanted}
        wanted |= below
        grown = bool(below)
    for project in wanted.values():
        if project.closed:
            told = Message("is closed: its tickets are read and never written")
            lines.append(Line(level=Level.WARNING, subject=project.identifier, message=told))
        yield project


def _names(settings: Settings, redmine: RedmineClient) -> Iterator[Line]:
    """Answer the names that Redmine lacks, but for those told with each project and tracker."""
    told = {"settings": (f"{Kind.PROJECT}-",), "matrix": (f"{Kind.GROUP}-", f"{Kind.VALUE}-")}
    missing = redmine_names.findings(settings, redmine)
    for one in located(settings, missing):
        if not one.finding.kind.startswith(told.get(one.finding.file, ())):
            ours = one.finding.kind.startswith(f"{Kind.FIELD}-") and one.finding.file == "settings"
            level = Level.FAILED if ours else Level.WARNING
            yield Line(level=level, subject=one.place, message=one.finding.message)


def _rights(
    redmine: RedmineClient, account: Account, project: Project, known: set[int]
) -> Iterator[Line]:
    if account.admin:
        return
    if project.id not in known:
        told = Message("the bot is no member here")
        yield Line(level=Level.FAILED, subject=project.identifier, message=told)
        return
    held: set[str] = set()
    for role in redmine.roles()[project.id]:
        held |= redmine.permissions(role)
    if missing := [f"{say(what, 'en')} ({right})" for right, what in _NEEDED.items()
                   if right not in held]:  # fmt: skip
        told = Message("the bot's role lacks: {rights}", {"rights": ", ".join(missing)})
        yield Line(level=Level.WARNING, subject=project.identifier, message=told)
    else:
        told = Message("the bot's role has every right it needs")
        yield Line(level=Level.OK, subject=project.identifier, message=told)


def _groups(settings: Settings, redmine: RedmineClient, project: Project) -> Iterator[Line]:
    try:
        members = redmine.group_ids(project.id)
    except ClientError as error:
        told = Message("members can't be read: {error}", {"error": error.message})
        yield Line(level=Level.UNKNOWN, subject=project.identifier, message=told)
        return
    meant = private_groups(settings).get(project.identifier)
    groups = [team.group for team in settings.matrix.teams.values()]
    missing = [g for g in groups if g not in members and (meant is None or g in meant)]
    if missing:
        told = Message(
            "no member here, so never assigned: {groups}", {"groups": ", ".join(missing)}
        )
        yield Line(level=Level.WARNING, subject=project.identifier, message=told)


def _trackers(settings: Settings, redmine: RedmineClient, project: Project) -> Iterator[Line]:
    """Look at one open ticket of each tracker: only a ticket tells its fields (fact 12)."""
    for tracker, name in _project_trackers(redmine, project):
        looked = partial(Line, subject=project.identifier, tracker=name)
        rows, _ = redmine.issue_page(project_id=project.id, subproject_id="!*",
                                     tracker_id=tracker, sort="id:desc")  # fmt: skip
        if not rows:
            told = Message("no open ticket to look at, so rights are not known")
            yield looked(level=Level.UNKNOWN, message=told)
            continue
        page = redmine.page(f"/issues/{rows[0]['id']}")
        yield from _form(settings, looked, rows[0], form(page))


def _project_trackers(redmine: RedmineClient, project: Project) -> list[tuple[int, str]]:
    answer = redmine.get(f"/projects/{project.id}.json", include="trackers")
    return [(t["id"], t["name"]) for t in answer["project"].get("trackers", ())]


def _form(
    settings: Settings, looked: Callable[..., Line], row: Mapping[str, Any], found: Form
) -> Iterator[Line]:
    fields = settings.redmine.fields
    there = {name: int(entry["id"]) for name, entry in OurFields(fields).among(row).items()}
    absent = [fields[name].name for name in fields if name not in there]
    if absent:
        told = Message("fields that are not there: {fields}", {"fields": ", ".join(absent)})
        yield looked(level=Level.WARNING, message=told)
    ours = {name: number for name, number in there.items() if name not in PEOPLES}
    locked = [fields[name].name for name, number in ours.items() if number not in found.editable]
    if locked:
        told = Message("fields that the bot may not write: {fields}", {"fields": ", ".join(locked)})
        yield looked(level=Level.FAILED, message=told)
    yield from _values(settings, looked, there, found)
    params = {"statuses": ", ".join(found.statuses) or "-", "markup": found.markup or "-"}
    told = Message("writable; transitions: {statuses}; mark-up: {markup}", params)
    if not locked:
        yield looked(level=Level.OK, message=told)


def _values(
    settings: Settings,
    looked: Callable[..., Line],
    there: Mapping[FieldName, int],
    found: Form,
) -> Iterator[Line]:
    """A value that a list lacks makes Redmine reject the whole edit (Redmine fact 18)."""
    for name, wanted in list_values(settings.matrix, settings.language).items():
        options = found.options.get(there.get(name, 0))
        if options is None:
            continue
        lacking = sorted(set(map(normal, wanted)) - set(map(normal, options)))
        if lacking:
            params = {"field": settings.redmine.fields[name].name, "values": ", ".join(lacking)}
            told = Message("the list {field} lacks: {values}", params)
            yield looked(level=Level.FAILED, message=told)


def list_values(matrix: Matrix, language: Language) -> Mapping[FieldName, tuple[str, ...]]:
    """Answer what the list fields must offer."""
    teams = tuple(team.name[language] for team in matrix.teams.values())
    return {
        FieldName.PROCESS: tuple(words[language] for words in matrix.processes.values()),
        FieldName.STAGE: tuple(words[language] for words in matrix.stages.values()),
        FieldName.TEAM: teams,
        FieldName.ROLE: tuple(row.name[language] for row in matrix.rows),
        FieldName.APPROVING_TEAM: teams,
        FieldName.SLA_STATE: tuple(words[language] for words in LEVELS.values()),
    }


def _sources(settings: Settings, others: Mapping[str, Callable[[], Message]]) -> Iterator[Line]:
    for name, probe in others.items():
        try:
            yield Line(level=Level.OK, subject=name, message=probe())
        except ClientError as error:
            why = addressed(error, settings)
            told = Message("can't be read: {error}", {"error": why})
            yield Line(level=Level.FAILED, subject=name, message=told, whole=True)
