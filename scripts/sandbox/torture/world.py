"""The stand-ins' world: made empty, and changed as the script says."""

from datetime import datetime
from typing import Any

from sandbox.standins.github import GitHubStandIn, new_repository, rows
from sandbox.standins.jenkins import JenkinsStandIn, new_folder, new_job
from sandbox.torture.script import (
    CROWD,
    JOBS,
    NODES,
    ON_NODE,
    REPOSITORIES,
    START,
    Alerted,
    Built,
    Discarded,
    Event,
    Merged,
    Released,
    Stood,
)
from sandbox.world.github import TOKEN as GITHUB_TOKEN
from sandbox.world.jenkins import TOKEN as JENKINS_TOKEN
from sandbox.world.jenkins import USER as JENKINS_USER
from sandbox.world.jenkins_nodes import milliseconds

Document = dict[str, Any]
KEPT = 5  # builds that a discarder leaves

_ALERTS = {
    "dependabot": rows.dependabot_alert,
    "code-scanning": rows.code_scanning_alert,
    "secret-scanning": rows.secret_scanning_alert,
}


def jenkins() -> Document:
    """Answer a controller with all jobs and nodes, and no builds."""
    every = (*JOBS, *CROWD, *ON_NODE)
    folders = sorted({job.rpartition("/")[0] for job in every})
    below = [new_folder(f, [new_job(j) for j in every if j.rpartition("/")[0] == f])
             for f in folders]  # fmt: skip
    return {
        "accounts": {JENKINS_USER: JENKINS_TOKEN},
        "root": {"_class": "hudson.model.Hudson", "jobs": [new_folder("abc", below)]},
        "computer": {"_class": "hudson.model.ComputerSet", "computer": [_node(n) for n in NODES]},
        "queue": {"_class": "hudson.model.Queue", "items": []},
        "tests": {},
        "logs": {},
        "stages": {},
    }


def github() -> Document:
    """Answer a GitHub with empty repositories."""
    at = _iso(START)
    return {
        "tokens": {GITHUB_TOKEN: "itsm-sync-bot"},
        "repositories": {name: new_repository(name, at=at) for name in REPOSITORIES},
        "moved": {},
    }


def happen(event: Event, jenkins: JenkinsStandIn, github: GitHubStandIn) -> None:
    """Change the world by one event."""
    match event:
        case Built():
            _build(event, jenkins)
        case Discarded(job=job):
            builds = [build["number"] for build in jenkins.job(job)["allBuilds"]]
            for number in builds[KEPT:]:
                jenkins.discard_build(job, number)
        case Stood():
            _stand(event, jenkins)
        case Alerted():
            _alert(event, github)
        case Released():
            _release(event, github)
        case Merged():
            _merge(event, github)


def _build(event: Built, jenkins: JenkinsStandIn) -> None:
    """Have a build end at the event's time, half a minute after it began."""
    began = milliseconds(event.at) - 30_000
    number = jenkins.start_build(event.job, at=began)["number"]
    result = "FAILURE" if event.error else "SUCCESS"
    ran_on = f"Running on {event.node or NODES[0]} in /var/jenkins/workspace\n"
    said = f"{event.error}\nERROR: script returned exit code 1\n" if event.error else ""
    with jenkins.lock:
        log = f"Started by timer\n{ran_on}{said}Finished: {result}\n"
        jenkins.world["logs"][f"{event.job}#{number}"] = log
    jenkins.finish_build(event.job, number, result=result, duration=30_000)


def _node(name: str) -> Document:
    return {
        "_class": "hudson.slaves.SlaveComputer",
        "displayName": name,
        "offline": False,
        "offlineCause": None,
        "offlineCauseReason": "",
        "temporarilyOffline": False,
        "numExecutors": 2,
        "monitorData": {},
    }


def _stand(event: Stood, jenkins: JenkinsStandIn) -> None:
    lost = "hudson.slaves.OfflineCause$ChannelTermination"
    down: Document = {
        "offline": True,
        "offlineCause": {"_class": lost, "timestamp": milliseconds(event.at)},
        "offlineCauseReason": "Connection was broken",
    }
    with jenkins.lock:
        nodes = jenkins.world["computer"]["computer"]
        node = next(one for one in nodes if one["displayName"] == event.node)
        node.update(down if event.down else _node(event.node))


def _alert(event: Alerted, github: GitHubStandIn) -> None:
    at = _iso(event.at)
    if event.state == "open":
        github.add(event.repository, event.kind,
                   _ALERTS[event.kind](event.repository, event.number, at=at))  # fmt: skip
        return
    settled = {"resolved_at": at, "resolution": "revoked"}
    more = settled if event.state == "resolved" else {"fixed_at": at}
    github.change(event.repository, event.kind, event.number, state=event.state, updated_at=at,
                  **more)  # fmt: skip


def _release(event: Released, github: GitHubStandIn) -> None:
    name, number, at = event.repository, event.number, _iso(event.at)
    tag = f"v1.{number}"
    if not event.deployed:
        github.add(name, "releases", rows.release(name, number, at=at, tag_name=tag))
        return
    made = rows.deployment(name, number, at=at, ref=tag)
    github.add(name, "deployments", made)
    with github.lock:
        told = github.repository(name)["statuses"].setdefault(str(number), [])
        told.append(rows.status(name, number, "success", at=at))


def _merge(event: Merged, github: GitHubStandIn) -> None:
    name, at = event.repository, _iso(event.at)
    title = f"#{event.ticket} 처리"
    github.add(name, "pulls", rows.pull(
        name, event.number, at=at, title=title, state="closed", closed_at=at, merged=True,
        merged_at=at, updated_at=at, merge_commit_sha=f"{event.number:040x}",
    ))  # fmt: skip


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
