"""What a report's files are called: by report and period, so that none overwrites another."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from itsm_sync.reports.document import Chart, Document

_MOMENT = timedelta(microseconds=1)
_ODD = re.compile("[^a-z0-9]+")


def stem(document: Document) -> str:
    """Answer the name without its ending: `digest-20260531`, `monthly-20260501-20260531`, by the
    period's days.
    """
    zone = ZoneInfo(document.zone)
    first = f"{document.since.astimezone(zone):%Y%m%d}"
    last = f"{(document.until - _MOMENT).astimezone(zone):%Y%m%d}"
    return "-".join(dict.fromkeys((_plain(document.name), first, last)))


def picture(document: Document, chart: Chart) -> str:
    """Answer the name of a chart's picture."""
    return f"{stem(document)}-{_plain(chart.name)}.png"


def _plain(name: str) -> str:
    return _ODD.sub("-", name.casefold()).strip("-") or "report"
