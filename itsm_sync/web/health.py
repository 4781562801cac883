"""What probes are told: numbers and names of the settings, nothing that items say."""

from datetime import datetime
from typing import Any

from itsm_sync.operations.endings import outcome
from itsm_sync.store import CycleRecord
from itsm_sync.web.premises import Premises, Role
from itsm_sync.web.standing import SourceNow, Standing

# Seconds without a sign of life after which the daemon is taken to be dead. Its loop gives one
# every few seconds; in a cycle each request, page and edit is one, and none takes so long.
DEAD = 600.0


def live(premises: Premises) -> dict[str, Any]:
    """Answer whether the process does its work at all; another may start it anew where not."""
    silent = premises.silent_for()
    return {"live": silent < DEAD, "silent_seconds": round(silent, 1)}


def ready(premises: Premises, seen: Standing | None) -> dict[str, Any]:
    """Answer whether all is as it is to be, and what is not: `reasons` are names for machines.

    A daemon that waits to take over is ready once the database answers.
    """
    reasons = [] if live(premises)["live"] else ["scheduler"]
    role = premises.role()
    if seen is None:
        reasons.append("database")
    elif role is Role.WORKING:
        reasons += [f"stale:{source.name}" for source in seen.sources if source.stale]
    return {
        "ready": not reasons,
        "reasons": reasons,
        "role": role.value,
        "database": {"answers": seen is not None},
        "paused": seen is not None and seen.pause is not None,
        "cycle": cycle(seen.last) if seen is not None and seen.last is not None else None,
        "sources": {one.name: _source(one) for one in seen.sources} if seen is not None else {},
    }


def cycle(record: CycleRecord) -> dict[str, Any]:
    """Answer when a cycle ended and how."""
    return {
        "cycle": record.id,
        "started_at": _time(record.started_at),
        "finished_at": _time(record.finished_at),
        "outcome": outcome(record),
    }


def _source(one: SourceNow) -> dict[str, Any]:
    return {
        "status": one.health.value,
        "stale": one.stale,
        "silent_seconds": round(one.silent.total_seconds()),
        "read_at": _time(one.read_at),
        "succeeded_at": _time(one.succeeded_at),
    }


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
