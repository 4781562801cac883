"""Where a chart's axes begin, end and have their marks, and how long words are. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from unicodedata import east_asian_width

from itsm_sync.reports.document import Unit

_STEPS = (1, 2, 2.5, 5, 10)
_WHOLE = frozenset((Unit.TICKETS, Unit.TIMES, Unit.BUILDS, Unit.ALERTS))
_ZOOMED = 0.6  # a line that never falls below this share of the whole is looked at from nearer by
_WIDE, _NARROW = 1.0, 0.56  # of the height of letters; measured on Nanum, rounded up
_DAYS = (1, 2, 7, 14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """An axis of numbers: its first and last, and where its marks are."""

    low: float
    high: float
    marks: tuple[float, ...]

    @property
    def decimals(self) -> int:
        step = self.marks[1] - self.marks[0] if len(self.marks) > 1 else 1
        return next((n for n in range(5) if math.isclose(round(step, n), step)), 5)


def scale(values: Sequence[float], unit: Unit, *, line: bool) -> Scale:
    """Answer the axis of these values; it begins at nothing, but for a line of high shares."""
    low, high = min(0.0, *values), max(0.0, *values)
    if unit is Unit.SHARE and line and min(values) >= _ZOOMED:
        low = max(0.0, min(values) - (1 - min(values)) / 3)
    step = _step((high - low) or 1.0, whole=unit in _WHOLE)
    first = math.floor(low / step + 1e-9)
    last = max(math.ceil(high / step - 1e-9), first + 1)
    if unit is Unit.SHARE and high <= 1:
        last = min(last, math.ceil(1 / step - 1e-9))
    marks = tuple(round(number * step, 10) for number in range(first, last + 1))
    return Scale(low=marks[0], high=marks[-1], marks=marks)


def _step(length: float, *, whole: bool) -> float:
    """Answer a round step of which four or five make the length."""
    rough = length / 4.5
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in _STEPS if size * factor >= rough * 0.9)
    return float(max(1, math.ceil(step))) if whole else step


def days(first: date, last: date, most: int) -> tuple[date, ...]:
    """Answer days to mark between two: each, each second, Mondays, or firsts of months."""
    length = (last - first).days
    for step in _DAYS:
        if length / step < most:
            start = first + timedelta((-first.weekday()) % 7 if step >= 7 else 0)
            return tuple(start + timedelta(n) for n in range(0, (last - start).days + 1, step))
    months = (last.year - first.year) * 12 + last.month - first.month
    every = next((n for n in (1, 2, 3, 6, 12) if months / n < most), max(12, months // most))
    number = first.year * 12 + first.month - 1 + (first.day > 1)
    number += -number % every
    firsts = (date(n // 12, n % 12 + 1, 1) for n in range(number, number + months + 1, every))
    return tuple(day for day in firsts if day <= last) or (first, last)


def length(text: str, size: float) -> float:
    """Answer about how wide a text is, in the unit of `size`, the height of its letters."""
    wide = sum(east_asian_width(letter) in "WF" for letter in text)
    return size * (wide * _WIDE + (len(text) - wide) * _NARROW)


def wrapped(text: str, width: float, size: float, lines: int) -> str:
    """Answer a text on lines of that width, at most so many, the last cut with an ellipsis."""
    done: list[str] = []
    rest = text
    while rest and len(done) < lines - 1 and length(rest, size) > width:
        fits = _fitting(rest, width, size)
        blank = rest.rfind(" ", 1, fits + 1)
        cut = blank if blank > 0 and blank >= fits // 3 else fits
        done.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if length(rest, size) > width:
        rest = rest[: max(1, _fitting(rest, width, size) - 1)].rstrip() + "…"
    return "\n".join((*done, rest))


def _fitting(text: str, width: float, size: float) -> int:
    """Answer how many of its first characters fit; at least one."""
    whole = 0.0
    for number, letter in enumerate(text):
        whole += length(letter, size)
        if whole > width:
            return max(1, number)
    return len(text)


def apart(places: Sequence[float], gap: float, low: float, high: float) -> tuple[float, ...]:
    """Answer the places (along a line from `low` to `high`) moved until a gap lies between."""
    order = sorted(range(len(places)), key=lambda n: places[n])
    moved = list(places)
    room = low
    for n in order:
        moved[n] = max(moved[n], room)
        room = moved[n] + gap
    room = high
    for n in reversed(order):
        moved[n] = min(moved[n], room)
        room = moved[n] - gap
    return tuple(moved)
