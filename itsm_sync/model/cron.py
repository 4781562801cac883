"""Cron lines, read as crontab(5) reads them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Self

from itsm_sync.model.errors import Unfit
from itsm_sync.model.words import Message

_FAR = 366 * 8 + 1  # days: from one 29 February to the next, a century's end between them
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun",
           "jul", "aug", "sep", "oct", "nov", "dec")  # fmt: skip
_DAYS_OF = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}  # where they are not 31
# crontab(5): the least and the most of each field, and the names it may use.
_FIELDS: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("weekday", 0, 7, DAYS),
)
_NICK = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}
_PART = re.compile(r"(?:(?P<first>\w+)(?:-(?P<last>\w+))?|\*)(?:/(?P<step>\d{1,2}))?")


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron line: the numbers that fit in each field; None: any. Sunday is weekday 0.

    Where both days are said, either is enough, unless one begins with `*`, as crontab(5) says.
    """

    text: str
    minute: frozenset[int] | None
    hour: frozenset[int] | None
    day: frozenset[int] | None
    month: frozenset[int] | None
    weekday: frozenset[int] | None

    @classmethod
    def read(cls, value: object) -> Self:
        """Read a line of five fields, or `@daily` and its like; raises Unfit."""
        if isinstance(value, cls):
            return value
        text = " ".join(str(value).split())
        fields = _NICK.get(text, text).lower().split(" ")
        if len(fields) != len(_FIELDS):
            raise Unfit(Message("a cron line has five fields: minute hour day month weekday"))
        found = [_numbers(field, *about) for field, about in zip(fields, _FIELDS, strict=True)]
        made = cls(text, *found)
        if made.weekday is None and made.day and min(made.day) > made._longest:
            raise Unfit(Message("a cron line of a day that no year has"))
        return made

    def last(self, now: datetime, zone: tzinfo) -> datetime | None:
        """Answer the last time that fits, up to `now`; None: there was none in eight years.

        A time that the clocks leave out in spring is as much later that day; of one that comes
        twice in autumn the first is meant, unless the line is of every hour.
        """
        today = now.astimezone(zone).date()
        for days in range(_FAR):
            past = [at for at in self._times(today - timedelta(days=days), zone) if at <= now]
            if past:
                return max(past)
        return None

    def next(self, after: datetime, zone: tzinfo) -> datetime | None:
        """Answer the first time that fits after a moment; None: there is none in eight years."""
        # Where the clocks leave midnight out, a time of the day before may still come.
        day = after.astimezone(zone).date() - timedelta(days=1)
        for days in range(_FAR):
            coming = [at for at in self._times(day + timedelta(days=days), zone) if at > after]
            if coming:
                return min(coming)
        return None

    def _times(self, day: date, zone: tzinfo) -> Iterator[datetime]:
        """Answer the times of a day, where it fits.

        A time that spring leaves out is read by the clock of before the change (PEP 495, fold 0):
        half past two, where two to three is left out, is half past three.
        """
        if not self._fits(day):
            return
        folds = (0, 1) if self.hour is None else (0,)
        for hour in range(24) if self.hour is None else self.hour:
            for minute in range(60) if self.minute is None else self.minute:
                there = datetime.combine(day, time(hour, minute), zone)
                for fold in folds:
                    at = there.replace(fold=fold).astimezone(UTC)
                    if not fold or at.astimezone(zone).fold:
                        yield at

    def _fits(self, day: date) -> bool:
        if self.month is not None and day.month not in self.month:
            return False
        by_day = self.day is not None and day.day in self.day
        by_weekday = self.weekday is not None and day.isoweekday() % 7 in self.weekday
        if self._either:
            return by_day or by_weekday
        return (self.day is None or by_day) and (self.weekday is None or by_weekday)

    @property
    def _either(self) -> bool:
        """Whether a day of the month or one of the week is enough: where both are named."""
        _, _, day, _, weekday = _NICK.get(self.text, self.text).split(" ")
        return not day.startswith("*") and not weekday.startswith("*")

    @property
    def _longest(self) -> int:
        """Answer the days of its longest month."""
        return max(_DAYS_OF.get(month, 31) for month in self.month or (1,))

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: type[Any], _handler: Any) -> dict[str, Any]:
        """Answer how pydantic reads one."""
        return {"type": "function-plain", "function": {"type": "no-info", "function": cls.read}}

    def __str__(self) -> str:
        return self.text


def _numbers(
    field: str, name: str, least: int, most: int, names: tuple[str, ...]
) -> frozenset[int] | None:
    """Answer the numbers of a field; None for `*`."""
    if field in ("*", "*/1"):
        return None
    wrong = Unfit(Message("`{field}` is no {name} of a cron line", {"field": field, "name": name}))
    found: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise wrong
        first = _number(match["first"], least, names) if match["first"] else least
        last = _number(match["last"], least, names) if match["last"] else first
        if not match["first"] or (match["step"] and not match["last"]):
            last = most
        step = int(match["step"] or 1)
        if first is None or last is None or not least <= first <= last <= most or step < 1:
            raise wrong
        found.update(range(first, last + 1, step))
    return frozenset(n % 7 for n in found) if name == "weekday" else frozenset(found)


def _number(text: str, least: int, names: tuple[str, ...]) -> int | None:
    if text in names:
        return names.index(text) + least
    return int(text) if text.isdecimal() else None
