"""What the catalogue of services and people knows about an item."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from itsm_sync.model.catalogue import Job, Person, Service
from itsm_sync.model.items import Audience, Fact, Facts, Item
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.text import folded
from itsm_sync.model.words import Message
from itsm_sync.routing.problems import Trouble, ValuePath

# As Redmine's own check of identifiers has it: not of digits alone.
_IDENTIFIER = re.compile(r"(?![0-9]+$)[a-z0-9_-]{1,100}")
_LOGINS = ("redmine", "jenkins", "github")
# Whose team is told, and by which facts, the nearer first.
_PEOPLE = (("author_team", "author"), ("author_team", "user"), ("last_writer_team", "last_writer"))


class Ground(NamedTuple):
    """By which fact an item's service was found; a category is that of a project."""

    fact: str
    value: str
    project: str = ""


class Catalogue:
    """Finds an item's service and its people's teams. What a source said is never replaced."""

    def __init__(self, services: tuple[Service, ...], people: tuple[Person, ...]) -> None:
        self._services = services
        self._people = people
        self._by_id = {service.id: service for service in services}
        self._facts = {service.id: _facts(service) for service in services}
        self._by_repository = {name: s for s in services for name in s.repositories}
        self._by_project = {name: s for s in services for name in s.projects}
        self._by_category = {
            (project, folded(name)): s for s in services for _, project, name in s.categorised()
        }
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
        service, job, _ = self._found(item.facts)
        added = self._about_people(item)
        audience = item.audience
        if service is not None:
            added |= self._facts[service.id]
            if (tracked := self._tracked(service, item)) is not None:
                added["tracked"] = tracked
            if service.audience is Audience.PRIVATE:
                audience = Audience.PRIVATE
        if job is not None:
            added["deploys"] = bool(job.deploys)
            if job.deploys:
                added["environment"] = job.deploys
        return item.knowing({**added, **item.facts}, audience) if added else item

    @property
    def services(self) -> tuple[Service, ...]:
        """The services as they are written."""
        return self._services

    def belonging(self, facts: Facts) -> tuple[Service | None, Job | None]:
        """Answer the service that these facts name, and its line for the job if they name one."""
        service, job, _ = self._found(facts)
        return service, job

    def ground(self, facts: Facts) -> Ground | None:
        """Answer by what a service is found; None where none is, and where the facts tell it."""
        return self._found(facts)[2]

    def team(self, source: str, name: str) -> str:
        """Answer the team of a system's person, by login or name; "" where nobody knows it."""
        return self._teams.get((source, folded(name)), "") if name else ""

    def private_projects(self, item: Item) -> tuple[str, ...]:
        """Answer the projects that may carry what is private of the item's service."""
        service, _, _ = self._found(item.facts)
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
            found += _homeless((*path, "categories"), service)
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
        yield from _two_of_a_category(services)
        for system in _LOGINS:
            logins = (tuple(filter(None, (getattr(p, system),))) for p in people)
            yield from _repeated("people", system, logins)

    def _found(self, facts: Facts) -> tuple[Service | None, Job | None, Ground | None]:
        name = facts.get("job")
        if isinstance(name, str):
            for full in _names(name, facts.get("branch")):
                for fits, job, service in self._jobs:
                    if fits.fullmatch(full) and job.controller in ("", facts.get("controller")):
                        return service, job, Ground(fact="job", value=job.job)
        repository = facts.get("repository")
        if isinstance(repository, str) and repository in self._by_repository:
            ground = Ground(fact="repository", value=repository)
            return self._by_repository[repository], None, ground
        told = facts.get("service")  # of what failed, where a signal opened the ticket
        if isinstance(told, str) and told in self._by_id:
            return self._by_id[told], None, None
        return self._by_projects(facts)

    def _by_projects(self, facts: Facts) -> tuple[Service | None, None, Ground | None]:
        """Answer the service of the item's project, or of the nearest one above it: that of its
        category there, before that of the project.
        """
        path, named = facts.get("projects"), facts.get("category")
        category = named if isinstance(named, str) else ""
        above = reversed(path) if isinstance(path, tuple) else ()
        for project in (facts.get("project"), *above):
            if not isinstance(project, str):
                continue
            service = self._by_category.get((project, folded(category))) if category else None
            if service is not None:
                return service, None, Ground(fact="category", value=category, project=project)
            if project in self._by_project:
                return self._by_project[project], None, Ground(fact="project", value=project)
        return None, None, None

    def _tracked(self, service: Service, item: Item) -> bool | None:
        """Answer whether the item's branch counts; a job without branches always does."""
        branch = item.facts.get("base" if item.kind == "pull" else "branch")
        if isinstance(branch, str) and branch:
            return any(fits.fullmatch(branch) for fits in self._branches[service.id])
        return True if "job" in item.facts else None

    def _about_people(self, item: Item) -> dict[str, Fact]:
        found: dict[str, Fact] = {}
        for fact, told in _PEOPLE:
            name = item.facts.get(told)
            team = self._teams.get((item.source, folded(str(name)))) if name else None
            if team is not None:
                found.setdefault(fact, team)
        return found


def _facts(service: Service) -> dict[str, Fact]:
    """Answer what is told of each item of a service."""
    found: dict[str, Fact] = {
        "service": service.id,
        "service_team": service.team,
        "service_domain": service.domain,
    }
    return found | ({"service_project": service.projects[0]} if service.projects else {})


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


def _homeless(path: ValuePath, service: Service) -> Iterator[Trouble]:
    """Answer categories of which no project is known."""
    for number, one in enumerate(service.categories):
        if not (one.project or service.projects):
            told = Message("the category `{name}` has no project, and the service has none either",
                           {"name": one.category})  # fmt: skip
            yield Trouble("services", (*path, number), told)


def _two_of_a_category(services: Iterable[Service]) -> Iterator[Trouble]:
    """Answer categories of a project that stand in two places: no ticket could be told apart."""
    owners: dict[tuple[str, str], int] = {}
    for number, service in enumerate(services):
        for place, project, name in service.categorised():
            key = project, folded(name)
            if key in owners:
                params = {"name": name, "project": project, "number": owners[key] + 1}
                text = Message(
                    "the category `{name}` of `{project}` is also that of number {number} in the "
                    "list",
                    params,
                )
                yield Trouble("services", ("services", number, "categories", place), text)
            owners.setdefault(key, number)


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
