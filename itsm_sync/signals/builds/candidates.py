"""What most likely made builds fail, how surely, and why it is thought so. Pure.

Only positive facts count: a commit that belongs to a pull request, a deployment that went before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from itsm_sync.model.items import Item
from itsm_sync.model.references import commit_name
from itsm_sync.model.words import Message
from itsm_sync.signals.deliveries.delivered import went_out
from itsm_sync.signals.ports import Known
from itsm_sync.signals.words.phrases import COMMITS, ended, moment, word, words

NAMED_MOST = 3  # of several that may be it
_SKEW = timedelta(minutes=5)  # between two systems' clocks


class Confidence(StrEnum):
    """How sure it is that a change is the cause."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The changes that may have caused it, the likeliest first, and the reason.

    `changes` are pull requests or deployments, `commits` those that belong to none that is known,
    `tickets` the keys of what all of them name. `more` counts the changes left out.
    """

    confidence: Confidence
    why: Message
    changes: tuple[Item, ...] = ()
    commits: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()
    more: int = 0


_NOTHING = Candidates(
    confidence=Confidence.UNKNOWN,
    why=Message("no change is known that went before the first failure"),
)

_SAME = Candidates(
    confidence=Confidence.UNKNOWN, why=Message("the same revision succeeded the time before")
)


def candidates(
    first: Item | None, known: Known, *, within: timedelta, green: Item | None = None
) -> Candidates:
    """Answer what may have made a build the first to fail; None: that build is not known.

    Args:
        first: the first failing build, enriched.
        known: finds pull requests by their commits, and deployments.
        within: how long after a deployment a failure may come from it.
        green: the last that went_out before, where it is known.
    """
    if first is None:
        return _NOTHING
    if first.facts.get("infrastructure") is True:
        why = Message("the error is one of the machines or the network, which no change causes")
        return Candidates(confidence=Confidence.UNKNOWN, why=why)
    commits = words(first.facts, "commits")
    if pulls := _merged_before(first, commits, known):
        return _of_pulls(pulls, first, alone=len(pulls) == 1 and len(commits) <= COMMITS)
    deployed = _deployed_before(first, known, within)
    if deployed:
        return _of_deployments(deployed, within)
    if commits:
        return _of_commits(commits, first)
    if green is not None and words(first.facts, "sha") == words(green.facts, "sha") != ():
        return _SAME
    return _of_revision(_merged_before(first, words(first.facts, "sha"), known), first)


def _merged_before(first: Item, commits: Sequence[str], known: Known) -> tuple[Item, ...]:
    """Answer the pull requests that these commits belong to and that were merged before the build
    failed, the last merged first.
    """
    found = {
        item.key: item
        for sha in commits[-COMMITS:]
        for item in known.linked(commit_name(sha))
        if item.kind == "pull" and item.state == "merged"
        if _merged_at(item) <= ended(first) + _SKEW
    }
    return tuple(sorted(found.values(), key=lambda p: (_merged_at(p), p.key), reverse=True))


def _of_pulls(pulls: tuple[Item, ...], first: Item, *, alone: bool) -> Candidates:
    return Candidates(
        confidence=Confidence.HIGH if alone else Confidence.MEDIUM,
        why=(
            Message("it is the only pull request among the commits of the first failure")
            if alone
            else Message("their commits are those of the first failure")
        ),
        changes=pulls[:NAMED_MOST],
        tickets=_tickets(*pulls, first),
        more=max(0, len(pulls) - NAMED_MOST),
    )


def _of_revision(pulls: tuple[Item, ...], first: Item) -> Candidates:
    """Answer the change that a build was made of which had nothing new: it may have been well."""
    if not pulls:
        return _NOTHING
    why = Message("the first failure was made of it, and of nothing newer")
    tickets = _tickets(*pulls, first)
    return Candidates(confidence=Confidence.LOW, why=why, changes=pulls[:1], tickets=tickets)


def _of_commits(commits: tuple[str, ...], first: Item) -> Candidates:
    return Candidates(
        confidence=Confidence.LOW,
        why=Message("its commits belong to no pull request that is known"),
        commits=commits[:NAMED_MOST],
        tickets=_tickets(first),
        more=max(0, len(commits) - NAMED_MOST),
    )


def _of_deployments(deployed: tuple[Item, ...], within: timedelta) -> Candidates:
    hours = int(within / timedelta(hours=1))
    return Candidates(
        confidence=Confidence.LOW,
        why=Message("the first failure came within {hours} hours after it", {"hours": hours}),
        changes=deployed[:1],
        tickets=_tickets(deployed[0]),
    )


def _deployed_before(first: Item, known: Known, within: timedelta) -> tuple[Item, ...]:
    """Answer what was deployed of the build's service shortly before it began, the last first."""
    service, began = word(first.facts, "service"), first.created_at
    if not service or first.facts.get("deploys"):
        return ()
    during = [
        item
        for item in known.items(kind="deployment", since=began - within)
        if word(item.facts, "service") == service and went_out(item)
        if began - within <= item.created_at <= began
    ]
    return tuple(sorted(during, key=lambda d: (d.created_at, d.key), reverse=True))


def _merged_at(pull: Item) -> datetime:
    return moment(pull.facts, "merged_at") or pull.updated_at


def _tickets(*items: Item) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for item in items for key in words(item.facts, "references")))
