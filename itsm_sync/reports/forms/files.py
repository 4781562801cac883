"""What a report's files are called: by report and period, so that none overwrites another."""

import re
from zoneinfo import ZoneInfo

from itsm_sync.reports.document import Chart, Document

_ODD = re.compile("[^a-z0-9]+")


def stem(document: Document) -> str:
    """Answer the name without its ending: `monthly-service-20260601`, by the period's first day."""
    day = document.since.astimezone(ZoneInfo(document.zone))
    return f"{_plain(document.name)}-{day:%Y%m%d}"


def picture(document: Document, chart: Chart) -> str:
    """Answer the name of a chart's picture."""
    return f"{stem(document)}-{_plain(chart.name)}.png"


def _plain(name: str) -> str:
    return _ODD.sub("-", name.casefold()).strip("-") or "report"
