"""Outages and storms: several troubles that become one. Pure.

One that is known keeps its key and its members, whatever becomes known later; new ones join it, or
make one of their own, by the times at which they opened.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from itsm_sync.model.items import Audience, Facts
from itsm_sync.model.signals import Episode, Standing
from itsm_sync.signals.bursts import Bursting, Opening, first_opened, over_at
from itsm_sync.signals.keys import episode_key

OUTAGES, STORMS = "outages", "storms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Troubles that may become one: of one line, and of one audience.

    `facts` are what rules may ask of what becomes of them.
    """

    line: str
    audience: Audience
    episodes: Sequence[Episode]
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Gatherer:
    """Makes wholes of one signal. `by_key` answers members, `by_line`: one of a line counts."""

    signal: str
    bursting: Bursting
    by_key: Mapping[str, Episode]
    by_line: bool

    def wholes(self, before: Iterable[Episode], groups: Iterable[Group]) -> list[Episode]:
        """Answer the wholes there were, grown, and the new ones."""
        found = {whole.key: whole for whole in sorted(before, key=lambda w: (w.began, w.key))}
        for group in groups:
            rest = self._openings(group.episodes)
            for key in [key for key, whole in found.items() if whole.line == group.line]:
                found[key], rest = self._grown(found[key], rest)
            while burst := self.bursting.first(rest):
                whole = self._new(group, burst)
                found[whole.key], rest = self._grown(found.get(whole.key, whole), rest)
        return list(found.values())

    def _openings(self, episodes: Iterable[Episode]) -> list[Opening]:
        found = (
            Opening(key=e.key, different=e.line if self.by_line else e.key, at=first_opened(e))
            for e in episodes
        )
        return sorted(found, key=lambda opening: (opening.at, opening.key))

    def _grown(self, whole: Episode, openings: Sequence[Opening]) -> tuple[Episode, list[Opening]]:
        """Answer a whole with what belongs to it, and the openings that do not."""
        rest = []
        for opening in openings:
            if self._takes(whole, opening.at):
                whole = self._with(whole, opening)
            else:
                rest.append(opening)
        return whole, rest

    def _takes(self, whole: Episode, at: datetime) -> bool:
        """Answer whether what opened then belongs to a whole: soon before, in it, soon after."""
        if at < whole.began - self.bursting.within:
            return False
        if at <= (whole.last_at or whole.began) + self.bursting.within:
            return True
        if not self.bursting.lasting:
            return False
        return whole.standing is Standing.REJECTED or self._was_on(whole, at)

    def _was_on(self, whole: Episode, at: datetime) -> bool:
        members = (self.by_key[key] for key in whole.members if key in self.by_key)
        return any((end := over_at(member)) is None or end >= at for member in members)

    def _new(self, group: Group, burst: Sequence[Opening]) -> Episode:
        first = burst[0]
        return Episode(
            key=episode_key(self.signal, group.line, first.at),
            signal=self.signal,
            line=group.line,
            standing=Standing.OPEN,
            began=first.at,
            opened=self.bursting.reached(burst),
            first=self.by_key[first.key].first,
            facts=group.facts,
            audience=group.audience,
        )

    def _with(self, whole: Episode, opening: Opening) -> Episode:
        """Answer a whole with one more member; those that it has stay in their order."""
        members = (*whole.members, opening.key)
        return replace(
            whole,
            members=members,
            count=max(whole.count, len(members)),
            last=self.by_key[opening.key].last,
            last_at=max(whole.last_at or opening.at, opening.at),
        )
