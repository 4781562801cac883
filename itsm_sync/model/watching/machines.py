"""Nodes, controllers, outages and storms."""

from dataclasses import dataclass

from itsm_sync.model.watching.base import Duration, Lived, Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodes(Lived):
    """A node that is down, and not taken offline by a person, is an infrastructure incident."""

    tracker: str = "사건"
    open_for: Duration = Duration(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Controllers(Lived):
    """A system that can't be reached is an infrastructure incident."""

    tracker: str = "사건"
    open_for: Duration = Duration(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outages(Section):
    """One error over `jobs` jobs or more, `within` a time, is one infrastructure incident."""

    tracker: str = "사건"
    jobs: int = 3
    within: Duration = Duration(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Storms(Section):
    """More than `more_than` new tickets `within` a time become one with a list."""

    tracker: str = "사건"
    more_than: int = 10
    within: Duration = Duration(minutes=5)
