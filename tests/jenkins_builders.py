"""A small Jenkins for tests of its source, and what pulls from it as a cycle does."""

from typing import Any

from pydantic import SecretStr
from sandbox.standins.jenkins import JenkinsStandIn, new_folder, new_job

from itsm_sync.clients.jenkins import JenkinsClient
from itsm_sync.model.cycles import Batch
from itsm_sync.model.items import Item
from itsm_sync.settings import Jenkins
from itsm_sync.sources.jenkins import JenkinsSource
from tests.shelf import Deaf, Shelf

START = 1_790_000_000_000  # milliseconds
MINUTE = 60_000
PORTAL = "abc/build/portal"
LOGIN = "abc/build/api/feature%2Flogin"
GIB = 1024**3


def node(name: str, **details: Any) -> dict[str, Any]:
    return {
        "_class": "hudson.slaves.SlaveComputer",
        "displayName": name,
        "offline": False,
        "offlineCause": None,
        "offlineCauseReason": "",
        "temporarilyOffline": False,
        "numExecutors": 2,
        "monitorData": {
            "hudson.node_monitors.DiskSpaceMonitor": {
                "_class": "hudson.node_monitors.DiskSpaceMonitorDescriptor$DiskSpace",
                "timestamp": START,
                "size": 40 * GIB,
            }
        },
        **details,
    }


def documents() -> dict[str, Any]:
    api = new_folder(
        "abc/build/api",
        [new_job("abc/build/api/main"), new_job(LOGIN)],
        _class="org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject",
    )
    build = new_folder("abc/build", [new_job(PORTAL), api])
    nightly = new_job("abc/nightly", _class="hudson.model.FreeStyleProject")
    return {
        "accounts": {"reader": "right"},
        "root": {"_class": "hudson.model.Hudson", "jobs": [new_folder("abc", [build, nightly])]},
        "computer": {"_class": "hudson.model.ComputerSet", "computer": [node("agent-01")]},
        "queue": {"_class": "hudson.model.Queue", "items": []},
        "tests": {},
    }


def ended(server: JenkinsStandIn, job: str, *, at: int, result: str = "SUCCESS") -> int:
    """A build that began at `at` and took half a minute."""
    number: int = server.start_build(job, at=at)["number"]
    server.finish_build(job, number, result=result, duration=MINUTE // 2)
    return number


class Puller:
    """Pulls as a cycle does, and forgets the requests before."""

    def __init__(self, server: JenkinsStandIn, store: Shelf, **settings: Any) -> None:
        self.server = server
        self.store = store
        values = {"url": server.url, "user": "reader", "token": SecretStr("right"), **settings}
        self.settings = Jenkins.model_validate(values)

    def pull(self, **details: Any) -> list[Batch]:
        self.server.forget_requests()
        client = JenkinsClient(self.settings, Deaf())
        try:
            source = JenkinsSource(client, self.settings, "jenkins", **details)
            return self.store.keep(source.pull(self.store))
        finally:
            client.close()

    @property
    def asked(self) -> list[str]:
        return [asked.path.removesuffix("/api/json") for asked in self.server.requests]


def builds(store: Shelf, job: str = PORTAL) -> dict[int, Item]:
    """The stored builds of a job that are still there, by number."""
    found = [store.items[key] for key in store.known("build")]
    return {int(str(i.facts["number"])): i for i in found if i.facts["job"] == job}


def stream(batches: list[Batch], name: str) -> Batch:
    return [batch for batch in batches if batch.stream == name][-1]
