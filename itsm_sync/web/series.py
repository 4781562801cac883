"""Makes series of figures in one registry, and keeps their labels few."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

NAMESPACE = "itsm_sync"
_REQUEST_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
# Different names that a label may have; a hundred controllers are more than anybody runs.
_MOST = 100


@dataclass(slots=True)
class Series:
    """A factory; `begun` are those that each source has, from the first scrape on."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    begun: list[tuple[Counter | Histogram, tuple[str, ...]]] = field(default_factory=list)
    _sources: set[str] = field(default_factory=set)

    def counter(self, name: str, text: str, *labels: str) -> Counter:
        """Make a counter; its name gets `_total`."""
        return Counter(name, text, labels, namespace=NAMESPACE, registry=self.registry)

    def gauge(self, name: str, text: str, *labels: str) -> Gauge:
        """Make a figure that goes up and down."""
        return Gauge(name, text, labels, namespace=NAMESPACE, registry=self.registry)

    def histogram(
        self, name: str, text: str, *labels: str, buckets: tuple[float, ...] = _REQUEST_SECONDS
    ) -> Histogram:
        """Make a histogram of seconds."""
        return Histogram(
            name, text, labels, namespace=NAMESPACE, registry=self.registry, buckets=buckets
        )

    def source(self, name: object) -> str:
        """Answer a source's name as a label; beyond the most, all are told as one."""
        text = str(name)
        if text not in self._sources:
            if len(self._sources) >= _MOST:
                return "other"
            self._sources.add(text)
        return text

    def begin(self, sources: Iterable[str]) -> None:
        """Begin the series of sources at 0: one that begins at 1 has not risen, to Prometheus."""
        for name in sources:
            for series, others in self.begun:
                series.labels(self.source(name), *others)


def one_of(known: Iterable[str], name: object, other: str = "other") -> str:
    """Answer a name that is known, or the other."""
    return str(name) if str(name) in known else other


def number(value: object) -> float:
    """Answer a number, or a time's seconds since 1970; 0 for anything else."""
    if isinstance(value, datetime):
        return value.timestamp()
    return float(value) if isinstance(value, (int, float)) else 0.0


def status(value: object) -> str:
    """Answer an HTTP status as a label; `none` where there was no answer."""
    return str(value) if isinstance(value, int) and 100 <= value <= 599 else "none"
