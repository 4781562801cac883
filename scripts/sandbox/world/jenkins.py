"""The ABC world (sample data) as a Jenkins controller's documents; see `standins.jenkins`."""

from collections import defaultdict
from typing import Any
from urllib.parse import quote

from sandbox.standins.jenkins import new_build, new_folder, new_job
from sandbox.world.jenkins_consoles import consoles
from sandbox.world.jenkins_nodes import milliseconds, node_document
from sandbox.world.things import (
    MULTIBRANCH,
    PIPELINE,
    Build,
    Cause,
    Commit,
    Job,
    QueueItem,
    Spine,
)

# The account of the sample; JENKINS_USER and JENKINS_TOKEN.
USER = "itsm-sync"
TOKEN = "sample-jenkins-token"

Document = dict[str, Any]

_LIBRARY = "https://github.com/abc/pipeline-library.git"
_COLOURS = {"SUCCESS": "blue", "UNSTABLE": "yellow", "FAILURE": "red", "ABORTED": "aborted"}
_CAUSES = {
    "user": "hudson.model.Cause$UserIdCause",
    "scm": "hudson.triggers.SCMTrigger$SCMTriggerCause",
    "timer": "hudson.triggers.TimerTrigger$TimerTriggerCause",
    "upstream": "hudson.model.Cause$UpstreamCause",
    "branch": "jenkins.branch.BranchEventCause",
}


def documents(spine: Spine) -> Document:
    """Answer the controller of the world: accounts, root, computer, queue and tests."""
    maker = _Maker(spine)
    return {
        "accounts": {USER: TOKEN},
        "root": {
            "_class": "hudson.model.Hudson",
            "mode": "NORMAL",
            "nodeDescription": "the ABC world's controller (sample data)",
            "nodeName": "",
            "numExecutors": 0,
            "description": "ABC (sample data)",
            "quietingDown": False,
            "useCrumbs": True,
            "useSecurity": True,
            "url": "/",
            "jobs": maker.jobs_below(""),
        },
        "computer": {
            "_class": "hudson.model.ComputerSet",
            "displayName": "Nodes",
            "busyExecutors": sum(build.result is None for build in spine.builds),
            "totalExecutors": sum(node.executors for node in spine.nodes if not node.offline),
            "computer": [node_document(node, spine.now) for node in spine.nodes],
        },
        "queue": {
            "_class": "hudson.model.Queue",
            "discoverableItems": [],
            "items": [maker.waiting(item) for item in spine.queue],
        },
        "tests": maker.tests(),
        **consoles(spine.jobs, maker.builds),
    }


def raw_name(job: str, branch: str = "") -> str:
    """Answer a job's full name as Jenkins has it; a branch is encoded in it."""
    return f"{job}/{quote(branch, safe='')}" if branch else job


class _Maker:
    def __init__(self, spine: Spine) -> None:
        self._spine = spine
        self._commits: dict[str, Commit] = {commit.sha: commit for commit in spine.commits}
        self._people = {person.login: person for person in spine.people}
        self._jobs = {job.name: job for job in spine.jobs}
        self.builds: dict[str, list[Build]] = defaultdict(list)
        for build in spine.builds:
            self.builds[self._raw(build)].append(build)

    def _raw(self, build: Build | QueueItem) -> str:
        job = self._jobs[build.job]
        return raw_name(build.job, build.branch if job.branches else "")

    def jobs_below(self, folder: str) -> list[Document]:
        """Answer folders and jobs of a folder, by name."""
        folders = [name for name in self._spine.folders if name.rpartition("/")[0] == folder]
        found = [new_folder(name, self.jobs_below(name)) for name in folders]
        found += [self._job(job) for job in self._spine.jobs if job.folder == folder]
        return sorted(found, key=lambda job: str(job["name"]))

    def _job(self, job: Job) -> Document:
        if not job.branches:
            return self._with_builds(job, job.name, job.job_class)
        names = {branch: raw_name(job.name, branch) for branch in job.branches}
        branches = [self._with_builds(job, raw, PIPELINE) for raw in names.values()]
        said = {"description": job.description, "_class": MULTIBRANCH}
        return new_folder(job.name, branches, **said)

    def _with_builds(self, job: Job, raw: str, job_class: str) -> Document:
        made = new_job(raw, _class=job_class, description=job.description)
        builds = sorted(self.builds[raw], key=lambda build: -build.number)
        made["allBuilds"] = [self._build(made, job, build) for build in builds]
        made["nextBuildNumber"] = builds[0].number + 1 if builds else 1
        made["buildable"] = not job.disabled
        made["color"] = _colour(job, builds)
        return made

    # -- builds -------------------------------------------------------------------------------

    def _build(self, made: Document, job: Job, build: Build) -> Document:
        number, at = build.number, milliseconds(build.started)
        running = build.result is None
        people = [self._commits[sha].author for sha in build.commits if sha in self._commits]
        details: Document = {
            "actions": self._actions(job, build),
            "building": running,
            "duration": 0 if running else build.duration_ms,
            "estimatedDuration": build.estimated_ms or build.duration_ms,
            "keepLog": build.keep,
            "result": build.result,
            "culprits": [self._user(login) for login in dict.fromkeys(people)],
        }
        if made["_class"] != PIPELINE:
            details["builtOn"] = build.node
        changes = self._changes(build)
        key = "changeSets" if made["_class"] == PIPELINE else "changeSet"
        if changes["items"]:
            details[key] = [changes] if key == "changeSets" else changes
        return new_build(made, number=number, timestamp=at, **details)

    def _actions(self, job: Job, build: Build) -> list[Document]:
        causes = [self._cause(cause, build) for cause in build.causes]
        actions: list[Document] = [{"_class": "hudson.model.CauseAction", "causes": causes}, {}]
        if job.branches:  # its Jenkinsfile loads a shared library, which is checked out first
            actions.append(_checkout(_LIBRARY, "c0ffee" + "0" * 34, "v3"))
        if build.sha and job.repository:
            url = f"https://github.com/{job.repository}.git"
            branch = build.branch if job.branches else f"refs/remotes/origin/{build.branch}"
            actions.append(_checkout(url, build.sha, branch))
        if build.tests:
            actions.append(
                {
                    "_class": "hudson.tasks.junit.TestResultAction",
                    "failCount": len(build.failed_tests),
                    "skipCount": 0,
                    "totalCount": build.tests,
                    "urlName": "testReport",
                }
            )
        return [
            *actions,
            {"_class": "org.jenkinsci.plugins.displayurlapi.actions.RunDisplayAction"},
        ]

    def _cause(self, cause: Cause, build: Build) -> Document:
        made: Document = {"_class": _CAUSES[cause.kind]}
        if cause.kind == "user":
            person = self._people[cause.person]
            said = f"Started by user {person.name}"
            made |= {"userId": person.jenkins or person.login, "userName": person.name}
        elif cause.kind == "upstream" and cause.upstream:
            above = raw_name(
                cause.upstream.job,
                cause.upstream.branch if self._jobs[cause.upstream.job].branches else "",
            )
            number = cause.upstream.number
            said = f'Started by upstream project "{above}" build number {number}'
            made |= {"upstreamProject": above, "upstreamBuild": number}
            made["upstreamUrl"] = new_job(above)["url"].lstrip("/")
        elif cause.kind == "timer":
            said = "Started by timer"
        elif cause.kind == "branch":
            said = f"Push event to branch {build.branch}"
        else:
            said = "Started by an SCM change"
        return made | {"shortDescription": said}

    def _changes(self, build: Build) -> Document:
        commits = [self._commits[sha] for sha in build.commits if sha in self._commits]
        return {
            "_class": "hudson.plugins.git.GitChangeSetList",
            "kind": "git",
            "items": [
                {
                    "_class": "hudson.plugins.git.GitChangeSet",
                    "affectedPaths": list(commit.paths),
                    "commitId": commit.sha,
                    "timestamp": milliseconds(commit.at),
                    "author": self._user(commit.author),
                    "comment": f"{commit.message}\n",
                    "date": commit.at.strftime("%Y-%m-%d %H:%M:%S +0000"),
                    "id": commit.sha,
                    "msg": commit.message.partition("\n")[0],
                    "paths": [{"editType": "edit", "file": path} for path in commit.paths],
                }
                for commit in commits
            ],
        }

    def _user(self, login: str) -> Document:
        person = self._people.get(login)
        name = (person.jenkins or person.login) if person else login
        return {
            "absoluteUrl": f"/user/{quote(name)}",
            "fullName": person.name if person else login,
            "id": name,
        }

    def tests(self) -> Document:
        """Answer the reports of all builds that ran tests, the passed ones left out."""
        return {
            f"{raw}#{build.number}": _report(build)
            for raw, builds in self.builds.items()
            for build in builds
            if build.tests
        }

    # -- the queue ----------------------------------------------------------------------------

    def waiting(self, item: QueueItem) -> Document:
        job = new_job(self._raw(item))
        causes = (
            [self._cause(Cause(kind="user", person=item.person), self._spine.builds[0])]
            if item.person
            else []
        )
        kind = "Blocked" if item.blocked else "Buildable" if item.buildable else "Waiting"
        return {
            "_class": f"hudson.model.Queue${kind}Item",
            "actions": [{"_class": "hudson.model.CauseAction", "causes": causes}],
            "blocked": item.blocked,
            "buildable": item.buildable,
            "id": item.id,
            "inQueueSince": milliseconds(item.since),
            "params": "",
            "stuck": item.stuck,
            "task": {key: job[key] for key in ("_class", "name", "url", "color")},
            "url": f"queue/item/{item.id}/",
            "why": item.why,
        }


def _colour(job: Job, builds: list[Build]) -> str:
    if job.disabled:
        return "disabled"
    ended = next((build.result for build in builds if build.result), "")
    running = any(build.result is None for build in builds)
    return _COLOURS.get(ended, "notbuilt") + ("_anime" if running else "")


def _checkout(url: str, sha: str, branch: str) -> Document:
    return {
        "_class": "hudson.plugins.git.util.BuildData",
        "lastBuiltRevision": {"SHA1": sha, "branch": [{"SHA1": sha, "name": branch}]},
        "remoteUrls": [url],
        "scmName": "",
    }


def _report(build: Build) -> Document:
    cases: list[Document] = [
        {
            "testActions": [],
            "age": test.age,
            "className": test.suite,
            "duration": 0.5,
            "errorDetails": test.error,
            "errorStackTrace": test.error,
            "failedSince": max(1, build.number - test.age + 1),
            "name": test.name,
            "skipped": False,
            "status": "REGRESSION" if test.age == 1 else "FAILED",
        }
        for test in build.failed_tests
    ]
    return {
        "_class": "hudson.tasks.junit.TestResult",
        "duration": build.tests * 0.5,
        "empty": False,
        "failCount": len(cases),
        "passCount": build.tests - len(cases),
        "skipCount": 0,
        "suites": [{"cases": cases, "duration": build.tests * 0.5, "name": build.job}],
    }
