"""One error over many jobs: one infrastructure incident. Pure."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import ClassVar

from itsm_sync.model import watching
from itsm_sync.model.prose import Verbatim
from itsm_sync.model.signals import Episode, Telling
from itsm_sync.model.text import one_line
from itsm_sync.model.words import Message
from itsm_sync.signals.gathering import spans
from itsm_sync.signals.gathering.lists import members, telling
from itsm_sync.signals.ports import Known
from itsm_sync.signals.words.shaping import local, worded
from itsm_sync.signals.words.wording import LONGEST_NAME, line


@dataclass(frozen=True, slots=True, kw_only=True)
class Outages:
    """Builds of several jobs that fail with the same error; `signals.gathering` finds them."""

    section: watching.Outages
    zone: tzinfo

    name: ClassVar[str] = spans.OUTAGES

    def tell(self, episode: Episode, known: Known) -> Telling:
        """Answer what an outage's ticket says: the error, which jobs, how many still fail."""
        error = str(episode.facts.get("error", ""))
        error = _said(episode, known) or error
        places = {"error": one_line(error, LONGEST_NAME)}
        subject = Message("One error in several jobs: {error}", places)
        intro = Message(
            "Builds of several jobs fail with the same error. They have this one ticket; those"
            " that had one before are related to it."
        )
        return telling(
            self.section,
            episode,
            subject=worded(self.section.subject, subject, places),
            description=(
                line(worded(self.section.intro, intro, places)),
                line(Message("Since {time}.", {"time": local(episode.began, self.zone)})),
                Verbatim(error),
            ),
            many=self.section.jobs,
            zone=self.zone,
            known=known,
        )


def _said(episode: Episode, known: Known) -> str:
    """Answer the error as the first build told it that may be told of; "" where none is known."""
    open_ones = (member.episode for member in members(episode, known) if not member.hushed)
    lines = (spans.told(one, "error_line", known) for one in open_ones)
    return next((str(found) for found in lines if found), "")
