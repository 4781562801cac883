"""What a Redmine keeps."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ACTIVE, CLOSED = 1, 5  # states of a project
TICK = timedelta(microseconds=1)


@dataclass(slots=True, kw_only=True)
class Role:
    """What its members may do. `read_only` are custom fields that the workflow keeps from them."""

    id: int
    name: str
    rights: frozenset[str]
    assignable: bool = True
    sees_all: bool = True  # private tickets of others too
    statuses: set[int] = field(default_factory=set)  # between which it may move tickets
    read_only: set[int] = field(default_factory=set)


@dataclass(slots=True, kw_only=True)
class User:
    """A person, or the bot. `mailed`: gets mails about tickets that concern them."""

    id: int
    login: str
    first: str
    last: str
    admin: bool = False
    mailed: bool = True
    watches: bool = True  # what they contribute to

    @property
    def name(self) -> str:
        return f"{self.last}{self.first}"

    @property
    def mail(self) -> str:
        return f"{self.login}@example.com"


@dataclass(slots=True, kw_only=True)
class Group:
    """A group of users."""

    id: int
    name: str
    members: list[int] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Project:
    """A project. `members` maps users and groups to their roles there."""

    id: int
    identifier: str
    name: str
    parent: int | None = None
    public: bool = True
    status: int = ACTIVE
    trackers: list[int] = field(default_factory=list)
    modules: tuple[str, ...] = ("issue_tracking", "wiki")
    members: dict[int, tuple[int, ...]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Status:
    id: int
    name: str
    closed: bool = False


@dataclass(slots=True, kw_only=True)
class Tracker:
    id: int
    name: str
    default: int  # status of new tickets
    statuses: set[int]


@dataclass(slots=True, kw_only=True)
class CustomField:
    """A field of tickets; `form` is "list", "text", "string" or "bool"."""

    id: int
    name: str
    form: str
    values: list[str] = field(default_factory=list)
    trackers: set[int] = field(default_factory=set)
    projects: set[int] = field(default_factory=set)
    filters: bool = True  # may be asked for in lists


@dataclass(slots=True, frozen=True, kw_only=True)
class Detail:
    """One change in a journal; `kind` is "attr", "cf" or "relation"."""

    kind: str
    name: str
    old: str | None
    new: str | None


@dataclass(slots=True, kw_only=True)
class Entry:
    """A journal."""

    id: int
    user: int
    at: datetime
    notes: str | None = ""
    private: bool = False
    details: list[Detail] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Issue:
    """A ticket. `values` has an entry for each custom field that was ever enabled or filled."""

    id: int = 0
    project: int
    tracker: int
    status: int
    author: int
    created: datetime
    updated: datetime
    subject: str = ""
    description: str | None = None
    priority: int = 2
    assignee: int | None = None
    done_ratio: int = 0
    private: bool = False
    start_date: str | None = None
    due_date: str | None = None
    closed: datetime | None = None
    version: int = 0
    values: dict[int, str | None] = field(default_factory=dict)
    watchers: list[int] = field(default_factory=list)
    journals: list[Entry] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Relation:
    id: int
    kind: str
    start: int
    end: int


@dataclass(slots=True, frozen=True, kw_only=True)
class Text:
    """One version of a wiki page."""

    author: int
    text: str
    at: datetime


@dataclass(slots=True, kw_only=True)
class World:
    """All of it. Times never repeat, so that their hidden fractions tell an order."""

    clock: Callable[[], datetime]
    roles: dict[int, Role] = field(default_factory=dict)
    principals: dict[int, User | Group] = field(default_factory=dict)
    projects: dict[int, Project] = field(default_factory=dict)
    trackers: dict[int, Tracker] = field(default_factory=dict)
    statuses: dict[int, Status] = field(default_factory=dict)
    priorities: dict[int, str] = field(default_factory=dict)
    priority: int = 2  # of a ticket that is given none
    fields: dict[int, CustomField] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    relations: dict[int, Relation] = field(default_factory=dict)
    mails: list[str] = field(default_factory=list)
    stranger: int = 0  # the role of whoever is no member of a public project
    relates_across: bool = True  # `cross_project_issue_relations`, as provisioned
    wiki: dict[tuple[int, str], list[Text]] = field(default_factory=dict)  # project and title
    latest: datetime | None = None
    most: int = 100  # tickets in an answer; a larger limit is cut without a word (Redmine fact 1)
    exported: int = 500  # rows of a CSV file, which has no pages (`issues_export_limit`)

    def now(self) -> datetime:
        at = self.clock()
        if self.latest is not None and at <= self.latest:
            at = self.latest + TICK
        self.latest = at
        return at

    def next_journal(self) -> int:
        """Answer the number of the next journal; SQLite gives a deleted last one's again."""
        entries = (entry.id for issue in self.issues.values() for entry in issue.journals)
        return max(entries, default=0) + 1

    def user(self, login: str) -> User:
        return next(u for u in self.users() if u.login == login)

    def users(self) -> Iterator[User]:
        return (found for found in self.principals.values() if isinstance(found, User))

    def groups_of(self, user: int) -> list[Group]:
        groups = (found for found in self.principals.values() if isinstance(found, Group))
        return [group for group in groups if user in group.members]

    def fields_of(self, project: int, tracker: int) -> list[CustomField]:
        """Answer the custom fields that are enabled there."""
        return [f for f in self.fields.values() if project in f.projects and tracker in f.trackers]

    def relations_of(self, issue: int) -> list[Relation]:
        return [r for r in self.relations.values() if issue in (r.start, r.end)]


def following(numbers: dict[int, object]) -> int:
    """Answer the number of what is made next; SQLite gives a deleted last one's again."""
    return max(numbers, default=0) + 1
