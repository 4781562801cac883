"""What was delivered, for measures: merged pull requests and deployments."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from itsm_sync.model.items import Item
from itsm_sync.operations.world.common import Telling, started_by_itself
from itsm_sync.reports.periods import Period
from itsm_sync.reports.world import DeploymentRecord, PullRecord
from itsm_sync.signals.deliveries.delivered import is_deployment, made, place, went_out
from itsm_sync.signals.words.phrases import COMMITS, ended, moment, word, words
from itsm_sync.store import Measured, Store

_FAILED = ("failure", "error")
_ISSUE = "redmine:issue/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """Gathers pull requests first, then deployments, which take along what those name; `saw` is to
    be told of all builds before.

    `production` are the names of environments that count as production.
    """

    store: Store
    telling: Telling
    window: Period
    production: frozenset[str]  # case folded
    _builds: list[tuple[Measured, Item]] = field(default_factory=list)  # that deploy
    _named: dict[str, tuple[int, ...]] = field(default_factory=dict)  # by commit

    def saw(self, one: Measured, item: Item) -> None:
        """Take note of a build that deployed."""
        if is_deployment(item):
            bare = replace(item, body="")
            self._builds.append((replace(one, item=bare), bare))

    def pulls(self) -> Iterator[PullRecord]:
        """Answer the pull requests that were merged in the window to a branch that counts."""
        for one in self.store.measured("pull", self.window.since):
            facts = one.item.facts
            merged = moment(facts, "merged_at")
            if merged is None or not self.window.holds(merged):
                continue
            for sha in (word(facts, "merge_sha"), word(facts, "sha")):
                if sha:
                    self._named[sha] = tuple(_numbers(words(facts, "references")))
            item = self.telling.catalogue.enriched(one.item)
            counts = item.facts.get("tracked") is not False
            if counts and self.telling.may(item, "pull", merged):
                yield self._pull(one, item, merged)

    def _pull(self, one: Measured, item: Item, merged: datetime) -> PullRecord:
        number = item.key.rpartition("/")[2]
        return PullRecord(
            key=item.key,
            url=item.url,
            place=self.telling.placed(one, item),
            repository=self.telling.once(word(item.facts, "repository")),
            number=int(number) if number.isdigit() else 0,
            opened_at=item.created_at,
            merged_at=merged,
            by_team=self.telling.once(word(item.facts, "author_team")),
            unattended=started_by_itself(item.facts),
        )

    def deployments(self) -> Iterator[DeploymentRecord]:
        """Answer the deployments of the window, those that a build made told once."""
        builds: dict[tuple[str, str], list[Item]] = {}
        for one, item in self._builds:
            builds.setdefault(place(item), []).append(item)
            yield from self._told(one, item)
        for one in self.store.measured("deployment", self.window.since):
            item = self.telling.catalogue.enriched(one.item)
            if not any(made(build, item) for build in builds.get(place(item), ())):
                yield from self._told(one, item)

    def _told(self, one: Measured, item: Item) -> Iterator[DeploymentRecord]:
        at = ended(item)
        if self.window.holds(at) and self.telling.may(item, "deployment", at):
            yield self._deployment(one, item, at)

    def _deployment(self, one: Measured, item: Item, at: datetime) -> DeploymentRecord:
        facts, once = item.facts, self.telling.once
        environment = word(facts, "environment")
        told = environment.casefold() in self.production or facts.get("production") is True
        return DeploymentRecord(
            key=item.key,
            name=_name(item),
            url=item.url,
            place=self.telling.placed(one, item),
            source=once(item.source),
            repository=once(word(facts, "repository")),
            environment=once(environment),
            production=told,
            at=at,
            ok=True if went_out(item) else False if item.state.casefold() in _FAILED else None,
            built=item.kind == "build",
            by_team=once(word(facts, "author_team")),
            unattended=started_by_itself(facts),
            tickets=tuple(sorted(set(self._tickets(item)))),
        )

    def _tickets(self, item: Item) -> Iterator[int]:
        """Answer the tickets that a deployment names, by itself or by its commits."""
        yield from _numbers(words(item.facts, "references"))
        for sha in (*words(item.facts, "commits")[-COMMITS:], *words(item.facts, "sha")):
            yield from self._named.get(sha, ())


def _name(item: Item) -> str:
    if item.kind == "build":
        return f"{word(item.facts, 'job')} #{item.facts.get('number', '?')}"
    return f"{word(item.facts, 'repository')} {item.key.rpartition('/')[2]}"


def _numbers(keys: Iterable[str]) -> Iterator[int]:
    for key in keys:
        number = key.removeprefix(_ISSUE)
        if number != key and number.isdigit():
            yield int(number)
