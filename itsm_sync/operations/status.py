"""status: how things stand, from the store alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from itsm_sync.cycle.due import Timetable
from itsm_sync.locale import say
from itsm_sync.model.cycles import Health
from itsm_sync.model.letters import Letter, LetterKind, Retrying
from itsm_sync.model.words import Language, Message
from itsm_sync.operations import clocks_shown, pausing
from itsm_sync.operations import letters as letter_work
from itsm_sync.operations.endings import SAID, outcome, trouble, written
from itsm_sync.operations.overrides import percent, quality_json
from itsm_sync.operations.summary import paused_json
from itsm_sync.reports.quality import Quality, quality
from itsm_sync.routing.inventory import KIND as DRIFT
from itsm_sync.store import (
    Counts,
    CycleRecord,
    DaemonStart,
    LeaseRecord,
    OpenFinding,
    SourceStanding,
    Store,
    StreamHealth,
)
from itsm_sync.store.leases import DAEMON, REPORTS

CYCLES = 5
QUALITY_DAYS = 30
DRIFT_LINES = 10
LETTER_LINES = 10
_QUIET = ("ok", "running")


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
        "quality": {"days": QUALITY_DAYS} | quality_json(_quality(store, now)),
        "refusals": counts.refusals,
        "service_levels": _service_levels(store),
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
             "planned_only": bool(c.summary.get("planned_only")),
             "configuration": c.configuration}
            for c in _last_cycles(store)
        ],
    }  # fmt: skip


def _daemon(store: Store) -> Mapping[str, Any] | None:
    """Answer whether a daemon is at work, and when one last began; None: none ever did."""
    last = store.last_daemon()
    if last is None:
        return None
    works = any(lease.name == DAEMON for lease in store.leases())
    return {"at_work": works, "started_at": last.at, "host": last.host}


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


def _at_work(lease: LeaseRecord) -> Message:
    params = {"host": lease.host, "process": lease.process}
    if lease.name == DAEMON:
        return Message("the daemon is at work ({host}, process {process})", params)
    if lease.name == REPORTS:
        return Message("reports are being delivered ({host}, process {process})", params)
    return Message("a cycle is at work ({host}, process {process})", params)


def _stopped(last: DaemonStart, zone: tzinfo | None) -> Message:
    at = f"{last.at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"
    told = "no daemon is at work (last started {at}, {host})"
    return Message(told, {"at": at, "host": last.host})


def show(
    store: Store,
    console: Console,
    language: Language,
    zone: tzinfo | None,
    now: datetime,
    *,
    terms: Terms,
) -> None:
    """Print how things stand, for people; times are the zone's, or this machine's."""
    letters, changed = store.letters(terms.retrying), _changed(_quality(store, now))
    levels = clocks_shown.told(_service_levels(store))
    for message in (*_told(store.counts(), letters), changed, *levels):
        console.print(say(message, language), highlight=False)
    if (paused := store.paused()) is not None:
        console.print(Text(say(pausing.told(paused), language), style="yellow"), soft_wrap=True)
    at_work = store.leases()
    for lease in at_work:
        console.print(say(_at_work(lease), language), highlight=False)
    last = store.last_daemon()
    if last is not None and all(lease.name != DAEMON for lease in at_work):
        console.print(Text(say(_stopped(last, zone), language), style="yellow"), soft_wrap=True)
    console.print(_cycles(_last_cycles(store), language, zone))
    streams = store.stream_health()
    if standings := store.source_standings():
        unwell = {one.source for one in streams if one.health is not Health.OK}
        shown = [replace(one, error=None) if one.source in unwell else one for one in standings]
        console.print(_sources(shown, terms, language, zone, now))
    if streams:
        console.print(_streams(streams, language))
    _listed("Findings", _wrong(store.open_findings()), console, language)
    _listed("Dead letters", _set_aside(letters), console, language)


def _listed(title: str, lines: Iterable[Message], console: Console, language: Language) -> None:
    """Print lines under their title; nothing where there are none."""
    for number, message in enumerate(lines):
        if not number:
            console.print()
            console.print(Text(say(title, language), style="bold"))
        console.print(Text(say(message, language), style="yellow"), soft_wrap=True)


def _set_aside(letters: Sequence[Letter]) -> Iterator[Message]:
    for letter in letters[:LETTER_LINES]:
        what = {"what": letter_work.named(letter), "error": letter.cause}
        yield Message("{what}: {error}", what)
    if (left := len(letters) - LETTER_LINES) > 0:
        yield Message("… and {n} more: `itsm-sync letters` lists all", {"n": left})


def _wrong(found: tuple[OpenFinding, ...]) -> Iterator[Message]:
    """Answer what stands; of drift, which a new configuration may have much of, the first lines."""
    drift = [one.finding.message for one in found if one.finding.kind.startswith(DRIFT)]
    yield from (o.finding.message for o in found if not o.finding.kind.startswith(DRIFT))
    yield from drift[:DRIFT_LINES]
    if len(drift) > DRIFT_LINES:
        more = {"n": len(drift) - DRIFT_LINES}
        yield Message("… and {n} more of drift: `itsm-sync inventory` lists it", more)


def _told(counts: Counts, letters: Sequence[Letter]) -> tuple[Message, ...]:
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
        Message("{n} overrides", {"n": counts.overrides}),
        Message(_LETTERS, {
            "n": len(letters),
            "items": sum(letter.kind is LetterKind.ITEM for letter in letters),
            "edits": sum(letter.kind is LetterKind.EDIT for letter in letters),
            "tickets": sum(letter.kind is LetterKind.TICKET for letter in letters),
            "reports": sum(letter.kind is LetterKind.DELIVERY for letter in letters),
        }),
    )  # fmt: skip


_LETTERS = (
    "{n} dead letters: {items} payloads not understood, {edits} values refused,"
    " {tickets} tickets not opened, {reports} reports not delivered"
)


def _changed(measured: Quality) -> Message:
    whole = measured.whole
    params = {"routed": whole.routed, "changed": whole.changed, "share": percent(whole.share)}
    told = "of {routed} tickets routed in the last {days} days people changed {changed} ({share})"
    return Message(told, {"days": QUALITY_DAYS, **params})


def _cycles(cycles: tuple[CycleRecord, ...], language: Language, zone: tzinfo | None) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("cycle", "started", "state", "written", "error"):
        table.add_column(say(title, language), overflow="fold", no_wrap=title == "cycle")
    for cycle in cycles:
        started = cycle.started_at.astimezone(zone)
        ended, wrong = outcome(cycle), trouble(cycle)
        row = (cycle.id, f"{started:%Y-%m-%d %H:%M:%S %Z}", say(SAID[ended], language),
               say(written(cycle), language), say(wrong, language) if wrong else "")  # fmt: skip
        table.add_row(*map(Text, row), style="" if ended in _QUIET else "yellow")
    return table


def _sources(
    standings: Iterable[SourceStanding],
    terms: Terms,
    language: Language,
    zone: tzinfo | None,
    now: datetime,
) -> Table:
    """Answer the sources that the settings have: how they are, and when they last answered."""
    table = Table(box=None, pad_edge=False)
    for title in ("source", "status", "last success", "error"):
        table.add_column(say(title, language), overflow="fold")
    promised = terms.timetable.promises
    for one in standings:
        if promised and one.source not in promised:
            continue
        stale = terms.stale(one, now)
        state = say(one.health.value, language) + (f", {say('stale', language)}" if stale else "")
        last = say("never", language)
        if one.succeeded_at is not None:
            at = f"{one.succeeded_at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"
            last = f"{at} ({_ago(now - one.succeeded_at, language)})"
        style = "red" if stale else "green" if one.health is Health.OK else "yellow"
        error = say(one.error, language) if one.error else ""
        table.add_row(Text(one.source), Text(state, style=style), Text(last), Text(error))
    return table


def _ago(length: timedelta, language: Language) -> str:
    minutes = max(0, int(length.total_seconds() // 60))
    days, hours = minutes // 1_440, minutes // 60
    told = ("{n} d", days) if days > 1 else ("{n} h", hours) if hours > 1 else ("{n} min", minutes)
    span = say(Message(told[0], {"n": told[1]}), language)
    return say(Message("{span} ago", {"span": span}), language)


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
