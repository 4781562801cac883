"""Shows the matrix: on a terminal, as Markdown, CSV, Excel, or one HTML file."""

from io import StringIO
from typing import Any, Literal, get_args

from rich.console import Console
from rich.table import Table
from rich.text import Text

from itsm_sync.locale import say
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.words import Language
from itsm_sync.operations.matrix.html import as_html
from itsm_sync.operations.matrix.sheets import Sheet, rows_sheet, sheets
from itsm_sync.operations.matrix.view import LEGEND, duties, lines
from itsm_sync.reports.tables import as_csv

Format = Literal["text", "md", "csv", "xlsx", "html"]
FORMATS: tuple[Format, ...] = get_args(Format)

_WIDTH = 140  # characters of a line where no terminal says otherwise


def render(matrix: Matrix, format: Format, language: Language) -> str | bytes:  # noqa: A002
    """Answer the whole matrix in a format; `xlsx` as bytes, the others as text.

    CSV holds the rows with their letters (one table, with a byte order mark, as Excel wants).
    """
    if format == "xlsx":
        from itsm_sync.operations.matrix.xlsx import as_xlsx

        return as_xlsx(matrix, language)
    if format == "html":
        return as_html(matrix, language)
    if format == "csv":
        sheet = rows_sheet(matrix, language)
        return as_csv(sheet.headings, sheet.rows)
    if format == "md":
        return _markdown(matrix, language)
    file = StringIO()
    show(matrix, Console(file=file, width=_WIDTH, color_system=None), language)
    return file.getvalue()


def as_json(matrix: Matrix, language: Language) -> dict[str, Any]:
    """Answer the matrix as one document: ids, names in one language, letters by line."""
    return {
        "title": matrix.title[language],
        "rows": [
            {
                "id": row.id,
                "team": row.team,
                "name": row.name[language],
                "role": row.role[language],
                "responsibility": row.responsibility[language],
                "tools": list(row.tools),
            }
            for row in matrix.rows
        ],
        "raci": [
            {
                "project": line.project,
                "process": line.process,
                "stages": list(line.stages),
                "letters": {
                    row: {
                        "letters": list(map(str, cell.letters)),
                        "assumed": sorted(map(str, cell.assumed)),
                        "domains": list(cell.domains),
                        "approval": cell.approval,
                    }
                    for row, cell in line.cells.items()
                },
            }
            for line in lines(matrix)
        ],
        "ownership": [
            {
                "project": o.project,
                "process": o.process,
                "domain": o.domain,
                "stage": o.stage,
                "row": o.row,
            }
            for o in matrix.ownership
        ],
        "duties": [
            {
                "section": duty.section,
                "team": duty.team,
                "name": duty.name[language],
                "text": duty.text[language],
                "row": row.id if row else None,
            }
            for duty, row in duties(matrix)
        ],
        "notes": [{"sections": list(n.sections), "text": n.text[language]} for n in matrix.notes],
    }


def show(matrix: Matrix, console: Console, language: Language) -> None:
    """Print the matrix as tables."""
    console.print(Text(matrix.title[language], style="bold"))
    console.print(Text(say(LEGEND, language), style="dim"))
    for sheet in sheets(matrix, language):
        console.print()
        console.print(_table(sheet))


def _table(sheet: Sheet) -> Table:
    table = Table(title=sheet.title, title_justify="left", show_lines=True)
    for heading in _shown(sheet, sheet.headings):
        table.add_column(heading, overflow="fold")
    for row in sheet.rows:
        table.add_row(*map(Text, _shown(sheet, row)))
    return table


def _shown(sheet: Sheet, cells: tuple[str, ...]) -> tuple[str, ...]:
    # a terminal is narrow: the letters of a row stand in the next table
    return cells[1:6] if sheet.name == "rows" else cells


def _markdown(matrix: Matrix, language: Language) -> str:
    parts = [f"# {matrix.title[language]}", say(LEGEND, language)]
    for sheet in sheets(matrix, language):
        parts.append(f"## {sheet.title}")
        lines = [sheet.headings, ("---",) * len(sheet.headings), *sheet.rows]
        parts.append("\n".join(f"| {' | '.join(map(_escaped, line))} |" for line in lines))
    return "\n\n".join(parts) + "\n"


def _escaped(cell: str) -> str:
    """Answer a cell that stays in its column and means what it says."""
    for character in "\\|*_<[`":
        cell = cell.replace(character, f"\\{character}")
    return " ".join(cell.split())
