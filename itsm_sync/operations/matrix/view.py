"""The letters of each process and stage, row by row, as people read them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from itsm_sync.locale import say
from itsm_sync.model.matrix import ANY, Duty, Letter, Matrix, Row
from itsm_sync.model.words import Language
from itsm_sync.routing.lint.letters import holder, letters_of
from itsm_sync.routing.lint.reach import Place

LEGEND = (
    "R responsible, A accountable (approves), A! must have approved, C consulted, I informed; "
    "a letter in brackets is assumed: the document does not have it"
)
# "Incident Management (사건 관리)": the part that a narrow column needs
_BRACKETED = re.compile(r"[\x20-\x7e]+ \((.+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The letters of a row in a line; `assumed` are those that the document does not have.

    `domains` limits R to some domains; empty: in all that no other row takes. `approval`: the row
    must have approved before the stage is entered.
    """

    letters: tuple[Letter, ...]
    assumed: frozenset[Letter] = frozenset()
    domains: tuple[str, ...] = ()
    approval: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A process and stages with the same letters; `stages` empty: those that no line names.

    `first` and `only`: whether it is the process' first line, and its only one. `project` is the
    one that has lines of its own for the process; `*`: all the others.
    """

    process: str
    stages: tuple[str, ...]
    cells: Mapping[str, Cell]  # by row id
    first: bool = True
    only: bool = True
    project: str = ANY


def lines(matrix: Matrix) -> tuple[Line, ...]:
    """Answer the letters of every process, stage by stage where they differ.

    Behind those of every project stand those of the projects in which a process has others.
    """
    usual = _lines(matrix.for_project(ANY))
    found: list[Line] = []
    for process in matrix.processes:
        found += usual[process]
        for project in matrix.projects:
            own = _lines(matrix.for_project(project))[process]
            if own != usual[process]:
                found += (replace(line, project=project) for line in own)
    return tuple(found)


def _lines(matrix: Matrix) -> dict[str, list[Line]]:
    """Answer each process' lines in the matrix of one project."""
    found: dict[str, list[Line]] = {}
    for process in matrix.processes:
        merged: list[tuple[list[str], dict[str, Cell]]] = []
        for stage in _stages(matrix, process):
            cells = _cells(matrix, process, stage)
            if merged and stage != ANY and merged[-1][1] == cells:
                merged[-1][0].append(stage)
            else:
                merged.append(([] if stage == ANY else [stage], cells))
        found[process] = [
            Line(
                process=process,
                stages=tuple(stages),
                cells=cells,
                first=number == 0,
                only=len(merged) == 1,
            )
            for number, (stages, cells) in enumerate(merged)
        ]
    return found


def _stages(matrix: Matrix, process: str) -> list[str]:
    """Answer the stages that a process' own lines name, and `*` for the rest."""
    named = {line.stage for line in matrix.ownership if line.process == process}
    named |= {letters.stage for letters in matrix.raci if letters.process == process}
    return [stage for stage in matrix.stages if stage in named] + [ANY]


def _cells(matrix: Matrix, process: str, stage: str) -> dict[str, Cell]:
    usual = holder(matrix, Place(process, ANY, stage))
    special: dict[str, list[str]] = {}
    for domain in matrix.domains:
        row = holder(matrix, Place(process, domain, stage))
        if row is not None and row != usual:
            special.setdefault(row, []).append(domain)
    given: dict[str, list[Letter]] = {row: [Letter.R] for row in (usual, *special) if row}
    letters = letters_of(matrix, process, stage)
    assumed: frozenset[Letter] = frozenset()
    if letters is not None:
        assumed = frozenset(letters.assumed)
        given.setdefault(letters.accountable, []).append(Letter.A)
        for row in letters.consulted:
            given.setdefault(row, []).append(Letter.C)
        for row in letters.informed:
            given.setdefault(row, []).append(Letter.I)
    return {
        row: Cell(
            letters=tuple(named),
            assumed=assumed.intersection(named),
            domains=tuple(special.get(row, ())),
            approval=letters is not None and letters.approval and row == letters.accountable,
        )
        for row, named in given.items()
    }


def short(name: str) -> str:
    """Answer a row's name for a narrow column: its Korean part where it has both."""
    both = _BRACKETED.fullmatch(name)
    return both.group(1) if both else name


def process_said(matrix: Matrix, line: Line, language: Language) -> str:
    """Answer the line's process by name, and the project where it is one's own."""
    name = matrix.processes[line.process][language]
    return name if line.project == ANY else f"{name} · {line.project}"


def stages_said(matrix: Matrix, line: Line, language: Language) -> str:
    """Answer the line's stages by name."""
    if line.stages:
        return ", ".join(matrix.stages[stage][language] for stage in line.stages)
    return say("any stage" if line.only else "other stages", language)


def cell_said(matrix: Matrix, cell: Cell, language: Language) -> str:
    """Answer a cell as text: `R[Security] (A)`; a letter in brackets is assumed."""
    return " ".join(letter_said(matrix, cell, letter, language) for letter in cell.letters)


def letter_said(matrix: Matrix, cell: Cell, letter: Letter, language: Language) -> str:
    """Answer one letter of a cell as text."""
    domains = ", ".join(matrix.domains[domain][language] for domain in cell.domains)
    mark = "!" if cell.approval and letter is Letter.A else ""
    limited = f"{letter}[{domains}]" if domains and letter is Letter.R else f"{letter}{mark}"
    return f"({limited})" if letter in cell.assumed else limited


def where(
    matrix: Matrix,
    held: tuple[Line, ...],
    row: str,
    letter: Letter,
    language: Language,
    *,
    assumed: bool | None = None,
) -> str:
    """Answer where the row has the letter: `Change management (Approval); Incident management`.

    `assumed` narrows it to letters that are assumed, or to those that are not.
    """
    having = [
        line
        for line in held
        if (cell := line.cells.get(row))
        and letter in cell.letters
        and assumed in (None, letter in cell.assumed)
    ]
    said = []
    for process, project in dict.fromkeys((line.process, line.project) for line in having):
        its = [h for h in having if (h.process, h.project) == (process, project)]
        name = process_said(matrix, its[0], language)
        limits = _limits(matrix, held, its, language)
        if letter is Letter.R:
            domains = its[0].cells[row].domains
            limits += [matrix.domains[domain][language] for domain in domains]
        said.append(f"{name} ({', '.join(limits)})" if limits else name)
    return "; ".join(said)


def _limits(
    matrix: Matrix, held: tuple[Line, ...], having: list[Line], language: Language
) -> list[str]:
    """Answer the stages of the lines; none where they are all of the process."""
    process = (having[0].process, having[0].project)
    every = sum((line.process, line.project) == process for line in held)
    return [] if len(having) == every else [stages_said(matrix, h, language) for h in having]


def team_name(matrix: Matrix, team: str, language: Language) -> str:
    """Answer the team's name; its id where the matrix does not know it."""
    return matrix.teams[team].name[language] if team in matrix.teams else team


def duties(matrix: Matrix) -> Iterator[tuple[Duty, Row | None]]:
    """Answer the duties of sections 1 to 5 in their order, each with its row or none."""
    placed: list[tuple[Duty, Row | None]] = [
        (duty, row) for row in matrix.rows for duty in row.duties
    ]
    placed += [(duty, None) for duty in matrix.without_row]
    return iter(sorted(placed, key=lambda pair: pair[0].section))


def raci_legend() -> tuple[tuple[Letter, str], ...]:
    """Answer what each letter means."""
    return (
        (Letter.R, "Responsible: does the work"),
        (Letter.A, "Accountable: approves (A!: must have approved)"),
        (Letter.C, "Consulted"),
        (Letter.I, "Informed"),
    )
