"""What a report's files are called: by report and period, so that none overwrites another."""

import hashlib
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from itsm_sync.reports.document import Chart, Document

_MOMENT = timedelta(microseconds=1)
_ODD = re.compile("[^a-z0-9]+")
_SHORT = 8  # hexadecimal characters that tell names apart of which little is left


def stem(document: Document) -> str:
    """Answer the name without its ending: `digest-20260531`, `monthly-20260501-20260531`, by the
    period's days.
    """
    zone = ZoneInfo(document.zone)
    first = f"{document.since.astimezone(zone):%Y%m%d}"
    last = f"{(document.until - _MOMENT).astimezone(zone):%Y%m%d}"
    return "-".join(dict.fromkeys((_named(document.name), first, last)))


def picture(document: Document, chart: Chart) -> str:
    """Answer the name of a chart's picture."""
    return f"{stem(document)}-{_plain(chart.name)}.png"


def _named(name: str) -> str:
    """Answer a document's name as files have it; two that are left the same stay apart.

    A team's id is in any script, and each team's part is its own.
    """
    plain = _plain(name)
    if plain == name:
        return plain
    return f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:_SHORT]}"


def _plain(name: str) -> str:
    return _ODD.sub("-", name.casefold()).strip("-") or "report"
