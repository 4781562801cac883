"""A Jenkins of many jobs and a GitHub of many repositories, in which nothing happens by itself."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from sandbox.bench.program import ACCOUNT
from sandbox.bench.stage import Sizes
from sandbox.standins.github import GitHubStandIn, new_repository, rows
from sandbox.standins.jenkins import JenkinsStandIn, new_build, new_folder, new_job

World = dict[str, Any]
_FOLDERS = 10
_HOUR = 3_600_000  # milliseconds
_LIMIT = 1_000_000  # requests an hour: the first read is not what is measured


def now() -> datetime:
    """Answer the time."""
    return datetime.now(UTC).replace(microsecond=0)


def stamp(at: datetime) -> str:
    """Answer a time as GitHub writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def repositories(many: int) -> list[str]:
    """Answer the repositories' names."""
    return [f"abc/r{number}" for number in range(many)]


def jobs(many: int) -> list[str]:
    """Answer the jobs' full names: they lie in folders."""
    return [f"team{number % _FOLDERS}/job{number}" for number in range(many)]


def jenkins_world(sizes: Sizes) -> World:
    """Answer a controller's documents: every job has built so often, the last time an hour ago."""
    folders: dict[str, list[World]] = {}
    last = int(now().timestamp() * 1000) - _HOUR
    for name in jobs(sizes.jobs):
        job = new_job(name, color="blue", nextBuildNumber=sizes.builds + 1)
        job["allBuilds"] = [
            new_build(job, number=number, timestamp=last - (sizes.builds - number) * _HOUR,
                      building=False, result="SUCCESS", duration=60_000)
            for number in range(sizes.builds, 0, -1)
        ]  # fmt: skip
        folders.setdefault(name.partition("/")[0], []).append(job)
    made = [new_folder(name, found) for name, found in folders.items()]
    return {
        "accounts": {ACCOUNT: ACCOUNT},
        "root": {"_class": "hudson.model.Hudson", "jobs": made},
        "computer": {"_class": "hudson.model.ComputerSet", "computer": []},
        "queue": {"_class": "hudson.model.Queue", "items": []},
        "tests": {},
    }


def github_world(sizes: Sizes) -> World:
    """Answer a GitHub's documents: every repository has its pull requests, runs and releases."""
    made = {name: _repository(name, sizes.pulls) for name in repositories(sizes.repositories)}
    return {"tokens": {ACCOUNT: ACCOUNT}, "repositories": made, "moved": {}}


def _repository(name: str, pulls: int) -> World:
    documents = new_repository(name, at=stamp(now() - timedelta(days=100)))
    for number in range(1, pulls + 1):
        at = stamp(now() - timedelta(days=2, hours=number))
        documents["pulls"].append(rows.pull(name, number, at=at))
        documents["files"][str(number)] = [rows.file(name, "src/app.py", f"{number:040x}")]
        documents["runs"].append(rows.run(name, number, at=at))
        documents["releases"].append(rows.release(name, number, at=at))
    return documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Both servers, in this process: to be changed, and their logs to be read."""

    jenkins: JenkinsStandIn
    github: GitHubStandIn

    @property
    def addresses(self) -> dict[str, str]:
        return {"jenkins": self.jenkins.url, "github": self.github.url}

    def forget(self) -> None:
        """Forget the requests so far."""
        self.jenkins.forget_requests()
        self.github.forget_requests()

    def asked(self) -> tuple[int, int, int]:
        """Answer the requests to Jenkins, to GitHub those that cost a point, and all to GitHub."""
        told = self.github.requests
        return len(self.jenkins.requests), sum(one.status != 304 for one in told), len(told)


@contextmanager
def fleet(sizes: Sizes) -> Iterator[Fleet]:
    """Serve both, until the block is left."""
    with JenkinsStandIn(jenkins_world(sizes)) as jenkins, GitHubStandIn(
        github_world(sizes)
    ) as github:  # fmt: skip
        github.remaining = _LIMIT
        yield Fleet(jenkins=jenkins, github=github)


@contextmanager
def apart(folder: Path, sizes: Sizes, *, delay: float) -> Iterator[dict[str, str]]:
    """Serve both from a process of their own; each answer takes `delay` seconds more.

    Answers their addresses.
    """
    folder.mkdir(parents=True)
    for name, world in (("jenkins", jenkins_world(sizes)), ("github", github_world(sizes))):
        (folder / f"{name}.json").write_text(json.dumps(world), encoding="utf-8")
    command = [sys.executable, "-m", "sandbox.standins", "--world", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            told = json.loads(process.stdout.readline())
            addresses = {name: told[f"{name}_url"] for name in ("jenkins", "github")}
            for url in addresses.values():
                slow = {"match": "", "kind": "slow", "seconds": delay}
                requests.post(f"{url}/_standin/faults", json=slow, timeout=10).raise_for_status()
            yield addresses
        finally:
            process.terminate()


def wanted(settings: World, sizes: Sizes) -> None:
    """Have a configuration read all of them."""
    if "jenkins" in settings:
        settings["jenkins"][0]["jobs"] = ["*"]
    if "github" in settings:
        settings["github"]["repositories"] = repositories(sizes.repositories)
