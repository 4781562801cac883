"""The ABC world as it stands now, of three systems, and the program that watches them."""

import json
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox import configuration as sandbox
from sandbox.office import Office
from sandbox.proxy import Proxy
from sandbox.standins.github import GitHubStandIn
from sandbox.standins.jenkins import JenkinsStandIn
from sandbox.world import github as github_world
from sandbox.world import jenkins as jenkins_world
from sandbox.world.spine import build
from sandbox.world.things import Spine

from itsm_sync.model.tickets import FieldName
from tests.acceptance.conftest import ACCOUNTS, Program, Said


@dataclass(kw_only=True)
class City:
    """The ABC world as it stands now: three systems, and the program that watches them."""

    program: Program
    jenkins: JenkinsStandIn
    github: GitHubStandIn
    now: datetime
    spine: Spine
    seen: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def sync(self) -> Said:
        said = self.program.sync()
        assert said.status == 0, said.err[-3000:] + said.out[:3000]
        return said

    def quiet(self) -> bool:
        """Whether one more look writes nothing."""
        planned = self.program.run("plan", "--json").json
        assert (planned["plan"], planned["births"]["planned"]) == ([], 0)
        done = self.sync().json
        writes = [r for r in self.program.proxy.requests if r.method in ("POST", "PUT", "DELETE")]
        return not writes and done["edits"]["planned"] == 0

    def look(self) -> None:
        """Read the bot's tickets, by signal."""
        office, found = self.program.office, defaultdict(list)
        told = office.redmine.runner(
            "puts Issue.where(author: User.find_by!(login: 'itsm-sync')).pluck(:id).to_json"
        )
        for number in json.loads(told):
            shown = office.read(number, "admin")
            shown["ours"] = {
                name: next((str(f["value"]) for f in shown["custom_fields"] if f["id"] == i), "")
                for name, i in office.fields.items()
            }
            found[shown["ours"][FieldName.KEY].partition("/")[0]].append(shown)
        self.seen = dict(found)


def three_in_the_morning() -> datetime:
    """When the world ends: the last time that it was three, so that it is the same in each run."""
    today = datetime.now(UTC)
    three = today.replace(hour=3, minute=0, second=0, microsecond=0)
    return three if three < today else three - timedelta(days=1)


@contextmanager
def standing(program: Program, office: Office) -> Iterator[City]:
    """Let the world stand before a real Redmine, with its signals watched."""
    now = three_in_the_morning()
    spine = build(1, 60, now=now)
    with (
        JenkinsStandIn(jenkins_world.documents(spine)) as jenkins,
        GitHubStandIn(github_world.documents(spine)) as github,
        Proxy(office.redmine.url) as proxy,
    ):
        addresses = {"redmine": proxy.url, "jenkins": jenkins.url, "github": github.url}
        shutil.rmtree(program.configuration)
        sandbox.copy(program.configuration, addresses=addresses, signals=True)
        program.proxy = proxy
        program.environment |= ACCOUNTS
        yield City(program=program, jenkins=jenkins, github=github, now=now, spine=spine)
