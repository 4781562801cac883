"""What a Redmine offers to choose from: its statuses, priorities, trackers and projects."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from itsm_sync.model.text import folded
from itsm_sync.model.tickets import Ref


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project; `parent` is None at the root and where the parent is hidden from the bot.

    `public`: everybody sees it. `modules` are those enabled ("issue_tracking", "wiki"), `trackers`
    too where they were asked for.
    """

    id: int
    identifier: str
    name: str
    parent: int | None
    closed: bool
    public: bool = True
    modules: frozenset[str] = frozenset()
    trackers: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """All of a Redmine's lists as they were at a time, asked for under a configuration.

    `former_statuses` and `former_priorities`: the names that these had before, by which none is
    called now. A number is never another's.
    """

    at: datetime
    configuration: str
    statuses: tuple[Status, ...] = ()
    priorities: tuple[Priority, ...] = ()
    trackers: tuple[Tracker, ...] = ()
    projects: tuple[Project, ...] = ()
    former_statuses: tuple[Ref, ...] = ()
    former_priorities: tuple[Ref, ...] = ()

    def after(self, before: "Offered") -> "Offered":
        """Answer these lists with the names that are gone since those before them."""
        return replace(
            self,
            former_statuses=_former(self.statuses, before.statuses, before.former_statuses),
            former_priorities=_former(self.priorities, before.priorities, before.former_priorities),
        )


_Named = Ref | Status | Priority


def _former(
    now: Iterable[_Named], before: Iterable[_Named], former: Iterable[Ref]
) -> tuple[Ref, ...]:
    there = {folded(one.name) for one in now}
    known = {folded(one.name): Ref(id=one.id, name=one.name) for one in (*former, *before)}
    return tuple(one for name, one in known.items() if name not in there)
