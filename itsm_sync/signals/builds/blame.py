"""What is said of the changes that may have caused failures."""

from itsm_sync.model.items import Item
from itsm_sync.model.prose import Bullets, Heading, Part, Prose, TicketNumber
from itsm_sync.model.signals import Episode
from itsm_sync.model.words import Message
from itsm_sync.signals.builds.candidates import Candidates, Confidence
from itsm_sync.signals.ports import Known
from itsm_sync.signals.words.phrases import entry, may_stand, more, pull_place, word
from itsm_sync.signals.words.shaping import link, spaced

CONFIDENCES = {
    Confidence.HIGH: Message("high"),
    Confidence.MEDIUM: Message("medium"),
    Confidence.LOW: Message("low"),
    Confidence.UNKNOWN: Message("unknown"),
}
_REDMINE = "redmine:issue/"


def blamed(found: Candidates, episode: Episode, known: Known) -> Prose:
    """Answer the section on what may have caused it: confidence, reason, changes, tickets."""
    entries: list[tuple[Part, ...]] = [
        entry(Message("Confidence"), CONFIDENCES[found.confidence]),
        entry(Message("Reason"), found.why),
    ]
    entries += [named(item, episode) for item in found.changes]
    if found.commits:
        short = ", ".join(sha[:10] for sha in found.commits)
        entries.append(entry(Message("Commits"), short))
    if found.more:
        entries.append((more(found.more),))
    numbers = [
        TicketNumber(int(key.removeprefix(_REDMINE)))
        for key in found.tickets
        if (ticket := known.item(key)) is not None and ticket.ticket is not None
    ]
    if numbers:
        entries.append(entry(Message("Tickets named there"), *spaced(numbers)))
    return (Heading(Message("What may have caused it")), Bullets(tuple(entries)))


def named(change: Item, episode: Episode) -> tuple[Part, ...]:
    """Answer a change as an entry; of a private one only that there is one."""
    pull = change.kind == "pull"
    if not may_stand(change, episode.audience):
        return (Message("a private pull request") if pull else Message("a private deployment"),)
    label = Message("Pull request") if pull else Message("Deployment")
    author = word(change.facts, "author")
    by: tuple[Part, ...] = (" (", author, ")") if author else ()
    place = (f"{pull_place(change)} ",) if pull else ()
    return entry(label, *place, link(change), *by)


def shown(found: Candidates, episode: Episode) -> tuple[Item, ...]:
    """Answer the changes whose words are told."""
    return tuple(item for item in found.changes if may_stand(item, episode.audience))
