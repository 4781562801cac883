"""What a signal may know, of what a test gives it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from itsm_sync.model.cycles import Health, SourceReport
from itsm_sync.model.findings import Finding
from itsm_sync.model.items import Item
from itsm_sync.model.signals import Act, Episode
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
    streams: Mapping[tuple[str, str], Health] = field(default_factory=dict)
    done: tuple[Act, ...] = ()
    first: datetime = NOON - timedelta(days=365)
    found: tuple[Finding, ...] = ()

    def item(self, key: str) -> Item | None:
        return next((item for item in self.all_items if item.key == key), None)

    def items(self, *, source: str | None = None, kind: str | None = None) -> Iterable[Item]:
        return [
            item
            for item in self.all_items
            if source in (None, item.source) and kind in (None, item.kind)
        ]

    def linked(self, key: str) -> tuple[Item, ...]:
        return self.naming.get(key, ())

    def episodes(
        self, *, signal: str | None = None, since: datetime | None = None
    ) -> tuple[Episode, ...]:
        return tuple(
            episode
            for episode in self.all_episodes
            if signal in (None, episode.signal)
            and (since is None or episode.ended is None or episode.ended >= since)
        )

    def episode(self, key: str) -> Episode | None:
        return next((episode for episode in self.all_episodes if episode.key == key), None)

    def acts(self, episode: str) -> tuple[Act, ...]:
        mine = (act for act in self.done if act.episode == episode)
        return tuple(sorted(mine, key=lambda act: act.at))

    def baseline(self, signal: str) -> datetime:
        return self.first

    def findings(self) -> tuple[Finding, ...]:
        return self.found

    def ticket_of(self, episode: str) -> int | None:
        return self.tickets.get(episode)

    def stream(self, source: str, stream: str) -> Health | None:
        return self.streams.get((source, stream))
