"""Figures for Prometheus: what happens is counted by listening, what stands read at a scrape."""

import platform
from collections.abc import Callable, Iterator
from itertools import chain
from threading import Lock

from prometheus_client import ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric

from itsm_sync.app.scope import readers
from itsm_sync.app.version import version
from itsm_sync.web import counting
from itsm_sync.web.gauges import gauges
from itsm_sync.web.premises import Premises
from itsm_sync.web.series import NAMESPACE, Series
from itsm_sync.web.standing import Standing


class Metrics:
    """A listener to everything that rooms do."""

    def __init__(self) -> None:
        self._series = series = Series()
        self._lock = Lock()
        self._handlers: counting.Handlers = {}
        for part in (counting.cycles, counting.edits, counting.requests, counting.port):
            self._handlers |= part(series)
        ProcessCollector(namespace=NAMESPACE, registry=series.registry)
        info = series.gauge("build_info", "The version, and Python's.", "version", "python")
        info.labels(version(), platform.python_version()).set(1)

    def saw(self, event: str, /, **details: object) -> None:
        """Count an event; one of no interest is passed over."""
        handler = self._handlers.get(event)
        if handler is not None:
            with self._lock:
                handler(details)

    def text(self, seen: Standing | None, premises: Premises) -> tuple[bytes, str]:
        """Answer everything in Prometheus' text format, and that format's media type."""
        with self._lock:
            self._series.begin(readers(premises.settings))
        registry = self._series.registry
        both = _Both(lambda: chain(registry.collect(), gauges(seen, premises)))
        return generate_latest(both), CONTENT_TYPE_PLAIN_0_0_4


class _Both:
    """Collects from a function, without the times at which series were made."""

    def __init__(self, collecting: Callable[[], Iterator[Metric]]) -> None:
        self._collecting = collecting

    def collect(self) -> Iterator[Metric]:
        """Answer the families."""
        for family in self._collecting():
            family.samples = [s for s in family.samples if not s.name.endswith("_created")]
            yield family
