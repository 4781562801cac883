"""Business time: how much of it lies between two moments, and when an amount of it is over."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import MAXYEAR, date, timedelta, tzinfo

from itsm_sync.model.sla import Hours
from itsm_sync.routing.service_levels.instants import moment, reached

_Holidays = Callable[[int], frozenset[date]]
_DAY = timedelta(days=1)


class BusinessTime:
    """The open hours of all years that were asked for, as a table of instants.

    Instants and amounts are whole microseconds, so that nothing is lost by rounding. A question
    is two searches in the table; a year is added to it when it is first asked for.
    """

    def __init__(self, hours: Hours, zone: tzinfo, holidays: _Holidays) -> None:
        self._days = tuple(hours.on(weekday).slots for weekday in range(7))
        self._closed = hours.on_holidays == "closed"
        self.always = hours.always
        self._zone = zone
        self._holidays = holidays
        self._years = range(0)
        self._first = self._last = 0  # the instants that the table covers
        self._starts: list[int] = []  # of the open hours, in order
        self._ends: list[int] = []
        self._gone: list[int] = []  # business time before each, from an origin of the table's own
        self._end = 0  # business time at the table's end

    def between(self, start: int, end: int) -> int:
        """Answer the business time from one instant to a later one."""
        return self._position(end) - self._position(start)

    def after(self, start: int, amount: int) -> int | None:
        """Answer the first instant by which so much business time has gone since `start`.

        None where the calendar has no such year.
        """
        if amount <= 0:
            return start
        wanted = self._position(start) + amount
        while wanted > self._end:
            if self._years.stop >= MAXYEAR:
                return None
            self._append()
        slot = bisect_left(self._gone, wanted) - 1
        return self._starts[slot] + wanted - self._gone[slot]

    def is_open(self, at: int) -> bool:
        """Answer whether an instant lies in business hours; their end does not."""
        self._cover(at)
        slot = bisect_right(self._starts, at) - 1
        return slot >= 0 and at < self._ends[slot]

    def _position(self, at: int) -> int:
        """Answer the business time from the table's origin to an instant."""
        self._cover(at)
        slot = bisect_right(self._starts, at) - 1
        if slot < 0:
            return self._gone[0] if self._gone else self._end
        return self._gone[slot] + min(at, self._ends[slot]) - self._starts[slot]

    def _cover(self, at: int) -> None:
        """See that the table has the year of an instant, and those between."""
        if not self._years:
            year = moment(at).astimezone(self._zone).year
            self._years = range(year, year)
            self._first = self._last = reached(date(year, 1, 1), 0, self._zone)
        while at < self._first:
            self._prepend()
        while at >= self._last:
            self._append()

    def _append(self) -> None:
        year = self._years.stop
        for start, end in self._slots(year):
            self._starts.append(start)
            self._ends.append(end)
            self._gone.append(self._end)
            self._end += end - start
        self._years = range(self._years.start, year + 1)
        self._last = reached(date(year + 1, 1, 1), 0, self._zone)

    def _prepend(self) -> None:
        year = self._years.start - 1
        slots = list(self._slots(year))
        gone = (self._gone[0] if self._gone else self._end) - sum(e - s for s, e in slots)
        before = []
        for start, end in slots:
            before.append(gone)
            gone += end - start
        self._starts[:0] = [start for start, _ in slots]
        self._ends[:0] = [end for _, end in slots]
        self._gone[:0] = before
        self._years = range(year, self._years.stop)
        self._first = reached(date(year, 1, 1), 0, self._zone)

    def _slots(self, year: int) -> Iterator[tuple[int, int]]:
        """Answer the open hours of a year, as instants."""
        closed = self._holidays(year) if self._closed else frozenset()
        day = date(year, 1, 1)
        while day.year == year:
            if day not in closed:
                for start, end in self._days[day.weekday()]:
                    yield reached(day, start, self._zone), reached(day, end, self._zone)
            day += _DAY
