"""What follows when people overrule a decision: the matrix is asked again with their answer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from itsm_sync.model.matrix import Matrix, Row
from itsm_sync.model.routing import Routing
from itsm_sync.model.text import normal
from itsm_sync.model.words import Language, Words
from itsm_sync.routing.ownership import Holders, Holding


@dataclass(frozen=True, slots=True, kw_only=True)
class Overruled:
    """People's answers as ids of the matrix; None where they left the decision to us."""

    process: str | None = None
    team: str | None = None
    row: str | None = None
    approving_team: str | None = None


def named(
    matrix: Matrix,
    language: Language,
    *,
    process: str | None,
    team: str | None,
    role: str | None,
    approving_team: str | None,
    held_by: str | None = None,
) -> Overruled:
    """Answer the ids that the names on a ticket stand for; an unknown name says nothing.

    Of two rows with one name the role is that of the team chosen, or else of `held_by`.
    """
    teams = {team_id: found.name for team_id, found in matrix.teams.items()}
    team_id = _id(teams, team, language)
    return Overruled(
        process=_id(matrix.processes, process, language),
        team=team_id,
        row=_row_named(matrix, role, team_id or held_by, language),
        approving_team=_id(teams, approving_team, language),
    )


def follow(matrix: Matrix, routing: Routing, overruled: Overruled) -> Routing:
    """Answer the routing as people's answers make it: the rest follows what they decided."""
    if overruled == Overruled():
        return routing
    process = overruled.process or routing.process
    view = matrix.for_project(routing.project)
    holding = Holders(view).of(process, routing.domain, routing.stage)
    letters: Routing | Holding = routing if process == routing.process else holding
    row = matrix.row(overruled.row) if overruled.row else holding.row
    if overruled.team and not overruled.row and row.team != overruled.team:
        row = _row_of_team(view, process, overruled.team) or row
    accountable = letters.accountable
    if overruled.approving_team and matrix.row(accountable).team != overruled.approving_team:
        approving = _row_of_team(view, process, overruled.approving_team)
        accountable = approving.id if approving else accountable
    return replace(
        routing,
        process=process,
        row=row.id,
        responsible=overruled.team or row.team,
        accountable=accountable,
        consulted=letters.consulted,
        informed=letters.informed,
        approval=letters.approval,
    )


def _row_of_team(matrix: Matrix, process: str, team: str) -> Row | None:
    """Answer the team's row in a process: one it owns there, one it answers for, or its first."""
    owned = [line.row for line in matrix.ownership if line.process == process]
    answered = [raci.accountable for raci in matrix.raci if raci.process == process]
    for row_id in (*owned, *answered):
        if (row := matrix.row(row_id)).team == team:
            return row
    return next((row for row in matrix.rows if row.team == team), None)


def _id(names: Mapping[str, Words], name: str | None, language: Language) -> str | None:
    if not name:
        return None
    return next((key for key, words in names.items() if normal(words[language]) == name), None)


def _row_named(
    matrix: Matrix, name: str | None, team: str | None, language: Language
) -> str | None:
    """Answer the row of that name; both teams may have one, then the team decides."""
    if not name:
        return None
    rows = [row for row in matrix.rows if normal(row.name[language]) == name]
    preferred = [row for row in rows if row.team == team]
    return (preferred or rows)[0].id if rows else None
