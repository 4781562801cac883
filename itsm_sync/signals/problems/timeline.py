"""A problem's incidents one after the other, and what they have in common."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from itsm_sync.model.audience import NEUTRAL
from itsm_sync.model.items import Audience, Fact, Item
from itsm_sync.model.prose import Block, Grid, Heading, Paragraph, Part, TicketNumber
from itsm_sync.model.signals import Episode
from itsm_sync.model.text import one_line
from itsm_sync.model.watching import Problems
from itsm_sync.model.words import Message
from itsm_sync.signals.ports import Known
from itsm_sync.signals.problems.incidents import named
from itsm_sync.signals.words.phrases import unlabelled
from itsm_sync.signals.words.shaping import link, local, spaced

_SHOWN, _CHANGES = 20, 3
_LONGEST = 120
_REDMINE = "redmine:issue/"
_COMMON = {
    "job": Message("Job"),
    "failed_stage": Message("Stage"),
    "error": Message("Error"),
    "failed_tests": Message("Failed tests"),
    "node": Message("Node"),
    "branch": Message("Branch"),
    "environment": Message("Environment"),
    "repository": Message("Repository"),
    "service": Message("Service"),
    "author_team": Message("Team of the author"),
    "culprits": Message("Changed by"),
    "causes": Message("Trigger"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One incident: when it came, its episode, and the item that it began with, as far as known."""

    at: datetime
    again: bool
    episode: Episode
    item: Item | None

    def fact(self, name: str) -> Fact | None:
        """Answer what the item says, or else the line."""
        told = self.item.facts.get(name) if self.item else None
        return self.episode.facts.get(name) if told is None else told


def of_problem(problem: Episode, known: Known) -> tuple[Entry, ...]:
    """Answer a problem's incidents by their times."""
    found = []
    for name in problem.members:
        key, number = named(name)
        episode = known.episode(key)
        times = (episode.began, *episode.reopenings) if episode else ()
        if episode is not None and number < len(times):
            item = known.item(episode.last if number else episode.first)
            found.append(Entry(at=times[number], again=number > 0, episode=episode, item=item))
    return tuple(sorted(found, key=lambda entry: (entry.at, entry.episode.key)))


def timeline(
    entries: Sequence[Entry], known: Known, section: Problems, zone: tzinfo
) -> Iterator[Block]:
    """Answer the table of incidents, the newest first."""
    if not entries:
        return
    shown = list(reversed(entries))[:_SHOWN]
    floor = shown[-1].at - section.changes_within
    deployments = sorted(
        known.items(kind="deployment", state="success", since=floor),
        key=lambda item: (item.created_at, item.key),
    )
    head: tuple[Part, ...] = (
        Message("Began"),
        Message("Ticket"),
        Message("Incident"),
        Message("Over"),
        Message("Changes before it"),
    )
    rows = []
    for entry in shown:
        deployed = [item for item in deployments if _is_before(item, entry, section)]
        rows.append(
            (
                (local(entry.at, zone),),
                _ticket(entry, known),
                tuple(_what(entry)),
                _over(entry, zone),
                spaced(_changes(entry, deployed, zone), "; "),
            )
        )
    yield Heading(Message("Incidents"))
    yield Grid(head=head, rows=tuple(rows))
    if len(entries) > _SHOWN:
        yield Paragraph((Message("… and {n} more", {"n": len(entries) - _SHOWN}),))


def _ticket(entry: Entry, known: Known) -> tuple[Part, ...]:
    """Answer the ticket of what is over; one that is not may be opened with the problem itself, and
    stands among the related ones.
    """
    number = None if entry.episode.live else known.ticket_of(entry.episode.key)
    return (TicketNumber(number),) if number is not None else ("",)


def _what(entry: Entry) -> Iterator[Part]:
    if entry.again:
        yield Message("again")
        yield ": "
    yield link(entry.item) if entry.item else entry.episode.line
    for name in ("failed_stage", "error", "failed_tests"):
        if told := _text(entry.fact(name)):
            yield f" · {told}"


def _over(entry: Entry, zone: tzinfo) -> tuple[Part, ...]:
    if entry.episode.live:
        return (Message("not over"),)
    return (local(entry.episode.ended, zone) if entry.episode.ended else "",)


def _is_before(deployment: Item, entry: Entry, section: Problems) -> bool:
    shared = ("repository", "service")
    alike = any(
        deployment.facts.get(name) == entry.fact(name) for name in shared if entry.fact(name)
    )
    return alike and entry.at - section.changes_within <= deployment.created_at <= entry.at


def _changes(entry: Entry, deployed: Sequence[Item], zone: tzinfo) -> Iterator[Part]:
    """Answer what may have caused an incident: commits and tickets of the build, deployments."""
    commits = _texts(entry.fact("commits"))
    if commits:
        yield ", ".join(commit[:8] for commit in commits[:_CHANGES])
    if len(commits) > _CHANGES:
        yield Message("… and {n} more", {"n": len(commits) - _CHANGES})
    for reference in _texts(entry.fact("references"))[:_CHANGES]:
        number = reference.removeprefix(_REDMINE).removeprefix("#")
        if number.isdecimal():
            yield TicketNumber(int(number))
    for item in deployed[-_CHANGES:]:
        told: dict[str, object] = {
            "what": _named(item, entry),
            "at": local(item.created_at, zone),
        }
        yield Message("deployed at {at}: {what}", told)


def _named(deployment: Item, entry: Entry) -> object:
    """Answer a deployment's name, where it is no more private than the incident is."""
    private = deployment.audience is Audience.PRIVATE
    hidden = private and entry.episode.audience is not Audience.PRIVATE
    return NEUTRAL if hidden else one_line(deployment.title, _LONGEST)


def in_common(entries: Sequence[Entry]) -> Iterator[Block]:
    """Answer the table of what most of the incidents have in common."""
    rows = []
    for name, label in _COMMON.items():
        told = Counter(text for entry in entries if (text := _text(entry.fact(name))))
        value, times = min(told.items(), key=lambda one: (-one[1], one[0]), default=("", 0))
        if times >= 2 and times * 2 > len(entries):
            many: Part = Message("{n} of {all}", {"n": times, "all": len(entries)})
            said = unlabelled(value) if name == "error" else value
            rows.append(((label,), (said,), (many,)))
    if rows:
        yield Heading(Message("What they have in common"))
        head: tuple[Part, ...] = (Message("What"), Message("Value"), Message("How often"))
        yield Grid(head=head, rows=tuple(rows))


def _texts(value: Fact | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _text(value: Fact | None) -> str:
    if isinstance(value, tuple):
        return one_line(", ".join(sorted(value)), _LONGEST)
    return one_line(str(value), _LONGEST) if value is not None else ""
