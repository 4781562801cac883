"""The installation guide, followed step by step on a server within this machine."""

import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sandbox.configuration import address
from sandbox.office import Office
from sandbox.standins.github import GitHubStandIn
from sandbox.standins.jenkins import JenkinsStandIn
from sandbox.torture import world as small_world
from sandbox.torture.script import REPOSITORIES
from sandbox.world import github as github_world
from sandbox.world import jenkins as jenkins_world

from itsm_sync.model.tickets import FieldName
from tests.acceptance.scratch import Server, server

CHECKOUT = Path(__file__).parents[2]
GUIDES = (CHECKOUT / "docs" / "installation.md", CHECKOUT / "docs" / "installation.ko.md")
_FENCE = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Tested elsewhere: tests/acceptance/test_quiet.py.
_OTHERS = re.compile(
    r"^### (?:A Redmine with years|오래된 일감이).*?(?=^### )", re.MULTILINE | re.DOTALL
)
_NIGHTLY = (
    "30 2 * * *  root  /usr/local/sbin/itsm-sync backup --force"
    " /var/backups/itsm-sync/$(date +\\%a).backup"
)
# What a test machine can't do, by the first command of each block that is not run.
NOT_RUN = (
    "BUNDLER_VERSION=2.3.15 RAILS_ENV=production bundle exec rails runner provision.rb",  # by hand
    "systemctl daemon-reload",  # no systemd runs here: its tools look at the unit instead
    "systemctl edit itsm-sync",
    "systemctl reload itsm-sync",
    'install -m 644 "$server"/itsm-sync-cycle.* /etc/systemd/system/',
    "CREATE ROLE itsm_sync LOGIN PASSWORD '...';",  # tried in tests of PostgreSQL
    "an example",
    "journalctl -u itsm-sync -p warning --since today",
    _NIGHTLY,
    "systemctl stop itsm-sync",
    "ln -sfn itsm-sync-0.1.0 /opt/itsm-sync",
    "systemctl disable --now itsm-sync itsm-sync-cycle.timer",
)


def blocks(guide: Path) -> dict[str, list[str]]:
    """The blocks of commands under each heading of the guide's steps, in order."""
    text = guide.read_text(encoding="utf-8")
    text = re.sub(
        r"^### A Redmine with years.*?(?=^### )", "", text, flags=re.MULTILINE | re.DOTALL
    )
    text = re.sub(r"^### 오래된 일감이.*?(?=^### )", "", text, flags=re.MULTILINE | re.DOTALL)
    found: dict[str, list[str]] = {}
    for part in re.split(r"^#{2,3} ", text, flags=re.MULTILINE)[1:]:
        heading = part.partition("\n")[0]
        found[heading] = _FENCE.findall(part)
    return {heading: said for heading, said in found.items() if said}


def is_run(block: str) -> bool:
    return not block.startswith("#")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The server, and the three systems that it shall speak to."""

    server: Server
    office: Office
    jenkins: JenkinsStandIn
    github: GitHubStandIn
    folder: Path

    def follow(self, block: str, known: list[str], given: str = "") -> str:
        """Run a block after the assignments of earlier ones; answer what it said."""
        script = "\n".join([*known, block])
        within = CHECKOUT if "constraints.txt" in block else self.folder
        done = self.server.run(script, within=within, given=given)
        assert done.status == 0, f"{block}\n{done.out}\n{done.err}"
        assert "Traceback" not in done.err
        known += re.findall(r"^[a-z]+=\S.*$", block, re.MULTILINE)
        return done.out + done.err

    def mode(self, path: str) -> tuple[str, str, str]:
        """Whose a file of the server is, and its mode."""
        file = self.server.file(path)
        about = file.lstat()
        names = {}
        for kind in ("passwd", "group"):
            lines = self.server.file(f"/etc/{kind}").read_text().splitlines()
            names[kind] = {line.split(":")[2]: line.split(":")[0] for line in lines}
        return (
            names["passwd"][str(about.st_uid)],
            names["group"][str(about.st_gid)],
            f"{stat.S_IMODE(about.st_mode):o}",
        )

    # ---------------------------------------------------------------- by hand

    def write_settings(self) -> None:
        """Put one's own addresses and projects into the settings."""
        addresses = {
            "redmine": self.office.redmine.url,
            "jenkins": self.jenkins.url,
            "github": self.github.url,
        }
        directory = self.server.file("/etc/itsm-sync")
        address(
            directory,
            addresses,
            change=lambda settings: settings["github"].update(repositories=list(REPOSITORIES)),
        )

    def provision(self) -> None:
        """Carry the Ruby to Redmine's machine and run it there."""
        self.office.redmine.runner(self.folder / "provision.rb")

    @property
    def secrets(self) -> str:
        """What a person types: the secrets in the order of the guide."""
        key = self.office.keys["itsm-sync"]
        return "\n".join([key, jenkins_world.USER, jenkins_world.TOKEN, github_world.TOKEN, ""])


@pytest.fixture
def place(office: Office, tmp_path: Path) -> Iterator[Place]:
    with (
        JenkinsStandIn(small_world.jenkins()) as jenkins,
        GitHubStandIn(small_world.github()) as github,
        server(tmp_path / "server") as made,
    ):
        yield Place(server=made, office=office, jenkins=jenkins, github=github, folder=tmp_path)


def test_both_guides_have_the_same_blocks() -> None:
    english, korean = (
        [_without_remarks(block) for said in blocks(guide).values() for block in said]
        for guide in GUIDES
    )

    assert english == korean


def _without_remarks(block: str) -> str:
    return re.sub(r"(^|  +)# (?!\[|Environment|IPAddress).*$", "", block, flags=re.MULTILINE)


def test_the_blocks_that_are_not_run_are_these() -> None:
    passed_over = [
        next((line for line in block.splitlines() if line[0] != "#"), "an example")
        for said in blocks(GUIDES[0]).values()
        for block in said
        if not is_run(block)
    ]

    assert tuple(passed_over) == NOT_RUN


@pytest.mark.timeout(900)  # a minute of work for a machine that has nothing else to do
def test_the_guide_leads_to_a_program_that_writes(place: Place) -> None:
    ticket = place.office.create("yujin", "포털 로그인이 안 됩니다", description="모두 접속 불가")
    known: list[str] = []
    told: dict[str, str] = {}
    before: dict[str, Callable[[], object]] = {
        "itsm-sync rules test": place.write_settings,
        "for name in": place.provision,
    }
    for said in blocks(GUIDES[0]).values():
        for block in filter(is_run, said):
            for start, by_hand in before.items():
                if block.startswith(start):
                    by_hand()
            if block.startswith("rm -f"):
                _look(place, ticket)
            told[block.split("\n")[0]] = place.follow(block, known, place.secrets)

    secrets = place.secrets.split()
    for block, output in told.items():
        assert not [secret for secret in secrets[::2] if secret in output], block
    # nothing is left of it
    for path in ("/opt/itsm-sync", "/etc/itsm-sync", "/var/lib/itsm-sync"):
        assert not place.server.file(path).exists(), path
    assert "itsm-sync" not in place.server.file("/etc/passwd").read_text()


def _look(place: Place, ticket: int) -> None:
    """Look at what was installed: whose it is, and what it has done."""
    assert {path: place.mode(path) for path in MODES} == MODES
    assert place.office.value(ticket, FieldName.TEAM) == "IT기획팀"
    # another cycle, as cron has it: nothing left to write, and the journal gets one line
    line = place.server.file("/etc/cron.d/itsm-sync").read_text().splitlines()[-1]
    command = line.split("root ", 1)[1].partition(" 2>&1")[0]
    done = place.server.run(command, within=Path("/"), LANG="")
    assert done.status == 0, done.err
    assert '"planned": 0' in done.out


MODES = {
    "/etc/itsm-sync": ("root", "itsm-sync", "750"),
    "/etc/itsm-sync/settings.yaml": ("root", "itsm-sync", "640"),
    "/etc/itsm-sync/people.yaml": ("root", "itsm-sync", "640"),
    "/etc/itsm-sync/secrets": ("root", "itsm-sync", "750"),
    "/etc/itsm-sync/secrets/REDMINE_API_KEY": ("root", "itsm-sync", "640"),
    "/var/lib/itsm-sync": ("itsm-sync", "itsm-sync", "700"),
    "/var/lib/itsm-sync/itsm-sync.db": ("itsm-sync", "itsm-sync", "600"),
    "/var/backups/itsm-sync/today.backup": ("itsm-sync", "itsm-sync", "600"),
    "/usr/local/sbin/itsm-sync": ("root", "root", "755"),
    "/etc/systemd/system/itsm-sync.service": ("root", "root", "644"),
    "/etc/cron.d/itsm-sync": ("root", "root", "644"),
}
