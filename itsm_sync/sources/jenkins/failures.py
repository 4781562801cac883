"""What a failed build tells besides its payload: failed tests, stages, the end of its console.

One or two requests for each, so only for builds that failed (Jenkins fact 12), and once.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from itsm_sync.clients.errors import (
    ClientError,
    Forbidden,
    Missing,
    Throttled,
    Unauthorised,
    Unreachable,
)
from itsm_sync.clients.jenkins import JenkinsClient
from itsm_sync.model.errors import fault
from itsm_sync.model.items import Fact, Facts
from itsm_sync.model.secrets import masked
from itsm_sync.model.text import clean, one_line
from itsm_sync.sources.jenkins.builds import (
    TESTS_TREE,
    failed_tests,
    has_failed_tests,
    is_running,
    revisions,
)
from itsm_sync.sources.jenkins.console import lines_of
from itsm_sync.sources.jenkins.jobs import Job
from itsm_sync.sources.jenkins.machines import node_name
from itsm_sync.sources.jenkins.payloads import SHAPE_ERRORS, Payload, objects
from itsm_sync.sources.jenkins.troubles import node_of, trouble

FAILURE = "FAILURE"  # Jenkins fact 7: the other results are none
CONSOLE_BYTES = 64 * 1024
STANDING = 5  # failed builds of a job that a first read looks into
TRIES = 10  # pulls in which a part that can't be read is asked for
GIVE_UP_AFTER = 2  # requests in a row without an answer, and no more is asked in this pull
NAME_LIMIT = 100  # characters

# The facts that are not in a build's payload.
_TOLD = frozenset(
    {"failed_tests", "failed_stage", "error_line", "error", "log", "infrastructure", "node"}
)
Recall = Callable[[str], Facts]  # answers the facts of a stored build, by its key
_Read = Callable[[str, Payload], Mapping[str, Fact]]


class Depth:
    """Which builds are looked into, asked of a job's builds newest first.

    After the first read each that failed; in it, of perhaps hundreds, those of the failure that
    still stands: down to the newest success, five at most. An aborted build ends no failure.
    """

    def __init__(self, *, first: bool) -> None:
        self._first = first
        self._left = STANDING

    def reaches(self, build: Payload) -> bool:
        if is_running(build):
            return False
        failed = build.get("result") == FAILURE
        if not self._first:
            return failed
        if build.get("result") == "SUCCESS":
            self._left = 0
        if not failed or not self._left:
            return False
        self._left -= 1
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was learnt: facts, parts still missing, and why those that were asked are."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    faults: Mapping[str, str] = field(default_factory=dict)


def told_of(known: Facts) -> Facts:
    """Answer what was learnt of a build once, out of the facts that it is stored with."""
    return {name: value for name, value in known.items() if name in _TOLD}


class Failures:
    """Reads what failed builds tell, in one pull of one controller; `recall` is what is known."""

    def __init__(self, client: JenkinsClient, recall: Recall) -> None:
        self.recall = recall
        self._client = client
        self._silent = 0

    def read(self, job: Job, build: Payload, *, deep: bool) -> Told:
        """Answer what a build tells; a part that can't be read stops neither it nor the others.

        Args:
            deep: whether to read stages and console; failed tests are read of each build that
                has some.

        Raises:
            Unauthorised: the account is refused.
        """
        path = f"{job.path}/{build['number']}"
        facts: dict[str, Fact] = {}
        missing, faults = [], {}
        for part, read in self._parts(build, deep):
            if self._silent >= GIVE_UP_AFTER:
                missing.append(part)
                continue
            try:
                facts |= read(path, build)
            except (Missing, Forbidden):  # Jenkins fact 12: 404 where the plug-in is missing
                self._silent = 0
            except Unauthorised:
                raise
            except (ClientError, *SHAPE_ERRORS) as error:
                silent = isinstance(error, (Unreachable, Throttled))
                self._silent = self._silent + 1 if silent else 0
                missing.append(part)
                faults[part] = fault(error)
            else:
                self._silent = 0
        return Told(facts=facts, missing=tuple(missing), faults=faults)

    def _parts(self, build: Payload, deep: bool) -> Iterator[tuple[str, _Read]]:
        if has_failed_tests(build):
            yield "testReport", self._tests
        if deep:
            if str(build.get("_class", "WorkflowRun")).endswith("WorkflowRun"):
                yield "stages", self._stages
            yield "console", self._console

    def _tests(self, path: str, _build: Payload) -> Mapping[str, Fact]:
        tests = failed_tests(self._client.get(f"{path}/testReport", tree=TESTS_TREE))
        return {"failed_tests": tests} if tests else {}

    def _stages(self, path: str, _build: Payload) -> Mapping[str, Fact]:
        stage = failed_stage(self._client.stages(path))
        return {"failed_stage": stage} if stage else {}

    def _console(self, path: str, build: Payload) -> Mapping[str, Fact]:
        console = self._client.console(path, CONSOLE_BYTES)
        keep = revisions(build)
        lines = lines_of(console.end, whole=console.whole, keep=keep)
        found = trouble(lines, tests_failed=has_failed_tests(build))
        began = lines_of(console.beginning, keep=keep)
        node = node_of((*began, *lines[: found.at + 1]))
        facts: dict[str, Fact] = {
            "error_line": found.line,
            "error": found.error,
            "log": found.log,
            "infrastructure": found.infrastructure,
            "node": node_name(node) if node else "",
        }
        return {name: value for name, value in facts.items() if value}


def failed_stage(run: Payload) -> str:
    """Answer the name of the first stage that failed, "" where none did; raises `SHAPE_ERRORS`."""
    stages = objects(run["stages"])
    names = (clean(stage["name"]) for stage in stages if stage.get("status") == "FAILED")
    return masked(one_line(next(names, ""), NAME_LIMIT))
