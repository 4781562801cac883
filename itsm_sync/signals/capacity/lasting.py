"""What tickets say of something that lasts: since when, how it stands, what came of it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo

from itsm_sync.model.prose import Bullets, Part, Prose
from itsm_sync.model.signals import Episode, Telling
from itsm_sync.model.watching import Lived
from itsm_sync.model.words import Message
from itsm_sync.signals.ports import Known
from itsm_sync.signals.words.shaping import due, local, project
from itsm_sync.signals.words.wording import Phrases, before, in_order, line, remarks


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The words for how it goes; `since` and `well` have the place `time`."""

    since: Message
    still: Message
    well: Message
    phrases: Phrases


def telling(
    section: Lived,
    episode: Episode,
    course: Course,
    *,
    subject: Message,
    description: Prose,
    now: Prose,
    zone: tzinfo,
    known: Known,
    related: tuple[str, ...] = (),
    about: tuple[str, ...] = (),
) -> Telling:
    """Answer what a ticket says; `now` is what stands in its live part while it lasts."""
    since = replace(course.since, params={"time": local(episode.began, zone)})
    state = tuple(_state(episode, course, zone))
    on = episode.live and not episode.well_since
    return Telling(
        project=project(section, episode.facts),
        tracker=section.tracker,
        priority=section.priority,
        due=due(episode, section.due_days, zone),
        subject=subject,
        description=(*description, line(since), *before(episode, known)),
        live=(*((Bullets(state),) if state else ()), *(now if on else ())),
        remarks=remarks(episode, course.phrases, zone),
        note_every=section.note_every,
        related=in_order((*related, episode.previous)),
        about=in_order(about),
    )


def _state(episode: Episode, course: Course, zone: tzinfo) -> Iterator[tuple[Part, ...]]:
    well = episode.well_since or (episode.ended if episode.healed else None)
    if well is not None:
        yield (replace(course.well, params={"time": local(well, zone)}),)
    elif episode.live:
        yield (course.still,)
    if episode.reopenings:
        count = {"n": len(episode.reopenings), "time": local(episode.began, zone)}
        yield (Message("Times it came back since {time}: {n}", count),)
