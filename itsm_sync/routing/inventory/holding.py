"""Who holds a configuration item."""

from itsm_sync.model.catalogue import Service
from itsm_sync.model.matrix import ANY, Matrix
from itsm_sync.routing.ownership import Holders

PROCESS = "configuration"  # whose row tracks and manages configuration items
INFRASTRUCTURE = "infrastructure"


class Keepers:
    """The row of the matrix that manages configuration items, and the team that holds one."""

    def __init__(self, matrix: Matrix) -> None:
        self._known = PROCESS in matrix.processes
        self._holders = Holders(matrix)

    def of(self, service: Service | None, domain: str = "") -> dict[str, str]:
        """Answer `service`, `team` and `row` of an item: the team is the service's, or the row's
        where it belongs to none. A matrix without the process has no such row.
        """
        projects = service.projects if service else ()
        project = self._holders.project({"service_project": projects[0]} if projects else {})
        holding = self._holders.of(PROCESS, service.domain if service else domain, ANY, project)
        row, team = (holding.row.id, holding.row.team) if self._known else ("", "")
        if service is None:
            return {"service": "", "team": team, "row": row}
        return {"service": service.id, "team": service.team, "row": row}
