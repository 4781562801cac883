"""Tables as spreadsheets read them."""

import csv
from collections.abc import Iterable
from io import StringIO

# What a spreadsheet takes for the start of a formula; the wide ones where Korean is spoken.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def as_csv(headings: Iterable[str], rows: Iterable[Iterable[str | float]]) -> str:
    """Answer a table as CSV with a byte order mark, as Excel wants; no text is a formula."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow([_harmless(heading) for heading in headings])
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return "\ufeff" + file.getvalue()


def _harmless(cell: str | float) -> str | float:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
