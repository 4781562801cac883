"""Things of GitHub. See `sandbox.world.things`."""

from dataclasses import dataclass
from datetime import datetime

from sandbox.world.things.jenkins import BuildName

BOT = "dependabot[bot]"


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
