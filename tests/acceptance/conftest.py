"""The whole program against a real Redmine behind a recording proxy."""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from sandbox.canaries import found, found_in_files, found_in_redmine, secrets_in
from sandbox.configuration import SHIPPED
from sandbox.nursery import Twins
from sandbox.office import Office
from sandbox.proxy import Proxy
from sandbox.redmine import install, installed
from sandbox.standins.github import GitHubStandIn
from sandbox.standins.jenkins import JenkinsStandIn
from sandbox.torture import world as small_world
from sandbox.torture.script import REPOSITORIES
from sandbox.world import github as github_world
from sandbox.world import jenkins as jenkins_world
from sandbox.world.spine import build

from itsm_sync.desk.provisioning import ruby
from itsm_sync.settings import load

CHECKOUT = Path(__file__).parents[2]
NOW = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
# The sample world is of 2026; a first read must reach back to it whenever the test runs.
FAR = 36_500
ACCOUNTS = {
    "JENKINS_USER": jenkins_world.USER,
    "JENKINS_TOKEN": jenkins_world.TOKEN,
    "GITHUB_TOKEN": github_world.TOKEN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(slots=True, kw_only=True)
class Program:
    """The command itsm-sync with one configuration, in a process of its own (forked), whose clock
    is `ahead` of the real one.
    """

    twins: ClassVar[Twins] = Twins()
    configuration: Path
    environment: dict[str, str]
    proxy: Proxy
    office: Office
    asked: dict[str, int] = field(default_factory=dict)
    ahead: timedelta = timedelta()

    def run(self, *arguments: str, **environment: str) -> Said:
        """Run a command; forget what was asked before it."""
        self.proxy.forget_requests()
        offset = self.ahead.total_seconds()
        done = self.twins.run(arguments, self.environment | environment, offset=offset)
        assert "Traceback" not in done.err, done.err
        assert found(secrets_in(self.environment | environment), done.out + done.err) == []
        return Said(status=done.status, out=done.out, err=done.err)

    def sync(self, **environment: str) -> Said:
        return self.run("sync", "--json", **environment)


def grow_old(office: Office, numbers: Iterable[int]) -> None:
    """Let tickets be older than a first cycle that begins now: in the second of its start they
    would be new, and those of the second before it old."""
    last = max(datetime.fromisoformat(office.read(n)["updated_on"]) for n in numbers)
    while time.time() < last.timestamp() + 1:
        time.sleep(0.05)


@pytest.fixture(scope="session", autouse=True)
def nurseries() -> Iterator[None]:
    """What the program is forked from ends with the tests."""
    yield
    Program.twins.close()


@pytest.fixture(scope="session")
def template() -> Path:
    """A provisioned Redmine with the ABC projects and people; copied, never served."""
    if not installed():
        install()
    return Office.prepare(CHECKOUT / ".test" / "redmine", ruby(load(SHIPPED, {}, secrets=False)))


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Iterator[Office]:
    """A Redmine of the test's own."""
    with Office.open(tmp_path / "redmine", template) as office:
        yield office


@pytest.fixture
def program(
    office: Office, configuration: Callable[..., Path], tmp_path: Path
) -> Iterator[Program]:
    """The program over that Redmine, with no other system; it writes."""
    with Proxy(office.redmine.url) as proxy:
        directory = configuration(addresses={"redmine": proxy.url})
        environment = {
            "PATH": os.environ["PATH"],
            "ITSM_SYNC_CONFIG": str(directory),
            "ITSM_SYNC_DATABASE": f"sqlite:///{tmp_path}/itsm-sync.db",
            "REDMINE_API_KEY": office.keys["itsm-sync"],
        }
        program = Program(
            configuration=directory, environment=environment, proxy=proxy, office=office
        )
        yield program
    secrets = secrets_in(program.environment)
    assert found_in_files(secrets, tmp_path, but=[office.redmine.root, tmp_path / "secrets"]) == {}
    assert found_in_redmine(secrets, office.redmine.root) == {}


@pytest.fixture
def watched(program: Program, configuration: Callable[..., Path]) -> Iterator["Town"]:
    """The program with signals, over an empty Jenkins and an empty GitHub."""

    def few(settings: dict[str, Any]) -> None:
        settings["github"]["repositories"] = list(REPOSITORIES)

    with (
        JenkinsStandIn(small_world.jenkins()) as jenkins,
        GitHubStandIn(small_world.github()) as github,
    ):
        addresses = {"redmine": program.proxy.url, "jenkins": jenkins.url, "github": github.url}
        shutil.rmtree(program.configuration)
        program.configuration = configuration(addresses=addresses, signals=True, change=few)
        program.environment |= ACCOUNTS
        yield Town(program=program, jenkins=jenkins, github=github)


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """The program and the three systems it reads."""

    program: Program
    jenkins: JenkinsStandIn
    github: GitHubStandIn


@pytest.fixture
def town(program: Program, office: Office, configuration: Callable[..., Path]) -> Iterator[Town]:
    spine = build(1, 60, now=NOW)
    with (
        JenkinsStandIn(jenkins_world.documents(spine)) as jenkins,
        GitHubStandIn(github_world.documents(spine)) as github,
        Proxy(office.redmine.url) as proxy,
    ):
        addresses = {"redmine": proxy.url, "jenkins": jenkins.url, "github": github.url}

        def far(settings: dict[str, dict[str, int]]) -> None:
            settings["github"]["history_days"] = FAR

        shutil.rmtree(program.configuration)
        program.configuration = configuration(addresses=addresses, change=far)
        program.proxy = proxy
        program.environment |= ACCOUNTS
        yield Town(program=program, jenkins=jenkins, github=github)
