"""Things of the organisation and its Redmine. See `sandbox.world.things`."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the sample. `team` is "" for reporters, who have no account but Redmine's."""

    lastname: str
    firstname: str
    team: str
    login: str
    jenkins: str = ""
    github: str = ""

    @property
    def name(self) -> str:
        """As Redmine shows it with `user_format` `lastnamefirstname`."""
        return f"{self.lastname}{self.firstname}"

    @property
    def mail(self) -> str:
        return f"{self.login}@abc.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    id: str
    name: str
    team: str
    repositories: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    identifier: str
    name: str
    description: str
    parent: str = ""
    closed: bool = False
    team: str = ""  # that sees it alone; "" is everybody
    inner: bool = False  # for the teams alone: no reporter sees it
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version in Redmine; `status` is open, locked or closed; `due` is a day (or None)."""

    project: str
    name: str
    status: str
    due: datetime | None
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of a journal: `field` is status, priority, assignee, version, subject, done_ratio.

    Values are names (a status' name, a person's login), "" for none.
    """

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    author: str
    at: datetime
    notes: str = ""
    changes: tuple[Change, ...] = ()
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """From this ticket to `to`; `kind` is relates, blocks, precedes or duplicates."""

    to: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A Redmine issue. Names as Redmine shows them; `assignee` is a login or "".

    `meant` is the process that its writer means (an id of the matrix), known to the sample only;
    `hard` says why it is hard to tell ("two processes", "negation", "drill", "no keyword", ...).
    """

    number: int
    project: str
    tracker: str
    subject: str
    description: str
    author: str
    status: str
    priority: str
    created: datetime
    updated: datetime
    closed: datetime | None = None
    category: str = ""
    version: str = ""
    assignee: str = ""
    private: bool = False
    parent: int | None = None
    due: datetime | None = None
    done_ratio: int = 0
    customer: str = ""
    relations: tuple[Relation, ...] = ()
    journals: tuple[Journal, ...] = ()
    meant: str = ""
    hard: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiPage:
    project: str
    title: str
    text: str
    author: str
    at: datetime
    parent: str = ""
