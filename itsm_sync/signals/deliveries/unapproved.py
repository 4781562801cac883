"""Deployments to production that no approved change is behind: told, not blocked. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property

from itsm_sync.model.findings import Finding
from itsm_sync.model.items import Item
from itsm_sync.model.references import job_name
from itsm_sync.model.watching import Deliveries as Section
from itsm_sync.model.words import Message
from itsm_sync.signals.deliveries.delivered import (
    is_deployment,
    is_history,
    made,
    place,
    succeeded,
    tickets_of,
    went_out,
    without_twins,
)
from itsm_sync.signals.ports import Known
from itsm_sync.signals.words.phrases import moment, word

KIND = "cycle.unapproved"
NAME = "deliveries"
_KEY = "unapproved/"
_NAMED = 10  # tickets told of one deployment


def unapproved(known: Known, section: Section) -> Iterator[Finding]:
    """Answer a finding for each deployment that names no ticket whose approval stands.

    Named is what the deployment, its commits, and the pull requests merged since the deployment
    before name. Where an approval can't be known just now, nothing is said.
    """
    since = max(known.baseline(NAME), known.now - section.forget_after)
    every = sorted(_to_production(known, since, section), key=lambda i: (i.created_at, i.key))
    pulls = _Pulls(known, since - section.forget_after)
    counted = without_twins(every)
    for item in counted:
        twins = [other for other in every if made(item, other)]
        tickets = _named((item, *twins), known)
        if not _may_be_approved(tickets, known):
            tickets |= _named(pulls.merged_before(item, _before(item, counted)), known)
            if not _may_be_approved(tickets, known):
                yield _finding(item, tickets)


def _to_production(known: Known, since: datetime, section: Section) -> Iterator[Item]:
    """Answer what went well to production since then.

    Of builds those of the jobs that deploy there, which are few; and what was found before, though
    its job may be gone.
    """
    found = {item.key: item for item in _found(known) if went_out(item)}
    news = (*known.items(kind="deployment", since=since), *_built(known, section))
    found |= {item.key: item for item in news if is_deployment(item) and succeeded(item)}
    for item in found.values():
        if item.created_at >= since and _is_production(item, section):
            yield item


def _built(known: Known, section: Section) -> Iterator[Item]:
    for job in known.items(kind="job"):
        if job.facts.get("deploys") is True and _is_production(job, section):
            name = job_name(word(job.facts, "controller"), word(job.facts, "job"))
            yield from known.linked(name)


def _found(known: Known) -> Iterator[Item]:
    for finding in known.findings():
        if finding.kind == KIND:
            item = known.item(finding.key.removeprefix(_KEY))
            if item is not None:
                yield item


def _is_production(item: Item, section: Section) -> bool:
    names = {name.casefold() for name in section.production}
    told = word(item.facts, "environment").casefold() in names
    return told or item.facts.get("production") is True


def _before(item: Item, deployments: Iterable[Item]) -> Item | None:
    """Answer the deployment before one, to the same place."""
    earlier = [d for d in deployments if place(d) == place(item) and d.created_at < item.created_at]
    return earlier[-1] if earlier else None


class _Pulls:
    """Finds the pull requests that a deployment took along; read where one is asked for."""

    def __init__(self, known: Known, since: datetime) -> None:
        self._known, self._since = known, since

    @cached_property
    def _merged(self) -> tuple[tuple[str, datetime, Item], ...]:
        """Repository, time of the merge, pull request."""
        return tuple(
            (word(pull.facts, "repository"), at, pull)
            for pull in self._known.items(kind="pull", since=self._since)
            if (at := moment(pull.facts, "merged_at")) is not None
        )

    def merged_before(self, item: Item, before: Item | None) -> tuple[Item, ...]:
        """Answer what was merged since the deployment before, or as long ago as is looked at."""
        mine = word(item.facts, "repository")
        start = before.created_at if before else self._since
        return tuple(
            pull
            for repository, at, pull in self._merged
            if repository == mine and start <= at <= item.created_at
        )


def _named(items: Iterable[Item], known: Known) -> set[str]:
    return {key for item in items for key in tickets_of(item, known)}


def _may_be_approved(tickets: Iterable[str], known: Known) -> bool:
    """Whether an approval stands, or can't be known: of what was closed before we came, none is."""
    there = [item for key in tickets if (item := known.item(key)) is not None]
    since = known.baseline(NAME)
    return any(is_history(one, since) or known.approved(one.key) is not False for one in there)


def _finding(item: Item, tickets: Iterable[str]) -> Finding:
    numbers = sorted(int(key.rpartition("/")[2]) for key in tickets)
    named = ", ".join(f"#{n}" for n in numbers[:_NAMED]) + " …" * (len(numbers) > _NAMED)
    told = (
        Message("it names only {tickets}", {"tickets": named})
        if numbers
        else Message("it names no ticket")
    )
    text = Message(
        "{what} went to production without an approved change ({named}): for the change manager",
        {"what": _called(item), "named": told},
    )
    return Finding(key=f"{_KEY}{item.key}", kind=KIND, message=text)


def _called(item: Item) -> str:
    """Answer what logs may call it: names of jobs and repositories, and numbers."""
    if item.kind == "build":
        return f"{word(item.facts, 'job')} #{item.facts.get('number', '?')}"
    repository, _, number = item.key.partition(":")[2].rpartition("/deployment/")
    return f"{repository} deployment {number}"
