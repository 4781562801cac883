"""Outages and storms: several troubles that become one. Pure.

One that is known keeps its key and its members, whatever becomes known later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from itsm_sync.model.items import Audience, Facts
from itsm_sync.model.signals import Episode, Standing
from itsm_sync.signals.keys import episode_key
from itsm_sync.signals.spans import first_opened, over_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What may become one: a line of outages (one error) or of storms, of one audience.

    `facts` are what rules may ask of what becomes of it.
    """

    signal: str
    name: str
    audience: Audience
    facts: Facts


@dataclass(slots=True, kw_only=True)
class Gatherer:
    """Makes wholes of one signal, of openings in the order of their times.

    `many` different ones `within` a time make one, and it takes what opens within that time of its
    last; where it is `lasting`, also while one of its members is on. Several of one line of theirs
    count once where `by_line`.
    """

    signal: str
    many: int
    within: timedelta
    lasting: bool
    by_line: bool
    by_key: Mapping[str, Episode]
    wholes: dict[str, Episode]
    _loose: dict[str, list[Episode]] = field(default_factory=dict)  # by line

    def take(self, episode: Episode, line: Line) -> Episode | None:
        """Take an opening; answer the whole that it belongs to now, None where to none.

        `line` comes from the episode alone. Those that wait with it belong to the whole as well.
        """
        at = first_opened(episode)
        mine = (whole for whole in self.wholes.values() if whole.line == line.name)
        home = next((whole for whole in mine if self._takes(whole, at)), None)
        if home is not None:
            return self._keep(_with(home, episode))
        loose = [e for e in self._loose.get(line.name, ()) if at - first_opened(e) <= self.within]
        loose.append(episode)
        self._loose[line.name] = loose
        if len({e.line if self.by_line else e.key for e in loose}) < self.many:
            return None
        del self._loose[line.name]
        whole = self._new(line, loose, at)
        for member in loose:
            whole = _with(whole, member)
        return self._keep(whole)

    def forget(self, members: Sequence[str]) -> None:
        """Count those no more that belong elsewhere now."""
        for line, loose in self._loose.items():
            self._loose[line] = [e for e in loose if e.key not in members]

    def _keep(self, whole: Episode) -> Episode:
        self.wholes[whole.key] = whole
        return whole

    def _takes(self, whole: Episode, at: datetime) -> bool:
        if at < whole.began:
            return False
        if at <= (whole.last_at or whole.began) + self.within:
            return True
        if not self.lasting:
            return False
        return whole.standing is Standing.REJECTED or self._was_on(whole, at)

    def _was_on(self, whole: Episode, at: datetime) -> bool:
        members = (self.by_key[key] for key in whole.members if key in self.by_key)
        return any((end := over_at(member)) is None or end >= at for member in members)

    def _new(self, line: Line, members: Sequence[Episode], at: datetime) -> Episode:
        began = first_opened(members[0])
        return Episode(
            key=episode_key(self.signal, line.name, began),
            signal=self.signal,
            line=line.name,
            standing=Standing.OPEN,
            began=began,
            opened=at,
            count=0,
            first=members[0].first,
            facts=line.facts,
            audience=line.audience,
        )


def _with(whole: Episode, member: Episode) -> Episode:
    """Answer a whole with one more member; those that it has stay in their order."""
    at = first_opened(member)
    members = tuple(dict.fromkeys((*whole.members, member.key)))
    return replace(
        whole,
        members=members,
        count=max(whole.count, len(members)),
        last=member.last,
        last_at=max(whole.last_at or at, at),
    )
