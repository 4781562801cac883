"""Who has a port that can't be opened."""

import json
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from typing import Final

_PATIENCE: Final = 1.0  # seconds
_MOST: Final = 65_536  # bytes of an answer
# Who listens anywhere is asked here.
_ANYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # nosec B104


def is_itsm_sync(host: str, port: int) -> bool:
    """Whether another itsm-sync answers there."""
    place = _ANYWHERE.get(host, host)
    with closing(HTTPConnection(place, port, timeout=_PATIENCE)) as connection:
        try:
            connection.request("GET", "/health/live")
            told = json.loads(connection.getresponse().read(_MOST))
        except (OSError, HTTPException, ValueError):
            return False
    return isinstance(told, dict) and {"live", "silent_seconds"} <= told.keys()
