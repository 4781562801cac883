"""How a ticket stands by what was promised: the two clocks of a service level."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Level(StrEnum):
    """How a promise stands; the worst of a ticket's clocks is the ticket's."""

    KEPT = "kept"  # in time, or with time to spare
    AT_RISK = "at_risk"  # a configurable share of the time is gone, and the clock has not stopped
    BREACHED = "breached"


class Aim(StrEnum):
    """What is promised."""

    RESPONSE = "response"
    RESOLUTION = "resolution"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """When a share of the time, in percent, was gone: one of those that escalations name."""

    percent: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One clock of a ticket, as computed from its history.

    `spent` of `allowed` (business time) is gone by the moment that was asked for, or was when the
    clock stopped: `stopped_at`, None while it may go on. `due` is when the rest runs out at the
    present pace, or when it did; None while it pauses or where it has stopped. `breached_at` is
    when the time ran out, None where it has not.

    `spent` is in the measure of `allowed`: half of an earlier target's time is half of it. `ran` is
    the business time that the clock went, whatever the targets were. `reached` are the shares that
    are gone, the smallest first. `in_hours`: whether the moment asked for is business time.
    `always`: its hours never close (`24x7`), so that its business time is all the time there is.

    Told to people alone: `target` is the promise's number among the targets (from 0), `hours` the
    name of its business hours, `started` when the clock started, `stood` the business time that it
    was paused.
    """

    aim: Aim
    level: Level
    allowed: timedelta
    spent: timedelta
    paused: bool = False
    due: datetime | None = None
    stopped_at: datetime | None = None
    breached_at: datetime | None = None
    ran: timedelta = timedelta()
    reached: tuple[Reached, ...] = ()
    in_hours: bool = False
    always: bool = False
    target: int | None = field(default=None, compare=False)
    hours: str = field(default="", compare=False)
    started: datetime | None = field(default=None, compare=False)
    stood: timedelta = field(default=timedelta(), compare=False)
