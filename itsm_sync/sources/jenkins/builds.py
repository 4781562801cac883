"""One build as an item."""

from collections.abc import Iterator

from itsm_sync.model.items import Fact, Item, clean_item
from itsm_sync.model.references import tickets_named
from itsm_sync.model.secrets import masked
from itsm_sync.model.text import clean
from itsm_sync.sources.jenkins.checkouts import change_sets, source_of
from itsm_sync.sources.jenkins.jobs import Job
from itsm_sync.sources.jenkins.machines import node_name
from itsm_sync.sources.jenkins.payloads import Origin, Payload, moment, objects, unique, whole

_CHANGES = "items[commitId,msg,comment,author[id,fullName]]"
BUILD_TREE = (
    "number,url,timestamp,duration,building,result,description,builtOn,"
    "actions[causes[shortDescription,userId,userName,upstreamProject],"
    "lastBuiltRevision[SHA1,branch[name]],remoteUrls,urlName,failCount],"
    f"changeSet[{_CHANGES}],changeSets[{_CHANGES}],culprits[id,fullName]"
)
TESTS_TREE = (
    "suites[cases[className,name,status]],"
    "childReports[result[suites[cases[className,name,status]]]]"
)
FAILED_TESTS_KEPT = 100  # names enough to tell one trouble from another
RUNNING = "running"

# What a cause's class has in its name; people start builds, timers, pushes, other builds.
_CAUSES = (
    ("upstream", ("Upstream",)),
    ("timer", ("Timer",)),
    ("scm", ("SCM", "Branch", "Push", "Gerrit", "GitLab", "PullRequest")),
    ("user", ("UserIdCause", "UserCause")),
)
_SENTENCES = (("timer", "by timer"), ("scm", "by an SCM change"), ("user", "by user"))


def build_key(origin: Origin, job: str, number: int, timestamp: int) -> str:
    """Answer a build's key; a number alone is no identity (Jenkins fact 4)."""
    return origin.key(f"{job}#{number}@{timestamp}")


def is_running(build: Payload) -> bool:
    """`building` says so; old answers lack it, and a null `result` does (Jenkins fact 6)."""
    return bool(build.get("building", build.get("result") is None))


def has_failed_tests(build: Payload) -> bool:
    """Whether a finished build that went wrong has failed tests to tell of (Jenkins fact 12)."""
    if is_running(build) or build.get("result") not in ("FAILURE", "UNSTABLE"):
        return False
    actions = objects(build.get("actions"))
    return any(a.get("urlName") == "testReport" and a.get("failCount") for a in actions)


def failed_tests(report: Payload) -> tuple[str, ...]:
    """Answer the names of a test report's failed cases, `class.name`."""
    names = (
        f"{case.get('className') or ''}.{case.get('name') or ''}".strip(".")
        for suite in _suites(report)
        for case in objects(suite.get("cases"))
        if case.get("status") in ("FAILED", "REGRESSION")
    )
    return unique(map(clean, names))[:FAILED_TESTS_KEPT]


def _suites(report: Payload) -> Iterator[Payload]:
    yield from objects(report.get("suites"))
    for child in objects(report.get("childReports")):
        yield from objects((child.get("result") or {}).get("suites"))


def revisions(build: Payload) -> frozenset[str]:
    """Answer the hashes of the commits that a build names."""
    actions = objects(build.get("actions"))
    checked_out = ((a.get("lastBuiltRevision") or {}).get("SHA1") for a in actions)
    changed = (change.get("commitId") for changes in change_sets(build) for change in changes)
    return frozenset(str(sha).casefold() for sha in (*checked_out, *changed) if sha)


def build_item(build: Payload, job: Job, origin: Origin) -> Item:
    """Answer the item of a build; raises `SHAPE_ERRORS` where number or time is missing.

    The body has the description and the causes. Commit messages stay out: a job says nothing of
    who may see the repository; the tickets they name are facts.
    """
    number, timestamp = whole(build, "number"), whole(build, "timestamp")
    started, running = moment(timestamp), is_running(build)
    duration = int(build.get("duration") or 0)
    finished = None if running else moment(timestamp + duration)  # Jenkins fact 11
    facts = _facts(build, job, origin)
    facts |= {"controller": origin.controller, "job": job.name, "number": number}
    facts |= {"building": running, "duration_ms": duration}
    if finished:
        facts["finished_at"] = finished
    if isinstance(built_on := build.get("builtOn"), str):  # pipelines have none
        facts["node"] = node_name(clean(built_on))
    described = masked(clean(build.get("description")), revisions(build))
    said = [described, *(_said(c) for c in _causes(build))]
    return clean_item(
        key=build_key(origin, job.name, number, timestamp),
        source=origin.source,
        kind="build",
        title=clean(f"{job.name} #{number}"),
        body="\n".join(unique(said)),
        url=str(build.get("url") or f"{job.url.rstrip('/')}/{number}/"),
        state=RUNNING if running else str(build.get("result") or RUNNING),
        created_at=started,
        updated_at=finished or started,
        facts=facts,
    )


def _facts(build: Payload, job: Job, origin: Origin) -> dict[str, Fact]:
    """Answer the facts that may be absent; those without a value are left out."""
    source = source_of(build, job.branch, origin)
    causes = list(_causes(build))
    facts: dict[str, Fact] = {
        "result": str(build.get("result") or ""),
        "branch": source.branch,
        "sha": source.sha,
        "causes": unique(map(cause_word, causes)),
        "user": next((str(c["userId"]) for c in causes if c.get("userId")), ""),
        "culprits": _culprits(build),
        "commits": source.commits,
        "repository": source.repository,
        "references": tickets_named(*source.messages),
    }
    return {name: value for name, value in facts.items() if value}


def _causes(build: Payload) -> Iterator[Payload]:
    for action in objects(build.get("actions")):
        yield from objects(action.get("causes"))


def _said(cause: Payload) -> str:
    return clean(cause.get("shortDescription"))


def cause_word(cause: Payload) -> str:
    """Answer user, scm, timer, upstream or other; old Jenkins sends no `_class`."""
    kind = str(cause.get("_class", "")).rpartition(".")[2]
    for word, parts in _CAUSES:
        if any(part in kind for part in parts):
            return word
    if kind:
        return "other"
    if cause.get("upstreamProject"):
        return "upstream"
    if cause.get("userId"):
        return "user"
    said = _said(cause).casefold()
    return next((word for word, part in _SENTENCES if part.casefold() in said), "other")


def _culprits(build: Payload) -> tuple[str, ...]:
    """Answer who changed something since the last good build; pipelines may tell of none."""
    people = list(objects(build.get("culprits")))
    if not people:
        people = [c["author"] for s in change_sets(build) for c in s if c.get("author")]
    return unique(clean(person.get("id") or person.get("fullName")) for person in people)
