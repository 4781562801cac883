"""Builds and deployments of the ABC world (sample data): what Jenkins did with the commits."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sandbox.world.code import moment
from sandbox.world.consoles import trouble
from sandbox.world.machines import HABITS, RESULTS, Habit, failed_tests
from sandbox.world.organisation import BUSINESS_PEOPLE, IT_PEOPLE, JOBS
from sandbox.world.outage import outage
from sandbox.world.recurring import recurring
from sandbox.world.slowing import slowing
from sandbox.world.things import (
    Build,
    Cause,
    Commit,
    Deployment,
    DeploymentStatus,
    Job,
)

BROKEN = "abc/deploy/api-prod"  # fails since `BROKEN_SINCE` days before now
BROKEN_SINCE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """A build about to be: when, on which branch, with what, because of what."""

    at: datetime
    branch: str
    causes: tuple[Cause, ...]
    commits: tuple[str, ...] = ()
    sha: str = ""


def builds(chance: Random, commits: tuple[Commit, ...], now: datetime) -> tuple[Build, ...]:
    """Answer all builds, oldest first; two of them run."""
    made: list[Build] = []
    for job in JOBS:
        habit = HABITS[job.name]
        starts = list(_starts(chance, job, commits, made, now))
        for branch in dict.fromkeys(start.branch for start in starts):
            ours = [start for start in starts if start.branch == branch]
            made += _run(chance, job, habit, ours, now)
    made = slowing(recurring(made), now)
    made = outage(made, now)
    made += _running(made, now)
    return tuple(sorted(made, key=lambda build: (build.started, build.job, build.branch)))


def _starts(
    chance: Random,
    job: Job,
    commits: tuple[Commit, ...],
    made: list[Build],
    now: datetime,
) -> Iterator[_Start]:
    habit = HABITS[job.name]
    if job.disabled:
        at = now - timedelta(days=88)
        yield _Start(at=at, branch="", causes=(Cause(kind="user", person="doyun"),))
    elif habit.every:
        yield from _timed(chance, job, habit, commits, now)
    elif job.deploys:
        yield from _deploys(chance, job, made, now)
    elif job.branches:
        for branch in job.branches:
            yield from _pushed(chance, job, branch, commits, now)
    else:
        yield from _pushed(chance, job, "main", commits, now)


def _timed(
    chance: Random, job: Job, habit: Habit, commits: tuple[Commit, ...], now: datetime
) -> Iterator[_Start]:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    at = midnight - timedelta(days=89) + timedelta(hours=habit.at, minutes=chance.randrange(15))
    while at < now - timedelta(minutes=habit.minutes * 2):
        there = [c for c in commits if c.repository == job.repository and _reached(c, "main", at)]
        sha = there[-1].sha if there else ""
        branch = "main" if job.repository else ""
        yield _Start(at=at, branch=branch, causes=(Cause(kind="timer"),), sha=sha)
        at += timedelta(hours=habit.every)


def _reached(commit: Commit, branch: str, at: datetime) -> bool:
    return commit.on_main is not None and commit.on_main <= at if branch == "main" else True


def _pushed(
    chance: Random, job: Job, branch: str, commits: tuple[Commit, ...], now: datetime
) -> Iterator[_Start]:
    """Answer a start for each push: on main a merge, on other branches a share of the commits."""
    ours = [c for c in commits if c.repository == job.repository]
    pushes: dict[datetime, list[Commit]] = {}
    for commit in ours:
        if branch == "main" and commit.on_main and commit.message != "문서 정리":
            pushes.setdefault(commit.on_main, []).append(commit)
        elif branch != "main" and _also_on(chance, branch, commit, now):
            pushes.setdefault(commit.at, []).append(commit)
    for pushed, group in sorted(pushes.items()):
        at = pushed + timedelta(minutes=chance.randint(1, 6), seconds=chance.randrange(60))
        if at > now - timedelta(minutes=40):
            return
        shas = tuple(commit.sha for commit in group)
        causes: tuple[Cause, ...] = (Cause(kind="scm" if branch == "main" else "branch"),)
        yield _Start(at=at, branch=branch, causes=causes, commits=shas, sha=shas[-1])
        if chance.random() < 0.06:  # somebody starts it once more by hand
            again = at + timedelta(minutes=35)
            by = (Cause(kind="user", person=chance.choice(IT_PEOPLE)),)
            if again < now - timedelta(minutes=40):
                yield _Start(at=again, branch=branch, causes=by, sha=shas[-1])


def _also_on(chance: Random, branch: str, commit: Commit, now: datetime) -> bool:
    """Whether a commit is on a branch besides main too: chance says so for the newer ones."""
    young = commit.at > now - timedelta(days=_AGE[branch])
    return young and commit.branch != "main" and chance.random() < _SHARE[branch]


_SHARE = {"develop": 0.35, "feature/login": 0.3, "release/2.4": 0.3}
_AGE = {"develop": 89, "feature/login": 30, "release/2.4": 14}


def _deploys(chance: Random, job: Job, made: list[Build], now: datetime) -> Iterator[_Start]:
    """Answer deploys of what was built well: to staging each time, to production now and then."""
    source = {"abc/portal": "abc/build/portal", "abc/api": "abc/build/api"}[job.repository]
    good = [b for b in made if b.job == source and b.branch == "main" and b.result == "SUCCESS"]
    next_one = now - timedelta(days=90)
    for build in good:
        assert build.finished is not None
        at = build.finished + timedelta(minutes=3)
        if job.deploys == "staging":
            cause = Cause(kind="upstream", upstream=build.name)
        elif build.started < next_one:
            continue
        else:
            at += timedelta(hours=chance.randint(1, 6))
            cause = Cause(kind="user", person=chance.choice(IT_PEOPLE + BUSINESS_PEOPLE[:1]))
            next_one = at + timedelta(days=4)
        if at < now - timedelta(minutes=40) and not (job.name == BROKEN and _late(at, now)):
            yield _Start(
                at=at, branch="main", causes=(cause,), commits=build.commits, sha=build.sha
            )
    if job.name == BROKEN:
        yield from _broken(chance, good[-1], now)


def _late(at: datetime, now: datetime) -> bool:
    return at > now - timedelta(days=BROKEN_SINCE)


def _broken(chance: Random, build: Build, now: datetime) -> Iterator[_Start]:
    """Answer the tries of the last days to deploy the same build."""
    at = now - timedelta(days=BROKEN_SINCE) + timedelta(hours=2)
    while at < now - timedelta(minutes=45):
        cause = Cause(kind="user", person=chance.choice(IT_PEOPLE))
        yield _Start(at=at, branch="main", causes=(cause,), sha=build.sha)
        at += timedelta(hours=chance.randint(7, 20), minutes=chance.randrange(60))


def _run(
    chance: Random, job: Job, habit: Habit, starts: list[_Start], now: datetime
) -> Iterator[Build]:
    """Answer the builds of one job and branch; one starts when the one before has ended."""
    free = now - timedelta(days=365)
    number = habit.first if starts and starts[0].branch in ("", "main") else 1
    for start in sorted(starts, key=lambda start: start.at):
        at = max(start.at, free)
        duration = int(habit.minutes * 60_000 * chance.uniform(0.75, 1.3))
        result = chance.choices(RESULTS, habit.odds)[0]
        if job.name == BROKEN and _late(start.at, now):
            result = "FAILURE"
        if result in ("ABORTED", "NOT_BUILT"):
            duration //= 4
        free = at + timedelta(milliseconds=duration)
        if free > now - timedelta(minutes=15):
            return
        yield _build(chance, habit, start, number=number, at=at, duration=duration, result=result)
        number += 1


def _build(
    chance: Random,
    habit: Habit,
    start: _Start,
    *,
    number: int,
    at: datetime,
    duration: int,
    result: str,
) -> Build:
    bad = result in ("FAILURE", "UNSTABLE")
    tested = habit.tests and (result == "UNSTABLE" or (bad and chance.random() < 0.7))
    which = tuple(sorted(chance.sample(range(3), chance.randint(1, 2)))) if tested else ()
    person = chance.choice(IT_PEOPLE)
    made = Build(
        job=habit.job,
        number=number,
        branch=start.branch,
        started=at,
        duration_ms=duration,
        result=result,
        causes=start.causes,
        node=habit.node,
        commits=start.commits,
        sha=start.sha,
        failed_tests=failed_tests(habit.job, tuple(dict.fromkeys(which))),
        tests=habit.tests,
        failed_stage=habit.failing_stage if bad else "",
        estimated_ms=habit.minutes * 60_000,
    )
    log = trouble(made) if result == "FAILURE" else ""
    return replace(made, log=f"Aborted by {person}" if result == "ABORTED" else log)


def _running(made: list[Build], now: datetime) -> list[Build]:
    """Answer three builds that run: a young one, a deploy, and one that hangs for hours."""
    minutes = {"abc/build/portal": 4, "abc/deploy/portal-prod": 8, "abc/test/performance": 310}
    running = []
    for job, ago in minutes.items():
        last = max((b for b in made if b.job == job), key=lambda build: build.number)
        running.append(
            replace(
                last,
                number=last.number + 1,
                started=now - timedelta(minutes=ago),
                duration_ms=0,
                result=None,
                commits=(),
                causes=(Cause(kind="user", person="sua" if "prod" in job else "haeun"),),
                failed_tests=(),
                failed_stage="",
                log="",
            )
        )
    return running


def deployments(
    chance: Random, built: tuple[Build, ...], commits: tuple[Commit, ...], now: datetime
) -> tuple[Deployment, ...]:
    """Answer a deployment for each build of a job that deploys, in GitHub's words."""
    deploying = {job.name: job for job in JOBS if job.deploys}
    made = []
    for number, build in enumerate((b for b in built if b.job in deploying), 1):
        job = deploying[build.job]
        person = build.causes[0].person or "seojun"
        made.append(
            Deployment(
                id=88_100_000 + number,
                repository=job.repository,
                sha=build.sha,
                ref="main",
                environment=job.deploys,
                creator=person,
                at=build.started,
                statuses=_statuses(build),
                build=build.name,
            )
        )
    return (*made, _pages(chance, len(made) + 1, commits, now))


def _statuses(build: Build) -> tuple[DeploymentStatus, ...]:
    begun = DeploymentStatus(state="in_progress", at=build.started + timedelta(seconds=5))
    if build.finished is None:
        return (begun,)
    states = {"SUCCESS": "success", "FAILURE": "failure", "ABORTED": "error"}
    ended = DeploymentStatus(
        state=states.get(build.result or "", "error"),
        at=build.finished,
        description=f"{build.name}: {build.result}",
    )
    return (begun, ended)


def _pages(chance: Random, number: int, commits: tuple[Commit, ...], now: datetime) -> Deployment:
    """Answer a deployment to the documentation's pages, made by no build of Jenkins."""
    at = moment(chance, now - timedelta(days=9), now - timedelta(days=2))
    return Deployment(
        id=88_100_000 + number,
        repository="abc/docs",
        sha=next(commit.sha for commit in commits if commit.repository == "abc/docs"),
        ref="main",
        environment="github-pages",
        creator="jiwoo",
        at=at,
        statuses=(DeploymentStatus(state="success", at=at + timedelta(minutes=1)),),
    )
