"""Things of Jenkins. See `sandbox.world.things`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

PIPELINE = "org.jenkinsci.plugins.workflow.job.WorkflowJob"
FREESTYLE = "hudson.model.FreeStyleProject"
MULTIBRANCH = "org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject"
FOLDER = "com.cloudbees.hudson.plugins.folder.Folder"


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
class BuildName:
    job: str
    branch: str
    number: int

    def __str__(self) -> str:
        return f"{self.job} #{self.number}"


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
    """A Jenkins node; bytes, and milliseconds of response. `disk_free` is None where offline.

    `offline_for` is for how long it has been offline.
    """

    name: str
    description: str
    executors: int
    labels: tuple[str, ...]
    offline: bool = False
    temporarily_offline: bool = False
    offline_cause: str = ""
    offline_for: timedelta = timedelta()
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
