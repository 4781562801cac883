"""How things stand, for people."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from itsm_sync.locale import say
from itsm_sync.model.cycles import Health
from itsm_sync.model.letters import Letter, LetterKind
from itsm_sync.model.words import Language, Message
from itsm_sync.operations import clocks_shown, pausing
from itsm_sync.operations import letters as letter_work
from itsm_sync.operations.endings import SAID, outcome, trouble, written
from itsm_sync.operations.overrides import percent
from itsm_sync.operations.status.telling import (
    QUALITY_DAYS,
    Terms,
    last_cycles,
    recent_quality,
    service_levels,
)
from itsm_sync.reports.quality import Quality
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

DRIFT_LINES = 10
LETTER_LINES = 10
_QUIET = ("ok", "running")


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
    letters, changed = store.letters(terms.retrying), _changed(recent_quality(store, now))
    levels = clocks_shown.told(service_levels(store))
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
    console.print(_cycles(last_cycles(store), language, zone))
    streams = store.stream_health()
    if standings := store.source_standings():
        told = [(one.source, one.error) for one in streams if one.health is not Health.OK]
        shown = [replace(one, error=None) if (one.source, one.error) in told else one
                 for one in standings]  # fmt: skip
        console.print(_sources(shown, terms, language, zone, now))
    if streams:
        away = {one.source for one in standings if one.health is Health.FAILED}
        console.print(_streams(streams, away, language))
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


def _streams(streams: tuple[StreamHealth, ...], away: Collection[str], language: Language) -> Table:
    """Answer the streams that are not well, and a line a source for the others; of a source that is
    `away` they were well when they were last read.
    """
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
        state = Text(say("ok when last read", language), style="yellow")
        if source not in away:
            state = Text(say("ok", language), style="green")
        table.add_row(Text(source), streams_well, state, "")
    return table
