"""Which days of a year are holidays."""

from datetime import date
from functools import cache

from itsm_sync.model.sla import DaysOff


def days_off(off: DaysOff, year: int) -> frozenset[date]:
    """Answer the holidays of a year: the country's, with ours added and others taken away."""
    own = {day for one in off.own if (day := one.day.within(year)) is not None}
    worked = {day for one in off.worked if (day := one.within(year)) is not None}
    return (_public(off.country, off.subdivision, year) | own) - worked


@cache
def _public(country: str, subdivision: str, year: int) -> frozenset[date]:
    """Answer the public holidays of a country, as the library knows them."""
    if not country:
        return frozenset()
    import holidays  # noqa: PLC0415 - 3 MiB, where a country is named

    found = holidays.country_holidays(country, subdiv=subdivision or None, years=year)
    return frozenset(day for day in found if day.year == year)
