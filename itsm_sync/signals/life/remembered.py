"""What was answered of a line before, where it can't be folded again or now comes out otherwise."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from itsm_sync.model.signals import Act, Deed, Episode, Observation, Past, Standing

KeyOf = Callable[[datetime], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Believed:
    """Episodes that are taken as they were, for what began them is kept no more, and up to when."""

    episodes: tuple[Episode, ...] = ()
    since: datetime | None = None
    well: bool = False  # and nothing was ill then, nor has begun

    def newer(self, at: datetime) -> bool:
        """Whether something of this time is still to be folded."""
        return self.since is None or at > self.since

    @property
    def latest(self) -> Episode | None:
        """The episode that was opened last."""
        return max(self.episodes, key=lambda one: (one.live, one.opened), default=None)

    def unbroken(self, observations: Iterable[Observation]) -> bool:
        """Whether no success is known since the last failure."""
        now = self.latest
        if self.well or now is None or now.healed or now.well_since:
            return False
        between = [one for one in observations if one.good and not self.newer(one.at)]
        if now.standing in (Standing.REJECTED, Standing.DELETED):
            return False
        since = now.last_at or now.began
        return bool(now.members) or not any(one.at > since for one in between)


def believed(
    known: Collection[Episode], founded: Mapping[str, datetime], acts: Collection[Act]
) -> Believed:
    """Answer what is to be believed: all up to the last that is known of an unfounded episode.

    Args:
        founded: key of an episode -> the time of the failure that it is named for, where that is
            still kept.
    """
    reached = {episode.key: _last_known(episode, acts) for episode in known}
    since = max((at for key, at in reached.items() if key not in founded), default=None)
    while since is not None:
        old = tuple(e for e in known if min(e.began, founded.get(e.key, e.began)) <= since)
        latest = max(reached[episode.key] for episode in old)
        if latest == since:
            return Believed(episodes=old, since=since)
        since = latest
    return Believed()


def believed_from(
    past: Past,
    known: Collection[Episode],
    founded: Mapping[str, datetime],
    acts: Collection[Act],
) -> Believed:
    """Answer what is to be believed of a line whose history up to a time was let go.

    All that is known of an episode that is newer, and unfounded, goes before: as `believed`.
    """
    then = {episode.key for episode in past.episodes}
    found = believed(known, founded, acts)
    if all(one.key in then or one.key in founded for one in known):
        return Believed(episodes=past.episodes, since=past.since, well=True)
    return replace(found, since=max(found.since or past.since, past.since))


def founding(
    known: Collection[Episode], failures: Iterable[datetime], key_of: KeyOf
) -> Mapping[str, datetime]:
    """Answer the times of the failures that episodes are named for, where they are still kept."""
    by_key = {key_of(at): at for at in sorted(failures, reverse=True)}
    return {e.key: by_key[e.key] for e in known if e.key in by_key}


def kept(episode: Episode, before: Episode | None, joined: Sequence[datetime]) -> Episode:
    """Answer an episode with what must not be forgotten of how it was before.

    Its failures count on from where they were, as builds get discarded; what it was found to belong
    under, outside of its line, it still does.

    Args:
        joined: the times of the failures that it has now.
    """
    if before is None:
        return episode
    last = before.last_at
    newer = sum(1 for at in joined if last is not None and at > last)
    under = "" if _same_line(before.under, before.key) else before.under
    return replace(
        episode,
        count=max(episode.count, before.count + newer),
        under=episode.under or under,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How episodes come to the keys under which they were known.

    `aliases` lead from the key that an episode would have to its own, `forced` from the time of a
    failure to the keys of the tickets that were opened for it.
    """

    aliases: Mapping[str, str] = field(default_factory=dict)
    forced: Mapping[datetime, tuple[str, ...]] = field(default_factory=dict)

    def of(self, key: str) -> str:
        """Answer the key that an episode goes by."""
        return self.aliases.get(key, key)

    def finding(
        self, lost: Episode, began: datetime, found: Iterable[Episode], known: Iterable[str]
    ) -> "Names":
        """Answer names under which a known episode that was not found again will be.

        What came to be known late lets an episode begin earlier: it keeps its key. Otherwise the
        ticket was opened for what looks different now, and stands for itself.

        Args:
            began: the time of the failure that it began with.
            found: the line's episodes as they were found under the names so far.
            known: the keys of all that were known.
        """
        taken = {*known, *self.aliases.values()}
        fit = [e for e in found if e.key not in taken and _covers(e, began)]
        if fit and lost.key not in self.aliases.values():
            return replace(self, aliases={**self.aliases, fit[0].key: lost.key})
        forced = (*self.forced.get(began, ()), lost.key)
        return replace(self, forced={**self.forced, began: forced})


def _covers(episode: Episode, at: datetime) -> bool:
    return episode.began <= at and (episode.ended is None or at <= episode.ended)


def _same_line(one: str, other: str) -> bool:
    return one.rpartition("/")[0] == other.rpartition("/")[0]


def _last_known(episode: Episode, acts: Iterable[Act]) -> datetime:
    """Answer the last time of which an episode tells, or its ticket's deletion, which has none."""
    times = (episode.began, episode.opened, episode.last_at, episode.ended, episode.well_since)
    told = [at for at in (*times, *episode.reopenings) if at is not None]
    if episode.standing is not Standing.DELETED:
        return max(told)
    gone = [a.at for a in acts if a.episode == episode.key and a.deed is Deed.DELETED]
    return max([*told, *gone])
