"""One run's stage: its Redmine and stand-ins, and the program that works on them."""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sandbox import configuration
from sandbox.daemon import schedule
from sandbox.nursery import Nursery
from sandbox.office import Office
from sandbox.proxy import Proxy
from sandbox.standins.github import GitHubStandIn
from sandbox.standins.jenkins import JenkinsStandIn
from sandbox.standins.server import StandIn
from sandbox.torture import world
from sandbox.torture.clock import MovedClock
from sandbox.torture.script import Step
from sandbox.world.github import TOKEN as GITHUB_TOKEN
from sandbox.world.jenkins import TOKEN as JENKINS_TOKEN
from sandbox.world.jenkins import USER as JENKINS_USER

CHECKOUT = Path(__file__).resolve().parents[3]
LIFETIME = 4 * 3600.0
_BARE = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{CHECKOUT}/scripts:{CHECKOUT}"}
TIMEOUT = 3  # seconds that the program waits for a server; the servers' slowness is longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The servers of one run, with one clock for all."""

    home: Path
    clock: MovedClock
    office: Office
    redmine: Proxy
    jenkins: JenkinsStandIn
    github: GitHubStandIn
    nursery: Nursery
    environment: Mapping[str, str]

    @classmethod
    @contextmanager
    def open(
        cls,
        home: Path,
        template: Path,
        start: datetime,
        *,
        database: str = "",
        timeout: int = TIMEOUT,
    ) -> "Iterator[Stage]":
        """Set the stage in a directory of its own; people have opened three tickets.

        Without the address of an empty database the state is a file there.
        """
        home.mkdir(parents=True)
        clock = MovedClock(home / "clock")
        clock.show(start)
        with (
            Office.open(home / "redmine", template, lifetime=LIFETIME, rack=clock.ruby) as office,
            Proxy(office.redmine.url) as redmine,
            JenkinsStandIn(world.jenkins()) as jenkins,
            GitHubStandIn(world.github()) as github,
            closing(Nursery.open(_BARE)) as nursery,
        ):
            servers = {"redmine": redmine, "jenkins": jenkins, "github": github}
            environment = _environment(home, office, servers, database, timeout)
            for subject in ("로그인이 안 됩니다", "결제가 두 번 됩니다", "화면이 느립니다"):
                office.create("yujin", subject)
            yield cls(home=home, clock=clock, office=office, redmine=redmine, jenkins=jenkins,
                      github=github, nursery=nursery, environment=environment)  # fmt: skip

    @property
    def servers(self) -> Mapping[str, StandIn]:
        """Answer what the program speaks to, by name."""
        return {"redmine": self.redmine, "jenkins": self.jenkins, "github": self.github}

    def happen(self, step: Step) -> None:
        """Change the world by what happened in a step."""
        for event in step.events:
            world.happen(event, self.jenkins, self.github)


def _environment(
    home: Path, office: Office, servers: Mapping[str, StandIn], database: str, timeout: int
) -> dict[str, str]:
    addresses = {name: server.url for name, server in servers.items()}
    directory = configuration.copy(
        home / "config", addresses=addresses, change=partial(_settle, timeout=timeout), signals=True
    )
    schedule(directory, cycle={"every": "1s"}, lease="5s")
    return {
        **_BARE,
        "ITSM_SYNC_CONFIG": str(directory),
        "ITSM_SYNC_DATABASE": database or f"sqlite:///{home}/itsm-sync.db",
        "REDMINE_API_KEY": office.keys["itsm-sync"],
        "JENKINS_USER": JENKINS_USER,
        "JENKINS_TOKEN": JENKINS_TOKEN,
        "ITSM_SYNC_HTTP": "127.0.0.1:0",
        "GITHUB_TOKEN": GITHUB_TOKEN,
    }


def _settle(settings: dict[str, Any], timeout: int) -> None:
    """No caps, for these tell how much is done at once; little patience with servers."""
    settings["caps"] = dict.fromkeys(settings["caps"], 0)
    settings["github"]["repositories"] = ["abc/portal", "abc/api"]
    settings["redmine"]["timeout"] = timeout
    settings["github"]["timeout"] = timeout
    settings["jenkins"][0]["timeout"] = timeout
