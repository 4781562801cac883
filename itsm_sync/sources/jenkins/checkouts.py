"""Which repository a build was made of, and which changes belong to it (Jenkins fact 14)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from itsm_sync.sources.jenkins.payloads import Origin, Payload, objects, unique

_REMOTE_BRANCH = re.compile(r"(?:refs/)?remotes/[^/]+/")
_PATH = re.compile(r"(?:[a-z+]+://[^/]+/|[^/:]+:)?(.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """One `lastBuiltRevision`; a shared library has one too."""

    repositories: tuple[str, ...]
    sha: str
    branches: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a build was made of; empty where Jenkins does not tell for certain."""

    repository: str = ""
    branch: str = ""
    sha: str = ""  # the revision that was built
    commits: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()


def source_of(build: Payload, job_branch: str, origin: Origin) -> Source:
    """Answer the repository, branch and changes of a build.

    A checkout counts whose remote URL is a known repository. Where several remain, the one on the
    job's own branch counts, and otherwise none: a wrong link is worse than none. Where several
    remotes were checked out, a change set belongs to the checkout whose revision is in it.
    """
    checkouts = list(_checkouts(build))
    chosen, repository = _chosen(checkouts, job_branch, origin)
    sets = list(change_sets(build))
    if len({checkout.repositories for checkout in checkouts}) > 1:
        revisions = {checkout.sha for checkout in chosen}
        sets = [s for s in sets if any(c.get("commitId") in revisions for c in s)]
    changes = [change for change_set in sets for change in change_set]
    branches = [branch for checkout in chosen for branch in checkout.branches]
    built = unique(checkout.sha for checkout in chosen)
    return Source(
        repository=repository,
        branch=job_branch or next(iter(branches), ""),
        sha=built[0] if len(built) == 1 else "",
        commits=unique(str(change.get("commitId") or "") for change in changes),
        messages=unique(str(c.get("comment") or c.get("msg") or "") for c in changes),
    )


def _checkouts(build: Payload) -> Iterator[Checkout]:
    for action in objects(build.get("actions")):
        revision = action.get("lastBuiltRevision")
        if revision:
            branches = (str(branch.get("name") or "") for branch in objects(revision.get("branch")))
            yield Checkout(
                repositories=unique(map(repository_of, action.get("remoteUrls") or ())),
                sha=str(revision.get("SHA1") or ""),
                branches=unique(map(branch_of, branches)),
            )


def _chosen(
    checkouts: list[Checkout], job_branch: str, origin: Origin
) -> tuple[list[Checkout], str]:
    """Answer the checkouts of the one repository, and its name."""
    known = {name.casefold() for name in origin.repositories}
    named = {
        name: [checkout for checkout in checkouts if name in checkout.repositories]
        for checkout in checkouts
        for name in checkout.repositories
        if not known or name.casefold() in known
    }
    if len(named) > 1 and len({c.repositories for c in checkouts}) == 1:
        named = dict(list(named.items())[:1])  # one checkout with mirrors: the first is fetched
    if len(named) > 1 and job_branch:
        named = {
            name: there
            for name, there in named.items()
            if any(job_branch in checkout.branches for checkout in there)
        }
    if len(named) == 1:
        ((name, there),) = named.items()
        return there, name
    untold = not any(checkout.repositories for checkout in checkouts)
    return (checkouts if untold else []), ""


def change_sets(build: Payload) -> Iterator[list[Payload]]:
    """Answer the change sets: `changeSet` of freestyle, `changeSets` of pipelines."""
    single = build.get("changeSet")
    for change_set in objects([single, *(build.get("changeSets") or ())]):
        yield list(objects(change_set.get("items")))


def repository_of(url: str) -> str:
    """Answer `owner/name` of a remote URL, "" of none: `git@host:owner/name.git`, `https://...`."""
    path = _PATH.fullmatch(url.strip())
    parts = [part for part in (path[1] if path else "").split("/") if part]
    return "/".join(parts[-2:]).removesuffix(".git")


def branch_of(name: str) -> str:
    """Answer a branch without the remote before it: `refs/remotes/origin/main` is `main`."""
    short = _REMOTE_BRANCH.sub("", name, count=1)
    short = short.removeprefix("refs/heads/").removeprefix("origin/")
    return "" if short in ("detached", "HEAD") else short
