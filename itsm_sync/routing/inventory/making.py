"""The inventory, made of what was pulled and of what `services.yaml` says. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from itsm_sync.model.catalogue import Service
from itsm_sync.model.inventory import (
    CiKind,
    CiState,
    ConfigurationItem,
    Inventory,
    Known,
    Relation,
    RelationKind,
    Sighting,
)
from itsm_sync.model.items import Audience
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.text import folded
from itsm_sync.model.words import Words
from itsm_sync.routing.catalogue import Catalogue
from itsm_sync.routing.inventory.holding import INFRASTRUCTURE, Keepers
from itsm_sync.routing.inventory.jobs import JobGroup, Listed, grouped, keys, reader_of
from itsm_sync.routing.inventory.relating import resolved

VANISHED_FOR = timedelta(days=30)  # so long is what vanished still told
# An agent made for one build and taken away with it is nothing that anybody misses.
SHORT_LIVED = timedelta(days=1)
# A workflow and an environment of GitHub's are known by what ran; nothing tells that they went.
QUIET_FOR = timedelta(days=365)
_ORDER = list(CiKind)


def make(known: Known, catalogue: Catalogue, matrix: Matrix, now: datetime) -> Inventory:
    """Answer the configuration items and how they hang together.

    Args:
        known: what was pulled, what of it was read in full, and what the settings read.
        catalogue: the services.
        matrix: whose row manages configuration items.
        now: what vanished long before is left out.
    """
    maker = _Maker(known=known, catalogue=catalogue, keepers=Keepers(matrix), now=now)
    maker.make()
    items = sorted(maker.items.values(), key=_place)
    return Inventory(items=tuple(items), relations=tuple(sorted(maker.relations(), key=_ends)))


@dataclass(kw_only=True)
class _Maker:
    known: Known
    catalogue: Catalogue
    keepers: Keepers
    now: datetime
    items: dict[str, ConfigurationItem] = field(default_factory=dict)
    stated: list[Relation] = field(default_factory=list)
    groups: dict[str, JobGroup] = field(default_factory=dict)
    environments: dict[str, str] = field(default_factory=dict)  # GitHub's name of one to its key

    def make(self) -> None:
        self._services()
        self._projects()
        self._repositories()
        self._nodes()
        self._jobs()
        self._named_jobs()
        self._from_relations()

    def relations(self) -> Iterable[Relation]:
        """Answer what is stated, and what was seen between items that are here."""
        renamed = keys(self.groups.values()) | self.environments
        return {
            (r.origin, r.target, r.kind): r
            for r in (*self.stated, *resolved(self.known.relations, renamed))
            if r.origin in self.items and r.target in self.items
        }.values()

    def _add(
        self,
        key: str,
        kind: CiKind,
        name: str | Words,
        service: Service | None,
        *,
        state: CiState = CiState.ACTIVE,
        domain: str = "",
        private: bool = False,
        url: str = "",
        first_seen: datetime | None = None,
        last_seen: datetime | None = None,
    ) -> None:
        """Put an item in, once, with its service."""
        hidden = private or (service is not None and service.audience is Audience.PRIVATE)
        made = ConfigurationItem(
            key=key,
            kind=kind,
            name=name if isinstance(name, Words) else Words(ko=name, en=name),
            state=state,
            audience=Audience.PRIVATE if hidden else Audience.PUBLIC,
            url=url,
            first_seen=first_seen,
            last_seen=last_seen,
            **self.keepers.of(service, domain),
        )
        if self.items.setdefault(key, made) is made and service and kind is not CiKind.SERVICE:
            self._state(key, service_key(service), RelationKind.BELONGS_TO)

    def _state(self, origin: str, target: str, kind: RelationKind) -> None:
        self.stated.append(Relation(origin=origin, target=target, kind=kind))

    def _services(self) -> None:
        for service in self.catalogue.services:
            self._add(service_key(service), CiKind.SERVICE, service.name, service)

    def _projects(self) -> None:
        at = self.known.read_at("redmine", "projects")
        for project in self.known.projects:
            identifier = project.path[-1]
            service, _ = self.catalogue.belonging({"projects": project.path})
            state = CiState.CLOSED if project.closed else CiState.ACTIVE
            url = f"{self.known.scope.redmine_url}/projects/{identifier}"
            self._add(project_key(identifier), CiKind.PROJECT, project.name or identifier, service,
                      state=state, url=url, private=not project.public, last_seen=at)  # fmt: skip
            for above in project.path[-2:-1]:
                self._state(project_key(identifier), project_key(above), RelationKind.BELONGS_TO)
        unseen = self._unseen(full=self.known.full(("redmine", "projects")))
        for service in self.catalogue.services:
            for name in service.projects:
                self._add(project_key(name), CiKind.PROJECT, name, service, state=unseen)

    def _repositories(self) -> None:
        read = self.known.scope.repositories
        seen = {s.item.key: s for s in self.known.sightings if s.item.kind == "repository"}
        owners = {name: s for s in self.catalogue.services for name in s.repositories}
        for name in dict.fromkeys((*(read or ()), *owners)):
            found = seen.get(f"github:{name}") if name in (read or ()) else None
            if found is not None:
                self._repository(name, owners.get(name), found)
                continue
            unseen = self._unseen(full=read is not None and name not in read)
            self._add(f"github:{name}", CiKind.REPOSITORY, name, owners.get(name), state=unseen)

    def _repository(self, name: str, service: Service | None, found: Sighting) -> None:
        item = found.item
        state = CiState.ARCHIVED if item.state == "archived" else CiState.ACTIVE
        self._add(item.key, CiKind.REPOSITORY, name, service, state=state, url=item.url,
                  private=item.audience is Audience.PRIVATE, first_seen=found.first_seen,
                  last_seen=self.known.read_at(found.reader, f"{name}/repository"))  # fmt: skip

    def _nodes(self) -> None:
        for seen in self.known.sightings:
            item, reader = seen.item, reader_of(self.known, str(seen.item.facts.get("controller")))
            if item.kind != "node" or reader != seen.reader or not self._is_told(seen):
                continue
            state = CiState.OFFLINE if item.facts.get("offline") else CiState.ACTIVE
            self._add(item.key, CiKind.NODE, item.title, None, domain=INFRASTRUCTURE, url=item.url,
                      state=CiState.VANISHED if seen.gone_at else state,
                      first_seen=seen.first_seen,
                      last_seen=seen.gone_at or self.known.read_at(reader, "nodes"))  # fmt: skip

    def _is_told(self, seen: Sighting) -> bool:
        """Whether a node is there, or vanished of late after it had been there for a while."""
        if seen.gone_at is None:
            return True
        lived = seen.first_seen is None or seen.gone_at - seen.first_seen >= SHORT_LIVED
        return lived and self._is_recent(seen.gone_at)

    def _is_recent(self, gone_at: datetime | None) -> bool:
        return gone_at is not None and self.now - gone_at < VANISHED_FOR

    def _jobs(self) -> None:
        for group in grouped(self.known).values():
            if not group.there and not self._is_recent(group.gone_at):
                continue
            self.groups[group.key] = group
            reader = reader_of(self.known, group.controller) or ""
            service, line = self.catalogue.belonging(group.facts)
            first = min((p.first_seen for p in group.parts if p.first_seen), default=None)
            self._add(group.key, CiKind.JOB, group.name, service, state=group.state, url=group.url,
                      first_seen=first,
                      last_seen=group.gone_at or self.known.read_at(reader, "jobs"))  # fmt: skip
            if service is not None and line is not None and line.deploys and group.there:
                self._deploys(group.key, line.deploys, service)

    def _named_jobs(self) -> None:
        """Put in the jobs that `services.yaml` names in full and that were not seen."""
        controllers, listed = self.known.scope.controllers, Listed(self.groups.values())
        for service in self.catalogue.services:
            for job in service.jobs:
                if "*" in job.job or listed.has(job):
                    continue
                names = (job.controller,) if job.controller else tuple(controllers)
                streams = [(reader_of(self.known, name) or "", "jobs") for name in names]
                unseen = self._unseen(full=bool(streams) and self.known.full(*streams))
                key = f"jenkins:{names[0] if len(names) == 1 else '*'}:{job.job}"
                self._add(key, CiKind.JOB, job.job, service, state=unseen)
                if job.deploys:
                    self._deploys(key, job.deploys, service)

    def _deploys(self, job: str, environment: str, service: Service) -> None:
        key = self._environment(environment, service)
        self._state(job, key, RelationKind.DEPLOYS_TO)

    def _environment(self, name: str, service: Service | None, owner: str = "") -> str:
        """Put in an environment of a service, or of a repository that belongs to none."""
        key = f"environment:{service.id if service else owner}/{folded(name)}"
        private = bool(owner) and self.items[f"github:{owner}"].audience is Audience.PRIVATE
        self._add(key, CiKind.ENVIRONMENT, name, service, private=private)
        return key

    def _from_relations(self) -> None:
        """Put in the workflows and environments that only runs and deployments tell of."""
        for relation in self.known.relations:
            workflow = relation.kind is RelationKind.BUILDS and "/workflow/" in relation.origin
            code = relation.target if workflow else relation.origin
            old = relation.seen_at is not None and self.now - relation.seen_at > QUIET_FOR
            if old or code not in self.items or not code.startswith("github:"):
                continue
            owner = code.removeprefix("github:")
            service, _ = self.catalogue.belonging({"repository": owner})
            hidden = self.items[code].audience is Audience.PRIVATE
            if workflow:
                name = relation.origin.removeprefix(f"{code}/workflow/")
                self._add(relation.origin, CiKind.JOB, f"{owner}: {name}", service, private=hidden,
                          last_seen=relation.seen_at)  # fmt: skip
            elif relation.kind is RelationKind.DEPLOYS_TO:
                name = relation.target.removeprefix(f"{code}/environment/")
                self.environments[relation.target] = self._environment(name, service, owner)

    def _unseen(self, *, full: bool) -> CiState:
        return CiState.MISSING if full else CiState.UNKNOWN


def service_key(service: Service) -> str:
    """Answer the key of a service."""
    return f"service:{service.id}"


def project_key(identifier: str) -> str:
    """Answer the key of a Redmine project."""
    return f"redmine:project/{identifier}"


def _place(item: ConfigurationItem) -> tuple[int, str, str]:
    return _ORDER.index(item.kind), folded(item.name.en), item.key


def _ends(relation: Relation) -> tuple[str, str, str]:
    return relation.origin, relation.target, relation.kind
