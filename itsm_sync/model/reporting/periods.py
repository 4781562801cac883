"""The periods that reports are about: whole days, in the zone that people live in. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from itsm_sync.model.words import Message

_DAY = timedelta(days=1)
_MOMENT = timedelta(microseconds=1)


class Period(StrEnum):
    """What a report is about, unless a call says otherwise: the last whole one."""

    DAY = "day"
    WEEK = "week"  # Monday to Sunday (ISO 8601)
    MONTH = "month"
    QUARTER = "quarter"
    GO_LIVE = "go_live"  # from the report's `go_live` to yesterday


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From `since` on and before `until`; `key` names it among all of one report: `2026-05`."""

    key: str
    since: datetime
    until: datetime


def completed(period: Period, now: datetime, zone: tzinfo, go_live: date | None = None) -> Span:
    """Answer the last whole period that had ended by `now`.

    Raises:
        ValueError: `go_live` is wanted and not said, or lies not in the past.
    """
    today = now.astimezone(zone).date()
    match period:
        case Period.DAY:
            first = today - _DAY
            return _span(first.isoformat(), first, today, zone)
        case Period.WEEK:
            until = today - timedelta(days=today.weekday())
            first = until - timedelta(days=7)
            year, week, _ = first.isocalendar()
            return _span(f"{year}-W{week:02}", first, until, zone)
        case Period.MONTH:
            until = today.replace(day=1)
            first = (until - _DAY).replace(day=1)
            return _span(f"{first:%Y-%m}", first, until, zone)
        case Period.QUARTER:
            until = today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1)
            last = until - _DAY
            first = last.replace(month=last.month - 2, day=1)
            return _span(f"{first.year}-Q{first.month // 3 + 1}", first, until, zone)
        case Period.GO_LIVE:
            if go_live is None or go_live >= today:
                raise ValueError("go_live")
            return _span(_days(go_live, today), go_live, today, zone)


def unnamed_end(since: datetime, now: datetime, zone: tzinfo) -> datetime:
    """Answer the end of a period of which a call names the beginning alone: that of yesterday, as
    whole periods end; what began today goes on until now.
    """
    today = datetime.combine(now.astimezone(zone).date(), time(), zone)
    return today if since < today else now


def asked(since: datetime, until: datetime, zone: tzinfo) -> Span:
    """Answer the span between two moments that a call names: the same name as a whole period has,
    where it is one.
    """
    first, after = since.astimezone(zone), until.astimezone(zone)
    if first.time() == after.time() == time():
        for period in (Period.DAY, Period.WEEK, Period.MONTH, Period.QUARTER):
            whole = completed(period, until, zone)
            if (whole.since, whole.until) == (since, until):
                return whole
        return Span(key=_days(first.date(), after.date()), since=since, until=until)
    return Span(key=f"{first:%Y-%m-%dT%H%M}..{after:%Y-%m-%dT%H%M}", since=since, until=until)


def readable(span: Span, zone: tzinfo) -> Message | str:
    """Answer a span's days for people, both are in it; its times where it is not of whole days."""
    first, after = span.since.astimezone(zone), span.until.astimezone(zone)
    if (first.time(), after.time()) != (time(), time()):
        times = {"since": f"{first:%Y-%m-%d %H:%M}", "until": f"{after:%Y-%m-%d %H:%M}"}
        return Message("{since} to {until}", times)
    last = after - _MOMENT
    if first.date() == last.date():
        return f"{first:%Y-%m-%d}"
    params = {"since": f"{first:%Y-%m-%d}", "until": f"{last:%Y-%m-%d}"}
    return Message("{since} to {until}", params)


def _span(key: str, first: date, until: date, zone: tzinfo) -> Span:
    return Span(
        key=key,
        since=datetime.combine(first, time(), zone),
        until=datetime.combine(until, time(), zone),
    )


def _days(first: date, until: date) -> str:
    """Answer the name of some days, of which `until` is the first that is not among them."""
    return f"{first.isoformat()}..{(until - _DAY).isoformat()}"
