"""Where the inventory and what is written down part company. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from itsm_sync.model.audience import NEUTRAL
from itsm_sync.model.catalogue import Job, Service
from itsm_sync.model.findings import Finding
from itsm_sync.model.inventory import (
    CiKind,
    CiState,
    ConfigurationItem,
    Drift,
    Inventory,
    Known,
    RelationKind,
)
from itsm_sync.model.items import Audience
from itsm_sync.model.text import one_line
from itsm_sync.model.words import Message
from itsm_sync.routing.catalogue import Catalogue
from itsm_sync.routing.inventory.jobs import JobGroup, Listed, grouped, reader_of

KIND = "drift."  # all kinds below begin so
_LONGEST = 200  # characters of a name in a sentence
_LIVING = (CiState.ACTIVE, CiState.DISABLED, CiState.OFFLINE)

_NO_JOB = "Repository {name}: no job and no workflow builds it"
_RENAMED = "Repository {name} is called {now} at GitHub now"
_NO_SERVICE = "{what} {name} belongs to no service of services.yaml"
_VANISHED = "{what} {name} is no longer shown by Jenkins: removed, renamed, or hidden from us"
_UNREAD = "services.yaml names the repository {name} ({service}), and the settings do not read it"
_MISSING = "services.yaml names {what} {name} ({service}), and {system} shows us none of that name"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Doubt:
    """One thing that may be wrong; `known`: all that could tell was read in full."""

    finding: Finding
    wrong: bool
    known: bool


def drift(inventory: Inventory, known: Known, catalogue: Catalogue) -> Drift:
    """Answer what is wrong as far as is known; absence counts only where all was read."""
    groups = grouped(known)
    living = {job.key: job for job in inventory.of(CiKind.JOB) if job.state in _LIVING}
    building = [r for r in inventory.relations if r.kind is RelationKind.BUILDS]
    told = {relation.origin for relation in building}
    judge = _Judge(
        inventory=inventory,
        known=known,
        catalogue=catalogue,
        groups=groups,
        listed=Listed(groups.values()),
        named=frozenset(job.job for service in catalogue.services for job in service.jobs),
        built=frozenset(r.target for r in building if r.origin in living),
        building=frozenset(job.service for key, job in living.items() if key not in told),
    )
    doubts = list(judge.doubts())
    return Drift(
        wrong=tuple(d.finding for d in doubts if d.known and d.wrong),
        undecided=frozenset(d.finding.key for d in doubts if not d.known),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judge:
    inventory: Inventory
    known: Known
    catalogue: Catalogue
    groups: dict[str, JobGroup]
    listed: Listed
    named: frozenset[str]  # jobs that `services.yaml` names in full
    built: frozenset[str]  # repositories that a living job builds
    building: frozenset[str]  # services with a living job of which no build tells anything

    def doubts(self) -> Iterator[_Doubt]:
        for item in self.inventory.of(CiKind.REPOSITORY):
            yield from self._repository(item)
        for item in self.inventory.of(CiKind.JOB):
            yield from self._job(item)
        for item in self.inventory.of(CiKind.NODE):
            yield self._vanished(item, "node", Message("Node"))
        for service in self.catalogue.services:
            for job in service.jobs:
                yield from self._named_job(service, job)
            for project in service.projects:
                yield self._named_project(service, project)

    # -- repositories -------------------------------------------------------------------------

    def _repository(self, item: ConfigurationItem) -> Iterator[_Doubt]:
        name, read = item.key.removeprefix("github:"), self.known.scope.repositories
        if read is None:
            return
        params = {"name": _said(name), "service": self._service(item.service)}
        unread = name not in read
        yield _doubt(f"repository/{name}", "missing", Message(_UNREAD, params), wrong=unread)
        if unread:
            return
        known = self.known.full(("github", f"{name}/repository"))
        yield _doubt(
            f"repository/{name}",
            "no-service",
            Message(_NO_SERVICE, {"what": Message("Repository"), "name": _said(name)}),
            wrong=not item.service,
            known=known,
        )
        yield self._renamed(item, name, known=known)
        yield self._unbuilt(item, name, known=known)

    def _renamed(self, item: ConfigurationItem, name: str, *, known: bool) -> _Doubt:
        """A private repository's new name is nobody's to read."""
        seen = (s.item.facts for s in self.known.sightings if s.item.key == item.key)
        now = next((str(facts.get("full_name") or name) for facts in seen), name)
        told = NEUTRAL if item.audience is Audience.PRIVATE else _said(now)
        message = Message(_RENAMED, {"name": _said(name), "now": told})
        wrong = now.casefold() != name.casefold()
        return _doubt(f"repository/{name}", "renamed", message, wrong=wrong, known=known)

    def _unbuilt(self, item: ConfigurationItem, name: str, *, known: bool) -> _Doubt:
        """Builds are linked to repositories that services name, so others are not judged; a job of
        which no build tells what it builds may build any of its service.
        """
        readers = [c.reader for c in self.known.scope.controllers.values()]
        streams = [(reader, "") for reader in readers] + [("github", f"{name}/runs")]
        meant = any(name in service.unbuilt for service in self.catalogue.services)
        judged = bool(readers and item.service) and item.state is CiState.ACTIVE and not meant
        return _doubt(
            f"repository/{name}",
            "no-job",
            Message(_NO_JOB, {"name": _said(name)}),
            wrong=judged and item.key not in self.built and item.service not in self.building,
            known=known and self.known.full(*streams),
        )

    # -- jobs, nodes --------------------------------------------------------------------------

    def _job(self, item: ConfigurationItem) -> Iterator[_Doubt]:
        group = self.groups.get(item.key)
        if group is None:  # a workflow, or one that only `services.yaml` names
            return
        yield _doubt(
            f"job/{group.controller}:{group.name}",
            "no-service",
            Message(_NO_SERVICE, {"what": Message("Job"), "name": _said(group.name)}),
            wrong=item.state in _LIVING and not item.service,
            known=self._full(group.controller, "jobs"),
        )
        yield self._vanished(item, "job", Message("Job"))

    def _vanished(self, item: ConfigurationItem, sort: str, what: Message) -> _Doubt:
        """One that `services.yaml` names in full is told as missing from there."""
        controller = item.key.split(":")[1]
        name, group = item.name.en, self.groups.get(item.key)
        named = group is not None and group.name in self.named
        message = Message(_VANISHED, {"what": what, "name": _said(name)})
        return _doubt(
            f"{sort}/{controller}:{name}",
            "vanished",
            message,
            wrong=item.state is CiState.VANISHED and not named,
            known=self._full(controller, f"{sort}s"),
        )

    # -- names of services.yaml ---------------------------------------------------------------

    def _named_job(self, service: Service, job: Job) -> Iterator[_Doubt]:
        read = self.known.scope.controllers
        if not read:
            return
        there = self.listed.has(job)
        # A controller that the settings do not have shows nothing, for certain.
        asked = {job.controller} & read.keys() if job.controller else read.keys()
        known = all(self._full(controller, "jobs") for controller in asked)
        key = f"job/{job.controller or '*'}:{job.job}"
        what = Message("the job")
        yield _missing(service, key, what, job.job, "Jenkins", there=there, known=known)

    def _named_project(self, service: Service, project: str) -> _Doubt:
        there = any(project == known.path[-1] for known in self.known.projects)
        known = self.known.full(("redmine", "projects"))
        key, what = f"project/{project}", Message("the project")
        return _missing(service, key, what, project, "Redmine", there=there, known=known)

    # -- what they share ----------------------------------------------------------------------

    def _full(self, controller: str, stream: str) -> bool:
        reader = reader_of(self.known, controller)
        return reader is not None and self.known.full((reader, stream))

    def _service(self, service: str) -> object:
        return next((s.name for s in self.catalogue.services if s.id == service), service)


def _missing(
    service: Service, key: str, what: Message, name: str, system: str, *, there: bool, known: bool
) -> _Doubt:
    params = {"what": what, "name": _said(name), "service": service.name, "system": system}
    return _doubt(key, "missing", Message(_MISSING, params), wrong=not there, known=known)


def _doubt(key: str, sort: str, message: Message, *, wrong: bool, known: bool = True) -> _Doubt:
    finding = Finding(key=f"drift/{key}/{sort}", kind=f"{KIND}{sort}", message=message)
    return _Doubt(finding=finding, wrong=wrong, known=known)


def _said(name: str) -> str:
    return one_line(name, _LONGEST)
