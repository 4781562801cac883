"""Figures for Prometheus: what happens is counted by listening, what stands read at a scrape."""

import platform
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import chain
from threading import Lock

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric

from itsm_sync.desk.refusing import OTHER, REASONS
from itsm_sync.model.openings import OpeningOutcome
from itsm_sync.model.plans import Outcome
from itsm_sync.model.signals import SIGNALS
from itsm_sync.web.gauges import gauges
from itsm_sync.web.premises import Premises
from itsm_sync.web.standing import Standing
from itsm_sync.web.version import version

NAMESPACE = "itsm_sync"
CYCLES = ("done", "unwell", "failed")
DEEDS = ("opened", "updated", "closed", "reopened")
BREAKERS = ("closed", "open", "half-open")
HOOKS = ("github", "jenkins", "redmine")
RECEIVED = (
    "hinted", "dropped", "repeated", "ignored", "unsigned", "malformed", "too-large",
)  # fmt: skip
# Different names that a label may have; a hundred controllers are more than anybody runs.
_MOST = 100
_CYCLE_SECONDS = (1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)
_REQUEST_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

Details = Mapping[str, object]


class _Names:
    """Keeps a label's values few: names beyond the most are told as one."""

    def __init__(self, most: int = _MOST) -> None:
        self._known: set[str] = set()
        self._most = most

    def __call__(self, name: object) -> str:
        text = str(name)
        if text not in self._known:
            if len(self._known) >= self._most:
                return "other"
            self._known.add(text)
        return text


def _one_of(known: tuple[str, ...] | frozenset[str], name: object, other: str = "other") -> str:
    return str(name) if str(name) in known else other


class Metrics:
    """A listener to everything that rooms do. Labels have few values, and none that is private."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(namespace=NAMESPACE, registry=registry)
        self._source = _Names()
        self._lock = Lock()
        self._handlers: dict[str, Callable[[Details], None]] = {}
        self._cycles(registry)
        self._edits(registry)
        self._requests(registry)
        self._port(registry)
        info = self._gauge(registry, "build_info", "Version, and Python's.", "version", "python")
        info.labels(version(), platform.python_version()).set(1)

    def saw(self, event: str, /, **details: object) -> None:
        """Count an event; one of no interest is passed over."""
        handler = self._handlers.get(event)
        if handler is not None:
            with self._lock:
                handler(details)

    def text(self, seen: Standing | None, premises: Premises) -> tuple[bytes, str]:
        """Answer everything in Prometheus' text format, and that format's media type."""
        both = _Both(lambda: chain(self.registry.collect(), gauges(seen, premises)))
        return generate_latest(both), CONTENT_TYPE_PLAIN_0_0_4

    # -- cycles -------------------------------------------------------------------------------

    def _cycles(self, registry: CollectorRegistry) -> None:
        cycles = self._counter(registry, "cycles", "Cycles by how they ended.", "outcome")
        took = Histogram(
            "cycle_seconds", "How long cycles took.",
            namespace=NAMESPACE, registry=registry, buckets=_CYCLE_SECONDS,
        )  # fmt: skip
        pulled = self._counter(registry, "items", "Items pulled.", "source")
        reads = self._counter(registry, "reads", "Reads of whole sources.", "source", "health")
        for outcome in (*CYCLES, "other"):
            cycles.labels(outcome)

        def finished(details: Details) -> None:
            cycles.labels(_one_of(CYCLES, details.get("outcome"))).inc()
            took.observe(_number(details.get("seconds")))

        def failed(_: Details) -> None:
            cycles.labels("failed").inc()

        def done(details: Details) -> None:
            source = self._source(details.get("source"))
            pulled.labels(source).inc(max(0.0, _number(details.get("items"))))
            reads.labels(source, _one_of(_HEALTHS, details.get("health"))).inc()

        self._handlers |= {"cycle.finished": finished, "cycle.failed": failed, "source.done": done}

    # -- what was written ---------------------------------------------------------------------

    def _edits(self, registry: CollectorRegistry) -> None:
        edits = self._counter(registry, "edits", "Edits of tickets by outcome.", "outcome")
        refused = self._counter(registry, "refused_fields", "Refused values.", "reason")
        opened = self._counter(registry, "openings", "Tickets to be opened by outcome.", "outcome")
        told = self._counter(registry, "signal_tickets", "Signals' tickets.", "signal", "did")
        for reason in REASONS:
            refused.labels(reason)

        def counting(counter: Counter, label: str) -> Callable[[Details], None]:
            counter.labels(label)
            return lambda _: counter.labels(label).inc()

        def field_refused(details: Details) -> None:
            refused.labels(_one_of(REASONS, details.get("reason"), OTHER)).inc()

        def signalled(details: Details) -> None:
            signal, did = _one_of(SIGNALS, details.get("signal")), _one_of(DEEDS, details["did"])
            told.labels(signal, did).inc()

        self._handlers |= {f"edit.{o.value}": counting(edits, o.value) for o in Outcome}
        self._handlers |= {f"ticket.{o.value}": counting(opened, o.value) for o in OpeningOutcome}
        self._handlers |= {"edit.field_refused": field_refused, "signal.ticket": signalled}

    # -- requests to other systems ------------------------------------------------------------

    def _requests(self, registry: CollectorRegistry) -> None:
        asked = self._counter(
            registry, "requests", "Requests to other systems, by status (none: no answer).",
            "source", "status",
        )  # fmt: skip
        took = Histogram(
            "request_seconds", "How long answers took.", ("source",),
            namespace=NAMESPACE, registry=registry, buckets=_REQUEST_SECONDS,
        )  # fmt: skip
        limits = {
            name: self._gauge(registry, f"rate_limit_{name}", text, "source")
            for name, text in _LIMITS.items()
        }
        breaker = self._gauge(
            registry, "breaker", "1 for the state that a source's breaker is in.", "source", "state"
        )

        def answered(details: Details) -> None:
            source = self._source(details.get("system"))
            asked.labels(source, _status(details.get("status"))).inc()
            took.labels(source).observe(_number(details.get("seconds")))

        def failed(details: Details) -> None:
            asked.labels(self._source(details.get("system")), "none").inc()

        def limited(details: Details) -> None:
            source = self._source(details.get("system"))
            for name, gauge in limits.items():
                if details.get(name) is not None:
                    gauge.labels(source).set(_number(details.get(name)))

        def changed(details: Details) -> None:
            source = self._source(details.get("system"))
            now = _one_of(BREAKERS, details.get("state"))
            for state in BREAKERS:
                breaker.labels(source, state).set(state == now)

        self._handlers |= {
            "http.answered": answered,
            "http.failed": failed,
            "limits.seen": limited,
            "breaker.changed": changed,
        }

    # -- our own port -------------------------------------------------------------------------

    def _port(self, registry: CollectorRegistry) -> None:
        served = self._counter(
            registry, "web_requests", "Requests to this port.", "method", "route", "status"
        )
        took = Histogram(
            "web_request_seconds", "How long answers of this port took.", ("route",),
            namespace=NAMESPACE, registry=registry, buckets=_REQUEST_SECONDS,
        )  # fmt: skip
        hooks = self._counter(
            registry, "webhooks", "Webhooks by what became of them.", "system", "result"
        )
        for system in HOOKS:
            for result in RECEIVED:
                hooks.labels(system, result)

        def answered(details: Details) -> None:
            method, route = str(details.get("method")), str(details.get("route"))
            served.labels(method, route, _status(details.get("status"))).inc()
            took.labels(route).observe(_number(details.get("seconds")))

        def came(details: Details) -> None:
            system, result = details.get("system"), details.get("result")
            hooks.labels(_one_of(HOOKS, system), _one_of(RECEIVED, result)).inc()

        self._handlers |= {"web.answered": answered, "webhook.came": came}

    def _counter(self, registry: CollectorRegistry, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, namespace=NAMESPACE, registry=registry)

    def _gauge(self, registry: CollectorRegistry, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(name, text, labels, namespace=NAMESPACE, registry=registry)


_HEALTHS = ("ok", "partly", "failed", "off")
_LIMITS = {
    "remaining": "Requests that a source still lets us make.",
    "limit": "Requests that a source lets us make in all.",
    "reset": "When that is counted anew, in seconds since 1970.",
}


class _Both:
    """Collects from a function, without the times at which series were made."""

    def __init__(self, collecting: Callable[[], Iterator[Metric]]) -> None:
        self._collecting = collecting

    def collect(self) -> Iterator[Metric]:
        """Answer the families."""
        for family in self._collecting():
            family.samples = [s for s in family.samples if not s.name.endswith("_created")]
            yield family


def _number(value: object) -> float:
    if isinstance(value, datetime):
        return value.timestamp()
    return float(value) if isinstance(value, (int, float)) else 0.0


def _status(value: object) -> str:
    return str(value) if isinstance(value, int) and 100 <= value <= 599 else "none"
