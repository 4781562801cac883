"""Which service a ticket is of: of what failed, or of what is brought out, before that of its
category and its project.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from itsm_sync.model.catalogue import Service
from itsm_sync.model.items import Audience, Facts
from itsm_sync.model.signals import Episode
from itsm_sync.operations.world.common import Telling
from itsm_sync.signals.words.phrases import word
from itsm_sync.store import Measured, Store

_RELEASE = "release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Answers tickets' services: a project may be that of several services, of which the catalogue
    names one.
    """

    store: Store
    telling: Telling

    def of(self, tickets: Mapping[int, Measured]) -> dict[int, str]:
        """Answer ticket -> its service's id, "" where that is not known or may not be told.

        A signal's ticket is of the service of what failed; a release that people opened of that of
        the pull requests, builds and deployments that name it, where those are of one alone.
        """
        episodes = self.store.ticketed(tickets)
        releases = {
            one.item.key: number
            for number, one in tickets.items()
            if one.process == _RELEASE and number not in episodes
        }
        named = self.store.linked(releases) if releases else {}
        found = {number: self._of_project(one) for number, one in tickets.items()}
        for key, items in named.items():
            services = {self._service(item.facts) for item in items} - {""}
            if len(services) == 1:
                found[releases[key]] = services.pop()
        return found | {number: self._of_trouble(one) for number, one in episodes.items()}

    def _of_project(self, one: Measured) -> str:
        return word(self.telling.catalogue.enriched(one.item).facts, "service")

    def _of_trouble(self, episode: Episode) -> str:
        return next(filter(None, map(self._service, self._told(episode))), "")

    def _told(self, episode: Episode) -> Iterable[Facts]:
        """Answer what tells what failed: the episode, else the item that failed first."""
        yield episode.facts
        first = self.store.item(episode.first) if episode.first else None
        if first is not None:
            yield first.facts

    def _service(self, facts: Facts) -> str:
        service, _ = self.telling.catalogue.belonging(facts)
        if service is None or not self._may(service):
            return ""
        return service.id

    def _may(self, service: Service) -> bool:
        return Audience.PRIVATE is self.telling.audience or service.audience is Audience.PUBLIC
