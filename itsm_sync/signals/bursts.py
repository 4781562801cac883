"""Many openings in a short time, found by their own times alone. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsm_sync.model.signals import Episode


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """When an episode came to deserve a ticket for the first time, and when it was over.

    `different` is what is counted: openings that have it in common count once.
    """

    key: str
    different: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Bursting:
    """What makes a burst: `many` different openings `within` a time.

    `lasting`: what opens while one of its members is not over belongs to it, however late.
    """

    many: int
    within: timedelta
    lasting: bool = False

    def first(self, openings: Sequence[Opening]) -> tuple[Opening, ...]:
        """Answer the first burst of openings in their order: all within the time; () for none."""
        bursts = (self._from(openings, start) for start in range(len(openings)))
        return next((b for b in bursts if len({o.different for o in b}) >= self.many), ())

    def reached(self, burst: Iterable[Opening]) -> datetime:
        """Answer when a burst came to be one."""
        seen: dict[str, datetime] = {}
        for opening in burst:
            seen.setdefault(opening.different, opening.at)
        return sorted(seen.values())[self.many - 1]

    def _from(self, openings: Sequence[Opening], start: int) -> tuple[Opening, ...]:
        until = openings[start].at + self.within
        end = start
        while end < len(openings) and openings[end].at <= until:
            end += 1
        return tuple(openings[start:end])


def first_opened(episode: Episode) -> datetime:
    """Answer when an episode opened, not when it came back."""
    return episode.began if episode.reopenings else episode.opened


def over_at(episode: Episode) -> datetime | None:
    """Answer when an episode was over, though a person may keep its ticket open; None: it is on.

    What nobody will mend is over with what was last seen of it.
    """
    if episode.live:
        return episode.well_since
    return episode.ended or episode.last_at or episode.began
