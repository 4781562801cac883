"""A stand-in for a Jenkins controller, true to what real ones answer to reads.

The documents (made by `sandbox.world.jenkins`):

    accounts   user -> API token
    root       the controller with `jobs`, nested; a job has `allBuilds`, newest first
    computer   what `/computer/api/json` has
    queue      what `/queue/api/json` has
    tests      "full/name#17" -> what that build's `testReport` has; 404 where it is absent
    stages     "full/name#17" -> the list that `wfapi/describe` has; 404 where it is absent
    logs       "full/name#17" -> what that build wrote; no file of it where it is absent

Addresses in the documents begin with `/` and get the server's own address when they are sent.
"""

import base64
import html
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import quote, unquote

from sandbox.standins.jenkins_builds import described, failed_in, progressive
from sandbox.standins.jenkins_tree import PERMALINKS, Document, at_depth, parse_tree, prune
from sandbox.standins.server import Answer, Request, StandIn

VERSION = "2.516.1"

_COLOURS = {"SUCCESS": "blue", "UNSTABLE": "yellow", "FAILURE": "red", "ABORTED": "aborted"}


class JenkinsStandIn(StandIn):
    """One controller. Tests may change the world by the methods below, or directly under `lock`."""

    system: ClassVar[str] = "jenkins"

    def answer(self, request: Request) -> Answer:
        path = [unquote(part) for part in request.path.split("/") if part]
        kind = tuple(path[-2:])
        if kind not in (_API, _STAGES, _CONSOLE):
            return self._page(path)
        user, refusal = self._user(request)
        if refusal:
            return refusal
        thing = self._find(path[:-2], user)
        if thing is None:
            return _html("Not Found", 404)
        if kind == _API:
            return self._json(thing, request.query)
        return self._of_build(path[:-2], thing, kind, request.query)

    # -- the world changes --------------------------------------------------------------------

    def job(self, name: str) -> Document:
        """Answer a job (or folder) by its raw full name; raises KeyError."""
        found = self._job(name.split("/"))
        if found is None:
            raise KeyError(name)
        return found

    def start_build(self, name: str, *, at: int, **details: Any) -> Document:
        """Begin a build at `at` (milliseconds); `details` win over its fields."""
        with self.lock:
            job = self.job(name)
            number = job["nextBuildNumber"]
            build = new_build(job, number=number, timestamp=at, **details)
            job["allBuilds"].insert(0, build)
            job["nextBuildNumber"] = number + 1
            _recolour(job)
            return build

    def finish_build(self, name: str, number: int, *, result: str, duration: int) -> None:
        """End a running build."""
        with self.lock:
            job = self.job(name)
            build = next(build for build in job["allBuilds"] if build["number"] == number)
            build.update(building=False, result=result, duration=duration)
            _recolour(job)

    def fail_build(
        self,
        name: str,
        *,
        at: int,
        duration: int = 60_000,
        log: str = "",
        stage: str = "",
        **details: Any,
    ) -> Document:
        """Add a build that failed in a stage and wrote that; `details` win over its fields."""
        with self.lock:
            build = self.start_build(name, at=at, **details)
            self.finish_build(name, build["number"], result="FAILURE", duration=duration)
            place = f"{name}#{build['number']}"
            if log:
                self.world.setdefault("logs", {})[place] = log
            if stage:
                self.world.setdefault("stages", {})[place] = failed_in(build, stage)
            return build

    def discard_build(self, name: str, number: int) -> None:
        with self.lock:
            job = self.job(name)
            job["allBuilds"] = [b for b in job["allBuilds"] if b["number"] != number]

    def delete_job(self, name: str) -> Document:
        """Take a job away and answer it."""
        with self.lock:
            job = self.job(name)
            siblings = self.job(name.rpartition("/")[0])["jobs"] if "/" in name else self._roots
            siblings.remove(job)
            return job

    def create_job(self, name: str, **details: Any) -> Document:
        """Make an empty pipeline in a folder that is there."""
        with self.lock:
            folder = name.rpartition("/")[0]
            siblings = self.job(folder)["jobs"] if folder else self._roots
            siblings.append(new_job(name, **details))
            made: Document = siblings[-1]
            return made

    @property
    def _roots(self) -> list[Document]:
        roots: list[Document] = self.world["root"]["jobs"]
        return roots

    # -- answering ----------------------------------------------------------------------------

    def _user(self, request: Request) -> tuple[str, Answer | None]:
        kind, _, secret = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "basic":
            return "", _html("Authentication required", 403)
        user, _, token = base64.b64decode(secret).decode("utf-8", "replace").partition(":")
        if not token or self.world["accounts"].get(user) != token:
            return "", _html("Invalid password/token for user", 401)
        return user, None

    def _find(self, path: list[str], user: str) -> Document | None:
        if len(path) == 1 and path[0] in _SMALL:
            return _SMALL[path[0]](user)
        found: Document | None
        match path:
            case []:
                found = self.world["root"]
            case ["computer"] | ["queue"]:
                found = self.world[path[0]]
            case ["computer", name]:
                found = self._node(name)
            case _:
                found = self._below_job(path)
        return found

    def _node(self, name: str) -> Document | None:
        for node in self.world["computer"]["computer"]:
            built_in = node["_class"].endswith("MasterComputer")
            if name == ("(built-in)" if built_in else node["displayName"]):
                found: Document = node
                return found
        return None

    def _below_job(self, path: list[str]) -> Document | None:
        names = []
        while path[:1] == ["job"] and len(path) > 1:
            names.append(path[1])
            path = path[2:]
        job = self._job(names) if names else None
        if job is None or not path:
            return job
        build = _build(job, path[0])
        if build is None or len(path) == 1:
            return build
        if path[1:] == ["testReport"]:
            report: Document | None = self.world["tests"].get(
                f"{job['fullName']}#{build['number']}"
            )
            return report
        return None

    def _job(self, names: list[str]) -> Document | None:
        found: Document | None = None
        jobs = self._roots
        for name in names:
            found = next((job for job in jobs if job["name"] == name), None)
            if found is None:
                return None
            jobs = found.get("jobs", [])
        return found

    def _json(self, thing: Document, query: Mapping[str, str]) -> Answer:
        if "tree" in query:
            try:
                tree = parse_tree(query["tree"])
            except ValueError as error:
                return _html(str(error), 400)
            shown = prune(thing, tree)
        else:
            shown = at_depth(thing, int(query.get("depth") or 0))
        return Answer.json(self._addressed(shown), headers=_HEADERS)

    def _of_build(
        self, path: list[str], build: Document, kind: tuple[str, ...], query: Mapping[str, str]
    ) -> Answer:
        """Answer a build's stages or console; the addresses of other things have none."""
        if "building" not in build:
            return _html("Not Found", 404)
        name = f"{'/'.join(path[1:-1:2])}#{build['number']}"
        if kind == _CONSOLE:
            log = self.world.get("logs", {}).get(name)
            return progressive(log, query, running=build["building"], headers=_HEADERS)
        stages = self.world.get("stages", {}).get(name)
        if stages is None or not build["_class"].endswith("WorkflowRun"):
            return _html("Not Found", 404)
        return Answer.json(described(build, stages), headers=_HEADERS)

    def _addressed(self, value: Any) -> Any:
        """Answer `value` with its addresses beginning with the server's own."""
        if isinstance(value, list):
            return [self._addressed(part) for part in value]
        if not isinstance(value, dict):
            return value
        return {
            key: self.url + part
            if key in ("url", "absoluteUrl") and isinstance(part, str) and part.startswith("/")
            else self._addressed(part)
            for key, part in value.items()
        }

    def _page(self, path: list[str]) -> Answer:
        """A page for people who follow an address; it says that it is sample data."""
        thing = self._find(path, "")
        if thing is None:
            return _html("Not Found", 404)
        name = thing.get("fullDisplayName") or thing.get("fullName") or thing.get("displayName")
        state = thing.get("result") or thing.get("color") or ""
        return _html(f"{name or 'Jenkins'} {state} (sample data)", 200)


def _me(user: str) -> Document:
    return {
        "_class": "hudson.model.User",
        "absoluteUrl": f"/user/{user}",
        "description": None,
        "fullName": user,
        "id": user,
    }


def _who_am_i(user: str) -> Document:
    return {
        "_class": "hudson.security.WhoAmI",
        "anonymous": False,
        "authenticated": True,
        "authorities": ["authenticated"],
        "name": user,
    }


def _crumb(_user: str) -> Document:
    return {
        "_class": "hudson.security.csrf.DefaultCrumbIssuer",
        "crumb": "sample-crumb",
        "crumbRequestField": "Jenkins-Crumb",
    }


_API, _STAGES, _CONSOLE = ("api", "json"), ("wfapi", "describe"), ("logText", "progressiveText")
_SMALL = {"me": _me, "whoAmI": _who_am_i, "crumbIssuer": _crumb}
_HEADERS = {"X-Jenkins": VERSION, "X-Jenkins-Session": "5a3b1c0d", "X-Frame-Options": "deny"}


def _html(text: str, status: int) -> Answer:
    said = html.escape(text)
    page = f"<html><head><title>{said}</title></head><body><h2>{said}</h2></body></html>"
    return Answer.html(page, status, _HEADERS)


def _build(job: Document, name: str) -> Document | None:
    if name.isdecimal():
        return next((b for b in job.get("allBuilds", ()) if b["number"] == int(name)), None)
    fits = PERMALINKS.get(name)
    return next((b for b in job.get("allBuilds", ()) if fits and fits(b)), None)


# -- what a job is ------------------------------------------------------------------------------


def job_url(name: str) -> str:
    """Answer a job's address by its raw full name, without the server's own part."""
    return "".join(f"/job/{quote(part, safe='')}" for part in name.split("/")) + "/"


def new_job(name: str, **details: Any) -> Document:
    """Answer a pipeline without builds, by its raw full name; `details` win over its fields."""
    short = name.rpartition("/")[2]
    return {
        "_class": "org.jenkinsci.plugins.workflow.job.WorkflowJob",
        "name": short,
        "fullName": name,
        "displayName": unquote(short),
        "fullDisplayName": " » ".join(map(unquote, name.split("/"))),
        "description": "",
        "url": job_url(name),
        "buildable": True,
        "color": "notbuilt",
        "inQueue": False,
        "nextBuildNumber": 1,
        "allBuilds": [],
        **details,
    }


def new_folder(name: str, jobs: list[Document], **details: Any) -> Document:
    """Answer a folder; multibranch projects are one of another `_class`."""
    short = name.rpartition("/")[2]
    return {
        "_class": "com.cloudbees.hudson.plugins.folder.Folder",
        "name": short,
        "fullName": name,
        "displayName": short,
        "fullDisplayName": name.replace("/", " » "),
        "description": "",
        "url": job_url(name),
        "jobs": jobs,
        **details,
    }


def new_build(job: Document, *, number: int, timestamp: int, **details: Any) -> Document:
    """Answer a running build of a job; `details` win over its fields."""
    pipeline = job["_class"].endswith("WorkflowJob")
    changes: Document = (
        {"changeSets": []}
        if pipeline
        else {"changeSet": {"_class": "hudson.plugins.git.GitChangeSetList", "items": []}}
    )
    return {
        "_class": "org.jenkinsci.plugins.workflow.job.WorkflowRun"
        if pipeline
        else "hudson.model.FreeStyleBuild",
        "actions": [],
        "artifacts": [],
        "building": True,
        "description": None,
        "displayName": f"#{number}",
        "duration": 0,
        "estimatedDuration": 60_000,
        "fullDisplayName": f"{job['fullDisplayName']} #{number}",
        "id": str(number),
        "keepLog": False,
        "number": number,
        "queueId": number,
        "result": None,
        "timestamp": timestamp,
        "url": f"{job['url']}{number}/",
        **changes,
        "culprits": [],
        **details,
    }


def _recolour(job: Document) -> None:
    ended = next((b for b in job["allBuilds"] if not b["building"]), None)
    colour = _COLOURS.get(ended["result"], "notbuilt") if ended else "notbuilt"
    running = any(build["building"] for build in job["allBuilds"])
    job["color"] = f"{colour}_anime" if running else colour
