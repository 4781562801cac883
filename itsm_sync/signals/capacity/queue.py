"""Jobs that wait in the queue for long. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import ClassVar

from itsm_sync.model import watching
from itsm_sync.model.cycles import Health
from itsm_sync.model.items import Item
from itsm_sync.model.prose import Prose
from itsm_sync.model.signals import Episode, Life, Observation, Telling
from itsm_sync.model.text import one_line
from itsm_sync.model.words import Message
from itsm_sync.signals.capacity.lasting import Course, telling
from itsm_sync.signals.gathering.inhibition import reads
from itsm_sync.signals.ports import Known
from itsm_sync.signals.words.phrases import moment, word
from itsm_sync.signals.words.shaping import lasting, local, worded
from itsm_sync.signals.words.wording import Phrases, line

_ITEM = "queue_item"
_LONGEST_WHY = 300
_COURSE = Course(
    since=Message("Too long since {time}."),
    still=Message("Still waiting."),
    well=Message("In the queue no more since {time}."),
    phrases=Phrases(
        again=Message("Waiting too long again since {time}."),
        over=Message("In the queue no more since {time}: closed."),
        well=Message("In the queue no more since {time}. The ticket stays with who has taken it."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A job that waits longer than the limit; well once a queue that was read has it no more."""

    section: watching.Waiting
    zone: tzinfo

    name: ClassVar[str] = "queue"
    kinds: ClassVar[frozenset[str]] = frozenset({_ITEM})
    snapshot: ClassVar[bool] = True

    @property
    def life(self) -> Life:
        return self.section.life

    def observe(self, item: Item, now: datetime) -> Iterable[Observation]:
        """Answer that it waits too long, since it came to be too long."""
        since, job = moment(item.facts, "waiting_since"), word(item.facts, "job")
        if since is None or not job or since + self.section.longer_than > now:
            return ()
        return (
            Observation(
                signal=self.name,
                line=_line(item.facts),
                at=since + self.section.longer_than,
                until=now,
                good=False,
                item=item.key,
                facts=lasting(item.facts, "controller", "job"),
                audience=item.audience,
            ),
        )

    def look_round(self, known: Known) -> tuple[Observation, ...]:
        """Answer the end of waits: a queue that was read in this cycle, and has the job no more."""
        on = [e for e in known.episodes(signal=self.name, since=known.now) if e.live]
        if not on:
            return ()
        waiting = {_line(item.facts) for item in known.items(kind=_ITEM)}
        return tuple(
            Observation(
                signal=self.name,
                line=episode.line,
                at=known.now,
                until=known.now,
                good=True,
                item=episode.last,
                facts=episode.facts,
                audience=episode.audience,
            )
            for episode in on
            if episode.line not in waiting and _was_read(word(episode.facts, "controller"), known)
        )

    def tell(self, episode: Episode, known: Known) -> Telling:
        """Answer what the ticket says: which job, since when, and what it waits for."""
        places = {name: word(episode.facts, name) for name in ("job", "controller")}
        subject = Message("Builds of {job} wait in the queue", places)
        intro = Message(
            "Builds of {job} wait long for an executor of the controller {controller}.", places
        )
        waiting = known.item(episode.last)
        return telling(
            self.section,
            episode,
            _COURSE,
            subject=worded(self.section.subject, subject, places),
            description=(line(worded(self.section.intro, intro, places)),),
            now=_why(waiting, self.zone),
            zone=self.zone,
            known=known,
            about=(waiting.key,) if waiting else (),
        )


def _line(facts: Mapping[str, object]) -> str:
    return f"{facts.get('controller', '')}:{facts.get('job', '')}"


def _was_read(controller: str, known: Known) -> bool:
    """Answer whether the controller's queue was read, all of it, in this cycle."""
    return any(
        reads(name, controller) and report.streams.get("queue") is Health.OK
        for name, report in known.sources.items()
    )


def _why(waiting: Item | None, zone: tzinfo) -> Prose:
    if waiting is None:
        return ()
    since, why = moment(waiting.facts, "waiting_since"), word(waiting.facts, "why")
    told = [line(Message("Waiting since {time}.", {"time": local(since, zone)}))] if since else []
    return (*told, *((line(one_line(why, _LONGEST_WHY)),) if why else ()))
