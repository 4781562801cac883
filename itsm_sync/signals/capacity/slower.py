"""Builds that are getting slower: a trend, not one build. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from statistics import median
from typing import ClassVar

from itsm_sync.model import watching
from itsm_sync.model.items import Item
from itsm_sync.model.prose import Prose
from itsm_sync.model.signals import Episode, Life, Observation, Telling
from itsm_sync.model.words import Message
from itsm_sync.signals.capacity.lasting import Course, telling
from itsm_sync.signals.ports import Known
from itsm_sync.signals.words.phrases import moment, word
from itsm_sync.signals.words.shaping import lasting, worded
from itsm_sync.signals.words.wording import Phrases, line, link

_ENOUGH = 0.9  # of the limit: what hovers about it makes no ticket come and go
_COURSE = Course(
    since=Message("Slower since {time}."),
    still=Message("Still slower."),
    well=Message("As fast as before since {time}."),
    phrases=Phrases(
        again=Message("Slower again since {time}."),
        over=Message("As fast as before since {time}: closed."),
        well=Message("As fast as before since {time}. The ticket stays with who has taken it."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slower:
    """A tracked job whose successful builds take longer than they did.

    One build tells nothing: `observe_line` asks those of a job together. What was held for usual
    when it began to be slower is its cause, and stays the measure while the ticket is open.
    """

    section: watching.Slower
    zone: tzinfo

    name: ClassVar[str] = "slower"
    kinds: ClassVar[frozenset[str]] = frozenset({"build"})
    snapshot: ClassVar[bool] = False

    @property
    def life(self) -> Life:
        return self.section.life

    def observe(self, item: Item, now: datetime) -> Iterable[Observation]:
        """Answer nothing: a build alone is no trend."""
        del item, now
        return ()

    def series(self, item: Item) -> str:
        """Answer what the keys of a build's job begin with; "" where the job is not watched."""
        facts = item.facts
        watched = facts.get("tracked") or facts.get("deploys")
        return f"{item.key.rpartition('#')[0]}#" if watched and facts.get("job") else ""

    def line(self, item: Item) -> str:
        """Answer the line of a build's job."""
        return f"{word(item.facts, 'controller')}:{word(item.facts, 'job')}"

    def observe_line(
        self, builds: Iterable[Item], latest: Episode | None = None
    ) -> tuple[Observation, ...]:
        """Answer what a job's builds say together.

        Args:
            builds: the new ones, and twice `builds` successful ones before them at least; those
                that Jenkins discarded too.
            latest: the line's newest episode.
        """
        runs = sorted(
            (run for build in builds if (run := _Run.of(build))), key=lambda run: (run.at, run.key)
        )
        on = latest is not None and latest.live and latest.well_since is None
        measure = _measure(latest) if on and latest else None
        since = latest.last_at if on and latest else None
        return tuple(self._told(runs, measure, since))

    def _told(
        self, runs: Sequence["_Run"], measure: int | None, since: datetime | None
    ) -> Iterator[Observation]:
        """Answer the builds that were too slow, and as many good ones after as close a ticket."""
        many = self.section.builds
        owed = self.section.close_after if measure is not None else 0
        for end in range(many, len(runs) + 1):
            run = runs[end - 1]
            if since is not None and run.at <= since:
                continue
            before = measure if measure is not None else _usual(runs[: end - many], many)
            if before is None:
                continue
            slow = self._is_slow(_usual(runs[:end], many) or 0, before)
            if slow:
                measure, owed = before, self.section.close_after
                yield self._said(run, good=False, cause=str(before))
            elif slow is False and owed:
                measure, owed = (None if owed == 1 else measure), owed - 1
                yield self._said(run, good=True)

    def _is_slow(self, now: int, before: int) -> bool | None:
        """Answer whether it got slower; None: it is not sure."""
        limit = max(before * self.section.times, before + _milliseconds(self.section.by))
        if now >= limit:
            return True
        return False if now < limit * _ENOUGH else None

    def _said(self, run: "_Run", *, good: bool, cause: str = "") -> Observation:
        return Observation(
            signal=self.name,
            line=self.line(run.build),
            at=run.at,
            until=run.at,
            good=good,
            item=run.key,
            fingerprint=cause,
            facts=lasting(run.build.facts, "controller", "job"),
            audience=run.build.audience,
        )

    def tell(self, episode: Episode, known: Known) -> Telling:
        """Answer what the ticket says: which job, how long its builds took, and take."""
        places = {name: word(episode.facts, name) for name in ("job", "controller")}
        subject = Message("Builds of {job} are getting slower", places)
        intro = Message("Successful builds of {job} take much longer than they did.", places)
        last, usual = known.item(episode.last), _measure(episode)
        told = Message("Usual before: {duration}", {"duration": _shown(usual or 0)})
        return telling(
            self.section,
            episode,
            _COURSE,
            subject=worded(self.section.subject, subject, places),
            description=(
                line(worded(self.section.intro, intro, places)),
                *((line(told),) if usual else ()),
            ),
            now=_last(last),
            zone=self.zone,
            known=known,
            about=(last.key,) if last else (),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """A successful build, and how many milliseconds it took."""

    build: Item
    at: datetime
    took: int

    @property
    def key(self) -> str:
        return self.build.key

    @classmethod
    def of(cls, build: Item) -> "_Run | None":
        took, at = build.facts.get("duration_ms"), moment(build.facts, "finished_at")
        if build.state != "SUCCESS" or not isinstance(took, int) or took <= 0 or at is None:
            return None
        return cls(build=build, at=at, took=took)


def _usual(runs: Sequence[_Run], many: int) -> int | None:
    """Answer the median of the last so many; None where there are fewer."""
    return round(median(run.took for run in runs[-many:])) if len(runs) >= many else None


def _measure(episode: Episode) -> int | None:
    """Answer what was usual when an episode began."""
    causes = episode.fingerprints
    return int(causes[0]) if causes and causes[0].isdecimal() else None


def _last(build: Item | None) -> Prose:
    took = None if build is None else build.facts.get("duration_ms")
    if build is None or not isinstance(took, int):
        return ()
    told = Message("The last slow one: {duration}", {"duration": _shown(took)})
    return (line(told, " ", link(build.title, build.url)),)


def _milliseconds(span: timedelta) -> float:
    return span / timedelta(milliseconds=1)


def _shown(milliseconds: float) -> str:
    return str(timedelta(seconds=round(milliseconds / 1000)))
