"""Security alerts by age and severity: numbers, never what they say. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from itsm_sync.reports.measures.shares import Times, grouped, median, times
from itsm_sync.reports.periods import Period
from itsm_sync.reports.world import AlertRecord, World

SEVERITIES = ("critical", "high", "medium", "low")  # as the advisories have them; "": not told
AGES = (timedelta(days=7), timedelta(days=30), timedelta(days=90))


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts:
    """Numbers of alerts; `ages` counts those open at the end by age: under 7, 30, 90 days, older.

    `to_close` is how long those lasted that were closed in the period.
    """

    opened: int
    closed: int
    at_end: int
    median_age: timedelta | None
    ages: tuple[int, int, int, int]
    to_close: Times


def alerts(world: World, period: Period) -> Alerts:
    """Answer how many alerts there are, and how old they are.

    Definition: opened and closed (fixed, dismissed, resolved) are those of the period; open at the
    end and their age as of the period's end. Unit: alerts, times. Source: Dependabot, code scanning
    and secret scanning as stored; one that closed without a time closed when it was last changed.
    """
    return _alerts(world.alerts, period)


def alerts_by(world: World, period: Period, by: str) -> dict[str, Alerts]:
    """Answer the same by "severity", "kind" or "repository"; the numbers add up to the whole."""
    groups = grouped(world.alerts, lambda one: str(getattr(one, by)))
    return {name: _alerts(group, period) for name, group in groups.items()}


def _alerts(found: Iterable[AlertRecord], period: Period) -> Alerts:
    mine = [one for one in found if one.opened_at < period.until]
    ages = sorted(
        period.until - one.opened_at
        for one in mine
        if one.closed_at is None or one.closed_at >= period.until
    )
    closed = [one for one in mine if period.holds(one.closed_at)]
    counts = [sum(age < limit for age in ages) for limit in AGES]
    return Alerts(
        opened=sum(period.holds(one.opened_at) for one in mine),
        closed=len(closed),
        at_end=len(ages),
        median_age=median(ages),
        ages=(counts[0], counts[1] - counts[0], counts[2] - counts[1], len(ages) - counts[2]),
        to_close=times(one.closed_at - one.opened_at for one in closed if one.closed_at),
    )
