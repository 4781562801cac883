"""What the ticket of failed builds says."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo

from itsm_sync.model.items import Item
from itsm_sync.model.prose import Address, Heading, Paragraph, Part, Prose, TicketNumber
from itsm_sync.model.signals import Episode, Tally, Telling
from itsm_sync.model.text import one_line
from itsm_sync.model.watching import Builds as Section
from itsm_sync.model.words import Message
from itsm_sync.signals.builds.blame import blamed, shown
from itsm_sync.signals.builds.candidates import Candidates, Confidence, candidates
from itsm_sync.signals.builds.progress import LONGEST, excerpt, live, remarks
from itsm_sync.signals.ports import Known
from itsm_sync.signals.words.phrases import (
    bounded,
    entry,
    happened,
    may_stand,
    unlabelled,
    word,
    words,
)
from itsm_sync.signals.words.shaping import due, link, project, worded

MOST = 20  # commits and failed tests listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """An episode of failed builds, with those that its ticket speaks of, as far as known."""

    episode: Episode
    known: Known
    first: Item | None
    candidates: Candidates

    def word(self, name: str) -> str:
        """Answer a fact of the line; "" where it is none."""
        return word(self.episode.facts, name)


def tell(episode: Episode, known: Known, section: Section, zone: tzinfo) -> Telling:
    """Answer what the ticket says; its description depends on nothing that comes later."""
    first = known.item(episode.first)
    green = known.item(episode.green)
    found = candidates(first, known, within=section.after_deployment, green=green)
    failing = Failing(episode=episode, known=known, first=first, candidates=found)
    return Telling(
        tally=Tally(episode.count, episode.last_at) if episode.last_at else None,
        project=project(section, episode.facts),
        tracker=section.tracker,
        subject=worded(section.subject, _subject(failing), _places(failing)),
        description=_description(failing, section),
        priority=_priority(failing, section),
        due=due(episode, section.due_days, zone),
        live=live(episode, known, found, zone),
        remarks=remarks(episode, known),
        note_every=section.note_every,
        related=_related(failing),
        about=_about(failing),
        partial=first is None or happened(first) != episode.began,
    )


def _places(failing: Failing) -> dict[str, str]:
    """Answer the section's `places`, filled."""
    names = ("branch", "environment", "repository", "controller")
    return {name: failing.word(name) for name in names} | {"job": _job(failing)}


def _job(failing: Failing) -> str:
    """Answer what fails, by the name that its people know, without the branch."""
    job, branch = failing.word("job"), failing.word("branch")
    return job.removesuffix(f"/{branch}") if job else failing.word("workflow")


def _subject(failing: Failing) -> Message:
    places: dict[str, object] = dict(_places(failing))
    if failing.word("environment"):
        return Message("Deployment to {environment} failed: {job}", places)
    if not failing.word("job"):
        return Message("Workflow failed: {job} ({branch}) in {repository}", places)
    if failing.word("branch"):
        return Message("Build failed: {job} ({branch})", places)
    return Message("Build failed: {job}", places)


def _priority(failing: Failing, section: Section) -> str:
    production = {name.casefold() for name in section.production}
    if failing.word("environment").casefold() in production:
        return section.production_priority or section.priority
    return section.priority


def _description(failing: Failing, section: Section) -> Prose:
    intro = Message(
        "This job fails. The ticket closes once it succeeds again on the same branch; what goes on"
        " stands in a note that is kept up."
    )
    first = failing.first
    head = Paragraph((worded(section.intro, intro, _places(failing)),))
    facts = bounded(tuple(_facts(failing)), MOST)
    if first is None:
        return (head, *facts, *blamed(failing.candidates, failing.episode, failing.known))
    return (
        head,
        *facts,
        *blamed(failing.candidates, failing.episode, failing.known),
        *_commits(failing, first),
        *_tests(first),
        *excerpt(first),
    )


def _facts(failing: Failing) -> Iterator[tuple[Part, ...]]:
    """Answer what is known of the first failure, an entry each."""
    first = failing.first
    facts = first.facts if first else failing.episode.facts
    if first is not None:
        yield entry(Message("First failure"), link(first))
    labels = {
        "branch": Message("Branch"),
        "environment": Message("Environment"),
        "failed_stage": Message("Stage"),
        "error_line": Message("Error"),
        "node": Message("Node"),
        "user": Message("Started by"),
    }
    for name, label in labels.items():
        if told := word(facts, name):
            said = unlabelled(told) if name == "error_line" else told
            yield entry(label, one_line(said, LONGEST))
    if culprits := words(facts, "culprits"):
        yield entry(Message("Changed by"), one_line(", ".join(culprits), LONGEST))
    if number := failing.known.ticket_of(failing.episode.previous):
        yield entry(Message("Failed before"), TicketNumber(number))


def _commits(failing: Failing, first: Item) -> Prose:
    commits = words(first.facts, "commits")
    if not commits:
        return ()
    home = _repository(failing, first)
    entries = tuple((_commit(sha, home),) for sha in commits)
    return (Heading(Message("Commits since the build before")), *bounded(entries, MOST))


def _repository(failing: Failing, first: Item) -> str:
    """Answer where commits are shown; "" where it is not known, or nothing to be shown here."""
    name = word(first.facts, "repository")
    home = failing.known.item(f"github:{name}") if name else None
    fits = home is not None and may_stand(home, failing.episode.audience)
    return home.url if home is not None and fits else ""


def _commit(sha: str, home: str) -> Part:
    short = sha[:10]
    return Address(text=short, url=f"{home.rstrip('/')}/commit/{sha}") if home else short


def _tests(first: Item) -> Prose:
    names = words(first.facts, "failed_tests")
    entries = tuple((one_line(name, LONGEST),) for name in names)
    return (Heading(Message("Failed tests")), *bounded(entries, MOST)) if entries else ()


def _related(failing: Failing) -> tuple[str, ...]:
    """Answer the episode before, and the tickets of the change that is surely the cause."""
    found = failing.candidates
    sure = found.tickets if found.confidence is Confidence.HIGH else ()
    there = tuple(key for key in sure if _is_ticket(failing.known.item(key)))
    return tuple(filter(None, (failing.episode.previous, *there)))


def _is_ticket(item: Item | None) -> bool:
    return item is not None and item.ticket is not None


def _about(failing: Failing) -> tuple[str, ...]:
    """Answer the keys of the items whose words stand on the ticket."""
    episode = failing.episode
    said = shown(failing.candidates, episode)
    keys = (episode.first, episode.last, episode.healed, episode.green, *(i.key for i in said))
    return tuple(dict.fromkeys(filter(None, keys)))
