"""Outages and storms: several troubles that become one. Pure.

One that is known keeps its key and its members, whatever becomes known later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from itsm_sync.model.items import Audience, Facts
from itsm_sync.model.signals import Episode, Standing
from itsm_sync.signals.gathering.spans import over_at
from itsm_sync.signals.keys import episode_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What may become one: `name` tells outages by their error, storms have none.

    Private and public ones are apart, unless `mixed`: then what is private may belong to what is
    public, where its words are not said. `facts` are what rules may ask of what becomes of it.
    """

    name: str = ""
    mixed: bool = False
    facts: Facts = field(default_factory=dict)

    def of(self, audience: Audience) -> str:
        """Answer the line of an audience's outages or storms."""
        return f"{audience}:{self.name}" if self.name else str(audience)

    def homes(self, audience: Audience) -> tuple[str, ...]:
        """Answer the lines of those that may take one of that audience."""
        every = (Audience.PUBLIC, audience) if self.mixed else (audience,)
        return tuple(map(self.of, every))

    def waits(self, audience: Audience) -> str:
        """Answer what tells those apart that may become one."""
        return self.name if self.mixed else str(audience)


@dataclass(slots=True, kw_only=True)
class Gatherer:
    """Makes wholes of one signal, of troubles in the order of their times.

    `many` different ones `within` a time make one, and it takes what comes within that time of its
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
    # Those that may yet become one, each with its time.
    _loose: dict[str, list[tuple[datetime, Episode]]] = field(default_factory=dict)

    def has(self, key: str) -> bool:
        """Answer whether an episode belongs to a whole."""
        return any(key in whole.members for whole in self.wholes.values())

    def take(self, episode: Episode, at: datetime, line: Line) -> Episode | None:
        """Take an episode at its time; answer the whole that it belongs to now, None where to none.

        Those that were loose with it belong to the whole as well.
        """
        homes, waits = line.homes(episode.audience), line.waits(episode.audience)
        mine = (whole for whole in self.wholes.values() if whole.line in homes)
        home = next((whole for whole in mine if self._takes(whole, at)), None)
        if home is not None:
            return self._keep(_with(home, episode, at))
        loose = [one for one in self._loose.get(waits, ()) if at - one[0] <= self.within]
        loose.append((at, episode))
        self._loose[waits] = loose
        if len({e.line if self.by_line else e.key for _, e in loose}) < self.many:
            return None
        del self._loose[waits]
        whole = self._new(line, loose, at)
        for began, member in loose:
            whole = _with(whole, member, began)
        return self._keep(whole)

    def forget(self, members: Sequence[str]) -> None:
        """Count those no more that belong elsewhere now."""
        for line, loose in self._loose.items():
            self._loose[line] = [one for one in loose if one[1].key not in members]

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

    def _new(self, line: Line, loose: Sequence[tuple[datetime, Episode]], at: datetime) -> Episode:
        began = loose[0][0]
        audience = min((e.audience for _, e in loose), key=lambda a: a is Audience.PRIVATE)
        name = line.of(audience)
        return Episode(
            key=episode_key(self.signal, name, began),
            signal=self.signal,
            line=name,
            standing=Standing.OPEN,
            began=began,
            opened=at,
            count=0,
            first=next(e.first for _, e in loose if e.audience is audience),
            facts=line.facts,
            audience=audience,
        )


def _with(whole: Episode, member: Episode, at: datetime) -> Episode:
    """Answer a whole with one more member; those that it has stay in their order."""
    members = tuple(dict.fromkeys((*whole.members, member.key)))
    return replace(
        whole,
        members=members,
        count=max(whole.count, len(members)),
        last=member.last if member.audience is whole.audience else whole.last,
        last_at=max(whole.last_at or at, at),
    )
