"""What a Redmine offers to choose from: its statuses, priorities and trackers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A status; `closed` where it ends a ticket."""

    id: int
    name: str
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority:
    """A priority; one that is not `active` is offered to no new ticket."""

    id: int
    name: str
    default: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracker:
    """A tracker. `first` is the status of its new tickets, 0 where that is not told.

    `standard` are those of Redmine's own fields that it has and could lack ("due_date", ...; every
    tracker has "priority_id"): None where that is not told, as by an old Redmine.
    """

    id: int
    name: str
    first: int = 0
    standard: frozenset[str] | None = None

    def lacks(self, field: str) -> bool:
        """Whether it surely lacks a field of Redmine's own that a tracker may lack."""
        return self.standard is not None and field not in self.standard
