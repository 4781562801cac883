"""Openings one after the other, as they become outages and storms. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from itsm_sync.model.signals import Episode
from itsm_sync.model.watching import Watching
from itsm_sync.signals.ports import Known
from itsm_sync.signals.spans import BUILDS, OUTAGES, STORMS, told
from itsm_sync.signals.wholes import Gatherer, Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Takes openings in the order of their times; what is of no outage may be of a storm."""

    outages: Gatherer
    storms: Gatherer
    known: Known
    watching: Watching

    @classmethod
    def of(
        cls,
        before: Iterable[Episode],
        by_key: Mapping[str, Episode],
        known: Known,
        watching: Watching,
    ) -> "Together":
        """Answer it with the outages and storms that there are."""
        there = sorted(before, key=lambda whole: (whole.began, whole.key))
        outages = Gatherer(
            signal=OUTAGES,
            many=watching.outages.jobs,
            within=watching.outages.within,
            lasting=True,
            by_line=True,
            by_key=by_key,
            wholes={whole.key: whole for whole in there if whole.signal == OUTAGES},
        )
        storms = Gatherer(
            signal=STORMS,
            many=watching.storms.more_than + 1,
            within=watching.storms.within,
            lasting=False,
            by_line=False,
            by_key=by_key,
            wholes={whole.key: whole for whole in there if whole.signal == STORMS},
        )
        return cls(outages=outages, storms=storms, known=known, watching=watching)

    def take(self, episode: Episode) -> None:
        """Take the next opening."""
        there = len(self.outages.wholes)
        outage = self._outage(episode)
        if outage is None:
            self._storm(episode)
            return
        self.storms.forget(outage.members)
        if len(self.outages.wholes) > there:
            self._storm(outage)

    def leave(self, episode: Episode) -> None:
        """Count an opening no more that turned out to be a machine's, unless it has its place."""
        self.outages.forget((episode.key,))
        self.storms.forget((episode.key,))

    def _outage(self, episode: Episode) -> Episode | None:
        """Answer the outage that takes an opening."""
        if episode.signal != BUILDS or not self.watching.outages.enabled:
            return None
        error = told(episode, "error", self.known)
        if not error:
            return None
        line = Line(
            signal=OUTAGES,
            name=f"{episode.audience}:{error}",
            audience=episode.audience,
            facts={"error": error, "infrastructure": True},
        )
        return self.outages.take(episode, line)

    def _storm(self, episode: Episode) -> None:
        if not self.watching.storms.enabled:
            return
        audience = episode.audience
        line = Line(signal=STORMS, name=str(audience), audience=audience, facts={})
        storm = self.storms.take(episode, line)
        if storm is not None:
            self.outages.forget(storm.members)
