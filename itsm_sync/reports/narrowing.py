"""The part of the world that a report is about. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from itsm_sync.model.matrix import Matrix
from itsm_sync.reports.world import Place, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a report is limited to, each by ids; empty: not limited by that.

    `projects` are Redmine identifiers and concern tickets alone, `priorities` are Redmine's names.
    """

    teams: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()

    def hold(self, place: Place) -> bool:
        """Whether something in that place is meant."""
        wanted = (
            (self.teams, place.team),
            (self.services, place.service),
            (self.processes, place.process),
        )
        return all(not names or name in names for names, name in wanted)


def narrowed(world: World, filters: Filters) -> World:
    """Answer the world with what is meant alone.

    What is no ticket belongs to no project: where projects are named it is left as services and
    teams have it. Of the matrix the rows of these teams are left. The gaps, nodes and queues stay:
    they are everybody's.
    """
    if filters == Filters():
        return world
    if filters.teams and filters != Filters(teams=filters.teams):
        world = narrowed(world, replace(filters, teams=()))
    teams = filters.teams
    services = {
        name: called
        for name, called in world.services.items()
        if (not filters.services or name in filters.services)
        and (not teams or world.owners.get(name) in teams)
    }
    there: Callable[[Place], bool] = filters.hold
    tickets = tuple(
        one
        for one in world.tickets
        if there(one.place)
        and (not filters.projects or one.project in filters.projects)
        and (not filters.priorities or one.priority in filters.priorities)
    )
    numbers = {one.number for one in tickets}
    names = {f"redmine:issue/{number}" for number in numbers}
    return replace(
        world,
        matrix=_of_teams(world.matrix, teams),
        only=frozenset(teams) or world.only,
        wider=world if teams else world.wider,
        unlimited=world.whole,
        services=services,
        tickets=tickets,
        builds=tuple(one for one in world.builds if there(one.place)),
        deployments=tuple(one for one in world.deployments if there(one.place)),
        pulls=tuple(one for one in world.pulls if there(one.place)),
        alerts=tuple(one for one in world.alerts if there(one.place)),
        episodes=tuple(one for one in world.episodes if there(one.place)),
        pages=tuple(one for one in world.pages if there(one.place)),
        findings=tuple(
            one
            for one in world.findings
            if not one.about.startswith("redmine:issue/") or one.about in names
        ),
        overrides=tuple(one for one in world.overrides if one.override.ticket in numbers),
        routed=tuple(one for one in world.routed if one.ticket in numbers),
        unread=sum(one.history is None for one in tickets),
    )


def _of_teams(matrix: Matrix, teams: tuple[str, ...]) -> Matrix:
    """Answer the matrix with the rows of these teams alone; of all where none is named."""
    if not teams:
        return matrix
    return replace(matrix, rows=tuple(row for row in matrix.rows if row.team in teams))
