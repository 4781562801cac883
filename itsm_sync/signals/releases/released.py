"""GitHub's releases: when each began, and what shows that it is out."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from itsm_sync.model.items import Item
from itsm_sync.model.watching import Releases
from itsm_sync.signals.ports import Known
from itsm_sync.signals.releases.releasing import Kept, Proof, Release
from itsm_sync.signals.words.shaping import lasting

KIND, DRAFT = "release", "draft"
_BEFORE = timedelta(days=30)  # a tag may be deployed before its release is published


def releases(known: Known, section: Releases, kept: Kept, since: datetime) -> Iterator[Release]:
    """Answer the releases that have or are to have a ticket.

    GitHub fact 13: a draft is seen with push rights only, and its time is the commit's.
    """
    found = {item.key: item for item in known.items(kind=KIND)}
    for line in kept.lines:
        if line not in found and (item := known.item(line)) is not None and item.kind == KIND:
            found[line] = item  # gone; nothing follows from that
    wanted = [
        item
        for key, item in found.items()
        if kept.get(key) is not None or _is_wanted(item, section, since)
    ]
    if not wanted:
        return
    floor = min(item.created_at for item in wanted) - _BEFORE
    deployments = tuple(known.items(kind="deployment", state="success", since=floor))
    for item in sorted(wanted, key=lambda one: one.key):
        yield Release(
            line=item.key,
            began=item.created_at,
            facts=lasting(item.facts, "repository", "tag", "branch", "prerelease"),
            audience=item.audience,
            proof=_proof(item, deployments, section),
        )


def _is_wanted(item: Item, section: Releases, since: datetime) -> bool:
    if item.facts.get("prerelease") and not section.prereleases:
        return False
    if item.state == DRAFT:
        return section.drafts
    return item.created_at >= since


def _proof(release: Item, deployments: Iterable[Item], section: Releases) -> Proof | None:
    if release.state == DRAFT:
        return None
    published = Proof(at=release.created_at, item=release.key)
    if section.closed_by == "publication":
        return published
    out = [
        Proof(at=max(_finished(one), release.created_at), item=one.key)
        for one in deployments
        if _brings(one, release, section)
    ]
    return min(out, key=lambda proof: (proof.at, proof.item), default=None)


def _finished(deployment: Item) -> datetime:
    at = deployment.facts.get("finished_at")
    return at if isinstance(at, datetime) else deployment.updated_at


def _brings(deployment: Item, release: Item, section: Releases) -> bool:
    """Whether a deployment brought a release to production.

    By its tag or commit at any time; or by the branch that it was made of, where the deployment
    began after the publication: the release is part of it then.
    """
    facts, mine = deployment.facts, release.facts
    if facts.get("repository") != mine.get("repository") or not _is_live(deployment, section):
        return False
    names = {facts.get("branch"), facts.get("sha")} - {None, ""}
    if mine.get("tag") in names or f"refs/tags/{mine.get('tag')}" in names:
        return True
    branch = mine.get("branch")
    if branch and facts.get("sha") == branch:
        return True
    return branch in names and deployment.created_at >= release.created_at


def _is_live(deployment: Item, section: Releases) -> bool:
    live = {name.casefold() for name in section.production}
    environment = str(deployment.facts.get("environment", "")).casefold()
    return deployment.facts.get("production") is True or environment in live
