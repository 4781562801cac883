"""A report for machines: a zip of one CSV file a table, with numbers and times as machines read."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from itsm_sync.reports.document import (
    Column,
    Document,
    Figures,
    Kind,
    Link,
    Marked,
    Notice,
    Points,
    Prose,
    Section,
    Table,
    Unit,
    Value,
    Verdict,
)
from itsm_sync.reports.forms.colours import charts_of
from itsm_sync.reports.forms.values import Writing, bare_of, foot
from itsm_sync.reports.tables import as_csv

_MODE = 0o600 << 16  # who unpacks it keeps it to himself

Cell = str | int | float


def as_zip(document: Document) -> bytes:
    """Answer the archive: what the report says, its figures, the points of charts, each table."""
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
    yield "report", _told(document, writing)
    yield "figures", _figures(document, writing)
    yield "charts", _points(document, writing)
    for table in tables:
        if isinstance(table, Table):
            yield f"table-{table.name}", _table(table, writing)


def _told(document: Document, writing: Writing) -> str:
    """Answer what stands in a report beside its numbers: title, period, and all that is said."""
    heads = ("Section", "Kind", "Text")
    since, until = (machine(at, writing.zone) for at in (document.since, document.until))
    about = (
        ("Title", document.title),
        ("Period", document.subtitle),
        ("Since", since),
        ("Until", until),
        ("Time zone", document.zone),
    )
    rows = (
        *(("", writing.say(kind), text) for kind, text in about),
        *(
            (section.title, writing.say(kind), text)
            for section in document.sections
            for kind, text in _sentences(section)
        ),
        *(("", writing.say("Source"), line) for line in foot(document)),
    )
    return as_csv([writing.say(head) for head in heads], rows)


def _sentences(section: Section) -> Iterator[tuple[str, str]]:
    """Answer what a section says in words, and as what."""
    for block in section.blocks:
        match block:
            case Notice(text=text, quiet=quiet):
                yield "Remark" if quiet else "Notice", text
            case Prose(text=text):
                yield "Remark", text
            case Points(points=points):
                yield from (("Point", point) for point in points)
            case Table(title=title, note=note, more=more):
                for said in filter(None, (note, more)):
                    yield "Note on a table", f"{section.heading(block) or title}: {said}"
            case Figures(figures=figures):
                for figure in figures:
                    if figure.note:
                        yield "Note on a figure", f"{figure.label}: {figure.note}"


def _figures(document: Document, writing: Writing) -> str:
    heads = ("Section", "Figure", "Value", "Before", "Unit", "Incomplete")
    rows = (
        (
            section.title,
            figure.label,
            machine(figure.value, writing.zone),
            machine(figure.before, writing.zone),
            unit(figure.unit, figure.value, writing),
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
            unit(chart.unit, point.y, writing),
            int(chart.incomplete),
        )
        for chart in charts_of(document)
        for point in chart.points
    )
    return as_csv([writing.say(head) for head in heads], rows)


def _table(table: Table, writing: Writing) -> str:
    """Answer a table: its rows, then its total, if any, which says so in a column of its own.

    An address stands in a column of its own as well, and so do the marks, if any.
    """
    lines = [*table.rows, *((table.total,) if table.total else ())]
    linked = [
        number
        for number in range(len(table.columns))
        if any(isinstance(bare_of(row[number]), Link) for row in lines)
    ]
    marked = any(isinstance(value, Marked) for row in lines for value in row)
    titles = [_heading(column, writing) for column in table.columns]
    address = writing.say("address")
    heads = [*titles, *(f"{table.columns[n].title}: {address}" for n in linked)]
    if marked:
        heads.append(writing.say("Incomplete"))
    rows = [_row(row, titles, linked, marked, writing.zone) for row in lines]
    if table.total:
        heads.append(writing.say("Kind of row"))
        kinds = [writing.say("row")] * len(table.rows) + [writing.say("Total")]
        rows = [[*row, kind] for row, kind in zip(rows, kinds, strict=True)]
    return as_csv(heads, rows)


def _heading(column: Column, writing: Writing) -> str:
    """Answer a column's heading with its unit, as `unit` names it."""
    share = column.kind is Kind.SHARE or column.unit is Unit.SHARE
    lasting = timedelta() if column.kind is Kind.DURATION else None
    name = unit(Unit.SHARE if share else column.unit, lasting, writing)
    return f"{column.title} ({name})" if name else column.title


def _row(
    row: Sequence[Value], titles: Sequence[str], linked: Sequence[int], marked: bool, zone: ZoneInfo
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


def unit(of: Unit, value: Value, writing: Writing) -> str:
    """Answer what a value is counted in, in the report's language; "" where nothing is counted."""
    lasts = isinstance(bare_of(value), timedelta)
    if of is Unit.SHARE:
        return writing.say("share, 1 is 100%")
    if of is Unit.BYTES:
        return writing.say("bytes")
    if of is Unit.WORKING and lasts:
        return writing.say("ISO 8601 duration, business hours")
    if lasts:
        return writing.say("ISO 8601 duration")
    return writing.unit(of)


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
