"""The period that a report is of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `since` on and before `until`."""

    since: datetime
    until: datetime

    def holds(self, at: datetime | None) -> bool:
        return at is not None and self.since <= at < self.until

    @property
    def length(self) -> timedelta:
        return self.until - self.since

    @property
    def before(self) -> "Period":
        """The period before this one, as long as it."""
        return Period(since=self.since - self.length, until=self.since)

    def so_far(self, now: datetime) -> "Period":
        """Answer as much of the period as is over; all of it where it has not begun."""
        return Period(since=self.since, until=now) if self.holds(now) else self

    def within(self, since: datetime, until: datetime | None) -> timedelta:
        """Answer how much of a span lies in the period; `until` None: it goes on."""
        end = self.until if until is None else min(until, self.until)
        return max(timedelta(), end - max(since, self.since))

    def touches(self, since: datetime, until: datetime | None) -> bool:
        """Whether a span and the period have a moment in common."""
        return since < self.until and (until is None or until > self.since)

    def parts(self, zone: tzinfo, most: int = 31) -> Iterator[tuple[date, "Period"]]:
        """Answer the period's days with their first day's date, or its weeks from its first day
        on where there were more than `most` days.
        """
        first = self.since.astimezone(zone).date()
        last = (self.until - timedelta(microseconds=1)).astimezone(zone).date()
        days = (last - first).days + 1
        step = 1 if days <= most else 7
        for number in range(0, days, step):
            day = first + timedelta(days=number)
            start = max(self.since, _midnight(day, zone))
            end = min(self.until, _midnight(day + timedelta(days=step), zone))
            yield day, Period(since=start, until=end)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
