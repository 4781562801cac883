"""What `sla.yaml` says: how soon what is answered and resolved, and when time counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

from itsm_sync.model.errors import Unfit
from itsm_sync.model.matrix import ANY
from itsm_sync.model.service_levels import Aim
from itsm_sync.model.spans import DAY, DayOfYear, Percent, Several, Slots, Term, Weekdays
from itsm_sync.model.watching.base import STRICT
from itsm_sync.model.words import Message, Words

ROUND_THE_CLOCK = "24x7"  # hours that need not be written
_LEAST_WEEK = 3_600  # seconds that business hours have in a week at least
_LONGEST = 1_000 * DAY  # seconds of business time that may be promised


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDay:
    """A day that is a holiday here: a date, or a month and a day of every year."""

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    day: DayOfYear
    name: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysOff:
    """Which days are holidays.

    `country` and `subdivision` are codes of the library `holidays` (`KR`; "": none), substitute
    holidays are among its days; `own` adds days, `worked` takes days away.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    country: str = ""
    subdivision: str = ""
    own: tuple[OwnDay, ...] = ()
    worked: tuple[DayOfYear, ...] = ()

    @property
    def unworked(self) -> "DaysOff":
        """Answer the same, no day taken away."""
        return replace(self, worked=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Business hours: for each weekday from when to when, by the clock on the wall.

    `on_holidays`: whether holidays count like any other day. `timezone`: "" is the file's.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    days: Mapping[Weekdays, Slots]
    on_holidays: Literal["closed", "open"] = "closed"
    timezone: str = ""

    def __post_init__(self) -> None:
        """Reject a weekday said twice, and hours that are hardly any. Raises Unfit."""
        said = [day for days in self.days for day in days.numbers]
        if len(said) != len(set(said)):
            raise Unfit(Message("a weekday stands here twice"))
        if self.week < _LEAST_WEEK:
            raise Unfit(Message("business hours are an hour a week at least"))

    @property
    def week(self) -> int:
        """Answer the seconds of a week; what a term's `w` is long."""
        return sum(slots.seconds * len(days.numbers) for days, slots in self.days.items())

    @property
    def always(self) -> bool:
        """Whether they never close, so that business time is all the time there is."""
        return self.week == 7 * DAY and self.on_holidays == "open"

    @property
    def day(self) -> int:
        """Answer the seconds of the longest day; what a term's `d` is long."""
        return max(slots.seconds for slots in self.days.values())

    def on(self, weekday: int) -> Slots:
        """Answer the hours of a weekday; Monday is 0."""
        found = (slots for days, slots in self.days.items() if weekday in days.numbers)
        return next(found, Slots(()))

    def length(self, term: Term) -> int:
        """Answer the seconds of business time that a term is long."""
        return term.number * {"m": 60, "h": 3_600, "d": self.day, "w": self.week}[term.unit]


_ALWAYS = Hours(days={Weekdays.read("mon-sun"): Slots.read(["00:00-24:00"])}, on_holidays="open")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is promised to tickets of these processes, priorities and teams; `*` is any.

    Processes and teams are ids of the matrix, priorities names of Redmine. `response`,
    `resolution`: business time; None promises none. `hours`: "" is the first that is written.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    process: Several = Several((ANY,))
    priority: Several = Several((ANY,))
    team: Several = Several((ANY,))
    response: Term | None = None
    resolution: Term | None = None
    hours: str = ""

    def term(self, aim: Aim) -> Term | None:
        """Answer what is promised of an aim."""
        return self.response if aim is Aim.RESPONSE else self.resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """What is done when so much of the time is gone: a private note to the ticket, or nothing.

    Nothing: the moment is told in reports alone. Nobody is made a watcher.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    at: Percent
    aims: tuple[Aim, ...] = (Aim.RESPONSE, Aim.RESOLUTION)
    note: Literal["private", "none"] = "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLevels:
    """The whole file.

    `timezone`: "" is the settings'. `pauses`: statuses in which neither clock goes. `resolved`:
    statuses that end the resolution as closed ones do. Both are Redmine's names. `at_risk`: the
    share of the time from which a promise is at risk. The first of `targets` that fits counts.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    timezone: str = ""
    hours: Mapping[str, Hours] = field(default_factory=dict)
    holidays: DaysOff = DaysOff()
    pauses: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()
    at_risk: Percent = Percent(75)
    escalations: tuple[Escalation, ...] = ()
    targets: tuple[Target, ...] = ()

    def __post_init__(self) -> None:
        """Reject what a share of time can't be. Raises Unfit."""
        if self.at_risk > 100:
            raise Unfit(Message("`at_risk` is 100 % at most"))
        if ROUND_THE_CLOCK in self.hours:
            raise Unfit(Message("`{name}` is there already", {"name": ROUND_THE_CLOCK}))

    def hours_of(self, target: Target) -> tuple[str, Hours]:
        """Answer the name of a target's business hours, and the hours. Raises KeyError."""
        name = target.hours or next(iter(self.hours), ROUND_THE_CLOCK)
        return name, _ALWAYS if name == ROUND_THE_CLOCK else self.hours[name]

    def allowed(self, target: Target, aim: Aim) -> int | None:
        """Answer the seconds of business time that a target gives, None where none are promised."""
        term = target.term(aim)
        return None if term is None else self.hours_of(target)[1].length(term)

    def too_long(self, target: Target, aim: Aim) -> bool:
        """Answer whether more is promised than anybody waits for."""
        return (self.allowed(target, aim) or 0) > _LONGEST
