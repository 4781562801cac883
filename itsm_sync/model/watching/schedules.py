"""Tickets by the calendar, for the rows of the matrix that no machine notices."""

from dataclasses import dataclass
from typing import ClassVar

from itsm_sync.model.watching.base import STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedules:
    """Tickets that come once a period."""

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    enabled: bool = True
