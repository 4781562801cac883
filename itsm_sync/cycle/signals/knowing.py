"""What signals may know, out of the store."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from itsm_sync.cycle.due import Timetable
from itsm_sync.model.approvals import Verdict
from itsm_sync.model.cycles import Health, SourceReport
from itsm_sync.model.findings import Finding
from itsm_sync.model.items import Item
from itsm_sync.model.signals import Act, Episode, Observation, Standing
from itsm_sync.routing import Catalogue
from itsm_sync.store import Store, StreamHealth

_KEPT = ("deployment", "pull", "job", "repository")
_UNWELL = (Health.FAILED, Health.PARTLY)
_EVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(kw_only=True)
class Knowing:
    """`signals.ports.Known` over the store; what it answers once it answers again."""

    store: Store
    catalogue: Catalogue
    now: datetime
    sources: Mapping[str, SourceReport]
    configuration: str = ""  # what episodes follow from beside items
    timetable: Timetable = field(default_factory=Timetable)  # tells what is too long ago
    moves: int = field(init=False)  # up to which the items have moved that are looked at
    _items: dict[str, Item | None] = field(default_factory=dict)
    _lists: dict[tuple[str | None, str], tuple[datetime, tuple[Item, ...]]] = field(
        default_factory=dict
    )
    _failing: dict[tuple[str, datetime], Mapping[str, tuple[Observation, ...]]] = field(
        default_factory=dict
    )
    _numbers: Mapping[str, int] | None = None
    _baselines: dict[str, datetime] = field(default_factory=dict)
    _acts: dict[str, Mapping[str, tuple[Act, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.moves = self.store.moves()

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
        if kind not in _KEPT:
            return self._read(source, kind, state, since)
        from_, kept = self._lists.get((source, kind), (None, ()))
        first = since or _EVER
        if from_ is None or first < from_:
            kept = tuple(self._read(source, kind, None, since))
            self._lists[source, kind] = first, kept
        return [item for item in kept if item.updated_at >= first and state in (None, item.state)]

    def _read(
        self, source: str | None, kind: str | None, state: str | None, since: datetime | None
    ) -> Iterable[Item]:
        found = self.store.items(source=source, kind=kind, state=state, since=since)
        return map(self.catalogue.enriched, found)

    def moved(self, signal: str, *kinds: str) -> bool:
        """Answer whether items of these kinds (none: of any) moved since the signal's last look.

        True where that is not known, or the settings are others.
        """
        return self.store.moved_since_look(signal, kinds, self.configuration)

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
        self,
        *,
        signal: str | None = None,
        standing: Standing | None = None,
        since: datetime | None = None,
    ) -> tuple[Episode, ...]:
        """Answer episodes by their beginning; `since`: not over, or ended from then on."""
        return self.store.episodes(signal=signal, standing=standing, since=since)

    def episode(self, key: str) -> Episode | None:
        """Answer the episode of a key."""
        return next(iter(self.store.episodes(keys=[key])), None)

    def ticket_of(self, episode: str) -> int | None:
        """Answer the number of an episode's ticket."""
        if self._numbers is None:
            self._numbers = self.store.ticket_numbers()
        return self._numbers.get(episode)

    def acts(self, episode: str) -> tuple[Act, ...]:
        """Answer what people did to an episode's ticket, by time."""
        signal = episode.partition("/")[0]
        if signal not in self._acts:
            self._acts[signal] = self.store.acts_of(signal)
        return self._acts[signal].get(episode, ())

    def failing(self, signal: str, since: datetime) -> Mapping[str, tuple[Observation, ...]]:
        """Answer what was said of those of a signal's lines that failed since, line by line."""
        asked = (signal, since)
        if asked not in self._failing:
            self._failing[asked] = self.store.failing(signal, since)
        return self._failing[asked]

    def baseline(self, signal: str) -> datetime:
        """Answer when a signal was first looked at: what was over by then has no ticket."""
        if signal not in self._baselines:
            self._baselines[signal] = self.store.baseline(signal, self.now)
        return self._baselines[signal]

    def stream(self, source: str, stream: str) -> Health | None:
        """Answer how a stream stands: one that failed as it answered in full before, until that is
        too long ago; None: it was never read.
        """
        one = self._health.get((source, stream))
        if one is None:
            return None
        report = self.sources.get(source)
        if report is not None and report.stale:
            return Health.FAILED
        return one.health if one.health not in _UNWELL or self._lacks(one) else Health.OK

    @cached_property
    def unread(self) -> frozenset[str]:
        """The sources of which too little is known: never read, or not in full for too long."""
        answered = {one.source for one in self.store.source_standings() if one.succeeded_at}
        lacking = {one.source for one in self._health.values() if self._lacks(one)}
        return frozenset(
            name
            for name, report in self.sources.items()
            if report.stale
            or report.health is Health.OFF
            or (report.health in _UNWELL and (name not in answered or name in lacking))
        )

    @cached_property
    def _health(self) -> Mapping[tuple[str, str], StreamHealth]:
        return {(one.source, one.stream): one for one in self.store.stream_health()}

    def _lacks(self, one: StreamHealth) -> bool:
        return one.health in _UNWELL and self.timetable.overdue(one, self.now)
