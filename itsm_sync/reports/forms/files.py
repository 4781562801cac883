"""What a report's files are called: by report, team, period and language, so that none overwrites
another.
"""

import hashlib
import re
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from itsm_sync.reports.document import Chart, Document

_MOMENT = timedelta(microseconds=1)
_ODD = re.compile("[^a-z0-9]+")
_SHORT = 8  # hexadecimal characters that tell names apart of which little is left


def stem(document: Document) -> str:
    """Answer the name without its ending: `digest.it-planning.20260531.ko`,
    `monthly.20260501-20260531.en`, by the period's days.

    No part has a dot within: a report `a` of a team `b-c` is no report `a-b` of a team `c`.
    """
    zone = ZoneInfo(document.zone)
    since, until = (at.astimezone(zone) for at in (document.since, document.until))
    if since.time() == until.time() == time():
        ends = (f"{since:%Y%m%d}", f"{until - _MOMENT:%Y%m%d}")
    else:
        ends = (f"{since:%Y%m%dT%H%M}", f"{until:%Y%m%dT%H%M}")
    part = _named(document.part) if document.part else ""
    parts = (_named(document.name), part, "-".join(dict.fromkeys(ends)), document.language)
    return ".".join(filter(None, parts))


def picture(document: Document, chart: Chart) -> str:
    """Answer the name of a chart's picture."""
    return f"{stem(document)}.{_plain(chart.name)}.png"


def _named(name: str) -> str:
    """Answer the name of a report or a team as files have it; two left the same stay apart.

    A team's id is in any script, and each team's part is its own.
    """
    plain = _plain(name)
    if plain == name:
        return plain
    return f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:_SHORT]}"


def _plain(name: str) -> str:
    return _ODD.sub("-", name.casefold()).strip("-") or "report"
