"""The two clocks of a ticket, computed from its history: response and resolution."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from itsm_sync.model.histories import History
from itsm_sync.model.service_levels import Aim, Level, Reached, Standing
from itsm_sync.model.sla import ServiceLevels
from itsm_sync.model.stages import StageSpan
from itsm_sync.routing.service_levels.instants import instant, moment
from itsm_sync.routing.service_levels.promises import Promise, Promises
from itsm_sync.routing.service_levels.timeline import (
    RedmineNames,
    Stretch,
    Timeline,
    first_response,
)


class Clocks:
    """Answers how tickets stand by the service levels.

    A pure function of what it is given, made once for many tickets: what calendars it computes is
    kept. `levels` must name its zone. `bot` is Redmine's number of us.
    """

    def __init__(self, levels: ServiceLevels, names: RedmineNames, bot: int) -> None:
        self._promises = Promises(levels)
        self._timeline = Timeline(levels, names)
        self._bot = bot
        self._risk = int(levels.at_risk)
        self._shares = {
            aim: tuple(sorted({e.at for e in levels.escalations if aim in e.aims})) for aim in Aim
        }

    def standings(
        self, history: History, spans: Sequence[StageSpan], now: datetime
    ) -> tuple[Standing, ...]:
        """Answer the clocks of a ticket at `now`: response, then resolution.

        A clock for which nothing is promised is left out, unless it is breached already; once it
        has stopped, what counts is what was promised when it last went. `spans`
        say of which process and team the ticket was; before the first it was what the first says,
        after one it stays so until the next.
        """
        until = instant(now)
        stretches = list(self._timeline.stretches(history, spans, until))
        answered = first_response(history, self._bot)
        found = (
            self._standing(Aim.RESPONSE, *_until(stretches, answered, until), until),
            self._standing(Aim.RESOLUTION, stretches, None, until),
        )
        return tuple(standing for standing in found if standing is not None)

    def _standing(
        self, aim: Aim, stretches: Sequence[Stretch], answered: int | None, now: int
    ) -> Standing | None:
        last = stretches[-1]
        stopped = _stopped(stretches) if answered is None else answered
        clock = _Clock(self._promises.whole, self._shares[aim], self._risk)
        went = [stretch for stretch in stretches if stretch.runs and stretch.start < stretch.end]
        for stretch in went:
            clock.run(stretch, self._promise(aim, stretch))
        # what the clock went by when it stopped; what changed while it stood no longer matters
        present = self._promise(aim, went[-1] if went and stopped is not None else last)
        if present is None and not clock.breached:
            return None
        return clock.standing(aim, present, stretches, stopped, now)

    def _promise(self, aim: Aim, stretch: Stretch) -> Promise | None:
        return self._promises.of(aim, stretch.process, stretch.priority, stretch.team)


class _Clock:
    """Adds up, stretch by stretch, the share of the promised time that is gone.

    Shares are whole numbers, `whole` being all of the time: nothing is rounded.
    """

    def __init__(self, whole: int, shares: Iterable[int], risk: int) -> None:
        self.promise: Promise | None = None  # the last that it went by
        self._whole = whole
        self._share = 0
        self._ran = 0
        self._risk = risk
        self._ahead = sorted({*shares, 100}, reverse=True)
        self._named = frozenset(shares)
        self._reached: dict[int, int] = {}

    @property
    def breached(self) -> bool:
        return self._share > self._whole

    def run(self, stretch: Stretch, promise: Promise | None) -> None:
        """Go on through a stretch; without a promise nothing is counted."""
        if promise is None:
            return
        self.promise = promise
        spent = promise.time.between(stretch.start, stretch.end)
        if not spent:
            return
        share = self._share + spent * (self._whole // promise.allowed)
        while self._ahead and self._ahead[-1] * self._whole <= share * 100:
            percent = self._ahead.pop()
            at = self._when(percent, stretch.start, promise)
            self._reached[percent] = stretch.end if at is None else at
        self._share = share
        self._ran += spent

    def standing(
        self,
        aim: Aim,
        present: Promise | None,
        stretches: Sequence[Stretch],
        stopped: int | None,
        now: int,
    ) -> Standing:
        """Answer how it stands at the end of the last stretch: `now`, or when the clock stopped."""
        last = stretches[-1]
        by = present or self.promise
        if by is None:
            raise ValueError(f"no promise ever counted for the {aim}")
        paused = stopped is None and (present is None or not last.runs)
        over = self._reached.get(100)
        due = over
        if due is None and present is not None:
            due = self._when(100, last.end, present)
        return Standing(
            aim=aim,
            level=self._level(stopped),
            allowed=by.given,
            spent=timedelta(microseconds=self._share * by.allowed // self._whole),
            paused=paused,
            due=None if paused or stopped is not None else _moment(due),
            stopped_at=_moment(stopped),
            breached_at=_moment(over) if self.breached else None,
            ran=timedelta(microseconds=self._ran),
            reached=tuple(
                Reached(percent=percent, at=moment(at))
                for percent, at in self._reached.items()
                if percent in self._named
            ),
            in_hours=by.time.is_open(now),
            always=by.time.always,
            target=by.target,
            hours=by.hours,
            started=moment(stretches[0].start),
            stood=timedelta(
                microseconds=sum(by.time.between(s.start, s.end) for s in stretches if s.paused)
            ),
        )

    def _when(self, percent: int, start: int, promise: Promise) -> int | None:
        """Answer when a share is gone that at `start` is not, if the clock goes on from there."""
        missing = (percent * self._whole - 100 * self._share) * promise.allowed
        return promise.time.after(start, -(-missing // (100 * self._whole)))

    def _level(self, stopped: int | None) -> Level:
        if self.breached:
            return Level.BREACHED
        risky = stopped is None and self._share * 100 >= self._risk * self._whole
        return Level.AT_RISK if risky else Level.KEPT


def _until(
    stretches: Sequence[Stretch], answered: datetime | None, until: int
) -> tuple[list[Stretch], int | None]:
    """Answer the stretches up to the first response, and when that was (None: not yet)."""
    end = None if answered is None else instant(answered)
    if end is None or end > until:
        return list(stretches), None
    cut = [s if s.end <= end else s._replace(end=end) for s in stretches if s.start < end]
    return cut or [stretches[0]._replace(end=stretches[0].start)], end


def _stopped(stretches: Sequence[Stretch]) -> int | None:
    """Answer since when the ticket is resolved or closed; None where it is not."""
    since = None
    for stretch in reversed(stretches):
        if not stretch.stopped:
            break
        since = stretch.start
    return since


def _moment(at: int | None) -> datetime | None:
    return None if at is None else moment(at)
