"""What the tickets of nodes and of whole systems that are down have in common. Pure."""

from collections.abc import Iterator
from datetime import tzinfo

from itsm_sync.model.items import Audience
from itsm_sync.model.prose import Bullets, Heading, Part, Prose
from itsm_sync.model.signals import Episode, Telling
from itsm_sync.model.text import one_line
from itsm_sync.model.watching import Controllers, Nodes
from itsm_sync.model.words import Message
from itsm_sync.signals.inhibition import muted
from itsm_sync.signals.phrases import bounded
from itsm_sync.signals.ports import Known
from itsm_sync.signals.shaping import due, local, project
from itsm_sync.signals.wording import LISTED, LONGEST_NAME, Phrases, before, in_order, remarks

_PHRASES = Phrases(
    again=Message("Down again since {time}."),
    over=Message("Back since {time}: closed."),
    well=Message("Back since {time}. The ticket stays with who has taken it."),
)

Section = Nodes | Controllers


def telling(
    section: Section,
    episode: Episode,
    *,
    subject: Message,
    description: Prose,
    live: Prose,
    zone: tzinfo,
    known: Known,
    about: tuple[str, ...] = (),
) -> Telling:
    """Answer what a machine's ticket says, with what is held back under it."""
    return Telling(
        project=project(section, episode.facts),
        tracker=section.tracker,
        priority=section.priority,
        subject=subject,
        description=(*description, *before(episode, known)),
        due=due(episode, section.due_days, zone),
        live=(*live, *_held_back(section, episode, known)),
        remarks=remarks(episode, _PHRASES, zone),
        note_every=section.note_every,
        related=in_order((*_beside(section, episode, known), episode.previous)),
        about=about,
    )


def since(episode: Episode, zone: tzinfo) -> Message:
    """Answer since when it is down."""
    return Message("Down since {time}.", {"time": local(episode.began, zone)})


def state(episode: Episode, zone: tzinfo, cause: Part | None) -> Prose:
    """Answer how it stands."""
    entries = tuple(_state(episode, zone, cause))
    return (Bullets(entries),) if entries else ()


def _state(episode: Episode, zone: tzinfo, cause: Part | None) -> Iterator[tuple[Part, ...]]:
    back = episode.well_since or (episode.ended if episode.healed else None)
    if back is not None:
        yield (Message("Back since {time}.", {"time": local(back, zone)}),)
    elif episode.live:
        yield (Message("Still down."),)
        if cause:
            yield (Message("Cause:"), " ", cause)
    if episode.reopenings:
        count = {"n": len(episode.reopenings), "time": local(episode.began, zone)}
        yield (Message("Times down again since {time}: {n}", count),)


def _others(section: Section, episode: Episode, known: Known) -> list[Episode]:
    since = known.episodes(since=episode.began - section.slack)
    return list(muted(episode, section.slack, since, known))


def _held_back(section: Section, episode: Episode, known: Known) -> Prose:
    """Answer what would have a ticket of its own, were the machine not down."""
    found = [e for e in _others(section, episode, known) if known.ticket_of(e.key) is None]
    names = in_order(e.line for e in found if e.audience is Audience.PUBLIC)
    entries = [(one_line(name, LONGEST_NAME),) for name in names]
    head = Heading(Message("Held back under it"))
    return (head, *bounded(entries, LISTED)) if entries else ()


def _beside(section: Section, episode: Episode, known: Known) -> tuple[str, ...]:
    """Answer the episodes that have tickets though they belong here: they are related."""
    found = _others(section, episode, known)
    return in_order(e.key for e in found if known.ticket_of(e.key) is not None)
