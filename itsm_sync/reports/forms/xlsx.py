"""A report as an Excel workbook: a sheet a table, with numbers, times and durations that count.

Charts are the pictures of the other forms, so that every reader sees the same in every program that
shows workbooks; their numbers stand on a sheet of their own, for who wants to draw others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from itsm_sync.reports.document import (
    Block,
    Chart,
    Column,
    Document,
    Figure,
    Figures,
    Kind,
    Link,
    Marked,
    Notice,
    Points,
    Prose,
    Table,
    Unit,
    Value,
)
from itsm_sync.reports.forms.charts import WIDE, Drawer, told
from itsm_sync.reports.forms.scales import length
from itsm_sync.reports.forms.styles import Styles, in_days
from itsm_sync.reports.forms.values import Writing, bare_of, foot

_BIG = 100_000  # cells, from which on rows are written away as they come
_WIDEST, _SLIMMEST = 60, 9  # characters of a column
_LINKS = 5_000  # of a sheet; Excel takes 65,530, and is slow long before
_LONGEST_LINK = 2_079  # characters, Excel's
_ROW = 20  # pixels of a row, by which pictures are placed
_LEFT = (Kind.TEXT, Kind.LINK)


def as_xlsx(document: Document) -> bytes:
    """Answer the workbook; its times are the document's, and no text in it is a formula."""
    file = BytesIO()
    tables = [block for part in document.sections for block in part.blocks]
    cells = sum(len(b.rows) * len(b.columns) for b in tables if isinstance(b, Table))
    workbook = xlsxwriter.Workbook(
        file, {"constant_memory": True} if cells >= _BIG else {"in_memory": True}
    )
    created = document.until.astimezone(UTC).replace(tzinfo=None)
    workbook.set_properties(
        {"title": document.title, "subject": document.subtitle, "created": created}
    )
    _Book(document=document, workbook=workbook, styles=Styles(workbook, document.language)).write()
    workbook.close()
    return file.getvalue()


@dataclass(slots=True, kw_only=True)
class _Book:
    document: Document
    workbook: Workbook
    styles: Styles
    _names: set[str] = field(default_factory=set)

    @property
    def _writing(self) -> Writing:
        return Writing.of(self.document)

    def write(self) -> None:
        """Write the overview, the charts with their numbers, and each table."""
        drawer = Drawer.of(self.document)
        blocks = [block for part in self.document.sections for block in part.blocks]
        tables = [block for block in blocks if isinstance(block, Table)]
        charts = drawer.charts()
        overview = self._sheet(self._writing.say("Overview"))
        sheets = [(self._sheet(self._writing.say("Charts")), charts)] if charts else []
        numbers = [self._sheet(self._writing.say("Numbers of the charts"))] if charts else []
        named = [(self._sheet(table.title), table) for table in tables]
        others = [sheet for sheet, _ in sheets] + numbers + [sheet for sheet, _ in named]
        self._overview(overview, [sheet.get_name() for sheet in others])
        for sheet, shown in sheets:
            self._pictures(sheet, shown, drawer)
        for sheet in numbers:
            self._table(sheet, _points(charts, self._writing))
        for sheet, table in named:
            self._table(sheet, table)

    def _sheet(self, title: str) -> Worksheet:
        sheet = self.workbook.add_worksheet(sheet_name(title, self._names))
        self._names.add(sheet.get_name().casefold())
        sheet.hide_gridlines(2)
        sheet.set_paper(9)  # A4
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    # ------------------------------------------------------------------------- overview

    def _overview(self, sheet: Worksheet, names: Sequence[str]) -> None:
        """Write title, figures, notices and sentences, and where the other sheets are."""
        document, styles = self.document, self.styles
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 2, 22)
        sheet.set_column(3, 3, 60)
        sheet.write_string(0, 0, document.title, styles.title)
        sheet.write_string(1, 0, document.subtitle, styles.soft)
        row = 3
        for section in document.sections:
            told_here = [b for b in section.blocks if not isinstance(b, Chart | Table)]
            if told_here:
                sheet.write_string(row, 0, section.title, styles.heading)
                row += 1
            for block in told_here:
                row = self._told(sheet, row, block) + 1
        sheet.write_string(row, 0, self._writing.say("Sheets"), styles.heading)
        for number, name in enumerate(names, start=row + 1):
            quoted = name.replace("'", "''")
            sheet.write_url(number, 0, f"internal:'{quoted}'!A1", styles.link, name)
        for number, line in enumerate(foot(document), start=row + len(names) + 2):
            sheet.write_string(number, 0, line, styles.soft)

    def _told(self, sheet: Worksheet, row: int, block: Block) -> int:
        """Write a block that is no table; answer the row after it."""
        match block:
            case Prose(text=text):
                return self._line(sheet, row, text)
            case Notice(text=text, quiet=True):
                return self._line(sheet, row, text)
            case Notice(text=text):
                return self._line(sheet, row, f"⚠ {text}", notice=True)
            case Points(points=points):
                for point in points:
                    row = self._line(sheet, row, f"• {point}")
            case Figures():
                return self._figures(sheet, row, block)
        return row

    def _line(self, sheet: Worksheet, row: int, text: str, *, notice: bool = False) -> int:
        """Write a text over the overview's columns, as high as it needs."""
        style = self.styles.notice if notice else self.styles.prose
        sheet.set_row(row, _ROW * 0.75 * max(1, round(length(text, 1) / 75 + 0.5)))
        sheet.merge_range(row, 0, row, 3, "", style)
        sheet.write_string(row, 0, text, style)
        return row + 1

    def _figures(self, sheet: Worksheet, row: int, figures: Figures) -> int:
        writing = self._writing
        heads = ("Figure", "Value", "Before", "Change")
        for column, head in enumerate(heads):
            sheet.write_string(row, column, writing.say(head), self.styles.head())
        for figure in figures.figures:
            row += 1
            change, _ = writing.change(figure)
            shown = Column(title="", unit=figure.unit)
            sheet.write_string(row, 0, self._label(figure), self.styles.cell())
            self._cell(sheet, row, 1, figure.value, shown, with_unit=True)
            self._cell(sheet, row, 2, figure.before, shown, with_unit=True)
            said = "; ".join(filter(None, (change, figure.note)))
            sheet.write_string(row, 3, said, self.styles.cell())
        return row + 1

    def _label(self, figure: Figure) -> str:
        """Answer a figure's name; that it is of business hours can't stand beside its value."""
        if figure.unit is not Unit.WORKING:
            return figure.label
        return self._writing.heading(Column(title=figure.label, unit=figure.unit))

    # ------------------------------------------------------------------------- charts

    def _pictures(self, sheet: Worksheet, charts: Sequence[Chart], drawer: Drawer) -> None:
        sheet.set_column(0, 0, WIDE / 7)
        row = 0
        for chart in charts:
            png = drawer.png(chart)
            sheet.write_string(row, 0, chart.title, self.styles.heading)
            sheet.write_string(row + 1, 0, chart.said, self.styles.soft)
            sheet.insert_image(
                row + 2, 0, f"{chart.name}.png",
                {"image_data": BytesIO(png), "x_scale": 0.5, "y_scale": 0.5,
                 "description": told(chart), "object_position": 3},
            )  # fmt: skip
            row += 4 + -(-int.from_bytes(png[20:24], "big") // 2 // _ROW)

    # ------------------------------------------------------------------------- tables

    def _table(self, sheet: Worksheet, table: Table) -> None:
        """Write a table under a frozen, filtered head, and its total and notes below."""
        writing, styles = self._writing, self.styles
        sheet.freeze_panes(1, 1 if len(table.columns) > 4 else 0)
        sheet.repeat_rows(0)
        for number, column in enumerate(table.columns):
            sheet.set_column(number, number, self._width(table, number))
            right = column.kind not in _LEFT
            sheet.write_string(0, number, writing.heading(column), styles.head(right=right))
        links = 0
        for number, row in enumerate(table.rows, start=1):
            for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
                linked = links < _LINKS and isinstance(bare_of(value), Link)
                links += linked
                self._cell(sheet, number, place, value, column, linked=linked)
        last = len(table.rows)
        if last and table.columns:
            sheet.autofilter(0, 0, last, len(table.columns) - 1)
        if table.total:
            last += 1
            for place, (column, value) in enumerate(zip(table.columns, table.total, strict=True)):
                self._cell(sheet, last, place, value, column, total=True)
        legend = foot(self.document)[0] if marked_in(table) else ""
        below = filter(None, (table.note, table.more, legend))
        for number, line in enumerate(below, start=last + 2):
            sheet.write_string(number, 0, line, styles.soft)

    def _width(self, table: Table, number: int) -> float:
        """Answer how many narrow characters wide a column is; a Korean one takes two."""
        column, writing = table.columns[number], self._writing
        cells = [writing.cell(row[number], column) for row in (*table.rows, table.total) if row]
        heading = length(writing.heading(column), 1.8) + 3  # the arrow of the filter
        longest = max((length(cell, 1.8) for cell in cells), default=0)
        return min(_WIDEST, max(_SLIMMEST, heading, longest + 1))

    def _cell(
        self,
        sheet: Worksheet,
        row: int,
        place: int,
        value: Value,
        column: Column,
        *,
        linked: bool = False,
        total: bool = False,
        with_unit: bool = False,
    ) -> None:
        """Write a value as what it is; what is incomplete has its mark in the number's format."""
        plain, writing = bare_of(value), self._writing
        share = column.kind is Kind.SHARE or column.unit is Unit.SHARE
        unit = Unit.SHARE if share else column.unit
        style = self.styles.of(
            plain, unit, marked=isinstance(value, Marked), total=total, with_unit=with_unit
        )
        match plain:
            case Link(text=text, url=url) if linked and len(url) <= _LONGEST_LINK:
                sheet.write_url(row, place, url, style, text)
            case datetime():
                local = plain.astimezone(writing.zone).replace(tzinfo=None)
                sheet.write_datetime(row, place, local, style)
            case date():
                sheet.write_datetime(row, place, plain, style)
            case timedelta() if plain >= timedelta():
                sheet.write_number(row, place, in_days(plain), style)
            case int() | float():
                sheet.write_number(row, place, plain, style)
            case _:
                said = writing.bare(value, unit) if plain is not None else ""
                sheet.write_string(row, place, said, style)


def marked_in(table: Table) -> bool:
    """Answer whether a value of a table is made of incomplete sources."""
    return any(isinstance(value, Marked) for row in (*table.rows, table.total) for value in row)


def _points(charts: Sequence[Chart], writing: Writing) -> Table:
    """Answer the numbers of the charts as a table."""
    columns = (
        Column(title=writing.say("Chart")),
        Column(title=writing.say("Name or date")),
        Column(title=writing.say("Series")),
        Column(title=writing.say("Value"), kind=Kind.NUMBER),
        Column(title=writing.say("Unit")),
    )
    rows = tuple(
        (
            chart.title,
            point.x,
            point.series,
            Marked(value=point.y) if chart.incomplete else point.y,
            writing.unit(chart.unit) or str(chart.unit),
        )
        for chart in charts
        for point in chart.points
    )
    return Table(name="points", title="", columns=columns, rows=rows)


_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_LONGEST_NAME = 31
_FORMULA = "=+-@＝＋－＠' "
_RESERVED = "history"


def sheet_name(title: str, taken: set[str]) -> str:
    """Answer a name that Excel takes for a sheet, unlike those taken (case folded)."""
    plain = " ".join(title.translate(_FORBIDDEN).split()).strip(_FORMULA)
    base = _cut(plain, _LONGEST_NAME).strip("' ") or "-"
    name, number = base, 1
    while name.casefold() in taken or name.casefold() == _RESERVED:
        number += 1
        name = f"{_cut(base, _LONGEST_NAME - len(str(number)) - 3)} ({number})"
    return name


def _cut(text: str, most: int) -> str:
    """Answer the first characters of a text; Excel counts those beyond the first plane twice."""
    while len(text.encode("utf-16-le")) > 2 * most:
        text = text[:-1]
    return text
