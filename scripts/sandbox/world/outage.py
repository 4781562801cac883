"""An outage in the ABC world (sample data): one cause fails several jobs within minutes."""

from dataclasses import replace
from datetime import datetime, timedelta

from sandbox.world.things import Build, Cause

# Each of these failed once more while the name server was away.
JOBS = ("abc/build/batch", "abc/build/mobile", "abc/infra/terraform-apply")
SAID = "curl: (6) Could not resolve host: nexus.abc.example"


def outage(made: list[Build], now: datetime) -> list[Build]:
    """Answer builds that failed within minutes, for the same cause that no commit has."""
    failed = []
    for job in JOBS:
        last = max((b for b in made if b.job == job), key=lambda build: build.number)
        assert last.finished is not None
        at = max(last.finished + timedelta(minutes=1), now - timedelta(minutes=38))
        failed.append(
            replace(
                last,
                number=last.number + 1,
                started=at,
                duration_ms=95_000,
                result="FAILURE",
                commits=(),
                causes=(Cause(kind="timer"),),
                failed_tests=(),
                tests=0,
                failed_stage="Build",
                log=SAID,
            )
        )
    return failed
