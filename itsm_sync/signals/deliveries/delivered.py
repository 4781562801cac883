"""What was delivered for a ticket: pull requests, builds, deployments. Pure.

A number may be another's: a pull request's own, an issue's of the repository, a build's. What was
over before the ticket was made is no delivery of it, nor is a branch that may be called by another
number of its repository.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsm_sync.model.items import Item
from itsm_sync.model.references import branch_name, commit_name, ticket_of_branch
from itsm_sync.signals.ports import Known
from itsm_sync.signals.words.phrases import COMMITS, moment, word, words

BUILDS = ("build", "workflow_run")
_SLACK = timedelta(minutes=5)  # between a build that deploys and the deployment that it tells


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What belongs to one ticket, the newest first.

    `builds` has the newest of each job and branch. `later` are deployments that name nothing of it
    and were the first to an environment after one of the pull requests was merged.
    """

    pulls: tuple[Item, ...] = ()
    builds: tuple[Item, ...] = ()
    deployments: tuple[Item, ...] = ()
    later: tuple[Item, ...] = ()


def delivered(ticket: Item, known: Known) -> Delivered:
    """Answer what was delivered for a ticket."""
    named = _since(ticket, (*known.linked(ticket.key), *_by_branch(ticket, known)))
    pulls = [item for item in named if item.kind == "pull"]
    built = _since(ticket, _made_of(pulls, known))
    rest = _unique((*named, *built))
    deployments = without_twins([item for item in rest if is_deployment(item)])
    return Delivered(
        pulls=_newest_first(pulls),
        builds=_newest_of_each(i for i in rest if i.kind in BUILDS and not is_deployment(i)),
        deployments=_newest_first(deployments),
        later=_newest_first(_later(pulls, deployments, known)),
    )


def tickets_of(item: Item, known: Known) -> tuple[str, ...]:
    """Answer the keys of the tickets that an item is a delivery of, by itself or by its commits."""
    found = [*_named_by(item, known)]
    for pull in _pulls_of(item, known):
        found += _named_by(pull, known)
    return tuple(dict.fromkeys(found))


def is_deployment(item: Item) -> bool:
    """Whether an item deploys: a deployment, or a build of a job that does."""
    return item.kind == "deployment" or (item.kind == "build" and item.facts.get("deploys") is True)


def without_twins(deployments: Iterable[Item]) -> list[Item]:
    """Answer deployments without those that a build among them has made."""
    every = list(deployments)
    builds = [item for item in every if item.kind == "build"]
    return [i for i in every if i.kind == "build" or not any(made(build, i) for build in builds)]


def made(build: Item, deployment: Item) -> bool:
    """Whether a deployment is what a build did: the same place, at the same time."""
    if deployment.kind != "deployment" or not all(place(build)):
        return False
    during = build.created_at - _SLACK <= deployment.created_at <= build.updated_at + _SLACK
    return place(build) == place(deployment) and during


def place(deployment: Item) -> tuple[str, str]:
    """Answer what is deployed and to where: repository and environment."""
    return word(deployment.facts, "repository"), word(deployment.facts, "environment")


def by_branch(item: Item, known: Known) -> str:
    """Answer the key of the ticket that an item's branch is called by; "" where it is unsure.

    It counts where the item's texts name no ticket, the ticket was there before, and the repository
    has no issue and no pull request of that number.
    """
    key = ticket_of_branch(word(item.facts, "branch"))
    if not key or words(item.facts, "references"):
        return ""
    ticket, repository = known.item(key), word(item.facts, "repository")
    if ticket is None or ticket.ticket is None or ticket.created_at > item.created_at:
        return ""
    number = key.rpartition("/")[2]
    others = (f"github:{repository}/{kind}/{number}" for kind in ("issue", "pull"))
    return "" if any(known.item(other) is not None for other in others) else key


def _by_branch(ticket: Item, known: Known) -> Iterator[Item]:
    for item in known.linked(branch_name(ticket.key)):
        if by_branch(item, known) == ticket.key:
            yield item


def _named_by(item: Item, known: Known) -> tuple[str, ...]:
    return tuple(filter(None, (*words(item.facts, "references"), by_branch(item, known))))


def _pulls_of(item: Item, known: Known) -> Iterator[Item]:
    """Answer the pull requests whose commits an item has."""
    if item.kind == "pull":
        return
    for sha in (*words(item.facts, "commits")[-COMMITS:], *words(item.facts, "sha")):
        yield from (other for other in known.linked(commit_name(sha)) if other.kind == "pull")


def _made_of(pulls: Iterable[Item], known: Known) -> Iterator[Item]:
    """Answer the builds and deployments that have a pull request's last commit or its merge."""
    for pull in pulls:
        for sha in (*words(pull.facts, "sha"), *words(pull.facts, "merge_sha")):
            yield from (i for i in known.linked(commit_name(sha)) if i.kind != "pull")


def _later(pulls: Iterable[Item], direct: Iterable[Item], known: Known) -> Iterator[Item]:
    """Answer the first deployment to each environment after a merge that none names."""
    merged = [(pull, at) for pull in pulls if (at := moment(pull.facts, "merged_at"))]
    if not merged:
        return
    reached = {place(item) for item in direct if went_out(item)}
    since = min(at for _, at in merged)
    for item in sorted(known.items(kind="deployment", since=since), key=_by_time):
        if place(item) not in reached and went_out(item) and _after_any(item, merged):
            reached.add(place(item))
            yield item


def _after_any(item: Item, merged: Iterable[tuple[Item, datetime]]) -> bool:
    """Whether a deployment began after one of the merges, in its repository, from its branch."""
    repository, branch = word(item.facts, "repository"), word(item.facts, "branch")
    return any(
        word(pull.facts, "repository") == repository
        and branch in ("", word(pull.facts, "base"))
        and item.created_at >= at
        for pull, at in merged
    )


def succeeded(item: Item) -> bool:
    """Whether a build or deployment surely went well."""
    return item.state.casefold() == "success"


def went_out(item: Item) -> bool:
    """Whether a deployment went well, or was replaced since: GitHub makes it inactive then,
    whatever it was before.
    """
    return succeeded(item) or (item.kind == "deployment" and item.state == "inactive")


def is_history(ticket: Item, since: datetime) -> bool:
    """Whether a ticket was closed before a time, and not touched since."""
    closed = ticket.ticket is not None and ticket.ticket.closed
    return closed and ticket.updated_at < since


def _since(ticket: Item, items: Iterable[Item]) -> list[Item]:
    return [item for item in _unique(items) if item.updated_at >= ticket.created_at]


def _unique(items: Iterable[Item]) -> list[Item]:
    return list({item.key: item for item in items}.values())


def _newest_of_each(builds: Iterable[Item]) -> tuple[Item, ...]:
    found = {_line(build): build for build in sorted(builds, key=_by_time)}
    return _newest_first(found.values())


def _line(build: Item) -> tuple[str, ...]:
    names = ("controller", "job", "repository", "workflow", "branch")
    return tuple(word(build.facts, name) for name in names)


def _newest_first(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=_by_time, reverse=True))


def _by_time(item: Item) -> tuple[datetime, str]:
    return item.created_at, item.key
