"""Nodes, controllers, outages and storms."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from itsm_sync.model.errors import Unfit
from itsm_sync.model.watching.base import Duration, Lived, Section
from itsm_sync.model.words import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodes(Lived):
    """A node that is down, and not taken offline by a person, is an infrastructure incident.

    Builds that failed on it while it was down, or within `slack` before and after, belong to it.
    """

    places: ClassVar[frozenset[str] | None] = frozenset({"node", "controller"})

    tracker: str = "사건"
    priority: str = "높음"
    open_for: Duration = Duration(minutes=10)
    slack: Duration = Duration(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Controllers(Lived):
    """A system that can't be read is an infrastructure incident.

    Builds that failed while it was away, or within `slack` before and after, belong to it.
    """

    places: ClassVar[frozenset[str] | None] = frozenset({"system"})

    tracker: str = "사건"
    priority: str = "긴급"
    open_for: Duration = Duration(minutes=15)
    slack: Duration = Duration(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered(Section):
    """Several troubles in one ticket; `when_taken` as for any signal (`base.Lived`)."""

    note_every: Duration = Duration(hours=6)
    when_taken: Literal["note", "close"] = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outages(Gathered):
    """One error over `jobs` jobs or more, `within` a time, is one infrastructure incident."""

    places: ClassVar[frozenset[str] | None] = frozenset({"error"})

    tracker: str = "사건"
    priority: str = "긴급"
    jobs: int = 3
    within: Duration = Duration(minutes=30)

    def __post_init__(self) -> None:
        """Reject what is no gathering."""
        Section.__post_init__(self)
        if self.jobs < 2:
            raise Unfit(Message("`jobs` is 2 or more: one job alone is no outage"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Storms(Gathered):
    """More than `more_than` new tickets `within` a time become one with a list."""

    places: ClassVar[frozenset[str] | None] = frozenset()

    tracker: str = "사건"
    priority: str = "긴급"
    more_than: int = 10
    within: Duration = Duration(minutes=5)

    def __post_init__(self) -> None:
        """Reject what is no gathering."""
        Section.__post_init__(self)
        if self.more_than < 1:
            raise Unfit(Message("`more_than` is 1 or more: one ticket alone is no storm"))
