"""What a Redmine offers to choose from, asked for once a cycle."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from itsm_sync.clients.errors import ClientError
from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.model.lists import Priority, Project, Status, Tracker

_Answer = TypeVar("_Answer")


class Lists:
    """Redmine's lists. Each is asked for once until `forget`; a failure is remembered as well.

    Every method raises ClientError where the list can't be read.
    """

    def __init__(self, client: RedmineClient) -> None:
        self._client = client
        self._told: dict[str, object] = {}

    def forget(self) -> None:
        """Ask for everything anew from here on."""
        self._told.clear()

    def statuses(self) -> Mapping[int, Status]:
        """Answer all statuses by id."""
        return self._once("statuses", self._client.statuses)

    def priorities(self) -> tuple[Priority, ...]:
        """Answer all priorities, from the lowest to the highest."""
        return self._once("priorities", self._client.priorities)

    def trackers(self) -> tuple[Tracker, ...]:
        """Answer all trackers, in Redmine's order."""
        return self._once("trackers", self._client.trackers)

    def projects(self) -> Mapping[str, Project]:
        """Answer the projects that the bot sees, with their trackers, by identifier."""
        found = self._once("projects", lambda: self._client.projects(trackers=True))
        return {project.identifier: project for project in found}

    def _once(self, name: str, ask: Callable[[], _Answer]) -> _Answer:
        if name not in self._told:
            try:
                self._told[name] = ask()
            except ClientError as error:
                self._told[name] = error
        told = self._told[name]
        if isinstance(told, ClientError):
            raise told
        return told  # type: ignore[return-value]  # what `ask` of that name answered
