"""What the tickets of nodes and of whole systems that are down have in common. Pure."""

from dataclasses import replace
from datetime import tzinfo

from itsm_sync.model.items import Audience
from itsm_sync.model.prose import Heading, Part, Prose
from itsm_sync.model.signals import Episode, Telling
from itsm_sync.model.text import one_line
from itsm_sync.model.watching import Controllers, Nodes
from itsm_sync.model.words import Message
from itsm_sync.signals.capacity import lasting
from itsm_sync.signals.gathering.inhibition import muted
from itsm_sync.signals.ports import Known
from itsm_sync.signals.words.phrases import bounded
from itsm_sync.signals.words.wording import LISTED, LONGEST_NAME, Phrases, in_order, line

_COURSE = lasting.Course(
    since=Message("Down since {time}."),
    still=Message("Still down."),
    well=Message("Back since {time}."),
    phrases=Phrases(
        again=Message("Down again since {time}."),
        over=Message("Back since {time}: closed."),
        well=Message("Back since {time}. The ticket stays with who has taken it."),
    ),
)

Section = Nodes | Controllers


def telling(
    section: Section,
    episode: Episode,
    *,
    subject: Message,
    description: Prose,
    cause: Part | None,
    now: Prose = (),
    zone: tzinfo,
    known: Known,
    about: tuple[str, ...] = (),
) -> Telling:
    """Answer what a machine's ticket says, with what is held back under it."""
    since = known.episodes(since=episode.began - section.slack)
    others = list(muted(episode, section.slack, since, known))
    beside = {other.key for other in others if known.ticket_of(other.key) is not None}
    why = (line(Message("Cause:"), " ", cause),) if cause else ()
    told = lasting.telling(
        section,
        episode,
        _COURSE,
        subject=subject,
        description=description,
        now=(*why, *now),
        zone=zone,
        known=known,
        related=tuple(beside),
        about=about,
    )
    held = [other for other in others if other.key not in beside]
    return replace(told, live=(*told.live, *_held_back(held)))


def _held_back(others: list[Episode]) -> Prose:
    """Answer what would have a ticket of its own, were the machine not down."""
    names = in_order(other.line for other in others if other.audience is Audience.PUBLIC)
    entries = [(one_line(name, LONGEST_NAME),) for name in names]
    head = Heading(Message("Held back under it"))
    return (head, *bounded(entries, LISTED)) if entries else ()
