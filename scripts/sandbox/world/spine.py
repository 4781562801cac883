"""Builds the ABC world's outline (sample data): the three systems' worlds are made from this one.

So they refer to each other: commits and pull requests name tickets (`#123`), builds commits,
releases versions, deployments builds. The same seed, size and now give an equal world.
"""

from datetime import UTC, datetime
from random import Random

from sandbox.world import builds, code, findings, organisation, releases
from sandbox.world.histories import mentioned
from sandbox.world.machines import NODES, queue
from sandbox.world.pages import wiki_pages
from sandbox.world.things import Spine
from sandbox.world.tickets import tickets

__all__ = ["Spine", "build"]


def build(seed: int = 1, size: int = 300, *, now: datetime) -> Spine:
    """Answer the world of `size` tickets as it stands at `now`; no time in it is later.

    Raises:
        ValueError: if `now` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("now has no time zone")
    now = now.astimezone(UTC).replace(microsecond=0)

    def chance(part: str) -> Random:
        """Answer a chance of its own for each part, so that one part does not move the others."""
        return Random(f"{seed}/{part}")

    asked = tickets(chance("tickets"), size, now)
    written = code.code(chance("code"), asked, now)
    built = builds.builds(chance("builds"), written.commits, now)
    return Spine(
        seed=seed,
        size=size,
        now=now,
        people=organisation.PEOPLE,
        services=organisation.SERVICES,
        projects=organisation.PROJECTS,
        versions=organisation.versions(now),
        tickets=mentioned(asked, written.pulls, built),
        wiki_pages=wiki_pages(now),
        repositories=organisation.repositories(now),
        commits=written.commits,
        pulls=written.pulls,
        repository_issues=written.issues,
        releases=releases.releases(chance("releases"), written.commits, asked, now),
        deployments=builds.deployments(chance("deployments"), built, written.commits, now),
        workflow_runs=findings.workflow_runs(
            chance("workflows"), written.commits, written.pulls, now
        ),
        alerts=findings.alerts(chance("alerts"), written.commits, now),
        wiki_edits=findings.wiki_edits(chance("wiki"), now),
        folders=organisation.FOLDERS,
        jobs=organisation.JOBS,
        builds=built,
        nodes=NODES,
        queue=queue(now),
    )
