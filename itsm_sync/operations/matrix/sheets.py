"""The matrix as tables of text: rows, letters, ownership; duties and notes where it has some."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from itsm_sync.locale import say
from itsm_sync.model.matrix import ANY, Letter, Matrix, Row
from itsm_sync.model.words import Language
from itsm_sync.operations.matrix.view import (
    Line,
    duties,
    letter_said,
    lines,
    process_said,
    stages_said,
    team_name,
    where,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table to show: its name and title, column headings, and cells as text."""

    name: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sheets(matrix: Matrix, language: Language) -> tuple[Sheet, ...]:
    """Answer the tables: rows, letters, ownership, and duties and notes where there are any."""
    document = (_duties(matrix, language), _notes(matrix, language))
    return (
        rows_sheet(matrix, language),
        raci_sheet(matrix, language),
        _ownership(matrix, language),
        *(sheet for sheet in document if sheet.rows),
    )


def _sheet(
    name: str,
    title: str,
    headings: tuple[str, ...],
    rows: Iterator[tuple[str, ...]],
    language: Language,
) -> Sheet:
    said = tuple(say(heading, language) for heading in headings)
    return Sheet(name=name, title=say(title, language), headings=said, rows=tuple(rows))


def rows_sheet(matrix: Matrix, language: Language) -> Sheet:
    """Answer the rows, each with the processes in which it has a letter."""
    held = lines(matrix)

    def cells(row: Row) -> tuple[str, ...]:
        letters = (where(matrix, held, row.id, letter, language) for letter in Letter)
        return (
            row.id,
            team_name(matrix, row.team, language),
            row.name[language],
            row.role[language],
            row.responsibility[language],
            ", ".join(row.tools),
            *letters,
        )

    headings = ("Row", "Team", "Name", "Role", "Responsibility", "Tools", "R", "A", "C", "I")
    rows = (cells(row) for row in matrix.rows)
    return _sheet("rows", "Roles and responsibilities", headings, rows, language)


def raci_sheet(matrix: Matrix, language: Language) -> Sheet:
    """Answer the letters, a line for each process and stage, with the rows that have them."""
    names = {row.id: row.name[language] for row in matrix.rows}

    def having(line: Line, letter: Letter) -> str:
        said = []
        for row, cell in line.cells.items():
            if letter in cell.letters:
                mark = letter_said(matrix, cell, letter, language).replace(
                    str(letter), names[row], 1
                )
                said.append(mark)
        return ", ".join(said)

    rows = (
        (
            process_said(matrix, line, language),
            stages_said(matrix, line, language),
            *(having(line, letter) for letter in Letter),
        )
        for line in lines(matrix)
    )
    headings = ("Process", "Stage", "Responsible", "Accountable", "Consulted", "Informed")
    return _sheet("raci", "RACI", headings, rows, language)


def ownership_headings(matrix: Matrix) -> tuple[str, ...]:
    """Answer the headings of the table of ownership: with projects only where lines name some."""
    of_project = ("Project",) if matrix.projects else ()
    return ("Order", *of_project, "Process", "Domain", "Stage", "Name", "Team")


def _ownership(matrix: Matrix, language: Language) -> Sheet:
    def named(value: str, names: Mapping[str, str]) -> str:
        return say("any", language) if value == ANY else names.get(value, value)

    processes = {key: words[language] for key, words in matrix.processes.items()}
    domains = {key: words[language] for key, words in matrix.domains.items()}
    stages = {key: words[language] for key, words in matrix.stages.items()}
    rows = (
        (
            str(number),
            *((named(line.project, {}),) if matrix.projects else ()),
            named(line.process, processes),
            named(line.domain, domains),
            named(line.stage, stages),
            matrix.row(line.row).name[language],
            team_name(matrix, matrix.row(line.row).team, language),
        )
        for number, line in enumerate(matrix.ownership, start=1)
    )
    return _sheet("ownership", "Ownership", ownership_headings(matrix), rows, language)


def _duties(matrix: Matrix, language: Language) -> Sheet:
    rows = (
        (
            duty.section,
            team_name(matrix, duty.team, language),
            duty.name[language],
            duty.text[language],
            row.name[language] if row else say("no row", language),
        )
        for duty, row in duties(matrix)
    )
    headings = ("Section", "Team", "Duty", "Text", "Row")
    return _sheet("duties", "Duties of sections 1 to 5", headings, rows, language)


def _notes(matrix: Matrix, language: Language) -> Sheet:
    rows = ((", ".join(note.sections), note.text[language]) for note in matrix.notes)
    return _sheet("notes", "Conflicts and decisions", ("Sections", "Note"), rows, language)
