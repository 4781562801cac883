"""Nodes, controllers, outages and storms."""

from dataclasses import dataclass
from typing import ClassVar

from itsm_sync.model.watching.base import Duration, Lived, Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodes(Lived):
    """A node that is down, and not taken offline by a person, is an infrastructure incident.

    Builds that failed on it while it was down, or within `slack` before and after, belong to it.
    """

    places: ClassVar[frozenset[str] | None] = frozenset({"node", "controller"})

    tracker: str = "사건"
    open_for: Duration = Duration(minutes=10)
    slack: Duration = Duration(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Controllers(Lived):
    """A system that can't be read is an infrastructure incident.

    Builds that failed while it was away, or within `slack` before and after, belong to it.
    """

    places: ClassVar[frozenset[str] | None] = frozenset({"system"})

    tracker: str = "사건"
    open_for: Duration = Duration(minutes=15)
    slack: Duration = Duration(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered(Section):
    """Several troubles in one ticket; `when_taken` as for any signal (`base.Lived`)."""

    note_every: Duration = Duration(hours=6)
    when_taken: str = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outages(Gathered):
    """One error over `jobs` jobs or more, `within` a time, is one infrastructure incident."""

    places: ClassVar[frozenset[str] | None] = frozenset({"error"})

    tracker: str = "사건"
    jobs: int = 3
    within: Duration = Duration(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Storms(Gathered):
    """More than `more_than` new tickets `within` a time become one with a list."""

    places: ClassVar[frozenset[str] | None] = frozenset()

    tracker: str = "사건"
    more_than: int = 10
    within: Duration = Duration(minutes=5)
