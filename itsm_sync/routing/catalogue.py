"""What the catalogue of services and people knows about an item."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from itsm_sync.model.catalogue import Job, Person, Service
from itsm_sync.model.items import Audience, Fact, Facts, Item
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.text import folded
from itsm_sync.model.words import Message
from itsm_sync.routing.problems import Trouble, ValuePath

# As Redmine's own check of identifiers has it: not of digits alone.
_IDENTIFIER = re.compile(r"(?![0-9]+$)[a-z0-9_-]{1,100}")
_LOGINS = ("redmine", "jenkins", "github")


class Catalogue:
    """Finds an item's service and its people's teams. What a source said is never replaced."""

    def __init__(self, services: tuple[Service, ...], people: tuple[Person, ...]) -> None:
        self._services = services
        self._people = people
        self._by_repository = {name: s for s in services for name in s.repositories}
        self._by_project = {name: s for s in services for name in s.projects}
        self._jobs = [
            (pattern(job.job), job, service) for service in services for job in service.jobs
        ]
        self._branches = {s.id: tuple(map(pattern, s.branches)) for s in services}
        self._teams = {
            (system, folded(name)): person.team
            for person in people
            for system in _LOGINS
            for name in (person.name, getattr(person, system))
            if name
        }

    def enriched(self, item: Item) -> Item:
        """Answer the item with the facts service, service_team, service_domain, service_project,
        environment, deploys, tracked, author_team and last_writer_team, as far as they are known.

        What belongs to a private service is private; nothing becomes public here.
        """
        service, job = self._service(item.facts)
        added = dict(self._about_people(item))
        if service is not None:
            added |= {
                "service": service.id,
                "service_team": service.team,
                "service_domain": service.domain,
            }
            if service.projects:
                added["service_project"] = service.projects[0]
            if (tracked := self._tracked(service, item)) is not None:
                added["tracked"] = tracked
        if job is not None:
            added["deploys"] = bool(job.deploys)
            if job.deploys:
                added["environment"] = job.deploys
        if service is not None and service.audience is Audience.PRIVATE:
            item = replace(item, audience=Audience.PRIVATE)
        return replace(item, facts={**added, **item.facts}) if added else item

    @property
    def services(self) -> tuple[Service, ...]:
        """The services as they are written."""
        return self._services

    def belonging(self, facts: Facts) -> tuple[Service | None, Job | None]:
        """Answer the service that these facts name, and its line for the job if they name one."""
        return self._service(facts)

    def team(self, source: str, name: str) -> str:
        """Answer the team of a system's person, by login or name; "" where nobody knows it."""
        return self._teams.get((source, folded(name)), "") if name else ""

    def private_projects(self, item: Item) -> tuple[str, ...]:
        """Answer the projects that may carry what is private of the item's service."""
        service, _ = self._service(item.facts)
        return service.private_projects if service is not None else ()

    def problems(self, matrix: Matrix) -> list[Trouble]:
        """Answer what is named here and is not in the matrix, and what is named twice."""
        found = []
        for number, service in enumerate(self._services):
            path: ValuePath = ("services", number)
            if service.team not in matrix.teams:
                found.append(_dangling("services", (*path, "team"), "team", service.team))
            if service.domain not in matrix.domains:
                found.append(_dangling("services", (*path, "domain"), "domain", service.domain))
            found += _unfit_projects((*path, "private_projects"), service.private_projects)
            found += _foreign((*path, "unbuilt"), service)
        for number, person in enumerate(self._people):
            if person.team not in matrix.teams:
                found.append(_dangling("people", ("people", number, "team"), "team", person.team))
        return [*found, *self._twice()]

    def _twice(self) -> Iterator[Trouble]:
        """Answer names that stand in two places where they may stand in one."""
        services, people = self._services, self._people
        yield from _repeated("services", "id", ((s.id,) for s in services))
        yield from _repeated("services", "repositories", (s.repositories for s in services))
        yield from _repeated("services", "projects", (s.projects for s in services))
        for system in _LOGINS:
            logins = (tuple(filter(None, (getattr(p, system),))) for p in people)
            yield from _repeated("people", system, logins)

    def _service(self, facts: Facts) -> tuple[Service | None, Job | None]:
        name = facts.get("job")
        if isinstance(name, str):
            for full in _names(name, facts.get("branch")):
                for fits, job, service in self._jobs:
                    if fits.fullmatch(full) and job.controller in ("", facts.get("controller")):
                        return service, job
        repository = facts.get("repository")
        if isinstance(repository, str) and repository in self._by_repository:
            return self._by_repository[repository], None
        return self._by_projects(facts), None

    def _by_projects(self, facts: Facts) -> Service | None:
        """Answer the service of the item's project, or of the nearest one above it."""
        path = facts.get("projects")
        above = reversed(path) if isinstance(path, tuple) else ()
        for project in (facts.get("project"), *above):
            if isinstance(project, str) and project in self._by_project:
                return self._by_project[project]
        return None

    def _tracked(self, service: Service, item: Item) -> bool | None:
        """Answer whether the item's branch counts; a job without branches always does."""
        branch = item.facts.get("base" if item.kind == "pull" else "branch")
        if isinstance(branch, str) and branch:
            return any(fits.fullmatch(branch) for fits in self._branches[service.id])
        return True if "job" in item.facts else None

    def _about_people(self, item: Item) -> Iterator[tuple[str, Fact]]:
        for fact, sources in (("author", ("author", "user")), ("last_writer", ("last_writer",))):
            for source in sources:
                name = item.facts.get(source)
                team = self._teams.get((item.source, folded(str(name)))) if name else None
                if team is not None:
                    yield f"{fact}_team", team
                    break


def _names(job: str, branch: object) -> tuple[str, ...]:
    """Answer a job's full name, and that of the multibranch job above a branch's."""
    above = job.removesuffix(f"/{branch}") if branch else job
    return (job,) if above == job else (job, above)


def pattern(name: str) -> re.Pattern[str]:
    """Answer the pattern of a name in which `*` stands for any characters but `/`."""
    return re.compile("[^/]*".join(map(re.escape, name.split("*"))))


def _dangling(file: str, path: ValuePath, what: str, name: str) -> Trouble:
    params = {"what": Message(what), "name": name}
    return Trouble(file, path, Message("no {what} of the matrix is called `{name}`", params))


def _unfit_projects(path: ValuePath, names: tuple[str, ...]) -> Iterator[Trouble]:
    """Answer names that no project of Redmine can have, and those that stand twice."""
    for number, name in enumerate(names):
        if not _IDENTIFIER.fullmatch(name):
            told = Message("`{name}` is no identifier of a Redmine project", {"name": name})
            yield Trouble("services", (*path, number), told)
        elif name in names[:number]:
            told = Message("`{name}` stands twice", {"name": name})
            yield Trouble("services", (*path, number), told)


def _foreign(path: ValuePath, service: Service) -> Iterator[Trouble]:
    """Answer repositories that are said not to be built and that are none of the service's."""
    for number, name in enumerate(service.unbuilt):
        if name not in service.repositories:
            told = Message("`{name}` is none of the service's `repositories`", {"name": name})
            yield Trouble("services", (*path, number), told)


def _repeated(file: str, field: str, listed: Iterable[tuple[str, ...]]) -> Iterator[Trouble]:
    owners: dict[str, int] = {}
    for number, names in enumerate(listed):
        for name in names:
            if name in owners:
                text = Message(
                    "`{name}` is also that of number {number} in the list",
                    {"name": name, "number": owners[name] + 1},
                )
                yield Trouble(file, (file, number, field), text)
            owners.setdefault(name, number)
