"""status: how things stand, from the store alone."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from itsm_sync.locale import say
from itsm_sync.model.cycles import Health
from itsm_sync.model.words import Language, Message
from itsm_sync.operations import pausing
from itsm_sync.operations.clocks_shown import told
from itsm_sync.operations.overrides import percent, quality_json
from itsm_sync.operations.summary import paused_json
from itsm_sync.reports.quality import Quality, quality
from itsm_sync.routing.inventory import KIND as DRIFT
from itsm_sync.store import Counts, CycleRecord, OpenFinding, Store, StreamHealth

CYCLES = 5
QUALITY_DAYS = 30
DRIFT_LINES = 10
LETTER_LINES = 10


def as_json(store: Store, now: datetime) -> dict[str, Any]:
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
        "quality": {"days": QUALITY_DAYS} | quality_json(_quality(store, now)),
        "refusals": counts.refusals,
        "service_levels": _service_levels(store),
        "paused": paused_json(store.paused()),
        "leases": {lease.name: lease.holder for lease in store.leases()},
        "sources": [
            {"source": s.source, "status": s.health, "read_at": s.read_at,
             "succeeded_at": s.succeeded_at, "error": s.error and say(s.error, "en")}
            for s in store.source_standings()
        ],
        "dead_letters": [
            {"source": d.source, "key": d.key, "error": d.error, "since": d.first_at,
             "times": d.times}
            for d in store.dead_letters()
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
             "state": c.state, "configuration": c.configuration}
            for c in _last_cycles(store)
        ],
    }  # fmt: skip


def _last_cycles(store: Store) -> tuple[CycleRecord, ...]:
    """Answer the last cycles, and the last that wrote, so that `undo` can be given one."""
    newest = store.last_cycles(CYCLES)
    known = {cycle.id for cycle in newest}
    return newest + tuple(c for c in store.last_cycles(CYCLES, wrote=True) if c.id not in known)


def _service_levels(store: Store) -> Mapping[str, Any] | None:
    """Answer how service levels stood in the last cycle that came to an end; None: without any."""
    for cycle in store.last_cycles(CYCLES):
        found = cycle.summary.get("service_levels")
        if isinstance(found, dict):
            return found
        if "edits" in cycle.summary:
            return None
    return None


def _quality(store: Store, now: datetime) -> Quality:
    """Answer how many of the routings of the last days people changed."""
    since = now - timedelta(days=QUALITY_DAYS)
    return quality(store.routed_tickets(since, now), store.override_history(), now)


def show(store: Store, console: Console, language: Language, zone: tzinfo, now: datetime) -> None:
    """Print how things stand, for people; times are the zone's."""
    changed = _changed(_quality(store, now))
    for message in (*_told(store.counts()), changed, *told(_service_levels(store))):
        console.print(say(message, language), highlight=False)
    if (paused := store.paused()) is not None:
        console.print(Text(say(pausing.told(paused), language), style="yellow"), soft_wrap=True)
    for lease in store.leases():
        params = {"lease": Message(lease.name), "holder": lease.holder}
        console.print(
            say(Message("at work ({lease}): {holder}", params), language), highlight=False
        )
    console.print(_cycles(_last_cycles(store), language, zone))
    console.print(_streams(store.stream_health(), language))
    for message in _wrong(store.open_findings()):
        console.print(Text(say(message, language), style="yellow"), soft_wrap=True)
    letters = store.dead_letters()
    for letter in letters[:LETTER_LINES]:
        console.print(Text(f"{letter.key}: {letter.error}", style="yellow"))
    if (left := len(letters) - LETTER_LINES) > 0:
        more = Message("… and {n} more: `itsm-sync letters` lists all", {"n": left})
        console.print(Text(say(more, language), style="yellow"), soft_wrap=True)


def _wrong(found: tuple[OpenFinding, ...]) -> Iterator[Message]:
    """Answer what stands; of drift, which a new configuration may have much of, the first lines."""
    drift = [one.finding.message for one in found if one.finding.kind.startswith(DRIFT)]
    yield from (o.finding.message for o in found if not o.finding.kind.startswith(DRIFT))
    yield from drift[:DRIFT_LINES]
    if len(drift) > DRIFT_LINES:
        more = {"n": len(drift) - DRIFT_LINES}
        yield Message("… and {n} more of drift: `itsm-sync inventory` lists it", more)


def _told(counts: Counts) -> tuple[Message, ...]:
    return (
        Message("{n} items stored: {by}" if counts.items else "nothing is stored yet", {
            "n": sum(counts.items.values()),
            "by": ", ".join(f"{source} {n}" for source, n in sorted(counts.items.items())),
        }),
        Message("{n} open tickets, {unsure} of them to be confirmed, {last} without a rule", {
            "n": counts.open_tickets,
            "unsure": counts.tickets_unsure,
            "last": counts.tickets_unrouted,
        }),
        Message("{overrides} overrides, {refusals} refused fields, {letters} dead letters", {
            "overrides": counts.overrides,
            "refusals": counts.refusals,
            "letters": counts.dead_letters,
        }),
    )  # fmt: skip


def _changed(measured: Quality) -> Message:
    whole = measured.whole
    params = {"routed": whole.routed, "changed": whole.changed, "share": percent(whole.share)}
    told = "of {routed} tickets routed in the last {days} days people changed {changed} ({share})"
    return Message(told, {"days": QUALITY_DAYS, **params})


def _cycles(cycles: tuple[CycleRecord, ...], language: Language, zone: tzinfo) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("cycle", "started", "state", "written"):
        table.add_column(say(title, language))
    for cycle in cycles:
        edits = cycle.summary.get("edits")
        written = edits.get("applied", 0) if isinstance(edits, dict) else ""
        started = cycle.started_at.astimezone(zone)
        row = (cycle.id, f"{started:%Y-%m-%d %H:%M:%S %Z}", say(cycle.state.value, language))
        table.add_row(*map(Text, row), str(written))
    return table


def _streams(streams: tuple[StreamHealth, ...], language: Language) -> Table:
    """Answer the streams that are not well, or one line a source where all are."""
    table = Table(box=None, pad_edge=False)
    for title in ("source", "stream", "status", "error"):
        whole = title == "stream"  # a name is there to be copied
        table.add_column(say(title, language), overflow="fold", no_wrap=whole)
    well: dict[str, int] = {}
    for stream in streams:
        if stream.health is Health.OK:
            well[stream.source] = well.get(stream.source, 0) + 1
            continue
        error = say(stream.error, language) if stream.error else ""
        row = (stream.source, stream.stream, say(stream.health.value, language), error)
        table.add_row(*map(Text, row), style="yellow")
    for source, number in sorted(well.items()):
        streams_well = say(Message("{n} streams", {"n": number}), language)
        table.add_row(Text(source), streams_well, Text(say("ok", language), style="green"), "")
    return table
