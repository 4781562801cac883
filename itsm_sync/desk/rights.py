"""What the bot's roles let it do, project by project."""

from collections.abc import Collection

from itsm_sync.clients.errors import Forbidden, Missing
from itsm_sync.clients.redmine import RedmineClient

SET_PRIVATE = "set_notes_private"
OWN_PRIVATE = ("set_issues_private", "set_own_issues_private")


class Rights:
    """Asks for a role's rights once; a role that can't be seen has none."""

    def __init__(self, client: RedmineClient) -> None:
        self._client = client
        self._permissions: dict[int, frozenset[str]] = {}

    def any_of(self, project: int, rights: Collection[str]) -> bool:
        """Answer whether a role of the bot's in a project has one of these rights."""
        roles = self._client.roles().get(project, ())
        return any(not self._of(role).isdisjoint(rights) for role in roles)

    def _of(self, role: int) -> frozenset[str]:
        if role not in self._permissions:
            try:
                self._permissions[role] = self._client.permissions(role)
            except (Forbidden, Missing):
                self._permissions[role] = frozenset()
        return self._permissions[role]
