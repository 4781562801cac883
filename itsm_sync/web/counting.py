"""Which event counts into which series. Labels have few values, and none that is private."""

from collections.abc import Callable, Mapping
from itertools import product
from typing import Final

from prometheus_client import Counter

from itsm_sync.desk.refusing import OTHER, REASONS
from itsm_sync.model.cycles import Health
from itsm_sync.model.openings import OpeningOutcome
from itsm_sync.model.plans import Outcome
from itsm_sync.model.signals import SIGNALS
from itsm_sync.operations.cycles import INTERRUPTED
from itsm_sync.operations.endings import OUTCOMES
from itsm_sync.web.series import Series, number, one_of, status

DEEDS: Final = ("opened", "updated", "closed", "reopened")
BREAKERS: Final = ("closed", "open", "half-open")
HOOKS: Final = ("github", "jenkins", "redmine")
RECEIVED: Final = (
    "hinted", "dropped", "repeated", "ignored", "unsigned", "malformed", "too-large", "cut",
)  # fmt: skip
_CYCLE_SECONDS = (1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)
RESOURCES: Final = ("core", "search", "graphql")  # what GitHub counts apart
_LIMITS: Final = {
    "remaining": ("rate_limit_remaining", "Requests that a source still lets us make."),
    "limit": ("rate_limit", "Requests that a source lets us make in all."),
    "reset": ("rate_limit_reset_timestamp_seconds", "When that is counted anew."),
}

Details = Mapping[str, object]
Handlers = dict[str, Callable[[Details], None]]


def cycles(series: Series) -> Handlers:
    """Count cycles, and what they read."""
    ended = series.counter("cycles", "Cycles by how they ended.", "outcome")
    took = series.histogram("cycle_seconds", "How long cycles took.", buckets=_CYCLE_SECONDS)
    pulled = series.counter("items", "Items pulled.", "source")
    reads = series.counter("reads", "Reads of whole sources.", "source", "health")
    series.begun += [(pulled, ()), *((reads, (health.value,)) for health in Health)]
    for outcome in (*OUTCOMES, "other"):
        ended.labels(outcome)

    def finished(details: Details) -> None:
        ended.labels(one_of(OUTCOMES, details.get("outcome"))).inc()
        took.observe(number(details.get("seconds")))

    def failed(_: Details) -> None:
        ended.labels("failed").inc()

    def interrupted(_: Details) -> None:
        ended.labels(INTERRUPTED).inc()

    def done(details: Details) -> None:
        source = series.source(details.get("source"))
        pulled.labels(source).inc(max(0.0, number(details.get("items"))))
        reads.labels(source, one_of([h.value for h in Health], details.get("health"))).inc()

    return {
        "cycle.finished": finished,
        "cycle.failed": failed,
        "cycle.interrupted": interrupted,
        "source.done": done,
    }


def edits(series: Series) -> Handlers:
    """Count what was written, refused and opened."""
    edited = series.counter("edits", "Edits of tickets by outcome.", "outcome")
    refused = series.counter("refused_fields", "Refused values.", "reason")
    opened = series.counter("openings", "Tickets to be opened by outcome.", "outcome")
    told = series.counter("signal_tickets", "Signals' tickets.", "signal", "did")
    for reason in REASONS:
        refused.labels(reason)
    for signal, did in product(SIGNALS, DEEDS):
        told.labels(signal, did)

    def counting(counter: Counter, label: str) -> Callable[[Details], None]:
        child = counter.labels(label)
        return lambda _: child.inc()

    def field_refused(details: Details) -> None:
        refused.labels(one_of(REASONS, details.get("reason"), OTHER)).inc()

    def signalled(details: Details) -> None:
        signal, did = one_of(SIGNALS, details.get("signal")), one_of(DEEDS, details.get("did"))
        told.labels(signal, did).inc()

    return {
        **{f"edit.{one.value}": counting(edited, one.value) for one in Outcome},
        **{f"ticket.{one.value}": counting(opened, one.value) for one in OpeningOutcome},
        "edit.field_refused": field_refused,
        "signal.ticket": signalled,
    }


def requests(series: Series) -> Handlers:
    """Count requests to other systems, and what these say of their limits."""
    text = "Requests to other systems, by status (none: no answer)."
    asked = series.counter("requests", text, "source", "status")
    took = series.histogram("request_seconds", "How long answers took.", "source")
    series.begun += [(took, ()), (asked, ("200",)), (asked, ("none",))]
    limits = {
        key: series.gauge(name, text, "source", "resource") for key, (name, text) in _LIMITS.items()
    }
    states = "1 for the state that a source's breaker is in."
    breaker = series.gauge("breaker", states, "source", "state")

    def answered(details: Details) -> None:
        source = series.source(details.get("system"))
        asked.labels(source, status(details.get("status"))).inc()
        took.labels(source).observe(number(details.get("seconds")))

    def failed(details: Details) -> None:
        asked.labels(series.source(details.get("system")), "none").inc()

    def limited(details: Details) -> None:
        source = series.source(details.get("system"))
        resource = one_of(RESOURCES, details.get("resource", "core"))
        for name, gauge in limits.items():
            gauge.labels(source, resource).set(number(details.get(name)))

    def changed(details: Details) -> None:
        source = series.source(details.get("system"))
        for state in BREAKERS:
            breaker.labels(source, state).set(state == details.get("state"))

    return {
        "http.answered": answered,
        "http.failed": failed,
        "limits.seen": limited,
        "breaker.changed": changed,
    }


def port(series: Series) -> Handlers:
    """Count requests to our own port."""
    served = series.counter("web_requests", "Requests to this port.", "method", "route", "status")
    took = series.histogram("web_request_seconds", "How long answers of this port took.", "route")
    hooks = series.counter("webhooks", "Webhooks by what became of them.", "system", "result")
    for system, result in product(HOOKS, RECEIVED):
        hooks.labels(system, result)

    def answered(details: Details) -> None:
        method, route = str(details.get("method")), str(details.get("route"))
        served.labels(method, route, status(details.get("status"))).inc()
        took.labels(route).observe(number(details.get("seconds")))

    def came(details: Details) -> None:
        system, result = details.get("system"), details.get("result")
        hooks.labels(one_of(HOOKS, system), one_of(RECEIVED, result)).inc()

    return {"web.answered": answered, "web.hooked": came, "web.turned_away": came}
