"""A Jenkins whose jobs build, are discarded, deleted, made anew and renumbered."""

from collections.abc import Iterator

from hypothesis import strategies as st

from itsm_sync.sources.jenkins import JenkinsSource
from sandbox.proofs.doors import NO_PORT, TOKEN, USER, JenkinsDoor, jenkins_settings
from sandbox.proofs.histories import SKEWS, Deed, History, Wire, histories
from sandbox.standins.jenkins import JenkinsStandIn, new_folder, new_job
from sandbox.standins.jenkins_tree import Document
from tests.shelf import Shelf

START = 1_790_000_000_000  # milliseconds
JOBS = ("abc/portal", "abc/api/feature%2Flogin", "nightly")
WAITS = (0, 1, 1000, 61_000, 3_700_000)
RESULTS = ("SUCCESS", "FAILURE", "UNSTABLE", "ABORTED")

_job, _which = st.sampled_from(JOBS), st.integers(0, 12)
_count = st.sampled_from((1, 1, 2, 3, 12, 115))
STEADY: st.SearchStrategy[Deed] = st.one_of(
    st.tuples(st.just("start"), _job, _count),
    st.tuples(st.just("build"), _job, _count, st.sampled_from(RESULTS)),
    st.tuples(st.just("build"), _job, st.just(1), st.sampled_from(RESULTS)),
    st.tuples(st.just("end"), _job, _which, st.sampled_from(RESULTS)),
    st.tuples(st.just("end"), _job, _which, st.sampled_from(RESULTS)),
    st.tuples(st.just("discard"), _job, _which),
    st.tuples(st.just("sweep"), _job, st.integers(0, 4)),
    st.tuples(st.just("delete"), _job),
    st.tuples(st.just("anew"), _job, st.integers(-1, 2)),
    st.tuples(st.just("renumber"), _job, st.integers(0, 30)),
    st.tuples(st.just("node"), st.integers(0, 2)),
    st.tuples(st.just("wait"), st.sampled_from(WAITS)),
)
WILD: st.SearchStrategy[Deed] = st.one_of(
    st.tuples(st.just("clock"), st.sampled_from(SKEWS)),
)


def jenkins_histories() -> st.SearchStrategy[History]:
    """Answer histories of a controller; its pages have the size that is asked for."""
    return histories(STEADY, WILD, (100,))


class JenkinsScene:
    """The stand-in (held to what real ones answered), and the source before it."""

    def __init__(self, page: int) -> None:
        del page
        self.at, self.skew = START, 0
        api = new_folder(
            "abc/api",
            [new_job(JOBS[1])],
            _class="org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject",
        )
        # One stays: a controller that shows no job at all is not believed to have lost them.
        jobs = [new_folder("abc", [new_job(JOBS[0]), api]), new_job(JOBS[2]), new_job("steady")]
        root = {"jobs": jobs}
        self.server = JenkinsStandIn(
            {
                "accounts": {USER: TOKEN},
                "root": {"_class": "hudson.model.Hudson", **root},
                "computer": {"_class": "hudson.model.ComputerSet", "computer": []},
                "queue": {"_class": "hudson.model.Queue", "items": []},
                "tests": {},
            },
            port=NO_PORT,
        )
        self.shelf = Shelf()
        self.wire = Wire(do=self.do)
        settings = jenkins_settings(self.server, history=1000)
        client = JenkinsDoor(self.server, settings, self.wire)
        self.source = JenkinsSource(client, settings, "jenkins")

    # -- what happens -------------------------------------------------------------------------

    def do(self, deed: Deed) -> None:
        name, *arguments = deed
        getattr(self, f"_{name}")(*arguments)

    def _wait(self, milliseconds: int) -> None:
        self.at += milliseconds

    def _clock(self, seconds: int) -> None:
        self.skew = seconds * 1000

    def _job(self, name: str) -> Document | None:
        try:
            return self.server.job(name)
        except KeyError:
            return None

    def _start(self, name: str, count: int) -> None:
        for _ in range(count if self._job(name) else 0):
            self._begin(name)

    def _build(self, name: str, count: int, result: str) -> None:
        for _ in range(count if self._job(name) else 0):
            number = self._begin(name)
            self.server.finish_build(name, number, result=result, duration=30_000)

    def _begin(self, name: str) -> int:
        """Number and time name a build: no two of a number begin in one millisecond."""
        self.at += 1
        number: int = self.server.start_build(name, at=self.at + self.skew)["number"]
        return number

    def _running(self, name: str) -> list[int]:
        job = self._job(name)
        return [b["number"] for b in job["allBuilds"] if b["building"]] if job else []

    def _end(self, name: str, which: int, result: str) -> None:
        if found := self._running(name):
            number = found[which % len(found)]
            self.server.finish_build(name, number, result=result, duration=30_000)

    def _discard(self, name: str, which: int) -> None:
        job = self._job(name)
        if job and job["allBuilds"]:
            builds = job["allBuilds"]
            self.server.discard_build(name, builds[which % len(builds)]["number"])

    def _sweep(self, name: str, keep: int) -> None:
        """Discard all that ended but the newest."""
        job = self._job(name)
        ended = [b["number"] for b in job["allBuilds"] if not b["building"]] if job else []
        for number in ended[keep:]:
            self.server.discard_build(name, number)

    def _delete(self, name: str) -> None:
        if self._job(name):
            self.server.delete_job(name)

    def _anew(self, name: str, more: int) -> None:
        """Make a job where there is none, or make it anew: it begins at 1, and builds as often as
        the one before and `more`; with -1 not at all.
        """
        job = self._job(name)
        before = job["nextBuildNumber"] - 1 if job else 0
        self._delete(name)
        self.server.create_job(name)
        if more >= 0:
            self._build(name, min(before, 20) + more, "SUCCESS")

    def _renumber(self, name: str, further: int) -> None:
        """A person sets the next number: it can only be raised."""
        if (job := self._job(name)) is not None:
            job["nextBuildNumber"] += further

    def _node(self, which: int) -> None:
        """A node goes or comes."""
        nodes = self.server.world["computer"]["computer"]
        name = f"agent-{which}"
        there = [node for node in nodes if node["displayName"] == name]
        if there:
            nodes.remove(there[0])
            return
        node = {"_class": "hudson.slaves.SlaveComputer", "displayName": name, "offline": False}
        nodes.append({**node, "numExecutors": 2, "monitorData": {}})

    # -- what is read -------------------------------------------------------------------------

    def rest(self, *, hasty: bool) -> None:
        """What runs ends: an ended world."""
        for name in JOBS:
            for number in self._running(name):
                self.server.finish_build(name, number, result="SUCCESS", duration=30_000)
        self._wait(1 if hasty else max(WAITS))

    def wrong(self) -> list[str]:
        shown = dict(self._shown())
        there = [self.shelf.items[key] for key in self.shelf.items if key not in self.shelf.gone]
        stored = {item.key: item.state for item in there if item.kind in ("job", "build", "node")}
        told = [
            f"{key} is {state}, stored as {stored.get(key)}"
            for key, state in shown.items()
            if stored.get(key) != state
        ]
        stale = (key for key in stored.keys() - shown.keys() if self._ought_to_be_gone(key))
        return told + [f"{key} is there no more, and stored as {stored[key]}" for key in stale]

    def _shown(self) -> Iterator[tuple[str, str]]:
        for name in (*JOBS, "steady"):
            if (job := self._job(name)) is None:
                continue
            key = f"jenkins:ci:{name.replace('%2F', '/')}"
            yield key, job["color"].removesuffix("_anime")
            for build in job["allBuilds"]:
                yield f"{key}#{build['number']}@{build['timestamp']}", build["result"]
        for node in self.server.world["computer"]["computer"]:
            yield f"jenkins:ci:node/{node['displayName']}", "online"

    def _ought_to_be_gone(self, key: str) -> bool:
        """A build that was discarded may stay as it ended; not one that ran, nor a job's that is
        no more.
        """
        item = self.shelf.items[key]
        if item.kind != "build":
            return True
        return item.state == "running" or self._job(str(item.facts["job"]).replace(
            "feature/", "feature%2F")) is None  # fmt: skip
