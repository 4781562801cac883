"""A job of the ABC world that gets slower (sample data), and nobody saw when."""

from dataclasses import replace
from datetime import datetime

from sandbox.world.things import Build

JOB = "abc/build/portal"
BUILDS = 10  # the last successful ones
TIMES = 2


def slowing(made: list[Build], now: datetime) -> list[Build]:
    """Answer the builds, the last successful ones of one job twice as long as they were."""
    good = [b for b in made if b.job == JOB and b.result == "SUCCESS"]
    slow = {b.number for b in sorted(good, key=lambda build: build.number)[-BUILDS:]}
    return [_slower(b, now) if b.job == JOB and b.number in slow else b for b in made]


def _slower(build: Build, now: datetime) -> Build:
    longer = replace(build, duration_ms=build.duration_ms * TIMES)
    return longer if longer.finished and longer.finished < now else build
