"""A ticket's life as stretches in which nothing changes that a clock asks about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from itsm_sync.model.histories import Deed, Event, History
from itsm_sync.model.sla import ServiceLevels
from itsm_sync.model.stages import StageSpan
from itsm_sync.model.text import folded
from itsm_sync.routing.service_levels.instants import instant

_ANSWERS = (Deed.NOTE, Deed.STATUS)
Mark = Event | StageSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class RedmineNames:
    """What Redmine's numbers (as text) are called, and which statuses are closed.

    A number that is not there has no name: it neither pauses nor closes, and as a priority fits
    `*` alone.
    """

    statuses: Mapping[str, str] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    priorities: Mapping[str, str] = field(default_factory=dict)


class Place(NamedTuple):
    """What a ticket is at a time; status and priority are Redmine's numbers."""

    status: str
    priority: str
    process: str
    team: str


class Stretch(NamedTuple):
    """From `start` to `end` (instants): whether clocks go or have stopped, and for whom they go.

    `priority` is the name.
    """

    start: int
    end: int
    paused: bool
    stopped: bool
    process: str
    priority: str
    team: str

    @property
    def runs(self) -> bool:
        return not (self.paused or self.stopped)


class Timeline:
    """Cuts histories by the statuses that stop and pause."""

    def __init__(self, levels: ServiceLevels, names: RedmineNames) -> None:
        pauses, resolved = ({folded(n) for n in part} for part in (levels.pauses, levels.resolved))
        called = {number: folded(name) for number, name in names.statuses.items()}
        ended = {number for number, name in called.items() if name in resolved}
        self._stops = names.closed | ended
        self._pauses = {n for n, name in called.items() if name in pauses} - self._stops
        self._priorities = names.priorities

    def stretches(
        self, history: History, spans: Sequence[StageSpan], until: int
    ) -> Iterator[Stretch]:
        """Answer the stretches from the creation to `until`, in order; some may have no length.

        The last one ends at `until` and is what the ticket is then. What is dated before the
        creation counts as of the creation; what happened at the same time comes in the order of
        its journals.
        """
        start = instant(history.created_at)
        placed = sorted(spans, key=lambda span: span.entered_at)
        first = (placed[0].process, placed[0].team) if placed else ("", "")
        place = Place(history.status, history.priority, *first)
        for at, mark in _marks(history, placed):
            if at > until:
                break
            end = max(at, start)
            yield self._stretch(start, end, place)
            start, place = end, _after(mark, place)
        yield self._stretch(start, max(start, until), place)

    def _stretch(self, start: int, end: int, place: Place) -> Stretch:
        return Stretch(
            start=start,
            end=end,
            paused=place.status in self._pauses,
            stopped=place.status in self._stops,
            process=place.process,
            priority=self._priorities.get(place.priority, ""),
            team=place.team,
        )


def first_response(history: History, bot: int) -> datetime | None:
    """Answer when somebody who is neither the bot nor the author first wrote publicly or moved it.

    Not before the creation; None where nobody has.
    """
    answers = (
        event.at
        for event in history.events
        if event.deed in _ANSWERS and event.by not in (bot, history.author)
    )
    first = min(answers, default=None)
    return None if first is None else max(first, history.created_at)


def _after(mark: Mark, place: Place) -> Place:
    if isinstance(mark, StageSpan):
        return place._replace(process=mark.process, team=mark.team)
    if mark.deed is Deed.STATUS:
        return place._replace(status=mark.new)
    return place._replace(priority=mark.new)


def _marks(history: History, spans: Sequence[StageSpan]) -> Iterator[tuple[int, Mark]]:
    """Answer what changes a ticket's place, in order, each with its instant."""
    marks: list[tuple[int, int, Mark]] = [
        (instant(event.at), event.journal, event)
        for event in history.events
        if event.deed in (Deed.STATUS, Deed.PRIORITY)
    ]
    marks += [(instant(span.entered_at), 0, span) for span in spans]
    marks.sort(key=lambda mark: mark[:2])
    return ((at, mark) for at, _, mark in marks)
