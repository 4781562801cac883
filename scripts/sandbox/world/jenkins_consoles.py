"""Stages and consoles of the ABC world's builds (sample data) as a controller shows them."""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.standins.jenkins import new_build, new_job
from sandbox.standins.jenkins_builds import new_stage
from sandbox.world.consoles import console, stages_of
from sandbox.world.jenkins_nodes import milliseconds
from sandbox.world.things import FREESTYLE, Build, Job

Document = dict[str, Any]

_WHY = "script returned exit code 1"


def consoles(jobs: Iterable[Job], builds: Mapping[str, list[Build]]) -> Document:
    """Answer the documents `stages` and `logs`, of the builds that did not go well.

    Args:
        builds: those of each job, by its raw full name.
    """
    known = {job.name: job for job in jobs}
    ended = [(raw, b) for raw in builds for b in builds[raw] if b.result not in (None, "SUCCESS")]
    return {
        "stages": {
            f"{raw}#{build.number}": _stages(raw, build)
            for raw, build in ended
            if build.failed_stage and known[build.job].job_class != FREESTYLE
        },
        "logs": {f"{raw}#{build.number}": console(build, known[build.job]) for raw, build in ended},
    }


def _stages(raw: str, build: Build) -> list[Document]:
    at, lasted = milliseconds(build.started), build.duration_ms
    made = new_build(new_job(raw), number=build.number, timestamp=at, duration=lasted // 4)
    return [
        new_stage(made, 6 * place, name, status, _WHY if status == "FAILED" else "")
        for place, (name, status) in enumerate(stages_of(build), 1)
    ]
