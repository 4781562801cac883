"""Figures of how things stand, made anew at each scrape."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from itsm_sync.desk.refusing import REASONS
from itsm_sync.desk.refusing import reason as reason_of
from itsm_sync.model.cycles import Health
from itsm_sync.model.deliveries import REPORTS
from itsm_sync.model.letters import LetterKind
from itsm_sync.model.signals import SIGNALS
from itsm_sync.operations.endings import OUTCOMES, outcome
from itsm_sync.store import OpenFinding
from itsm_sync.web.premises import Premises, Role
from itsm_sync.web.standing import WORKER, Standing

REDMINE = "redmine"  # what is written there and refused is set aside, too
FIELD = "cycle.field"  # findings of this kind say why a value is not written
# The kinds of findings that are counted even where there is none.
KINDS = (
    "cycle.source", "cycle.stale", FIELD, "cycle.history", "cycle.approval", "cycle.held",
    "cycle.birth", "cycle.signal", "cycle.unapproved",
)  # fmt: skip
_MOST_KINDS = 100

Labelled = Mapping[tuple[str, ...], float]


def gauges(seen: Standing | None, premises: Premises) -> Iterator[Metric]:
    """Answer the figures; where the database does not answer, only those that need none."""
    yield _one("database_up", "1 where the database answers.", seen is not None)
    yield _one("heartbeat_seconds", "Since the scheduler's last sign of life.",
               premises.silent_for())  # fmt: skip
    role = premises.role()
    yield _many("role", "1 for what this daemon does.", ("role",),
                {(one.value,): one is role for one in Role})  # fmt: skip
    waiting = premises.waiting()
    yield _one("hints_waiting", "Hints of webhooks that are still to be followed.", waiting.length)
    dropped = CounterMetricFamily(
        "itsm_sync_hints_dropped", "Hints that the queue had no room for.", value=waiting.dropped
    )
    yield dropped
    if seen is not None:
        yield from _sources(seen)
        yield from _work(seen)
        yield from _counts(seen)
        yield from _letters(seen)


def _sources(seen: Standing) -> Iterator[Metric]:
    healths: Labelled = {(s.name, h.value): s.health is h for s in seen.sources for h in Health}
    silent: Labelled = {(s.name,): s.silent.total_seconds() for s in seen.sources}
    stale: Labelled = {(s.name,): s.stale for s in seen.sources}
    answered = "1 for how a source answered last."
    yield _many("source_health", answered, ("source", "health"), healths)
    yield _many("source_silent_seconds", "Since a source's last success.", ("source",), silent)
    yield _many("source_stale", "1 where that is longer than promised.", ("source",), stale)


def _work(seen: Standing) -> Iterator[Metric]:
    paused = seen.pause is not None
    since = seen.at - seen.pause.at if seen.pause is not None else timedelta()
    yield _one("paused", "1 where writing is paused.", paused)
    yield _one("paused_seconds", "Since writing was paused.", max(0.0, since.total_seconds()))
    held = any(lease.name == WORKER for lease in seen.leases)
    yield _one("worker", "1 where some daemon works on this database.", held)
    if seen.last is not None and seen.last.finished_at is not None:
        yield _time("last_cycle_finished", "When a cycle ended last.", seen.last.finished_at)
        now = outcome(seen.last)
        ended: Labelled = {(one,): one == now for one in OUTCOMES}
        yield _many("last_cycle", "1 for how it ended.", ("outcome",), ended)


def _counts(seen: Standing) -> Iterator[Metric]:
    counts = seen.counts
    yield _many("stored_items", "Items that are stored.", ("source",),
                {(source,): number for source, number in counts.items.items()})  # fmt: skip
    yield _one("open_tickets", "Open tickets.", counts.open_tickets)
    yield _one("unsure_tickets", "Open tickets that are to be confirmed.", counts.tickets_unsure)
    yield _one("unrouted_tickets", "Open tickets that only the last rule caught.",
               counts.tickets_unrouted)  # fmt: skip
    yield _one("overrides", "Values that people decided.", counts.overrides)
    yield from _service_levels(seen)
    if seen.held is not None:
        yield _one("held_edits", "Edits that caps hold for a person.", len(seen.held))
    signals: Labelled = {(name,): seen.signals.get(name, 0) for name in SIGNALS}
    yield _many("open_signal_tickets", "Open tickets of signals.", ("signal",), signals)
    kinds = Counter(found.finding.kind for found in seen.findings)
    yield _many("findings", "Findings that stand.", ("kind",), _bounded(kinds))
    yield _many("unwritten_fields", "Values that are not written, by reason.", ("reason",),
                _unwritten(seen.findings))  # fmt: skip


def _service_levels(seen: Standing) -> Iterator[Metric]:
    """Answer what the last cycle told of service levels, where there are any."""
    told = seen.last.summary.get("service_levels") if seen.last is not None else None
    if not isinstance(told, dict):
        return
    levels: Labelled = {
        (level, team): number
        for team, counted in told["teams"].items()
        for level, number in counted.items()
    }
    text = "Open tickets by how their service level stands."
    yield _many("sla_open", text, ("level", "team"), levels)
    yield _one("histories_missing", "Tickets whose history is still to be read.",
               told["histories_missing"])  # fmt: skip


def _letters(seen: Standing) -> Iterator[Metric]:
    names = [one.name for one in seen.sources]
    letters: dict[tuple[str, ...], float] = {(name, LetterKind.ITEM): 0 for name in names}
    letters |= {(REDMINE, kind): 0 for kind in (LetterKind.EDIT, LetterKind.TICKET)}
    letters[REPORTS, LetterKind.DELIVERY] = 0
    oldest = dict(letters)
    for letter in seen.letters:
        place = (letter.source, letter.kind)
        letters[place] = letters.get(place, 0) + 1
        since = seen.at - (letter.first_at or seen.at)
        oldest[place] = max(oldest.get(place, 0), since.total_seconds())
    labels = ("source", "kind")
    yield _many("dead_letters", "What is set aside.", labels, letters)
    oldest_text = "Since the oldest of it was set aside."
    yield _many("dead_letter_oldest_seconds", oldest_text, labels, oldest)


def _bounded(kinds: Mapping[str, int]) -> Labelled:
    """Answer the kinds with their numbers, the rarest beyond the most as one."""
    found: dict[tuple[str, ...], float] = {(kind,): 0 for kind in KINDS}
    for kind, number in Counter(kinds).most_common():
        name = kind if len(found) < _MOST_KINDS or (kind,) in found else "other"
        found[name,] = found.get((name,), 0) + number
    return found


def _unwritten(findings: Iterable[OpenFinding]) -> Labelled:
    mine = (f.finding.message.params for f in findings if f.finding.kind == FIELD)
    reasons = Counter(reason_of(params.get("why")) for params in mine)
    return {(reason,): reasons[reason] for reason in REASONS}


def _one(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"itsm_sync_{name}", text, value=float(value))


def _time(name: str, text: str, at: datetime) -> Metric:
    return _one(f"{name}_timestamp_seconds", text, at.timestamp())


def _many(name: str, text: str, labels: tuple[str, ...], values: Labelled) -> Metric:
    family = GaugeMetricFamily(f"itsm_sync_{name}", text, labels=labels)
    for given, value in sorted(values.items()):
        family.add_metric(given, float(value))
    return family
