"""What machines did and tell, for measures: builds, nodes, queues, alerts, episodes, pages."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsm_sync.model.catalogue import Service
from itsm_sync.model.items import Audience, Item
from itsm_sync.model.signals import Episode
from itsm_sync.operations.world.common import Telling, started_by_itself
from itsm_sync.reports.periods import Period
from itsm_sync.reports.world import (
    AlertRecord,
    BuildRecord,
    EpisodeRecord,
    NodeRecord,
    PageRecord,
    WaitRecord,
)
from itsm_sync.signals.words.phrases import ended, moment, word
from itsm_sync.store import Measured, Store

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_WAITED = timedelta(days=7)  # nobody waits longer in a queue
_ALERTS = {
    "dependabot_alert": "dependabot",
    "code_scanning_alert": "code-scanning",
    "secret_scanning_alert": "secret-scanning",
}
_OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machines:
    """Gathers what is no ticket and no delivery; `bots` are the names of programs.

    `saw` is told of each build that ended in the window, as it is stored and as enriched.
    """

    store: Store
    telling: Telling
    window: Period
    saw: Callable[[Measured, Item], None] = lambda *_: None
    bots: frozenset[str] = frozenset()

    def builds(self) -> Iterator[BuildRecord]:
        """Answer the builds and runs that ended in the window."""
        for kind in ("build", "workflow_run"):
            for one in self.store.measured(kind, self.window.since):
                if one.item.facts.get("building") is True or not self.window.holds(ended(one.item)):
                    continue
                item = self.telling.catalogue.enriched(one.item)
                self.saw(one, item)
                if self.telling.may(item, "build", ended(item)):
                    yield self._build(one, item)

    def _build(self, one: Measured, item: Item) -> BuildRecord:
        facts, once = item.facts, self.telling.once
        attempt = facts.get("run_attempt")
        job = word(facts, "job") or " ".join((word(facts, "repository"), word(facts, "workflow")))
        return BuildRecord(
            place=self.telling.placed(one, item),
            source=once(item.source),
            job=once(job),
            branch=once(word(facts, "branch")),
            sha=once(word(facts, "sha")),
            result=once(item.state.casefold()),
            started_at=moment(facts, "started_at") or item.created_at,
            ended_at=ended(item),
            by_team=once(word(facts, "author_team")),
            attempt=attempt if isinstance(attempt, int) else 1,
            unattended=started_by_itself(facts),
        )

    def alerts(self) -> Iterator[AlertRecord]:
        """Answer all alerts that were open in the window."""
        for kind, name in _ALERTS.items():
            for one in self.store.measured(kind, _EVER):
                closed = _closed(one)
                if closed is not None and closed < self.window.since:
                    continue
                item = self.telling.catalogue.enriched(one.item)
                if self.telling.may(item, "alert"):
                    yield AlertRecord(
                        place=self.telling.placed(one, item),
                        kind=name,
                        severity=self.telling.once(word(item.facts, "severity").casefold()),
                        repository=self.telling.once(word(item.facts, "repository")),
                        opened_at=item.created_at,
                        closed_at=closed,
                    )

    def episodes(self, tickets: Mapping[str, int]) -> Iterator[EpisodeRecord]:
        """Answer the episodes that went on in the window; `tickets` are theirs."""
        for one in self.store.episodes(since=self.window.since):
            if one.under or one.began >= self.window.until:
                continue
            service, _ = self.telling.catalogue.belonging(one.facts)
            private = Audience.PRIVATE in (one.audience, service and service.audience)
            if private and self.telling.audience is Audience.PUBLIC:
                self.telling.untold["episode"] += self.telling.period.touches(one.began, one.ended)
            else:
                yield self._episode(one, service, tickets.get(one.key))

    def _episode(self, one: Episode, service: Service | None, ticket: int | None) -> EpisodeRecord:
        return EpisodeRecord(
            signal=one.signal,
            line=one.line,
            place=self.telling.place("", "", "", "", service.id if service else ""),
            began=one.began,
            ended=one.ended,
            count=one.count,
            fingerprints=one.fingerprints,
            reopenings=one.reopenings,
            ticket=ticket,
        )

    def waits(self) -> Iterator[WaitRecord]:
        """Answer what waited in a queue in the window."""
        for one in self.store.measured("queue_item", self.window.since - _WAITED):
            since = moment(one.item.facts, "waiting_since") or one.item.created_at
            left = one.gone_at or (one.item.updated_at if one.gone else None)
            item = self.telling.catalogue.enriched(one.item)
            if self.window.touches(since, left) and self.telling.may(item, "build", since):
                yield WaitRecord(
                    source=self.telling.once(item.source),
                    job=self.telling.once(word(item.facts, "job")),
                    since=since,
                    left_at=left,
                )

    def nodes(self) -> Iterator[NodeRecord]:
        """Answer the nodes there are, with what they measured of themselves in the window."""
        measured = self.store.free_space(self.window.since, self.window.until)
        for one in self.store.measured("node", _EVER):
            if one.gone or not self.telling.may(one.item, "node"):
                continue
            facts = one.item.facts
            yield NodeRecord(
                source=one.item.source,
                name=one.item.title,
                executors=_whole(facts.get("executors")) or 0,
                offline=facts.get("offline") is True,
                disk_free=_whole(facts.get("disk_free_bytes")),
                memory_free=_whole(facts.get("memory_free_bytes")),
                readings=measured.get(one.item.key, ()),
            )

    def pages(self) -> Iterator[PageRecord]:
        """Answer the wiki pages that people wrote in the window, so far as it is known who."""
        for one in self.store.measured("wiki_page", self.window.since):
            author = word(one.item.facts, "author")
            if one.gone or not author or author in self.bots:
                continue
            item = self.telling.catalogue.enriched(one.item)
            at = item.updated_at
            if self.window.holds(at) and self.telling.may(item, "page", at):
                yield PageRecord(
                    place=self.telling.placed(one, item),
                    name=item.title,
                    url=item.url,
                    at=at,
                    by_team=word(item.facts, "author_team"),
                )


def _closed(one: Measured) -> datetime | None:
    """Answer when an alert was closed, or went with its repository."""
    facts = one.item.facts
    if one.item.state == _OPEN:
        return (one.gone_at or one.item.updated_at) if one.gone else None
    told = (moment(facts, name) for name in ("fixed_at", "dismissed_at", "resolved_at"))
    return next(filter(None, told), one.item.updated_at)


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
