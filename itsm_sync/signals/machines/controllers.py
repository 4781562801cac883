"""Whole systems that are down. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import ClassVar

from itsm_sync.model import watching
from itsm_sync.model.cycles import Health
from itsm_sync.model.items import Item
from itsm_sync.model.signals import Episode, Life, Observation, Telling
from itsm_sync.model.words import Message
from itsm_sync.signals.gathering.inhibition import CONTROLLERS
from itsm_sync.signals.machines.muting import telling
from itsm_sync.signals.ports import Known
from itsm_sync.signals.words.shaping import worded
from itsm_sync.signals.words.wording import line


@dataclass(frozen=True, slots=True, kw_only=True)
class Controllers:
    """A whole system that can't be read. No item tells of it: the cycle does."""

    section: watching.Controllers
    zone: tzinfo

    name: ClassVar[str] = CONTROLLERS
    kinds: ClassVar[frozenset[str]] = frozenset()
    snapshot: ClassVar[bool] = True

    @property
    def life(self) -> Life:
        return self.section.life

    def observe(self, item: Item, now: datetime) -> Iterable[Observation]:
        """Answer nothing: no item is evidence."""
        del item, now
        return ()

    def look_round(self, known: Known) -> tuple[Observation, ...]:
        """Answer how each system stands that was asked in this cycle, or should have been long ago;
        one that is off is no evidence.

        Redmine is left out: where it can't be read, no ticket can be opened in it.
        """
        return tuple(
            Observation(
                signal=self.name,
                line=name,
                at=known.now,
                until=known.now,
                good=report.health is not Health.FAILED and not report.stale,
                item=f"source/{name}",
                facts=_system(name),
            )
            for name, report in sorted(known.sources.items())
            if (report.asked or report.stale)
            and report.health is not Health.OFF
            and name != "redmine"
        )

    def tell(self, episode: Episode, known: Known) -> Telling:
        """Answer what a system's ticket says: since when, why, what is held back."""
        places = {"system": episode.line}
        subject = Message("{system} can't be read", places)
        intro = Message(
            "{system} does not answer, or rejects what is asked. Until it does, nothing is"
            " concluded from its silence.",
            places,
        )
        report = known.sources.get(episode.line)
        return telling(
            self.section,
            episode,
            subject=worded(self.section.subject, subject, places),
            description=(line(worded(self.section.intro, intro, places)),),
            cause=report.error if report else None,
            zone=self.zone,
            known=known,
        )


def _system(source: str) -> dict[str, str]:
    _, _, controller = source.partition("jenkins:")
    return {"controller": controller} if controller else {}
