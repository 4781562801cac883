"""How things stand, from the store alone, as a document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from itsm_sync.cycle.due import Timetable
from itsm_sync.locale import say
from itsm_sync.model.letters import Retrying
from itsm_sync.operations import letters as letter_work
from itsm_sync.operations.endings import applied, outcome, trouble
from itsm_sync.operations.overrides import quality_json
from itsm_sync.operations.summary import paused_json
from itsm_sync.reports.quality import Quality, quality
from itsm_sync.store import (
    CycleRecord,
    SourceStanding,
    Store,
)
from itsm_sync.store.leases import DAEMON

CYCLES = 5
QUALITY_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the settings promise: when letters are tried again, how old a source may become."""

    retrying: Retrying = field(default_factory=Retrying)
    timetable: Timetable = field(default_factory=Timetable)

    def stale(self, one: SourceStanding, now: datetime) -> bool:
        """Whether a source has not answered for longer than is promised; nothing is promised of
        one that the settings do not have any more.
        """
        since = one.succeeded_at or one.first_at
        return one.source in self.timetable.promises and self.timetable.stale(
            one.source, since, now
        )


def as_json(store: Store, now: datetime, terms: Terms) -> dict[str, Any]:
    """Answer counts, quality, streams, cycles, findings and dead letters."""
    counts = store.counts()
    return {
        "items": dict(counts.items),
        "open_tickets": counts.open_tickets,
        "routed": counts.routed,
        "unsure": counts.unsure,
        "unrouted": counts.unrouted,
        "tickets": {"unsure": counts.tickets_unsure, "unrouted": counts.tickets_unrouted},
        "overrides": counts.overrides,
        "quality": {"days": QUALITY_DAYS} | quality_json(recent_quality(store, now)),
        "refusals": counts.refusals,
        "service_levels": service_levels(store),
        "paused": paused_json(store.paused()),
        "daemon": _daemon(store),
        "leases": {lease.name: lease.holder for lease in store.leases()},
        "sources": [
            {"source": s.source, "status": s.health, "read_at": s.read_at,
             "succeeded_at": s.succeeded_at, "stale": terms.stale(s, now),
             "error": s.error and say(s.error, "en")}
            for s in store.source_standings()
        ],
        "dead_letters": [
            {"source": one.source, "kind": one.kind.value, "key": one.key,
             "error": letter_work.cause(one, "en"), "since": one.first_at, "times": one.times}
            | ({"field": one.field} if one.field else {})
            for one in store.letters(terms.retrying)
        ],
        "findings": [
            {"key": f.finding.key, "kind": f.finding.kind, "text": say(f.finding.message, "en"),
             "since": f.first_at}
            for f in store.open_findings()
        ],
        "streams": [
            {"source": s.source, "stream": s.stream, "status": s.health, "read_at": s.seen_at,
             "succeeded_at": s.succeeded_at, "error": s.error and say(s.error, "en")}
            for s in store.stream_health()
        ],
        "cycles": [
            {"cycle": c.id, "started_at": c.started_at, "finished_at": c.finished_at,
             "state": c.state, "outcome": outcome(c), "error": str(trouble(c)) or None,
             "planned_only": bool(c.summary.get("planned_only")), "written": applied(c),
             "configuration": c.configuration}
            for c in last_cycles(store)
        ],
    }  # fmt: skip


def _daemon(store: Store) -> Mapping[str, Any] | None:
    """Answer whether a daemon is at work, and when one last began; None: none ever did."""
    last = store.last_daemon()
    if last is None:
        return None
    works = any(lease.name == DAEMON for lease in store.leases())
    return {"at_work": works, "started_at": last.at, "host": last.host}


def last_cycles(store: Store) -> tuple[CycleRecord, ...]:
    """Answer the last cycles, and the last that wrote, so that `undo` can be given one."""
    newest = store.last_cycles(CYCLES)
    known = {cycle.id for cycle in newest}
    return newest + tuple(c for c in store.last_cycles(CYCLES, wrote=True) if c.id not in known)


def service_levels(store: Store) -> Mapping[str, Any] | None:
    """Answer how service levels stood in the last cycle that came to an end; None: without any."""
    for cycle in store.last_cycles(CYCLES):
        found = cycle.summary.get("service_levels")
        if isinstance(found, dict):
            return found
        if "edits" in cycle.summary:
            return None
    return None


def recent_quality(store: Store, now: datetime) -> Quality:
    """Answer how many of the routings of the last days people changed."""
    since = now - timedelta(days=QUALITY_DAYS)
    return quality(store.routed_tickets(since, now), store.override_history(), now)
