"""How long what is stored is kept."""

from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import ClassVar

from itsm_sync.model.watching.base import STRICT, Duration

_YEAR = Duration(days=400)  # a year's report is made some weeks after its end


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """Ages beyond which what nothing needs any more is let go.

    Tickets that are there, what was last written to them, and the episodes that have a ticket stay
    for ever, whatever their age.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    builds: Duration = _YEAR  # builds and workflow runs
    newest: int = 300  # of these, so many of each job or repository stay, however old
    gone: Duration = _YEAR  # items that their systems no longer have
    queue: Duration = Duration(days=90)  # what waited in a queue and does no more
    observations: Duration = Duration(days=200)  # what items said of a line that was well since
    episodes: Duration = _YEAR  # those that are over and have no ticket
    decisions: Duration = _YEAR  # that others replaced, with their facts and configurations
    writes: Duration = _YEAR  # that later ones replaced
    overrides: Duration = _YEAR  # that were given back
    stages: Duration = _YEAR  # and histories, of tickets that are closed
    findings: Duration = Duration(days=180)  # that are closed
    gaps: Duration = _YEAR  # when sources were not read in full
    readings: Duration = _YEAR  # what nodes measured of themselves
    letters: Duration = Duration(days=90)  # dead letters that are resolved
    deliveries: Duration = _YEAR  # what became of reports
    cycles: Duration = Duration(days=90)

    def at_least(self, lookback: timedelta) -> "Keep":
        """Answer the ages, none that signals depend on below how far these look back."""
        looked = ("builds", "gone", "queue", "observations", "episodes")
        return replace(self, **{name: max(getattr(self, name), lookback) for name in looked})

    @property
    def ages(self) -> dict[str, timedelta]:
        """Answer the ages by name."""
        every = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: age for name, age in every.items() if isinstance(age, timedelta)}
