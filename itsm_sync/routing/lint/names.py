"""What is wrong with the matrix' names: missing, given twice, pointing nowhere."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from itsm_sync.model.matrix import ANY, Duty, Matrix
from itsm_sync.model.text import normal
from itsm_sync.model.words import Message, Words
from itsm_sync.routing.lint.finding import LintFinding, found
from itsm_sync.routing.problems import ValuePath

_LANGUAGES = ("ko", "en")


class _Named(NamedTuple):
    path: ValuePath
    id: str
    name: Words


def lint_names(matrix: Matrix) -> Iterator[LintFinding]:
    """Answer the findings about the matrix' names."""
    yield from _given(matrix)
    yield from _rows(matrix)
    yield from _dangling(matrix)
    yield from _duties(matrix)


def _given(matrix: Matrix) -> Iterator[LintFinding]:
    """Answer names that are blank, and names that two things of a kind share."""
    kinds: list[list[_Named]] = [
        [_Named((kind, key), key, words) for key, words in names.items()]
        for kind, names in (
            ("processes", matrix.processes),
            ("domains", matrix.domains),
            ("stages", matrix.stages),
        )
    ]
    kinds.append(
        [_Named(("teams", key, "name"), key, team.name) for key, team in matrix.teams.items()]
    )
    # rows of two teams may share a name (CSI): the team tells them apart
    kinds.extend(
        [
            _Named(("rows", number, "name"), row.id, row.name)
            for number, row in enumerate(matrix.rows)
            if row.team == team
        ]
        for team in sorted({row.team for row in matrix.rows})
    )
    for named in kinds:
        yield from _blank(named)
        yield from _shared(named)


def _blank(named: Iterable[_Named]) -> Iterator[LintFinding]:
    for entry in named:
        for language in _LANGUAGES:
            if not entry.name[language].strip():
                yield found(
                    "matrix",
                    (*entry.path, language),
                    "name-missing",
                    "{id} has no name in the language {language}.",
                    id=entry.id,
                    language=language,
                )


def _shared(named: Iterable[_Named]) -> Iterator[LintFinding]:
    for language in _LANGUAGES:
        first: dict[str, str] = {}
        for entry in named:
            name = normal(entry.name[language])
            if name and name in first and first[name] != entry.id:
                yield found(
                    "matrix",
                    (*entry.path, language),
                    "name-shared",
                    "{id} and {other} are both called «{name}»: a ticket can't tell them apart.",
                    id=entry.id,
                    other=first[name],
                    name=name,
                )
            first.setdefault(name, entry.id)


def _rows(matrix: Matrix) -> Iterator[LintFinding]:
    seen: set[str] = set()
    for number, row in enumerate(matrix.rows):
        if row.id in seen:
            yield found(
                "matrix",
                ("rows", number, "id"),
                "row-twice",
                "Two rows have the id {row}.",
                row=row.id,
            )
        seen.add(row.id)
        if row.team not in matrix.teams:
            yield _unknown(("rows", number, "team"), "row-team-unknown", _TEAM, row.team)
    teams = {row.team for row in matrix.rows}
    for team in matrix.teams:
        if team not in teams:
            yield found(
                "matrix",
                ("teams", team),
                "team-without-rows",
                "The team {team} has no row: nothing can be its responsibility.",
                team=team,
            )


def lint_projects(matrix: Matrix, projects: Collection[str]) -> Iterator[LintFinding]:
    """Answer the lines of a project that is none of these."""
    for table, number, project in matrix.limited():
        if project not in projects:
            yield found(
                "matrix",
                (table, number, "project"),
                "project-unknown",
                "This line never counts: settings.yaml and services.yaml name no project "
                "{project}.",
                project=project,
            )


_TEAM, _ROW, _PROCESS, _DOMAIN, _STAGE = map(Message, ("team", "row", "process", "domain", "stage"))


def _dangling(matrix: Matrix) -> Iterator[LintFinding]:
    rows = dict.fromkeys(row.id for row in matrix.rows)
    wild: Mapping[str, None] = {ANY: None}
    for number, line in enumerate(matrix.ownership):
        for part, what, value, known in (
            ("process", _PROCESS, line.process, {**matrix.processes, **wild}),
            ("domain", _DOMAIN, line.domain, {**matrix.domains, **wild}),
            ("stage", _STAGE, line.stage, {**matrix.stages, **wild}),
            ("row", _ROW, line.row, rows),
        ):
            if value not in known:
                yield _unknown(
                    ("ownership", number, part), f"ownership-{part}-unknown", what, value
                )
    for number, letters in enumerate(matrix.raci):
        path = ("raci", number)
        if letters.process not in matrix.processes:
            yield _unknown((*path, "process"), "raci-process-unknown", _PROCESS, letters.process)
        if letters.stage not in {**matrix.stages, **wild}:
            yield _unknown((*path, "stage"), "raci-stage-unknown", _STAGE, letters.stage)
        places: list[tuple[ValuePath, str]] = [(("accountable",), letters.accountable)]
        places += [(("consulted", n), row) for n, row in enumerate(letters.consulted)]
        places += [(("informed", n), row) for n, row in enumerate(letters.informed)]
        for place, row in places:
            if row not in rows:
                yield _unknown((*path, *place), "raci-row-unknown", _ROW, row)


def _duties(matrix: Matrix) -> Iterator[LintFinding]:
    noted = {section for note in matrix.notes for section in note.sections}
    placed: set[tuple[str, str, str]] = set()
    for path, team, duty in _placed(matrix):
        if duty.team not in matrix.teams:
            yield _unknown((*path, "team"), "duty-team-unknown", _TEAM, duty.team)
        elif team != duty.team and duty.section not in noted:
            yield found(
                "matrix",
                (*path, "team"),
                "duty-of-another-team",
                "Section {section} gives «{duty}» to another team than its row, without a note.",
                section=duty.section,
                duty=duty.name,
            )
        key = (duty.section, duty.team, duty.name.ko)
        if key in placed:
            yield found(
                "matrix",
                path,
                "duty-twice",
                "«{duty}» of section {section} stands at two places.",
                duty=duty.name,
                section=duty.section,
            )
        placed.add(key)


def _placed(matrix: Matrix) -> Iterator[tuple[ValuePath, str, Duty]]:
    """Answer each duty with its path and the team of the row it is attached to."""
    for number, row in enumerate(matrix.rows):
        for place, duty in enumerate(row.duties):
            yield ("rows", number, "duties", place), row.team, duty
    for number, duty in enumerate(matrix.without_row):
        yield ("without_row", number), duty.team, duty


def _unknown(path: ValuePath, kind: str, what: Message, value: str) -> LintFinding:
    text = "There is no {what} called {value}."
    return found("matrix", path, kind, text, what=what, value=value)
