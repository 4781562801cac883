"""The names of Redmine that the configuration uses, against those that the bot can see there."""

from collections.abc import Iterable, Iterator
from contextlib import suppress

from itsm_sync.clients.errors import Forbidden, Missing
from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.desk.forms import form
from itsm_sync.model.text import folded
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Words
from itsm_sync.routing.lint import LintFinding
from itsm_sync.routing.lint.live import lint_live
from itsm_sync.routing.lint.mentions import Kind, Mention, mentions, promised
from itsm_sync.routing.problems import ValuePath
from itsm_sync.settings import Settings
from itsm_sync.sources.redmine.projects import Tree

_LISTS = (  # what the bot may read whole: kind, path, and the list in its answer
    (Kind.TRACKER, "/trackers.json", "trackers"),
    (Kind.STATUS, "/issue_statuses.json", "issue_statuses"),
    (Kind.PRIORITY, "/enumerations/issue_priorities.json", "issue_priorities"),
)
Names = dict[tuple[Kind, str], set[str]]


def findings(settings: Settings, redmine: RedmineClient) -> list[LintFinding]:
    """Answer each place of the configuration that names what this Redmine does not have.

    Raises:
        ClientError: Redmine can't be reached or rejects the key.
    """
    redmine.me()
    return list(lint_live(mentioned(settings), _Seen(settings, redmine).names()))


def mentioned(settings: Settings) -> Iterator[Mention]:
    """Answer the names of Redmine in all files, with the values that our lists must offer."""
    for number, project in enumerate(settings.redmine.projects):
        at: ValuePath = ("redmine", "projects", number)
        yield Mention(kind=Kind.PROJECT, names=(project,), file="settings", path=at)
    for name, field in settings.redmine.fields.items():
        if field.id is None:
            at = ("redmine", "fields", name, "name")
            yield Mention(kind=Kind.FIELD, names=(field.name,), file="settings", path=at)
    yield from _approvals(settings)
    yield from mentions(settings.matrix, settings.rules, settings.services)
    if settings.sla is not None:
        yield from promised(settings.sla)
    yield from _values(settings)


def _approvals(settings: Settings) -> Iterator[Mention]:
    """Answer the names by which people approve, as far as the settings write them themselves."""
    approvals = settings.redmine.approvals
    field = settings.redmine.fields.get(FieldName.APPROVAL)
    for part, kind, says in (
        ("field", Kind.VALUE, approvals.field),
        ("statuses", Kind.STATUS, approvals.statuses),
    ):
        for word in says.model_fields_set if part in approvals.model_fields_set else ():
            names: tuple[str, ...] = getattr(says, word)
            if names and (field or kind is Kind.STATUS):
                yield Mention(
                    kind=kind,
                    names=names,
                    file="settings",
                    path=("redmine", "approvals", part, word),
                    field=field.name if field and kind is Kind.VALUE else "",
                )


def _values(settings: Settings) -> Iterator[Mention]:
    matrix = settings.matrix
    teams: list[tuple[ValuePath, Words]] = [
        (("teams", key, "name"), team.name) for key, team in matrix.teams.items()
    ]
    wanted: dict[FieldName, list[tuple[ValuePath, Words]]] = {
        FieldName.PROCESS: [(("processes", key), name) for key, name in matrix.processes.items()],
        FieldName.STAGE: [(("stages", key), name) for key, name in matrix.stages.items()],
        FieldName.TEAM: teams,
        FieldName.ROLE: [(("rows", n, "name"), row.name) for n, row in enumerate(matrix.rows)],
        FieldName.APPROVING_TEAM: teams,
    }
    for word, values in wanted.items():
        field = settings.redmine.fields.get(word)
        for at, name in values if field is not None else ():
            yield Mention(
                kind=Kind.VALUE,
                names=(name[settings.language],),
                file="matrix",
                path=at,
                field=field.name if field else "",
            )


class _Seen:
    """Looks at what the bot may see of a Redmine; what it may not read is left out."""

    def __init__(self, settings: Settings, redmine: RedmineClient) -> None:
        self._settings = settings
        self._redmine = redmine
        self._names: Names = {}
        self._shown: set[int] = set()  # the fields that a page had

    def names(self) -> Names:
        """Answer kind, and field of a value, to the names that are there."""
        for kind, path, container in _LISTS:
            with suppress(Forbidden, Missing):
                found = self._redmine.get(path).get(container, ())
                self._add(kind, (entry["name"] for entry in found))
        projects = {project.id: project for project in self._redmine.projects()}
        self._add(Kind.PROJECT, (project.identifier for project in projects.values()))
        tree = Tree(projects=projects, roots=self._settings.redmine.projects)
        for project in sorted(tree.ours):
            with suppress(Forbidden, Missing):
                self._add(Kind.GROUP, self._redmine.group_ids(project))
            with suppress(Forbidden, Missing):
                self._look_at(project)
        return self._names

    def _look_at(self, project: int) -> None:
        """Look at the project's categories, and at one ticket of each of its trackers."""
        path = f"/projects/{project}.json"
        answer = self._redmine.get(path, include="trackers,issue_categories,issue_custom_fields")
        told = answer["project"]
        self._add(Kind.CATEGORY, (entry["name"] for entry in told.get("issue_categories", ())))
        for tracker in told.get("trackers", ()):
            rows, _ = self._redmine.issue_page(
                1, project_id=project, tracker_id=tracker["id"], status_id="*", sort="id:desc"
            )
            for row in rows:  # only a ticket tells fields (Redmine fact 12)
                shown = {int(field["id"]): field["name"] for field in row.get("custom_fields", ())}
                shown |= {int(f["id"]): f["name"] for f in told.get("issue_custom_fields", ())}
                self._add(Kind.FIELD, shown.values())
                self._add_values(int(row["id"]), shown)

    def _add_values(self, ticket: int, fields: dict[int, str]) -> None:
        """Add the values of the lists on a ticket's page, unless pages had all these fields."""
        if self._shown.issuperset(fields):
            return
        found = form(self._redmine.page(f"/issues/{ticket}"))
        self._shown |= found.editable
        for number, options in found.options.items():
            if number in fields:
                self._add(Kind.VALUE, options, fields[number])

    def _add(self, kind: Kind, names: Iterable[str], field: str = "") -> None:
        self._names.setdefault((kind, folded(field)), set()).update(names)
