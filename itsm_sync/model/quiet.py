"""Hours of the day in which nothing is sent. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, time, tzinfo
from typing import Any, Self

from itsm_sync.model.errors import Unfit
from itsm_sync.model.words import Message

_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Quiet:
    """From one time of the day to another, maybe past midnight; equal ones: never."""

    since: time = time()
    until: time = time()

    @classmethod
    def read(cls, value: object) -> Self:
        """Read `22:00-07:30`, or nothing for never; raises Unfit."""
        if isinstance(value, cls):
            return value
        text = str(value or "").strip()
        if not text:
            return cls()
        found = _HOURS.fullmatch(text)
        if found is None:
            raise Unfit(Message('quiet hours are two times of the day: "22:00-07:30"'))
        first, second, third, fourth = map(int, found.groups())
        return cls(time(first, second), time(third, fourth))

    def holds(self, at: datetime, zone: tzinfo) -> bool:
        """Whether a moment lies in it."""
        now = at.astimezone(zone).time()
        if self.since <= self.until:
            return self.since <= now < self.until
        return now >= self.since or now < self.until

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: type[Any], _handler: Any) -> dict[str, Any]:
        """Answer how pydantic reads one."""
        return {"type": "function-plain", "function": {"type": "no-info", "function": cls.read}}
