"""The matrix as an Excel workbook: a sheet for each table, the letters as a grid."""

from io import BytesIO
from typing import Any
from unicodedata import east_asian_width

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from itsm_sync.locale import say
from itsm_sync.model.matrix import Letter, Matrix
from itsm_sync.model.words import Language
from itsm_sync.operations.matrix.sheets import Sheet, sheets
from itsm_sync.operations.matrix.view import (
    LEGEND,
    Cell,
    Line,
    cell_said,
    lines,
    process_said,
    short,
    stages_said,
    team_name,
)

_WIDEST = 60  # characters of a column; longer text is wrapped
_GRID_TOP = 3  # rows of the grid above its first line: legend, teams, names
_FILLS = {Letter.R: "#2563EB", Letter.A: "#C2410C", Letter.C: "#0F766E", Letter.I: "#64748B"}
_PALE = {Letter.R: "#DBEAFE", Letter.A: "#FFEDD5", Letter.C: "#CCFBF1", Letter.I: "#E2E8F0"}
_TEAMS = ("#1E3A8A", "#7C2D12", "#14532D", "#581C87")
_FONTS = {"ko": "맑은 고딕", "en": "Calibri"}


def as_xlsx(matrix: Matrix, language: Language) -> bytes:
    """Answer the workbook; every cell is text, so that nothing in it is run as a formula."""
    file = BytesIO()
    workbook = xlsxwriter.Workbook(file, {"in_memory": True})
    workbook.set_properties({"title": matrix.title[language]})
    styles = _Styles(workbook, language)
    for sheet in sheets(matrix, language):
        worksheet = workbook.add_worksheet(sheet.title)
        worksheet.set_landscape()
        worksheet.set_paper(9)  # A4
        worksheet.fit_to_pages(1, 0)
        worksheet.hide_gridlines(2)
        if sheet.name == "raci":
            _Grid(matrix, language, worksheet, styles).write()
        else:
            _write_table(sheet, worksheet, styles)
    workbook.close()
    return file.getvalue()


class _Styles:
    """The workbook's formats, each made once."""

    def __init__(self, workbook: Workbook, language: Language) -> None:
        self._workbook = workbook
        self._font = {"font_name": _FONTS.get(language, "Calibri"), "font_size": 10}
        self._made: dict[str, Format] = {}

    def style(self, **properties: Any) -> Format:
        """Answer the format with these properties and our font."""
        key = repr(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format({**self._font, **properties})
        return self._made[key]

    @property
    def heading(self) -> Format:
        return self.style(
            bold=True, bg_color="#1F2937", font_color="#FFFFFF", valign="vcenter", border=1,
            border_color="#D1D5DB", text_wrap=True,
        )  # fmt: skip

    @property
    def cell(self) -> Format:
        return self.style(text_wrap=True, valign="top", border=1, border_color="#D1D5DB")


def _write_table(sheet: Sheet, worksheet: Worksheet, styles: _Styles) -> None:
    """Write a table with a frozen, filtered header."""
    for column, heading in enumerate(sheet.headings):
        worksheet.write_string(0, column, heading, styles.heading)
        longest = max((_width(row[column]) for row in sheet.rows), default=0)
        worksheet.set_column(column, column, min(_WIDEST, max(longest, _width(heading) + 4) + 3))
    for number, row in enumerate(sheet.rows, start=1):
        for column, text in enumerate(row):
            worksheet.write_string(number, column, text, styles.cell)
    worksheet.freeze_panes(1, 3 if sheet.name == "rows" else 0)
    worksheet.autofilter(0, 0, len(sheet.rows), len(sheet.headings) - 1)
    worksheet.repeat_rows(0)


def _width(text: str) -> int:
    """Answer how many narrow characters wide a text is: a Korean one takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


class _Grid:
    """The letters: processes and stages downwards, rows of the matrix across."""

    def __init__(
        self, matrix: Matrix, language: Language, worksheet: Worksheet, styles: _Styles
    ) -> None:
        self._matrix = matrix
        self._language = language
        self._sheet = worksheet
        self._styles = styles

    def write(self) -> None:
        """Write legend, header and letters."""
        self._legend()
        self._header()
        for number, line in enumerate(lines(self._matrix), start=_GRID_TOP):
            self._line(number, line)
        self._sheet.freeze_panes(_GRID_TOP, 2)
        last = _GRID_TOP + len(lines(self._matrix)) - 1
        self._sheet.autofilter(_GRID_TOP - 1, 0, last, len(self._matrix.rows) + 1)
        self._sheet.repeat_rows(1, _GRID_TOP - 1)
        self._sheet.set_column(0, 0, 30)
        self._sheet.set_column(1, 1, 24)
        self._sheet.set_column(2, len(self._matrix.rows) + 1, 6.5)

    def _legend(self) -> None:
        told = say(LEGEND, self._language)
        self._sheet.write_string(0, 0, told, self._styles.style(italic=True, font_color="#4B5563"))

    def _header(self) -> None:
        heading = self._styles.heading
        for column, text in enumerate(("Process", "Stage")):
            said = say(text, self._language)
            self._sheet.merge_range(1, column, _GRID_TOP - 1, column, said, heading)
        column = 2
        for number, team in enumerate(self._matrix.teams):
            rows = [row for row in self._matrix.rows if row.team == team]
            colour = _TEAMS[number % len(_TEAMS)]
            band = self._styles.style(
                bold=True, bg_color=colour, font_color="#FFFFFF", align="center", border=1
            )
            name = team_name(self._matrix, team, self._language)
            if len(rows) > 1:
                self._sheet.merge_range(1, column, 1, column + len(rows) - 1, name, band)
            elif rows:
                self._sheet.write_string(1, column, name, band)
            turned = self._styles.style(
                bold=True, font_color=colour, bg_color="#F3F4F6", border=1, align="center",
                border_color="#D1D5DB", rotation=270 if self._language == "ko" else 90,
            )  # fmt: skip
            for place, row in enumerate(rows, start=column):
                self._sheet.write_string(2, place, short(row.name[self._language]), turned)
            column += len(rows)
        self._sheet.set_row(2, 190)

    def _line(self, number: int, line: Line) -> None:
        matrix, language, cell_style = self._matrix, self._language, self._styles.cell
        process = process_said(matrix, line, language)
        self._sheet.write_string(number, 0, process, cell_style)
        self._sheet.write_string(number, 1, stages_said(matrix, line, language), cell_style)
        ordered = [row for team in matrix.teams for row in matrix.rows if row.team == team]
        for column, row in enumerate(ordered, start=2):
            cell = line.cells.get(row.id)
            text = cell_said(matrix, cell, language) if cell else ""
            self._sheet.write_string(number, column, text, self._letter_style(cell))

    def _letter_style(self, cell: Cell | None) -> Format:
        if cell is None:
            return self._styles.cell
        first = cell.letters[0]
        assumed = first in cell.assumed
        return self._styles.style(
            bold=True, align="center", valign="vcenter", border=1, border_color="#D1D5DB",
            text_wrap=True, italic=assumed,
            bg_color=_PALE[first] if assumed else _FILLS[first],
            font_color=_FILLS[first] if assumed else "#FFFFFF",
        )  # fmt: skip
