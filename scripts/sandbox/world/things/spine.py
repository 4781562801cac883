"""All of the ABC world together. See `sandbox.world.things`."""

from dataclasses import dataclass
from datetime import datetime

from sandbox.world.things.github import (
    Alert,
    Commit,
    Deployment,
    Pull,
    Release,
    Repository,
    RepositoryIssue,
    WikiEdit,
    WorkflowRun,
)
from sandbox.world.things.jenkins import Build, Job, Node, QueueItem
from sandbox.world.things.redmine import Person, Project, Service, Ticket, Version, WikiPage


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
