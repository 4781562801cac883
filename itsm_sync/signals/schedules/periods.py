"""Periods of the calendar."""

from dataclasses import dataclass
from datetime import date, timedelta

from itsm_sync.model.watching.schedules import Every
from itsm_sync.model.words import Message

_MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One period: its first day, and what it is called."""

    first: date
    name: str  # "2026-Q2": in keys
    label: Message


def period_of(day: date, every: Every, start: date) -> Period:
    """Answer the period that a day lies in; of `once` the only one, from `start` on."""
    if every == "once":
        label = Message("from {day}", {"day": start.isoformat()})
        return Period(first=start, name="once", label=label)
    if every == "week":
        year, week, weekday = day.isocalendar()
        label = Message("week {week} of {year}", {"year": year, "week": week})
        first = day - timedelta(days=weekday - 1)
        return Period(first=first, name=f"{year}-W{week:02}", label=label)
    length = _MONTHS[every]
    number = (day.month - 1) // length
    first = date(day.year, number * length + 1, 1)
    name, text = _NAMES[every]
    text = _HALVES[number] if every == "half-year" else text
    params = {"year": day.year, "number": number + 1}
    return Period(first=first, name=name.format(**params), label=Message(text.text, params))


_HALVES = (Message("first half of {year}"), Message("second half of {year}"))
_NAMES = {
    "month": ("{year}-{number:02}", Message("month {number} of {year}")),
    "quarter": ("{year}-Q{number}", Message("quarter {number} of {year}")),
    "half-year": ("{year}-H{number}", _HALVES[0]),
    "year": ("{year}", Message("{year}")),
}
