"""Troubles one after the other, as they become outages and storms. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from itsm_sync.model.items import Facts
from itsm_sync.model.signals import Episode
from itsm_sync.model.watching import Watching
from itsm_sync.signals.gathering.moments import Moment, Step
from itsm_sync.signals.gathering.spans import OUTAGES, STORMS, told
from itsm_sync.signals.gathering.wholes import Gatherer, Line
from itsm_sync.signals.ports import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Takes troubles in the order of time; what is of no outage may be of a storm."""

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

    def go_on(self, moment: Moment) -> None:
        """Go on by one moment. What has its place keeps it."""
        episode = moment.episode
        if moment.step is Step.BEGIN:
            self._begin(episode)
        elif moment.step is Step.LEAVE:
            self.outages.forget((episode.key,))
            self.storms.forget((episode.key,))
        elif not self.outages.has(episode.key):
            self._storm(episode, moment.at)

    def _begin(self, episode: Episode) -> None:
        there = len(self.outages.wholes)
        outage = self._outage(episode)
        if outage is None:
            return
        self.storms.forget(outage.members)
        if len(self.outages.wholes) > there:
            self._storm(outage, outage.opened)

    def _outage(self, episode: Episode) -> Episode | None:
        """Answer the outage that takes a failed build."""
        error = told(episode, "error", self.known)
        if not error or not self.watching.outages.enabled or self.storms.has(episode.key):
            return None
        facts: Facts = {"error": error, "infrastructure": True}
        line = Line(name=str(error), mixed=True, facts=facts)
        return self.outages.take(episode, episode.began, line)

    def _storm(self, episode: Episode, at: datetime) -> None:
        if not self.watching.storms.enabled:
            return
        storm = self.storms.take(episode, at, Line())
        if storm is not None:
            self.outages.forget(storm.members)
