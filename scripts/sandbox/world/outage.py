"""An outage in the ABC world (sample data): one cause fails several jobs within minutes."""

from dataclasses import replace
from datetime import datetime, timedelta

from sandbox.world.things import Build, Cause

# Each of these failed twice while the name server was away, and was well before.
JOBS = ("abc/build/batch", "abc/build/mobile", "abc/infra/terraform-apply")
SAID = "curl: (6) Could not resolve host: nexus.abc.example"
_COURSE = (("SUCCESS", 62), ("FAILURE", 52), ("FAILURE", 46))  # minutes before now


def outage(made: list[Build], now: datetime) -> list[Build]:
    """Answer the builds, the last of some jobs failed for the same cause, that no commit has."""
    since = now - timedelta(minutes=_COURSE[0][1] + 2)
    kept = [b for b in made if b.job not in JOBS or (b.finished is not None and b.finished < since)]
    for job in JOBS:
        last = max((b for b in kept if b.job == job), key=lambda build: build.number)
        for place, (result, minutes) in enumerate(_COURSE, 1):
            at, failed = now - timedelta(minutes=minutes), result == "FAILURE"
            kept.append(
                replace(
                    last,
                    number=last.number + place,
                    started=at,
                    duration_ms=95_000,
                    result=result,
                    commits=(),
                    causes=(Cause(kind="timer"),),
                    failed_tests=(),
                    tests=0,
                    failed_stage="Build" if failed else "",
                    log=SAID if failed else "",
                )
            )
    return kept
