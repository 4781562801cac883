"""Services and people as written in `services.yaml` and `people.yaml`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from itsm_sync.model.items import Audience
from itsm_sync.model.words import Words

# The branches that count where a service does not say which.
MAIN_BRANCHES = ("main", "master", "release/*")
_STRICT: dict[str, object] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A Jenkins job of a service, by its full name (`abc/deploy/portal`); `*` fits within a name.

    `deploys` is the environment it deploys to ("production"); empty: it does not deploy.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT

    job: str
    deploys: str = ""
    controller: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category of a Redmine project, by its name; `project` "" is each of the service's own."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT

    category: str
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What people use, and the parts of the three systems it is made of.

    `categories` are those of its tickets in projects that it shares with other services.
    `private_projects` are the Redmine projects, none of them public, that may carry what is private
    of it; `unbuilt` are those of its repositories that no job is to build.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT

    id: str
    name: Words
    team: str
    domain: str = "application"
    repositories: tuple[str, ...] = ()
    jobs: tuple[Job, ...] = ()
    branches: tuple[str, ...] = MAIN_BRANCHES
    projects: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    audience: Audience = Audience.PUBLIC
    private_projects: tuple[str, ...] = ()
    unbuilt: tuple[str, ...] = ()

    @property
    def told_apart(self) -> bool:
        """Whether tickets that people open can be told to be of it: by a project or category."""
        return bool(self.projects or self.categories)

    def categorised(self) -> Iterator[tuple[int, str, str]]:
        """Answer each of its categories' number in the list, project and name."""
        for number, one in enumerate(self.categories):
            for project in (one.project,) if one.project else self.projects:
                yield number, project, one.category


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person's logins in the three systems, and the team."""

    __pydantic_config__: ClassVar[dict[str, object]] = _STRICT

    name: str
    team: str
    redmine: str = ""
    jenkins: str = ""
    github: str = ""
