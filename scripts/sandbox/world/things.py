"""What the ABC world is made of. Sample data: no person, company or system of this name is meant.

People are named by their Redmine login (`seojun`), GitHub's own author by `dependabot[bot]`. A
ticket is named by its number, a build by job, branch and number, a commit by its sha. Times are
aware, in UTC, and never after the `now` that the world was built for.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

PIPELINE = "org.jenkinsci.plugins.workflow.job.WorkflowJob"
FREESTYLE = "hudson.model.FreeStyleProject"
MULTIBRANCH = "org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject"
FOLDER = "com.cloudbees.hudson.plugins.folder.Folder"
BOT = "dependabot[bot]"


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
class Repository:
    """`alerts` is False where GitHub's alert features are switched off."""

    name: str
    description: str
    language: str
    created: datetime
    default_branch: str = "main"
    private: bool = False
    alerts: bool = True
    archived: bool = False

    @property
    def owner(self) -> str:
        return self.name.partition("/")[0]

    @property
    def short(self) -> str:
        return self.name.partition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A Jenkins job by its full name; `branches` are those of a multibranch job, else empty."""

    name: str
    job_class: str
    repository: str = ""
    branches: tuple[str, ...] = ()
    deploys: str = ""
    disabled: bool = False
    description: str = ""

    @property
    def folder(self) -> str:
        return self.name.rpartition("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """`branch` is where it was made; `on_main` when it reached main, None where it has not."""

    sha: str
    repository: str
    author: str
    message: str
    at: datetime
    paths: tuple[str, ...]
    branch: str
    on_main: datetime | None
    tickets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """`state` is APPROVED, CHANGES_REQUESTED or COMMENTED."""

    author: str
    state: str
    at: datetime
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """`commits` are shas; `fork_deleted` pulls come from a fork that is no more (`head.repo` null).

    Numbers are shared with the repository's issues.
    """

    repository: str
    number: int
    author: str
    branch: str
    title: str
    body: str
    opened: datetime
    updated: datetime
    commits: tuple[str, ...]
    paths: tuple[str, ...]
    base: str = "main"
    merged: datetime | None = None
    closed: datetime | None = None
    merged_by: str = ""
    merge_sha: str = ""
    reviews: tuple[Review, ...] = ()
    requested: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    draft: bool = False
    fork_deleted: bool = False
    tickets: tuple[int, ...] = ()

    @property
    def state(self) -> str:
        """open, merged or closed."""
        if self.merged:
            return "merged"
        return "closed" if self.closed else "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryIssue:
    repository: str
    number: int
    author: str
    title: str
    body: str
    opened: datetime
    updated: datetime
    closed: datetime | None = None
    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    milestone: str = ""
    comments: int = 0
    tickets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """`version` names the Redmine version; `published` is None for a draft."""

    id: int
    repository: str
    tag: str
    name: str
    body: str
    author: str
    sha: str
    created: datetime
    published: datetime | None
    draft: bool = False
    prerelease: bool = False
    version: str = ""
    tickets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildName:
    job: str
    branch: str
    number: int

    def __str__(self) -> str:
        return f"{self.job} #{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentStatus:
    """`state` is queued, in_progress, success, failure, error or inactive."""

    state: str
    at: datetime
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    id: int
    repository: str
    sha: str
    ref: str
    environment: str
    creator: str
    at: datetime
    statuses: tuple[DeploymentStatus, ...]
    build: BuildName | None = None

    @property
    def state(self) -> str:
        return self.statuses[-1].state

    @property
    def updated(self) -> datetime:
        return self.statuses[-1].at


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a build started: `kind` is user, scm, timer, upstream or branch (branch indexing)."""

    kind: str
    person: str = ""
    upstream: BuildName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedTest:
    suite: str
    name: str
    error: str
    age: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """`result` is None and `duration_ms` 0 while it runs; `branch` is "" without a repository.

    `commits` are the shas that are new in it; `sha` is what it checked out, "" without one.
    """

    job: str
    number: int
    branch: str
    started: datetime
    duration_ms: int
    result: str | None
    causes: tuple[Cause, ...]
    node: str
    commits: tuple[str, ...] = ()
    sha: str = ""
    failed_tests: tuple[FailedTest, ...] = ()
    tests: int = 0
    failed_stage: str = ""
    log: str = ""
    estimated_ms: int = 0
    keep: bool = False

    @property
    def name(self) -> BuildName:
        return BuildName(job=self.job, branch=self.branch, number=self.number)

    @property
    def finished(self) -> datetime | None:
        if self.result is None:
            return None
        return self.started + timedelta(milliseconds=self.duration_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A Jenkins node; bytes, and milliseconds of response. `disk_free` is None where offline."""

    name: str
    description: str
    executors: int
    labels: tuple[str, ...]
    offline: bool = False
    temporarily_offline: bool = False
    offline_cause: str = ""
    disk_free: int | None = None
    temp_free: int | None = None
    memory_free: int | None = None
    memory_total: int | None = None
    swap_free: int | None = None
    swap_total: int | None = None
    response_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueItem:
    id: int
    job: str
    why: str
    since: datetime
    branch: str = ""
    stuck: bool = False
    blocked: bool = False
    buildable: bool = True
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowRun:
    """`status` is queued, in_progress or completed; `conclusion` is None until completed."""

    id: int
    repository: str
    workflow: str
    path: str
    event: str
    branch: str
    sha: str
    title: str
    actor: str
    number: int
    attempt: int
    status: str
    conclusion: str | None
    created: datetime
    started: datetime
    updated: datetime
    pull: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """`kind` is dependabot, code_scanning or secret_scanning.

    `state` is open, fixed, dismissed, auto_dismissed or (secret scanning) resolved. `reason` is
    the dismissal's or resolution's. Advisories and rules are sample data.
    """

    kind: str
    repository: str
    number: int
    severity: str
    title: str
    description: str
    state: str
    created: datetime
    updated: datetime
    ended: datetime | None = None
    ended_by: str = ""
    reason: str = ""
    package: str = ""
    ecosystem: str = ""
    manifest: str = ""
    advisory: str = ""
    vulnerable: str = ""
    patched: str = ""
    rule: str = ""
    tool: str = ""
    path: str = ""
    line: int = 0
    sha: str = ""
    secret_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiEdit:
    """An edit of a repository's wiki page, as a GollumEvent tells it."""

    id: int
    repository: str
    page: str
    title: str
    action: str
    author: str
    at: datetime
    sha: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version in Redmine; `status` is open, locked or closed; `due` is a day (or None)."""

    project: str
    name: str
    status: str
    due: datetime | None
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    identifier: str
    name: str
    description: str
    parent: str = ""
    closed: bool = False
    categories: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Spine:
    """The outline of one organisation over the three months before `now`."""

    seed: int
    size: int
    now: datetime
    people: tuple[Person, ...]
    services: tuple[Service, ...]
    projects: tuple[Project, ...]
    versions: tuple[Version, ...]
    tickets: tuple[Ticket, ...]  # by number, from 1
    wiki_pages: tuple[WikiPage, ...]
    repositories: tuple[Repository, ...]
    commits: tuple[Commit, ...]  # oldest first
    pulls: tuple[Pull, ...]
    repository_issues: tuple[RepositoryIssue, ...]
    releases: tuple[Release, ...]
    deployments: tuple[Deployment, ...]
    workflow_runs: tuple[WorkflowRun, ...]
    alerts: tuple[Alert, ...]
    wiki_edits: tuple[WikiEdit, ...]
    folders: tuple[str, ...]
    jobs: tuple[Job, ...]
    builds: tuple[Build, ...]  # oldest first
    nodes: tuple[Node, ...]
    queue: tuple[QueueItem, ...]

    def person(self, login: str) -> Person:
        return next(person for person in self.people if person.login == login)

    def commit(self, sha: str) -> Commit:
        return next(commit for commit in self.commits if commit.sha == sha)
