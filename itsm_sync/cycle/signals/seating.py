"""Where the tickets of episodes live: names of the configuration become Redmine's numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from itsm_sync.desk.signals.matters import Seat
from itsm_sync.model.items import Audience, Item
from itsm_sync.model.lists import Offered, Project, Status
from itsm_sync.model.signals import Telling
from itsm_sync.model.tickets import FieldName, Ref
from itsm_sync.model.watching import Statuses
from itsm_sync.model.words import Message


class NoSeat(Exception):
    """Redmine lacks what a ticket needs."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Seating:
    """Redmine's lists by the names in them, and the settings' projects."""

    projects: Mapping[str, Project]
    trackers: Mapping[str, int]
    first: Mapping[int, Ref]  # tracker -> the status of its new tickets
    priorities: Mapping[str, int]
    opened: Ref | None  # None: the tracker's first
    closed: Ref
    roots: Sequence[str]
    field_ids: Mapping[FieldName, int]

    @classmethod
    def of(
        cls,
        offered: Offered,
        statuses: Statuses,
        roots: Sequence[str],
        field_ids: Mapping[FieldName, int],
    ) -> "Seating":
        """Answer where tickets may live by Redmine's lists.

        Raises:
            NoSeat: a status of the configuration is none of Redmine's.
        """
        going = {s.id: Ref(id=s.id, name=s.name) for s in offered.statuses if not s.closed}
        usual = next(iter(going.values()), None)
        first = {one.id: going.get(one.first, usual) for one in offered.trackers}
        return cls(
            projects={project.identifier: project for project in offered.projects},
            trackers={tracker.name: tracker.id for tracker in offered.trackers},
            first={number: ref for number, ref in first.items() if ref is not None},
            priorities={one.name: one.id for one in offered.priorities},
            opened=_status(offered.statuses, statuses.open) if statuses.open else None,
            closed=_status(offered.statuses, statuses.closed),
            roots=roots,
            field_ids=field_ids,
        )

    def seat(self, telling: Telling, items: Iterable[Item], private: Sequence[str]) -> Seat:
        """Answer where the ticket of a telling lives; its team's group is not known here.

        Args:
            telling: names project, tracker and priority, as far as it does.
            items: what it is about, enriched.
            private: projects that may carry what is private of it.

        Raises:
            NoSeat: Redmine lacks one of them.
        """
        project = self.project(telling, items, private)
        tracker = self._tracker(telling, project)
        return Seat(
            project=project.id,
            tracker=tracker,
            opened=self._opened(tracker),
            asked=self.opened.id if self.opened else None,
            closed=self.closed,
            priority=self._priority(telling),
            field_ids=self.field_ids,
        )

    def project(self, telling: Telling, items: Iterable[Item], private: Sequence[str]) -> Project:
        """Answer the project: the one told, else of the service, else the first of the settings.

        What is private goes where its service may say it, whatever is told. A closed project is
        nobody's.
        """
        found = list(items)
        secret = any(item.audience is Audience.PRIVATE for item in found)
        services = (str(item.facts.get("service_project", "")) for item in found)
        safe = private if secret else ()
        told = (telling.project,) if telling.project in safe else ()
        wished = [*told, *safe, telling.project, *services, *self.roots]
        for name in filter(None, wished):
            project = self.projects.get(name)
            if project is None and name == telling.project:
                raise NoSeat(Message("Redmine shows the bot no project {name}", {"name": name}))
            if project is not None and not project.closed:
                return project
        raise NoSeat(Message("there is no open project for it"))

    def path(self, project: Project) -> tuple[str, ...]:
        """Answer the identifiers from the root down to the project."""
        by_id = {one.id: one for one in self.projects.values()}
        found = [project.identifier]
        above = by_id.get(project.parent or 0)
        while above is not None and above.identifier not in found:
            found.append(above.identifier)
            above = by_id.get(above.parent or 0)
        return tuple(reversed(found))

    def _opened(self, tracker: int) -> Ref:
        if (status := self.opened or self.first.get(tracker)) is None:
            raise NoSeat(Message("Redmine has no status for open tickets"))
        return status

    def _tracker(self, telling: Telling, project: Project) -> int:
        if telling.tracker:
            if telling.tracker not in self.trackers:
                told = Message("Redmine has no tracker {name}", {"name": telling.tracker})
                raise NoSeat(told)
            return self.trackers[telling.tracker]
        first = next(iter(project.trackers), None)
        if first is None:
            raise NoSeat(Message("the project {name} has no tracker", {"name": project.identifier}))
        return first.id

    def _priority(self, telling: Telling) -> Ref | None:
        if not telling.priority:
            return None
        if telling.priority not in self.priorities:
            raise NoSeat(Message("Redmine has no priority {name}", {"name": telling.priority}))
        return Ref(id=self.priorities[telling.priority], name=telling.priority)


def _status(known: Iterable[Status], name: str) -> Ref:
    for status in known:
        if status.name == name:
            return Ref(id=status.id, name=name)
    raise NoSeat(Message("Redmine has no status {name}", {"name": name}))
