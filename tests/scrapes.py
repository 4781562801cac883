"""Reads what `/metrics` answers."""

from collections.abc import Iterator
from dataclasses import dataclass

import requests
from prometheus_client.parser import text_string_to_metric_families

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Scrape:
    """The samples of one scrape, by name and labels."""

    samples: dict[tuple[str, Labels], float]
    text: str

    def value(self, name: str, **labels: str) -> float | None:
        """Answer one sample; None where there is none."""
        return self.samples.get((f"itsm_sync_{name}", tuple(sorted(labels.items()))))

    def names(self) -> set[str]:
        return {name for name, _ in self.samples}

    def labels(self, name: str) -> set[str]:
        """Answer the names of a sample's labels."""
        return {key for found, labels in self.samples if found == name for key, _ in labels}

    def series(self, name: str) -> Iterator[tuple[dict[str, str], float]]:
        for (found, labels), value in self.samples.items():
            if found == f"itsm_sync_{name}":
                yield dict(labels), value


def parsed(text: str) -> Scrape:
    """Read Prometheus' text format."""
    return Scrape(
        {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        },
        text,
    )


def scrape(url: str) -> Scrape:
    """Ask a port for its figures."""
    answer = requests.get(f"{url}/metrics", timeout=30)
    assert answer.status_code == 200
    return parsed(answer.text)
