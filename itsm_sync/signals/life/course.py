"""The course of a line: its episodes, and what moves them, fact by fact."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from itsm_sync.model.signals import Act, Deed, Episode, Life, Observation, Standing
from itsm_sync.signals.life.facts import Fact
from itsm_sync.signals.life.row import Row
from itsm_sync.signals.life.steps import aside, back, begun, comes_back, joined, over, same_cause


@dataclass(slots=True, kw_only=True)
class Course:
    """A line so far. Facts are taken in the order of their own times; then it is finished.

    `key_of` names an episode by its beginning. `forced` are times of failures that opened a ticket
    once, and the keys of these: so much is sure, even if by what is known today they would not.
    `episodes` are the line's, by key. `joined` are the times of the failures that joined each.
    """

    life: Life
    row: Row
    key_of: Callable[[datetime], str]
    forced: Mapping[datetime, tuple[str, ...]] = field(default_factory=dict)
    episodes: dict[str, Episode] = field(default_factory=dict)
    joined: dict[str, list[datetime]] = field(default_factory=dict)
    latest: Episode | None = None  # that was opened last; the only one that may be open
    # Member -> the cause of its failure, of those not well. One that a person will not have mended
    # does not keep the others' ticket open.
    ill: dict[str, str] = field(default_factory=dict)
    _goods: int = 0  # successes since the last failure or reopening
    _proof: str = ""  # the item of the last
    _green: str = ""  # the item of the last before the row

    def take(self, fact: Fact) -> None:
        """Go on by one fact."""
        if self.row.due is not None and self.row.due <= fact.at:
            self._open(self.row.due)
        if isinstance(fact, Act):
            self._heed(fact)
        elif fact.good:
            self._succeed(fact)
        else:
            self._fail(fact)

    def finish(self) -> None:
        """Open what came to deserve a ticket after the last fact began."""
        if self.row.due is not None:
            self._open(self.row.due)

    @property
    def rests(self) -> bool:
        """Whether what comes follows from the episodes alone: all is well, nothing has begun."""
        now = self.latest
        if self.ill or self.row.failures or self.row.met or self._asleep:
            return False
        if now is None:
            return not self.episodes
        last = max(self.episodes.values(), key=lambda one: (one.live, one.opened))
        return not now.live and last.key == now.key

    # What machines say

    def _fail(self, failure: Observation) -> None:
        self.ill[failure.member] = failure.fingerprint
        self._goods = 0
        once = [key for key in self.forced.get(failure.at, ()) if key not in self.episodes]
        if self._is_open:
            self._join(self.latest, failure)
        elif not once and (quiet := self._asleep or self._unwanted(failure.fingerprint)):
            self._join(quiet, failure)
        else:
            if not self.row.failures:
                self._green = self._proof
            self.row.add(failure)
            if once or self.row.due == failure.at:
                self._open(failure.at, once.pop(0) if once else "")
        for key in once:
            self._stand_aside(key, failure)

    def _succeed(self, success: Observation) -> None:
        self.ill.pop(success.member, None)
        self._goods += 1
        self._proof = success.item
        if not self._unwell:
            self.row.end()
        if self.latest is not None and self.latest.live:
            self._put(self.latest)
        self._settle(success.at)

    def _open(self, at: datetime, key: str = "") -> None:
        """Make of the row an episode of its own, or let the one come back that it belongs to."""
        row, within = self.row.failures, self.life.reopen_within
        past = None if key else comes_back(self.episodes.values(), row, at, within)
        if past is None:
            key = key or self._free_key(row[0].at)
            before, green = self._before(), self._green
            self._come(begun(row[0], key, opened=at, previous=before, green=green))
        else:
            self._come(back(past, at))

    def _come(self, episode: Episode) -> None:
        """Have an episode open, which the failures without a ticket join."""
        self.latest = episode
        self._put(episode)
        for failure in self.row.take():
            self._join(episode, failure)

    def _settle(self, at: datetime) -> None:
        """End what the successes so far prove to be over."""
        now = self.latest
        if now is None or not self._well:
            return
        if now.standing is Standing.DELETED and now.ended is None:
            self._put(replace(now, ended=at))
        elif now.live and now.taken and self.life.keep_taken:
            self._put(replace(now, well_since=now.well_since or at))
        elif now.live:
            for one in [now, *(e for e in self.episodes.values() if e.under == now.key)]:
                if one.live or one.left:
                    self._put(over(one, at, proof=self._proof))

    # What people do

    def _heed(self, act: Act) -> None:
        episode = self.episodes.get(act.episode)
        if episode is None or episode.standing is Standing.DELETED:
            return
        if act.deed is Deed.REOPENED:
            self._reopen(episode, act.at)
        elif act.deed is Deed.REJECTED:
            self._reject(episode, act.at)
        elif act.deed is Deed.DELETED:
            self._delete(episode)
        elif act.deed is Deed.TAKEN:
            self._put(replace(episode, taken=episode.taken or episode.live))
        elif episode.standing is not Standing.CLOSED or not episode.healed:
            self._put(over(episode, act.at))
            if self._is_latest(episode):
                self.row.met = bool(self._unwell)

    def _reopen(self, episode: Episode, at: datetime) -> None:
        """It stands open until there is something newer than this."""
        if self._is_open and not episode.live:
            self._put(aside(episode))
            return
        self._goods = 0
        if not episode.live:
            self._come(back(episode, at))

    def _reject(self, episode: Episode, at: datetime) -> None:
        if self._is_latest(episode):
            self.row.met = False
        self._put(replace(episode, standing=Standing.REJECTED, ended=at, taken=False))
        self.row.drop(lambda failure: self._unwanted(failure.fingerprint) is not None)
        self._settle(at)

    def _delete(self, episode: Episode) -> None:
        """Unless the trouble is over, it is quiet until it is."""
        ended = episode.ended or episode.well_since
        if self._is_latest(episode) and not (episode.healed or self._well):
            ended = None
            self.row.end()
        self._put(replace(episode, standing=Standing.DELETED, ended=ended, taken=False))

    # What follows

    @property
    def _is_open(self) -> bool:
        return self.latest is not None and self.latest.live

    @property
    def _unwell(self) -> list[str]:
        """The members that keep the line from being well."""
        now = self.latest
        own = now.fingerprints if now and now.live else ()
        return [m for m, cause in self.ill.items() if cause in own or not self._unwanted(cause)]

    @property
    def _well(self) -> bool:
        return self._goods >= self.life.close_after and not self._unwell

    @property
    def _asleep(self) -> Episode | None:
        """The episode that nothing is heard of, whatever its cause, until it is over."""
        now = self.latest
        unended = now and now.standing is Standing.DELETED and now.ended is None
        return now if unended else None

    def _unwanted(self, cause: str) -> Episode | None:
        """Answer the episode whose cause people will not have mended; None: it is no such cause."""
        for episode in self.episodes.values():
            if episode.standing is Standing.REJECTED and cause in episode.fingerprints:
                return episode
        now = self.latest
        rejected = now and now.standing is Standing.REJECTED and same_cause(now, cause)
        return now if rejected else None

    def _join(self, episode: Episode | None, failure: Observation) -> None:
        if episode is not None:
            self._put(joined(self.episodes[episode.key], failure))
            self.joined.setdefault(episode.key, []).append(failure.at)

    def _put(self, episode: Episode) -> None:
        if episode.live:
            members = tuple(sorted(member for member in self._unwell if member))
            changed = members != episode.members
            episode = replace(episode, members=members) if changed else episode
        self.episodes[episode.key] = episode
        if self._is_latest(episode):
            self.latest = episode

    def _is_latest(self, episode: Episode) -> bool:
        return self.latest is not None and self.latest.key == episode.key

    def _stand_aside(self, key: str, failure: Observation) -> None:
        """Keep a ticket that was opened for what is now known to be another's trouble."""
        another = joined(begun(failure, key, opened=failure.at), failure)
        under = self.latest.key if self.latest else ""
        self._put(replace(aside(another), under=under))

    def _free_key(self, began: datetime) -> str:
        """Answer the key of an episode; what is another's already moves by seconds."""
        while (key := self.key_of(began)) in self.episodes:
            began += timedelta(seconds=1)
        return key

    def _before(self) -> str:
        """Answer the episode before: a deleted ticket has nothing to show."""
        if self.latest is None:
            return ""
        deleted = self.latest.standing is Standing.DELETED
        return self.latest.previous if deleted else self.latest.key
