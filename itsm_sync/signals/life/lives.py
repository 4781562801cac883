"""The one life cycle: from what machines say and people do to the episodes of a line. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from itsm_sync.model.signals import Act, Episode, Life, Observation, Past
from itsm_sync.signals.keys import episode_key
from itsm_sync.signals.life.course import Course
from itsm_sync.signals.life.facts import Fact, in_order
from itsm_sync.signals.life.remembered import (
    Believed,
    KeyOf,
    Names,
    believed,
    believed_from,
    founding,
    kept,
)
from itsm_sync.signals.life.row import Row


def live(
    signal: str,
    line: str,
    observations: Iterable[Observation],
    acts: Iterable[Act],
    life: Life,
    *,
    known: Iterable[Episode] = (),
    past: Past | None = None,
) -> tuple[Episode, ...]:
    """Answer a line's episodes by their beginning, with no more than one open.

    It folds everything in the order of its own times, so that it makes no difference in which
    cycle something was seen.

    Args:
        observations: all that is still kept of what was said of the line.
        acts: all that people did to the tickets of its episodes.
        known: its episodes as they were answered before. A ticket keeps its key, and is kept even
            if by what is known today it would not have been opened. Where the failure that began
            one is kept no more, they are believed up to that time instead of folded again.
        past: how it stood when what was said before was let go.
    """
    before = {e.key: e for e in sorted(known, key=lambda one: (one.began, one.key))}
    story = _story(signal, line, tuple(observations), tuple(acts), life=life, before=before,
                   past=past)  # fmt: skip
    course = story.told(story.names(before))
    lived = [
        kept(episode, before.get(key), course.joined.get(key, ()))
        for key, episode in course.episodes.items()
    ]
    return tuple(sorted(lived, key=lambda one: (one.began, one.key)))


def rested(
    signal: str,
    line: str,
    observations: Iterable[Observation],
    acts: Iterable[Act],
    life: Life,
    *,
    known: Iterable[Episode] = (),
    past: Past | None = None,
    until: datetime,
) -> Past | None:
    """Answer the last time before `until` at which a line was well, and how it stood then.

    From there on `live` answers the same without all that was said before. None: there was no such
    time. The arguments are those of `live`.
    """
    before = {e.key: e for e in sorted(known, key=lambda one: (one.began, one.key))}
    story = _story(signal, line, tuple(observations), tuple(acts), life=life, before=before,
                   past=past)  # fmt: skip
    return story.rested(story.names(before), until)


def _story(
    signal: str,
    line: str,
    said: tuple[Observation, ...],
    done: tuple[Act, ...],
    *,
    life: Life,
    before: Mapping[str, Episode],
    past: Past | None,
) -> "_Story":
    key_of = partial(episode_key, signal, line)
    failures = [one.at for one in said if not one.good]
    if past is None:
        began = founding(before.values(), failures, key_of)
        so_far = believed(before.values(), began, done)
    else:
        newer = (at for at in failures if at > past.since)
        began = founding(before.values(), newer, key_of)
        so_far = believed_from(past, before.values(), began, done)
    facts = [fact for fact in in_order(said, done) if so_far.newer(fact.at)]
    return _Story(
        life=life,
        key_of=key_of,
        began=began,
        past=so_far,
        unbroken=so_far.unbroken(said),
        facts=facts,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    """All that a line's course follows from, but for names.

    `began` are the times of the failures that known episodes are named for.
    """

    life: Life
    key_of: KeyOf
    began: Mapping[str, datetime]
    past: Believed
    unbroken: bool
    facts: Sequence[Fact]

    def names(self, before: Mapping[str, Episode]) -> Names:
        """Answer names under which all that was known before is found again."""
        names = Names()
        course = self.told(names)
        while lost := [one for key, one in before.items() if key not in course.episodes]:
            found = course.episodes.values()
            names = names.finding(lost[0], self.began[lost[0].key], found, before)
            course = self.told(names)
        return names

    def told(self, names: Names) -> Course:
        """Answer the whole course."""
        course = self._begun(names)
        for fact in self.facts:
            course.take(fact)
        course.finish()
        return course

    def rested(self, names: Names, until: datetime) -> Past | None:
        """Answer the last rest before a time."""
        found, course = None, self._begun(names)
        for number, fact in enumerate(self.facts):
            if fact.at >= until:
                break
            course.take(fact)
            following = self.facts[number : number + self.life.close_after]
            well = len(following) == self.life.close_after and all(map(_is_good, following))
            if well and course.rests:
                # The success itself is told again: it is the next trouble's last good one.
                episodes = tuple(course.episodes.values())
                found = Past(since=fact.at - timedelta.resolution, episodes=episodes)
        return found

    def _begun(self, names: Names) -> Course:
        latest = self.past.latest
        return Course(
            life=self.life,
            row=Row(life=self.life, met=self.unbroken),
            key_of=lambda began: names.of(self.key_of(began)),
            forced=names.forced,
            episodes={episode.key: episode for episode in self.past.episodes},
            latest=latest,
            ill={} if self.past.well else _ill(latest),
        )


def _is_good(fact: Fact) -> bool:
    return isinstance(fact, Observation) and fact.good


def _ill(latest: Episode | None) -> dict[str, str]:
    """Answer the members not well and why, as far as an episode remembers.

    An alert is a member and a cause in one; other causes are not remembered by member.
    """
    if latest is None:
        return {}
    causes = latest.fingerprints
    last = causes[-1] if causes else ""
    return {member: member if member in causes else last for member in latest.members}
