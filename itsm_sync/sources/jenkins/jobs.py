"""The jobs of a controller: one request for all, folders included."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from itsm_sync.clients.errors import Broken, ClientError, Missing, Unauthorised
from itsm_sync.clients.jenkins import JenkinsClient, job_path
from itsm_sync.model.cycles import Rejected
from itsm_sync.model.errors import fault
from itsm_sync.model.items import Fact, Item, clean_item
from itsm_sync.model.text import clean
from itsm_sync.model.words import Message
from itsm_sync.sources.jenkins.payloads import (
    SHAPE_ERRORS,
    UNKNOWN_TIME,
    Origin,
    Payload,
    moment,
    named,
    whole,
)

# Jenkins fact 1: always a tree, never a depth. Folders deeper than this are asked one by one.
LEVELS = 5
_FIELDS = "name,fullName,url,color,nextBuildNumber,lastBuild[number,timestamp]"
_CONTAINERS = ("Folder", "MultiBranchProject")
_RUNNING = "_anime"


def _tree(levels: int) -> str:
    below = f",{_tree(levels - 1)}" if levels > 1 else ""
    return f"jobs[{_FIELDS}{below}]"


JOBS_TREE = _tree(LEVELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as the listing tells of it.

    `raw` is the full name as addresses need it (`a/feature%2Fx`), `name` as people know it
    (`a/feature/x`); `branch` is set for a job of a multibranch project. `last` is the number and
    timestamp of the newest build.
    """

    raw: str
    name: str
    branch: str
    url: str
    color: str
    job_class: str
    next_number: int
    last: tuple[int, int] | None

    @property
    def path(self) -> str:
        return job_path(self.raw)


@dataclass(slots=True)
class Listing:
    """What the controller lists; `errors` are folders that could not be read."""

    jobs: list[Job] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    errors: list[ClientError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Container:
    raw: str
    multibranch: bool
    jobs: list[Payload] | None  # None: still to be asked


def list_jobs(client: JenkinsClient, origin: Origin) -> Listing:
    """Read all jobs. Raises ClientError where the root can't be read."""
    listing = Listing()
    waiting = [_Container("", False, _jobs_of(client, ""))]
    while waiting:
        container = waiting.pop(0)
        jobs = container.jobs
        if jobs is None:
            try:
                jobs = _jobs_of(client, job_path(container.raw))
            except Unauthorised:
                raise
            except Missing:
                continue  # the folder went away in between
            except ClientError as error:
                listing.errors.append(error)
                continue
        waiting.extend(_sorted_out(jobs, container, listing, origin))
    return listing


def _jobs_of(client: JenkinsClient, path: str) -> list[Payload]:
    jobs = client.get(path, tree=JOBS_TREE).get("jobs")
    if not isinstance(jobs, list):  # Jenkins fact 13: a failed read is never "no jobs"
        raise Broken(Message("Jenkins lists no jobs at /{path}", {"path": path}), system="jenkins")
    return jobs


def _sorted_out(
    jobs: list[Payload], parent: _Container, listing: Listing, origin: Origin
) -> Iterator[_Container]:
    """Put the jobs into the listing and answer the containers among them."""
    for payload in jobs:
        try:
            raw = str(payload.get("fullName") or _joined(parent.raw, payload["name"]))
            job_path(raw)  # a name that no address can have is told here
            job_class = str(payload.get("_class", ""))
            if "jobs" in payload or job_class.endswith(_CONTAINERS):
                multibranch = job_class.endswith("MultiBranchProject")
                yield _Container(raw, multibranch, payload.get("jobs"))
            else:
                listing.jobs.append(read_job(payload, raw, multibranch=parent.multibranch))
        except SHAPE_ERRORS as error:
            name = unquote(_joined(parent.raw, named(payload, "name")))
            listing.rejected.append(Rejected(key=origin.key(name), error=fault(error)))


def _joined(parent: str, name: str) -> str:
    return f"{parent}/{name}" if parent else name


def read_job(payload: Payload, raw: str, *, multibranch: bool) -> Job:
    """Answer a job of the listing; raises `SHAPE_ERRORS`."""
    last = payload.get("lastBuild")
    newest = (whole(last, "number"), whole(last, "timestamp")) if last else None
    if newest:
        moment(newest[1])  # a time that no calendar has is told here
    following = newest[0] + 1 if newest else 1
    return Job(
        raw=raw,
        name=unquote(raw),
        branch=unquote(raw.rpartition("/")[2]) if multibranch else "",
        url=str(payload["url"]),
        color=str(payload.get("color") or ""),
        job_class=str(payload.get("_class", "")),
        next_number=int(payload.get("nextBuildNumber") or following),
        last=newest,
    )


def job_item(job: Job, origin: Origin) -> Item:
    """Answer the item of a job; its state is the colour without `_anime` (Jenkins fact 9)."""
    color = job.color.removesuffix(_RUNNING)
    facts: dict[str, Fact] = {
        "controller": origin.controller,
        "job": job.name,
        "color": color,
        "building": job.color.endswith(_RUNNING),
        "disabled": color == "disabled",
        "job_class": job.job_class.rpartition(".")[2],
        "next_build_number": job.next_number,
    }
    if job.branch:
        facts["branch"] = job.branch
    at = moment(job.last[1]) if job.last else UNKNOWN_TIME
    return clean_item(
        key=origin.key(job.name),
        source=origin.source,
        kind="job",
        title=clean(job.name),
        url=job.url,
        state=color,
        created_at=at,
        updated_at=at,
        facts=facts,
    )


def selected(name: str, patterns: tuple[str, ...]) -> bool:
    """Tell whether a job's full name, or a folder above it, is one of `patterns`.

    `*` fits within one part of the name: `abc/*/portal`, `*-prod`; `*` alone is every job.
    """
    parts = name.split("/")
    return any(_fits(pattern.strip("/").split("/"), parts) for pattern in patterns)


def _fits(pattern: list[str], parts: list[str]) -> bool:
    if len(pattern) > len(parts):
        return False
    return all(
        re.fullmatch(".*".join(map(re.escape, asked.split("*"))), part)
        for asked, part in zip(pattern, parts, strict=False)
    )
