"""What the ABC world is made of. Sample data: no person, company or system of this name is meant.

People are named by their Redmine login (`seojun`), GitHub's own author by `dependabot[bot]`. A
ticket is named by its number, a build by job, branch and number, a commit by its sha. Times are
aware, in UTC, and never after the `now` that the world was built for.
"""

from sandbox.world.things.github import (
    BOT,
    Alert,
    Commit,
    Deployment,
    DeploymentStatus,
    Pull,
    Release,
    Repository,
    RepositoryIssue,
    Review,
    WikiEdit,
    WorkflowRun,
)
from sandbox.world.things.jenkins import (
    FOLDER,
    FREESTYLE,
    MULTIBRANCH,
    PIPELINE,
    Build,
    BuildName,
    Cause,
    FailedTest,
    Job,
    Node,
    QueueItem,
)
from sandbox.world.things.redmine import (
    Change,
    Journal,
    Person,
    Project,
    Relation,
    Service,
    Ticket,
    Version,
    WikiPage,
)
from sandbox.world.things.spine import Spine

__all__ = [
    "BOT",
    "FOLDER",
    "FREESTYLE",
    "MULTIBRANCH",
    "PIPELINE",
    "Alert",
    "Build",
    "BuildName",
    "Cause",
    "Change",
    "Commit",
    "Deployment",
    "DeploymentStatus",
    "FailedTest",
    "Job",
    "Journal",
    "Node",
    "Person",
    "Project",
    "Pull",
    "QueueItem",
    "Relation",
    "Release",
    "Repository",
    "RepositoryIssue",
    "Review",
    "Service",
    "Spine",
    "Ticket",
    "Version",
    "WikiEdit",
    "WikiPage",
    "WorkflowRun",
]
