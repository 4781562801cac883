"""A Jenkins and a GitHub in which people and programs say nothing but hostile texts."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

from sandbox.proofs.hostile import TEXTS
from sandbox.standins.github import GitHubStandIn, rows
from sandbox.standins.jenkins import JenkinsStandIn, new_job

from itsm_sync.model.text import clean

FOLDER, REPOSITORY = "abc/test", "abc/portal"
ALERTS, PULLS, RELEASES, NODES, JOBS, FEW, STUCK, RUNS = 4, 8, 2, 4, 5, 3, 2, 2
GIB = 2**30
Row = dict[str, Any]


class Voice:
    """Says one text after another, for ever; `line` and `name` what fits on a line or in a path."""

    def __init__(self, texts: Sequence[str] = TEXTS) -> None:
        said = [text for text in map(clean, texts) if text.strip()]
        self._texts: Iterator[str] = cycle(said)

    def text(self) -> str:
        return next(self._texts)

    def line(self) -> str:
        return " ".join(self.text().split())

    def name(self, number: int) -> str:
        """Answer a name that no other has."""
        return f"{self.line().replace('/', '%2F')[:150]} {number}"


def ago(*, minutes: float) -> float:
    return time.time() - minutes * 60


def iso(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def label(voice: Voice) -> Row:
    return {**rows.label("x"), "name": voice.line()}


# ---------------------------------------------------------------------------------------- GitHub


def raise_alerts(github: GitHubStandIn, voice: Voice) -> None:
    """Open alerts of each kind: packages, advisories, rules, types of secrets, who dismissed."""
    at = iso(time.time())
    for n in range(1, ALERTS + 1):
        person = {**rows.user("x"), "login": voice.line()}
        dependabot = rows.dependabot_alert(
            REPOSITORY, n, at=at, package=f"{voice.line()} {n}", ecosystem=voice.line(),
            summary=voice.text(), advisory=voice.line(), patched=voice.line(),
            manifest=voice.line(), description=voice.text(), severity=voice.line(),
        )  # fmt: skip
        dependabot["security_advisory"]["cve_id"] = voice.line()
        code = rows.code_scanning_alert(
            REPOSITORY, n, at=at, rule=f"{voice.line()} {n}", title=voice.text(),
            path=voice.line(), tool=voice.line(), message=voice.text(),
        )  # fmt: skip
        secret = rows.secret_scanning_alert(
            REPOSITORY, n, at=at, secret_type=f"{voice.line()} {n}",
            secret_type_display_name=voice.text(), resolution=voice.line(), resolved_by=person,
        )  # fmt: skip
        for kind, row in (("dependabot", dependabot), ("code-scanning", code),
                          ("secret-scanning", secret)):  # fmt: skip
            github.add(REPOSITORY, kind, row)


def settle_alerts(github: GitHubStandIn, voice: Voice) -> None:
    """Have every second alert settled, by someone, for some reason."""
    at = iso(time.time())
    for n in range(1, ALERTS + 1, 2):
        by = {**rows.user("x"), "login": voice.line()}
        said = {"updated_at": at, "dismissed_at": at, "dismissed_by": by, "state": "dismissed"}
        for kind in ("dependabot", "code-scanning"):
            why = {"dismissed_reason": voice.line(), "dismissed_comment": voice.text()}
            github.change(REPOSITORY, kind, n, **said, **why)
        github.change(REPOSITORY, "secret-scanning", n, state="resolved", resolved_at=at,
                      updated_at=at, resolved_by=by, resolution=voice.line())  # fmt: skip


def merge_pulls(github: GitHubStandIn, voice: Voice, ticket: int) -> None:
    """Merge pull requests that name a ticket: title, body, branch, author, labels."""
    at = iso(time.time())
    for n in range(100, 100 + PULLS):
        pull = rows.pull(
            REPOSITORY, n, at=at, title=f"#{ticket} {voice.text()}", body=voice.text(),
            branch=f"fix/{ticket}-{voice.line()}", state="closed", merged=True, merged_at=at,
            closed_at=at, updated_at=at,
        )  # fmt: skip
        pull["labels"] = [label(voice), label(voice)]
        pull["user"] = {**pull["user"], "login": voice.line()}
        pull["merged_by"] = {**pull["user"], "login": voice.line()}
        pull["merge_commit_sha"] = f"{n:040x}"
        github.add(REPOSITORY, "pulls", pull)


def release(github: GitHubStandIn, voice: Voice) -> None:
    """Publish releases and bring to production what the pull requests made."""
    at = iso(time.time())
    for n in range(1, RELEASES + 1):
        made = rows.release(REPOSITORY, n, at=at, tag_name=f"{voice.line()} {n}",
                            name=voice.text(), body=voice.text())  # fmt: skip
        made["author"] = {**made["author"], "login": voice.line()}
        made["html_url"] = f"{{web}}/{REPOSITORY}/releases/{n}"
        github.add(REPOSITORY, "releases", made)
        deployed = rows.deployment(REPOSITORY, n, at=at, ref=voice.line(), sha=f"{99 + n:040x}",
                                   description=voice.text(),
                                   environment="production" if n % 2 else voice.line())  # fmt: skip
        deployed["creator"] = {**deployed["creator"], "login": voice.line()}
        github.add(REPOSITORY, "deployments", deployed)
        told = rows.status(REPOSITORY, n, "success", at=at, description=voice.text(),
                           log_url="", target_url="javascript:alert(1)")  # fmt: skip
        with github.lock:
            github.repository(REPOSITORY)["statuses"][str(n)] = [told]


def fail_runs(github: GitHubStandIn, voice: Voice) -> None:
    """Let workflows fail twice on main: their names, titles, actors and commits."""
    for n in range(1, RUNS * 2 + 1):
        workflow = f"{voice.line()} {n % RUNS}" if n <= RUNS else ""
        at = iso(ago(minutes=30 - n))
        row = rows.run(REPOSITORY, n, at=at, display_title=voice.text(), conclusion="failure",
                       path=f".github/workflows/{n % RUNS}.yml")  # fmt: skip
        row["name"] = workflow or github.row(REPOSITORY, "runs", n - RUNS)["name"]
        row["triggering_actor"] = {**row["actor"], "login": voice.line()}
        row["head_commit"]["message"] = voice.text()
        github.add(REPOSITORY, "runs", row)


# --------------------------------------------------------------------------------------- Jenkins


def lose_nodes(jenkins: JenkinsStandIn, voice: Voice) -> None:
    """Have nodes that are gone, and full ones; their names, labels, descriptions and reasons."""
    at = round(ago(minutes=90) * 1000)
    for n in range(NODES):
        monitor = {"timestamp": at, "path": voice.line(), "size": GIB // 4}
        space = "hudson.node_monitors.DiskSpaceMonitorDescriptor$DiskSpace"
        node = {
            "_class": "hudson.slaves.SlaveComputer",
            "displayName": f"{voice.line()} {n}",
            "description": voice.text(),
            "assignedLabels": [{"name": voice.line()}],
            "offline": n % 2 == 0,
            "offlineCause": None,
            "offlineCauseReason": voice.text() if n % 2 == 0 else "",
            "temporarilyOffline": False,
            "numExecutors": 1,
            "monitorData": {"hudson.node_monitors.DiskSpaceMonitor": {"_class": space, **monitor}},
        }
        if node["offline"]:
            lost = "hudson.slaves.OfflineCause$ChannelTermination"
            node["offlineCause"] = {"_class": lost, "timestamp": at, "description": voice.text()}
        with jenkins.lock:
            jenkins.world["computer"]["computer"].append(node)


def stick(jenkins: JenkinsStandIn, voice: Voice) -> None:
    """Let jobs wait in the queue for hours, and say why."""
    for n in range(STUCK):
        job = new_job(f"{FOLDER}/{voice.name(n)}")
        item = {
            "_class": "hudson.model.Queue$BuildableItem",
            "actions": [],
            "blocked": False,
            "buildable": True,
            "id": 900 + n,
            "inQueueSince": round(ago(minutes=300) * 1000),
            "params": voice.text(),
            "stuck": True,
            "task": {key: job[key] for key in ("_class", "name", "url", "color")},
            "url": f"queue/item/{900 + n}/",
            "why": voice.text(),
        }
        with jenkins.lock:
            jenkins.world["queue"]["items"].append(item)


def fail_jobs(jenkins: JenkinsStandIn, voice: Voice, first: int, *, error: str = "") -> None:
    """Let new jobs fail twice: names, display names, causes, people, stages, commits, consoles.

    `error`: all that their consoles say.
    """
    for n in range(first, first + (FEW if error else JOBS)):
        name = f"{FOLDER}/{voice.name(n)}"
        made = new_job(name, displayName=voice.line(), description=voice.text())
        with jenkins.lock:
            jenkins.job(FOLDER)["jobs"].append(made)
        log = error or f"{voice.text()}\nERROR: {n} {voice.line()}\n{voice.text()}\n"
        for minutes in (20, 10):
            causes = [{
                "_class": "hudson.model.Cause$UserIdCause", "shortDescription": voice.text(),
                "userName": voice.line(), "userId": voice.line(),
            }]  # fmt: skip
            changed = {
                "affectedPaths": [voice.line()], "commitId": f"{n:040x}", "msg": voice.line(),
                "comment": voice.text(), "author": {"fullName": voice.line(), "id": voice.line()},
            }  # fmt: skip
            jenkins.fail_build(
                name,
                at=round(ago(minutes=minutes) * 1000),
                duration=100,
                log=log,
                stage=voice.line(),
                description=voice.text(),
                displayName=voice.line(),
                actions=[{"_class": "hudson.model.CauseAction", "causes": causes}],
                changeSets=[{"kind": "git", "items": [changed]}],
            )
