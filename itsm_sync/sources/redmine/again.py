"""Reading Redmine again: where a stream goes back to, and what can be read alone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from itsm_sync.sources.redmine.items import issue_key
from itsm_sync.sources.redmine.place import ANCIENT, Place
from itsm_sync.sources.redmine.reading import ISSUES

PROJECTS, VANISHED = "projects", "vanished"
ANEW = "anew"  # in the cursor of a wiki that is read whole


def rewound(cursor: Any, stream: str, since: datetime | None) -> object | None:
    """Answer the cursor from which a stream is read again."""
    if stream == ISSUES:
        return _tickets(cursor, since)
    if stream == VANISHED:  # without a cursor nothing would be looked for
        return {"read": ANCIENT.isoformat()}
    if not isinstance(cursor, Mapping):
        return None
    if stream == PROJECTS:  # what is known of projects keeps the tickets' paths
        return {**cursor, "read": ANCIENT.isoformat()}
    return {"read": ANCIENT.isoformat(), ANEW: True}


def _tickets(cursor: Any, since: datetime | None) -> object | None:
    place = Place.read(cursor)
    if since is None or place.since is None:
        return None
    back = replace(place, since=min(place.since, since), settled=False, verify=True)
    return back.written()


def numbered(key: str) -> int | None:
    """Answer the number of the ticket that a key names; None: it names none."""
    number = key.rpartition("/")[2]
    named = number.isascii() and number.isdigit() and key == issue_key(number)
    return int(number) if named else None
