"""Times and shares as people write them in `sla.yaml`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Self

from itsm_sync.model.errors import Unfit
from itsm_sync.model.words import Message

DAY = 86_400  # seconds
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TERM = re.compile(r"([1-9]\d{0,5})\s*(m|h|d|w)")
_SLOT = re.compile(r"(\d{1,2}):([0-5]\d)\s*-\s*(\d{1,2}):([0-5]\d)")
_PERCENT = re.compile(r"([1-9]\d{0,3})\s*%?")
_YEARLY = re.compile(r"(\d{2})-(\d{2})")


def _read_by(read: Any) -> dict[str, Any]:
    """Answer how pydantic reads a value by a function of ours."""
    return {"type": "function-plain", "function": {"type": "no-info", "function": read}}


@dataclass(frozen=True, slots=True)
class Term:
    """An amount of business time: `30m`, `4h`, `3d`, `2w`.

    A day is the longest of the business hours that it is counted in, a week all of theirs.
    """

    number: int
    unit: str

    @classmethod
    def read(cls, value: object) -> Self:
        """Read one; raises Unfit."""
        if isinstance(value, cls):
            return value
        found = _TERM.fullmatch(str(value).strip())
        if found is None:
            raise Unfit(Message("business time is a number and its unit: 30m, 4h, 3d, 2w"))
        return cls(int(found[1]), found[2])

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: type[Any], _handler: Any) -> dict[str, Any]:
        return _read_by(cls.read)

    def __str__(self) -> str:
        return f"{self.number}{self.unit}"


class Percent(int):
    """A share: `75%`; 1 to 1000."""

    @classmethod
    def read(cls, value: object) -> Self:
        """Read one; raises Unfit."""
        found = _PERCENT.fullmatch(str(value).strip())
        if found is None or isinstance(value, bool) or int(found[1]) > 1000:
            raise Unfit(Message("a share is a percentage from 1 to 1000: 75%"))
        return cls(found[1])

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: type[Any], _handler: Any) -> dict[str, Any]:
        return _read_by(cls.read)


class Several(tuple[str, ...]):
    """One name, or a list of names."""

    __slots__ = ()

    @classmethod
    def read(cls, value: object) -> Self:
        """Read them; raises Unfit."""
        listed: Sequence[object] = value if isinstance(value, list | tuple) else [value]
        names = [name for name in listed if isinstance(name, str) and name.strip()]
        if not names or len(names) != len(listed):
            raise Unfit(Message("say a name, or a list of names"))
        return cls(names)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: type[Any], _handler: Any) -> dict[str, Any]:
        return _read_by(cls.read)


@dataclass(frozen=True, slots=True)
class Weekdays:
    """A weekday, or a row of them: `fri`, `mon-fri`. Monday is 0."""

    text: str
    numbers: tuple[int, ...]

    @classmethod
    def read(cls, value: object) -> Self:
        """Read them; raises Unfit."""
        if isinstance(value, cls):
            return value
        text = str(value).strip().lower()
        first, _, last = text.partition("-")
        last = last or first
        if first not in _DAYS or last not in _DAYS or _DAYS.index(first) > _DAYS.index(last):
            known = {"known": ", ".join(_DAYS)}
            raise Unfit(Message("weekdays are one of {known}, or from one to another", known))
        return cls(text, tuple(range(_DAYS.index(first), _DAYS.index(last) + 1)))

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: type[Any], _handler: Any) -> dict[str, Any]:
        return _read_by(cls.read)


@dataclass(frozen=True, slots=True)
class Slots:
    """The hours of a day: from when to when, in seconds from midnight, in order, apart."""

    slots: tuple[tuple[int, int], ...]

    @classmethod
    def read(cls, value: object) -> Self:
        """Read a list of `09:00-12:00`; raises Unfit."""
        if isinstance(value, cls):
            return value
        listed = value if isinstance(value, list | tuple) else [value]
        slots = tuple(_slot(part) for part in listed)
        for (_, end), (start, _) in pairwise(slots):
            if start < end:
                raise Unfit(Message("hours of a day stand in order and do not overlap"))
        return cls(slots)

    @property
    def seconds(self) -> int:
        """Answer how long they are together, by the clock on the wall."""
        return sum(end - start for start, end in self.slots)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: type[Any], _handler: Any) -> dict[str, Any]:
        return _read_by(cls.read)


def _slot(value: object) -> tuple[int, int]:
    found = _SLOT.fullmatch(str(value).strip())
    if found is not None:
        start, end = (
            int(hour) * 3_600 + int(minute) * 60
            for hour, minute in ((found[1], found[2]), (found[3], found[4]))
        )
        if start < end <= DAY:
            return start, end
    told = Message("`{text}` is no part of a day: 09:00-12:00", {"text": str(value)})
    raise Unfit(told)


@dataclass(frozen=True, slots=True)
class DayOfYear:
    """A date (`2026-05-01`), or a month and a day of every year (`05-01`: year None)."""

    year: int | None
    month: int
    day: int

    @classmethod
    def read(cls, value: object) -> Self:
        """Read one; raises Unfit."""
        if isinstance(value, cls):
            return value
        text = str(value).strip()
        yearly = _YEARLY.fullmatch(text)
        try:
            found = date.fromisoformat(f"2000-{text}" if yearly else text)
        except ValueError as error:
            told = Message("say a date, as 2026-05-01, or a day of every year, as 05-01")
            raise Unfit(told) from error
        return cls(None if yearly else found.year, found.month, found.day)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: type[Any], _handler: Any) -> dict[str, Any]:
        return _read_by(cls.read)

    def within(self, year: int) -> date | None:
        """Answer the day in a year; None where it has none."""
        if self.year not in (None, year):
            return None
        try:
            return date(year, self.month, self.day)
        except ValueError:  # 29 February
            return None
