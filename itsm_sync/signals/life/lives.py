"""The one life cycle: from what machines say and people do to the episodes of a line. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from itsm_sync.model.signals import Act, Episode, Life, Observation
from itsm_sync.signals.keys import episode_key
from itsm_sync.signals.life.course import Course
from itsm_sync.signals.life.facts import Fact, in_order
from itsm_sync.signals.life.remembered import Believed, KeyOf, Names, believed, founding, kept
from itsm_sync.signals.life.row import Row


def live(
    signal: str,
    line: str,
    observations: Iterable[Observation],
    acts: Iterable[Act],
    life: Life,
    *,
    known: Iterable[Episode] = (),
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
    """
    said, done = tuple(observations), tuple(acts)
    key_of = partial(episode_key, signal, line)
    before = {e.key: e for e in sorted(known, key=lambda one: (one.began, one.key))}
    began = founding(before.values(), (one.at for one in said if not one.good), key_of)
    past = believed(before.values(), began, done)
    facts = [fact for fact in in_order(said, done) if past.newer(fact.at)]
    story = _Story(life=life, key_of=key_of, past=past, unbroken=past.unbroken(said), facts=facts)
    names = Names()
    course = story.told(names)
    while lost := [one for key, one in before.items() if key not in course.episodes]:
        names = names.finding(lost[0], began[lost[0].key], course.episodes.values(), before)
        course = story.told(names)
    lived = [
        kept(episode, before.get(key), course.joined.get(key, ()))
        for key, episode in course.episodes.items()
    ]
    return tuple(sorted(lived, key=lambda one: (one.began, one.key)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    """All that a line's course follows from, but for names."""

    life: Life
    key_of: KeyOf
    past: Believed
    unbroken: bool
    facts: Sequence[Fact]

    def told(self, names: Names) -> Course:
        latest = self.past.latest
        course = Course(
            life=self.life,
            row=Row(life=self.life, met=self.unbroken),
            key_of=lambda began: names.of(self.key_of(began)),
            forced=names.forced,
            episodes={episode.key: episode for episode in self.past.episodes},
            latest=latest,
            ill=_ill(latest),
        )
        for fact in self.facts:
            course.take(fact)
        course.finish()
        return course


def _ill(latest: Episode | None) -> dict[str, str]:
    """Answer the members not well and why, as far as an episode remembers.

    An alert is a member and a cause in one; other causes are not remembered by member.
    """
    if latest is None:
        return {}
    causes = latest.fingerprints
    last = causes[-1] if causes else ""
    return {member: member if member in causes else last for member in latest.members}
