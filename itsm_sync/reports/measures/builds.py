"""Builds: how many succeed, how long they take, which are flaky. Pure."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, tzinfo

from itsm_sync.reports.measures.shares import Times, grouped, share, times
from itsm_sync.reports.periods import Period
from itsm_sync.reports.world import BuildRecord, World

_COUNTED = ("unstable",)  # no failure, and no success either


@dataclass(frozen=True, slots=True, kw_only=True)
class Builds:
    """Numbers of builds that tell something: neither aborted, skipped nor never built."""

    number: int
    succeeded: int
    failed: int
    durations: Times

    @property
    def unstable(self) -> int:
        """Those that neither failed nor succeeded: with the other two they are all."""
        return self.number - self.succeeded - self.failed

    @property
    def success_share(self) -> float | None:
        return share(self.succeeded, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaky:
    """A job that failed and succeeded on the same commit: on how many of those it was built on more
    than once.
    """

    job: str
    source: str
    flaky: int
    repeated: int

    @property
    def share(self) -> float | None:
        return share(self.flaky, self.repeated)


def builds(world: World, period: Period) -> Builds:
    """Answer how the builds of a period went.

    Definition: builds and runs that ended in the period with success, failure (a time limit is one)
    or unstable; the success share is the successes among them. Those aborted, skipped or never
    built say nothing of the code and are left out. Unit: builds, share, times (from start to end).
    Source: Jenkins' builds and GitHub's workflow runs as stored.
    """
    return _builds(_of(world, period))


def builds_by(world: World, period: Period, by: str) -> dict[str, Builds]:
    """Answer the same by "team", "service" or "job"; the numbers add up to the whole."""
    key = (lambda one: one.job) if by == "job" else (lambda one: getattr(one.place, by))
    return {str(name): _builds(group) for name, group in grouped(_of(world, period), key).items()}


def course(world: World, period: Period, zone: tzinfo) -> tuple[tuple[date, Builds], ...]:
    """Answer the same by day or week."""
    parts = list(period.parts(zone))
    begins = [part.since for _, part in parts]
    mine: list[list[BuildRecord]] = [[] for _ in parts]
    for one in _of(world, period):
        mine[bisect_right(begins, one.ended_at) - 1].append(one)
    return tuple((day, _builds(found)) for (day, _), found in zip(parts, mine, strict=True))


def flaky(world: World, period: Period) -> tuple[Flaky, ...]:
    """Answer the jobs that are flaky, the worst first.

    Definition: on one commit of one branch a job both failed and succeeded, or a run succeeded on
    another try than its first. Unit: commits. Source: as `builds`.
    """
    found = []
    for (source, job), mine in grouped(_of(world, period), lambda b: (b.source, b.job)).items():
        commits = grouped((b for b in mine if b.sha), lambda b: (b.branch, b.sha)).values()
        repeated = [tried for tried in commits if len(tried) > 1 or tried[0].attempt > 1]
        odd = sum(_is_flaky(tried) for tried in repeated)
        if odd:
            found.append(Flaky(job=job, source=source, flaky=odd, repeated=len(repeated)))
    return tuple(sorted(found, key=lambda one: (-one.flaky, one.job)))


def _is_flaky(tried: list[BuildRecord]) -> bool:
    again = any(one.attempt > 1 and one.succeeded for one in tried)
    return again or (any(b.succeeded for b in tried) and any(b.failed for b in tried))


def _of(world: World, period: Period) -> list[BuildRecord]:
    return [b for b in world.builds if period.holds(b.ended_at) and _tells(b)]


def _tells(build: BuildRecord) -> bool:
    return build.succeeded or build.failed or build.result in _COUNTED


def _builds(found: Iterable[BuildRecord]) -> Builds:
    mine = list(found)
    return Builds(
        number=len(mine),
        succeeded=sum(one.succeeded for one in mine),
        failed=sum(one.failed for one in mine),
        durations=times(one.ended_at - one.started_at for one in mine),
    )
