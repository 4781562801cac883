"""A report for machines: a zip of one CSV file a table, with numbers and times as machines read."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from itsm_sync.reports.document import Document, Figures, Link, Marked, Table, Value, Verdict
from itsm_sync.reports.forms.colours import charts_of
from itsm_sync.reports.forms.values import Writing, bare_of
from itsm_sync.reports.tables import as_csv

_MODE = 0o600 << 16  # who unpacks it keeps it to himself

Cell = str | int | float


def as_zip(document: Document) -> bytes:
    """Answer the archive: figures, the points of charts, and each table by its name."""
    file = BytesIO()
    at = document.until.astimezone(UTC).timetuple()[:6]
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, text in _files(document):
            entry = ZipInfo(f"{name}.csv", at)
            entry.external_attr, entry.compress_type = _MODE, ZIP_DEFLATED
            archive.writestr(entry, text.encode("utf-8"))
    return file.getvalue()


def _files(document: Document) -> Iterator[tuple[str, str]]:
    writing = Writing.of(document)
    tables = [block for part in document.sections for block in part.blocks]
    yield "figures", _figures(document, writing)
    yield "charts", _points(document, writing)
    for table in tables:
        if isinstance(table, Table):
            yield f"table-{table.name}", _table(table, writing)


def _figures(document: Document, writing: Writing) -> str:
    heads = ("Section", "Figure", "Value", "Before", "Unit", "Incomplete")
    rows = (
        (
            section.title,
            figure.label,
            machine(figure.value, writing.zone),
            machine(figure.before, writing.zone),
            str(figure.unit),
            int(isinstance(figure.value, Marked)),
        )
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Figures)
        for figure in block.figures
    )
    return as_csv([writing.say(head) for head in heads], rows)


def _points(document: Document, writing: Writing) -> str:
    heads = ("Chart", "Name or date", "Series", "Value", "Unit", "Incomplete")
    rows = (
        (
            chart.title,
            machine(point.x, writing.zone),
            point.series,
            point.y,
            str(chart.unit),
            int(chart.incomplete),
        )
        for chart in charts_of(document)
        for point in chart.points
    )
    return as_csv([writing.say(head) for head in heads], rows)


def _table(table: Table, writing: Writing) -> str:
    """Answer a table; an address stands in a column of its own, and so do the marks, if any."""
    linked = [
        number
        for number in range(len(table.columns))
        if any(isinstance(bare_of(row[number]), Link) for row in table.rows)
    ]
    marked = any(isinstance(value, Marked) for row in table.rows for value in row)
    titles = [writing.heading(column) for column in table.columns]
    address = writing.say("address")
    heads = [*titles, *(f"{table.columns[n].title}: {address}" for n in linked)]
    if marked:
        heads.append(writing.say("Incomplete"))
    rows = (_row(row, titles, linked, marked, writing.zone) for row in table.rows)
    return as_csv(heads, rows)


def _row(
    row: Sequence[Value], titles: Sequence[str], linked: Iterable[int], marked: bool, zone: ZoneInfo
) -> list[Cell]:
    cells = [machine(value, zone) for value in row]
    for number in linked:
        value = bare_of(row[number])
        cells.append(value.url if isinstance(value, Link) else "")
    if marked:
        cells.append(
            "; ".join(t for t, v in zip(titles, row, strict=True) if isinstance(v, Marked))
        )
    return cells


def machine(value: Value, zone: ZoneInfo) -> Cell:
    """Answer a value as programs read it: ISO 8601 for times and durations, "" for none."""
    match bare_of(value):
        case None:
            return ""
        case Link(text=text) | Verdict(word=text):
            return text
        case datetime() as moment:
            return moment.astimezone(zone).isoformat(timespec="seconds")
        case date() as day:
            return day.isoformat()
        case timedelta() as length:
            return _duration(length)
        case str() | int() | float() as other:
            return other


def _duration(length: timedelta) -> str:
    """Answer a duration as ISO 8601 writes it, in hours at most: a day may be of eight."""
    sign, seconds = ("-", -length) if length < timedelta() else ("", length)
    minutes, rest = divmod(round(seconds.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{sign}PT{hours}H{minutes}M{rest}S"
