"""What is promised to a ticket as it stands, and the business time that it is counted in."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from math import lcm
from zoneinfo import ZoneInfo

from itsm_sync.model.matrix import ANY
from itsm_sync.model.service_levels import Aim
from itsm_sync.model.sla import ServiceLevels, Target
from itsm_sync.model.text import folded
from itsm_sync.routing.service_levels.business_time import BusinessTime
from itsm_sync.routing.service_levels.days_off import days_off
from itsm_sync.routing.service_levels.instants import SECOND


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Promise:
    """Microseconds of business time that are given, and the hours that count them.

    `target` is the number of its line among the targets, `hours` what its hours are called.
    """

    allowed: int
    time: BusinessTime
    target: int
    hours: str

    @property
    def given(self) -> timedelta:
        return timedelta(microseconds=self.allowed)


class Promises:
    """Answers the promise for a process, priority (its name) and team: the first that fits.

    `whole` is a multiple of all that is allowed: shares of each are whole numbers of it.
    """

    def __init__(self, levels: ServiceLevels) -> None:
        self._levels = levels
        self._times: dict[str, BusinessTime] = {}
        self._lines = [
            (
                tuple(line.process),
                tuple(folded(name) for name in line.priority),
                tuple(line.team),
                {aim: self._promise(number, line, aim) for aim in Aim},
            )
            for number, line in enumerate(levels.targets)
        ]
        given = [p.allowed for *_, promises in self._lines for p in promises.values() if p]
        self.whole = lcm(*given)
        self._found: dict[tuple[str, str, str], dict[Aim, Promise | None]] = {}

    def of(self, aim: Aim, process: str, priority: str, team: str) -> Promise | None:
        """Answer the promise; None where nothing is promised."""
        asked = (process, priority, team)
        if (found := self._found.get(asked)) is None:
            found = self._found[asked] = self._first(process, folded(priority), team)
        return found[aim]

    def _first(self, *asked: str) -> dict[Aim, Promise | None]:
        for *parts, promises in self._lines:
            if all(ANY in part or one in part for part, one in zip(parts, asked, strict=True)):
                return promises
        return dict.fromkeys(Aim)

    def _promise(self, number: int, line: Target, aim: Aim) -> Promise | None:
        allowed = self._levels.allowed(line, aim)
        if allowed is None:
            return None
        name, hours = self._levels.hours_of(line)
        if name not in self._times:
            zone = ZoneInfo(hours.timezone or self._levels.timezone)
            off = partial(days_off, self._levels.holidays)
            self._times[name] = BusinessTime(hours, zone, off)
        return Promise(allowed=allowed * SECOND, time=self._times[name], target=number, hours=name)
