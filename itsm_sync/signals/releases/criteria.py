"""What a release is measured by: each criterion met, not met, or unknown. Pure.

What could not be read is unknown, never met: absence is no evidence.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from itsm_sync.model.cycles import Health
from itsm_sync.model.items import Item
from itsm_sync.model.prose import Part, TicketNumber
from itsm_sync.model.signals import Episode
from itsm_sync.model.watching import Deliveries, Releases
from itsm_sync.model.words import Message
from itsm_sync.signals.deliveries.unapproved import unapproved
from itsm_sync.signals.ports import Known
from itsm_sync.signals.problems.telling import component
from itsm_sync.signals.releases.releasing import incidents_of, shares, waited_for
from itsm_sync.signals.releases.versions import is_version
from itsm_sync.signals.words.shaping import spaced

_SHOWN = 10
_ALERTS = {
    "dependabot": "dependabot_alert",
    "code-scanning": "code_scanning_alert",
    "secret-scanning": "secret_scanning_alert",
}
_GREEN, _RED, _UNSTABLE = ("blue", "green"), "red", "yellow"  # Jenkins fact 9
_UNAPPROVED, _REDMINE = "unapproved/", "redmine:issue/"
_SYSTEMS = {"redmine": "Redmine", "jenkins": "Jenkins", "github": "GitHub"}
_INCIDENTS = ("builds", "nodes", "controllers", "outages")


class Verdict(StrEnum):
    """How a criterion stands."""

    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion, how it stands, and what that follows from."""

    name: Message
    verdict: Verdict
    detail: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a release is of."""

    service: str
    repositories: tuple[str, ...]

    def has(self, item: Item) -> bool:
        """Whether an item belongs to it."""
        if self.service and item.facts.get("service") == self.service:
            return True
        return item.facts.get("repository") in self.repositories


def criteria(
    episode: Episode, known: Known, section: Releases, *, deliveries: Deliveries | None
) -> tuple[Criterion, ...]:
    """Answer all criteria of a release, or of a version."""
    scope = _scope(episode, known)
    jobs = [job for job in known.items(kind="job") if scope.has(job)]
    tests = [job for job in jobs if _tests(job, section)]
    builds = [job for job in jobs if job not in tests and job.facts.get("tracked") is True]
    found = [
        _incidents(episode, known),
        _builds(builds, known),
        _tested(tests, known),
        _changes(scope, known, deliveries),
        _alerts(scope, known),
    ]
    if is_version(episode.line):
        found.insert(0, _tickets(Message("All tickets closed"), waited_for(episode), known))
    return tuple(found)


def _scope(episode: Episode, known: Known) -> Scope:
    facts = episode.facts
    service = str(facts.get("service", ""))
    if "repository" in facts:
        return Scope(service=service, repositories=(str(facts["repository"]),))
    mine = (
        str(item.facts.get("repository", ""))
        for item in known.items(kind="repository")
        if service and item.facts.get("service") == service
    )
    return Scope(service=service, repositories=tuple(sorted(filter(None, mine))))


def _incidents(episode: Episode, known: Known) -> Criterion:
    """Answer the incidents that are open: by their tickets, and those that machines tell by what
    they are of, which is known before they have a ticket.
    """
    live = [
        one
        for one in known.episodes(since=known.now)
        if one.live and not one.under and one.signal in _INCIDENTS
        if shares(one.facts, episode.facts)
    ]
    ours = {f"{_REDMINE}{known.ticket_of(one.key)}" for one in live}
    theirs = [key for key in incidents_of(episode) if key not in ours]
    names = sorted({component(one.facts) or one.signal for one in live})
    return _tickets(Message("No open incidents"), theirs, known, names)


def _tickets(
    name: Message, keys: Collection[str], known: Known, names: Collection[str] = ()
) -> Criterion:
    if lacked := _lacked(known, "redmine"):
        return _unread(name, lacked)
    if not keys and not names:
        return Criterion(name=name, verdict=Verdict.MET)
    numbers = sorted(int(key.rpartition("/")[2]) for key in keys)
    told: list[Part] = [*names, *(TicketNumber(number) for number in numbers)]
    shown = told[:_SHOWN]
    if len(told) > _SHOWN:
        shown.append(Message("… and {n} more", {"n": len(told) - _SHOWN}))
    many = Message("{n} open: ", {"n": len(told)})
    return Criterion(name=name, verdict=Verdict.NOT_MET, detail=(many, *spaced(shown)))


def _tests(job: Item, section: Releases) -> bool:
    name = str(job.facts.get("job", "")).casefold()
    return any(fnmatchcase(name, pattern.casefold()) for pattern in section.tests)


def _builds(jobs: Iterable[Item], known: Known) -> Criterion:
    return _jobs(Message("Builds succeed"), list(jobs), known, bad=(_RED,))


def _tested(jobs: Iterable[Item], known: Known) -> Criterion:
    return _jobs(Message("Tests pass"), list(jobs), known, bad=(_RED, _UNSTABLE))


def _jobs(name: Message, jobs: list[Item], known: Known, *, bad: Collection[str]) -> Criterion:
    """Answer how jobs stand by their last builds; one that is disabled or new says nothing."""
    if any(known.stream(job.source, "jobs") is not Health.OK for job in jobs):
        return _unread(name, ["Jenkins"])
    failing = sorted(str(job.facts.get("job")) for job in jobs if job.state in bad)
    good = [job for job in jobs if job.state in _GREEN]
    if failing:
        told = ", ".join(failing[:_SHOWN])
        failed = Message("{n} fail: {jobs}", {"n": len(failing), "jobs": told})
        return Criterion(name=name, verdict=Verdict.NOT_MET, detail=(failed,))
    if not good:
        nothing = Message("no job of the service tells")
        return Criterion(name=name, verdict=Verdict.UNKNOWN, detail=(nothing,))
    passed = Message("succeeded last: {n}", {"n": len(good)})
    return Criterion(name=name, verdict=Verdict.MET, detail=(passed,))


def _changes(scope: Scope, known: Known, deliveries: Deliveries | None) -> Criterion:
    name = Message("No unapproved changes")
    if deliveries is None:
        off = Message("switched off")
        return Criterion(name=name, verdict=Verdict.UNKNOWN, detail=(off,))
    if lacked := [*_lacked(known, "redmine"), *_lacked(known, "jenkins", "github")]:
        return _unread(name, lacked)
    keys = (finding.key.removeprefix(_UNAPPROVED) for finding in unapproved(known, deliveries))
    items = map(known.item, keys)
    mine = [item for item in items if item is not None and scope.has(item)]
    if mine:
        many = Message("deployments: {n}", {"n": len(mine)})
        return Criterion(name=name, verdict=Verdict.NOT_MET, detail=(many,))
    return Criterion(name=name, verdict=Verdict.MET)


def _alerts(scope: Scope, known: Known) -> Criterion:
    """Answer how many alerts are open: the number alone, for they are private (GitHub fact 16)."""
    name, count = Message("No open security alerts"), 0
    unread = [] if scope.repositories else [Message("no repository of the service is read")]
    for stream, kind in _ALERTS.items():
        alerts = known.items(kind=kind, state="open")
        count += sum(1 for one in alerts if one.facts.get("repository") in scope.repositories)
        told = {known.stream("github", f"{of}/{stream}") for of in scope.repositories}
        if told - {Health.OK}:
            off = Health.OFF in told
            text = "{stream} is switched off" if off else "{stream} could not be read"
            unread.append(Message(text, {"stream": stream}))
    if count:
        many = Message("{n} open", {"n": count})
        return Criterion(name=name, verdict=Verdict.NOT_MET, detail=spaced([many, *unread]))
    if unread:  # GitHub fact 8: a feature that is off is never "no alerts"
        return Criterion(name=name, verdict=Verdict.UNKNOWN, detail=spaced(unread))
    return Criterion(name=name, verdict=Verdict.MET)


def _lacked(known: Known, *systems: str) -> list[str]:
    """Answer those of the systems of which too little is known; all, where none of them is read.

    A short outage is no lack: what was known stands until the source's promise is over.
    """
    asked = {name.partition(":")[0] for name in known.sources}
    unread = {name.partition(":")[0] for name in known.unread}
    none = asked.isdisjoint(systems)
    return [_SYSTEMS[one] for one in systems if none or one in unread]


def _unread(name: Message, systems: Iterable[str]) -> Criterion:
    told = Message("{system} could not be read", {"system": ", ".join(systems)})
    return Criterion(name=name, verdict=Verdict.UNKNOWN, detail=(told,))
