"""Many new tickets at once: one with a list. Pure."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import ClassVar

from itsm_sync.model import watching
from itsm_sync.model.signals import Episode, Telling
from itsm_sync.model.words import Message
from itsm_sync.signals.gathering import spans
from itsm_sync.signals.gathering.lists import telling
from itsm_sync.signals.ports import Known
from itsm_sync.signals.words.shaping import local, worded
from itsm_sync.signals.words.wording import line


@dataclass(frozen=True, slots=True, kw_only=True)
class Storms:
    """More troubles at once than anybody reads tickets; `signals.gathering` finds them."""

    section: watching.Storms
    zone: tzinfo

    name: ClassVar[str] = spans.STORMS

    def tell(self, episode: Episode, known: Known) -> Telling:
        """Answer what a storm's ticket says: what fails, why, how many still do."""
        began = {"time": local(episode.began, self.zone)}
        subject = Message("Many failures at once since {time}", began)
        intro = Message(
            "More failed at once than anybody reads tickets. All of it has this one ticket; what"
            " had one before is related to it."
        )
        own = self.section
        return telling(
            own,
            episode,
            subject=worded(own.subject, subject, {}),
            description=(line(worded(own.intro, intro, {})), line(Message("Since {time}.", began))),
            many=own.more_than + 1,
            zone=self.zone,
            known=known,
        )
