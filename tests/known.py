"""What a signal may know, of what a test gives it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from itsm_sync.model.cycles import Health, SourceReport
from itsm_sync.model.findings import Finding
from itsm_sync.model.items import Item
from itsm_sync.model.references import names
from itsm_sync.model.signals import Act, Episode, Observation, Standing
from tests.builders import NOON


@dataclass(frozen=True, kw_only=True)
class FakeKnown:
    """`signals.ports.Known` over values."""

    now: datetime = NOON
    sources: Mapping[str, SourceReport] = field(default_factory=dict)
    all_items: tuple[Item, ...] = ()
    all_episodes: tuple[Episode, ...] = ()
    tickets: Mapping[str, int] = field(default_factory=dict)
    naming: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)
    deeds: tuple[Act, ...] = ()
    said: tuple[Observation, ...] = ()
    baselines: Mapping[str, datetime] = field(default_factory=dict)
    streams: Mapping[tuple[str, str], Health] = field(default_factory=dict)
    approvals: Mapping[str, bool | None] = field(default_factory=dict)
    found: tuple[Finding, ...] = ()
    unmoved: bool = False

    def item(self, key: str) -> Item | None:
        return next((item for item in self.all_items if item.key == key), None)

    def items(
        self,
        *,
        source: str | None = None,
        kind: str | None = None,
        state: str | None = None,
        since: datetime | None = None,
    ) -> Iterable[Item]:
        return [
            item
            for item in self.all_items
            if source in (None, item.source) and kind in (None, item.kind)
            if state in (None, item.state)
            if since is None or item.updated_at >= since
        ]

    def moved(self, signal: str, *kinds: str) -> bool:
        return not self.unmoved

    def linked(self, key: str) -> tuple[Item, ...]:
        """As given, and otherwise as the store finds it among the items."""
        found = (item for item in self.all_items if key in names(item.facts))
        return self.naming.get(key) or tuple(sorted(found, key=lambda item: item.key))

    def approved(self, ticket: str) -> bool | None:
        return self.approvals.get(ticket, False)

    def episodes(
        self,
        *,
        signal: str | None = None,
        standing: Standing | None = None,
        since: datetime | None = None,
    ) -> tuple[Episode, ...]:
        return tuple(
            episode
            for episode in self.all_episodes
            if signal in (None, episode.signal)
            and standing in (None, episode.standing)
            and (since is None or episode.ended is None or episode.ended >= since)
        )

    def episode(self, key: str) -> Episode | None:
        return next((episode for episode in self.all_episodes if episode.key == key), None)

    def ticket_of(self, episode: str) -> int | None:
        return self.tickets.get(episode)

    def acts(self, episode: str) -> tuple[Act, ...]:
        return tuple(act for act in self.deeds if act.episode == episode)

    def failing(self, signal: str, since: datetime) -> Mapping[str, tuple[Observation, ...]]:
        mine = [one for one in self.said if one.signal == signal]
        lines = sorted({one.line for one in mine if not one.good and one.until >= since})
        return {name: tuple(one for one in mine if one.line == name) for name in lines}

    def baseline(self, signal: str) -> datetime:
        return self.baselines.get(signal, self.now)

    def findings(self) -> tuple[Finding, ...]:
        return self.found

    def stream(self, source: str, stream: str) -> Health | None:
        return self.streams.get((source, stream))

    @property
    def unread(self) -> frozenset[str]:
        """As if each source had been read in full once."""
        reports = self.sources.items()
        return frozenset(n for n, one in reports if one.stale or one.health is Health.OFF)
