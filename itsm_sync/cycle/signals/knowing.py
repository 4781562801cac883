"""What signals may know, out of the store."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from itsm_sync.model.approvals import Verdict
from itsm_sync.model.cycles import Health, SourceReport
from itsm_sync.model.findings import Finding
from itsm_sync.model.items import Item
from itsm_sync.model.signals import Act, Episode, Link, Observation
from itsm_sync.routing import Catalogue
from itsm_sync.store import Store

_KEPT = ("deployment", "pull")


@dataclass(slots=True, kw_only=True)
class Knowing:
    """`signals.ports.Known` over the store; what it answers once it answers again."""

    store: Store
    catalogue: Catalogue
    now: datetime
    sources: Mapping[str, SourceReport]
    _items: dict[str, Item | None] = field(default_factory=dict)
    _lists: dict[tuple[str | None, str], tuple[datetime, tuple[Item, ...]]] = field(
        default_factory=dict
    )
    _failing: dict[tuple[str, datetime], Mapping[str, tuple[Observation, ...]]] = field(
        default_factory=dict
    )
    _links: Mapping[str, Link] | None = None
    _streams: Mapping[tuple[str, str], Health] | None = None

    def item(self, key: str) -> Item | None:
        """Answer the item of a key, enriched; one that is gone as well."""
        if key not in self._items:
            found = self.store.item(key)
            self._items[key] = None if found is None else self.catalogue.enriched(found)
        return self._items[key]

    def items(
        self,
        *,
        source: str | None = None,
        kind: str | None = None,
        state: str | None = None,
        since: datetime | None = None,
    ) -> Iterable[Item]:
        """Answer the items that are there, by key, updated from `since` on, enriched.

        Of kinds that are asked for again and again, once for each ticket, the list is kept.
        """
        if kind not in _KEPT or since is None or state is not None:
            return self._read(source, kind, state, since)
        from_, kept = self._lists.get((source, kind), (None, ()))
        if from_ is None or since < from_:
            kept = tuple(self._read(source, kind, None, since))
            self._lists[source, kind] = since, kept
        return [item for item in kept if item.updated_at >= since]

    def _read(
        self, source: str | None, kind: str | None, state: str | None, since: datetime | None
    ) -> Iterable[Item]:
        found = self.store.items(source=source, kind=kind, state=state, since=since)
        return map(self.catalogue.enriched, found)

    def linked(self, key: str) -> tuple[Item, ...]:
        """Answer the items of other systems that name a ticket, enriched."""
        return tuple(map(self.catalogue.enriched, self.store.linked([key]).get(key, ())))

    def approved(self, ticket: str) -> bool | None:
        """Answer whether a ticket's approval stands; None: the ticket is not known."""
        item = self.item(ticket)
        if item is None or item.ticket is None:
            return None
        kept = self.store.approvals([item.ticket.id]).get(item.ticket.id)
        return kept is not None and kept.approval.verdict is Verdict.APPROVED

    def findings(self) -> tuple[Finding, ...]:
        """Answer what the cycle before found wrong and is not known to be mended."""
        return tuple(one.finding for one in self.store.open_findings())

    def episodes(
        self, *, signal: str | None = None, since: datetime | None = None
    ) -> tuple[Episode, ...]:
        """Answer episodes by their beginning; `since`: not over, or ended from then on."""
        return self.store.episodes(signal=signal, since=since)

    def episode(self, key: str) -> Episode | None:
        """Answer the episode of a key."""
        return next(iter(self.store.episodes(keys=[key])), None)

    def ticket_of(self, episode: str) -> int | None:
        """Answer the number of an episode's ticket."""
        if self._links is None:
            self._links = self.store.links()
        link = self._links.get(episode)
        return link.ticket if link is not None else None

    def acts(self, episode: str) -> tuple[Act, ...]:
        """Answer what people did to an episode's ticket, by time."""
        return self.store.acts([episode])

    def failing(self, signal: str, since: datetime) -> Mapping[str, tuple[Observation, ...]]:
        """Answer what was said of those of a signal's lines that failed since, line by line."""
        asked = (signal, since)
        if asked not in self._failing:
            self._failing[asked] = self.store.failing(signal, since)
        return self._failing[asked]

    def baseline(self, signal: str) -> datetime:
        """Answer when a signal was first looked at: what was over by then has no ticket."""
        return self.store.baseline(signal, self.now)

    def stream(self, source: str, stream: str) -> Health | None:
        """Answer how a stream answered in its last cycle; None: it was never read."""
        if self._streams is None:
            self._streams = {(s.source, s.stream): s.health for s in self.store.stream_health()}
        return self._streams.get((source, stream))
