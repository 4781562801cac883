"""What follows when people overrule a decision: the matrix is asked again with their answer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from itsm_sync.model.matrix import ANY, Matrix, Raci, Row
from itsm_sync.model.routing import Routing
from itsm_sync.model.text import normal
from itsm_sync.model.words import Language, Words


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
) -> Overruled:
    """Answer the ids that the names on a ticket stand for; an unknown name says nothing."""
    teams = {team_id: found.name for team_id, found in matrix.teams.items()}
    team_id = _id(teams, team, language)
    return Overruled(
        process=_id(matrix.processes, process, language),
        team=team_id,
        row=_row_named(matrix, role, team_id, language),
        approving_team=_id(teams, approving_team, language),
    )


def follow(matrix: Matrix, routing: Routing, overruled: Overruled) -> Routing:
    """Answer the routing as people's answers make it: the rest follows what they decided."""
    if overruled == Overruled():
        return routing
    process = overruled.process or routing.process
    row = _row(matrix, routing, process, overruled)
    letters = letters_of(matrix, process, routing.stage)
    accountable = routing.accountable
    consulted, informed = routing.consulted, routing.informed
    if letters is not None:
        accountable, consulted, informed = letters.accountable, letters.consulted, letters.informed
    if overruled.approving_team and matrix.row(accountable).team != overruled.approving_team:
        accountable = _row_of_team(matrix, process, overruled.approving_team).id
    return replace(
        routing,
        process=process,
        row=row.id,
        responsible=row.team,
        accountable=accountable,
        consulted=consulted,
        informed=informed,
    )


def letters_of(matrix: Matrix, process: str, stage: str) -> Raci | None:
    """Answer the letters of a process and stage: those of the stage before those of any."""
    fitting = [raci for raci in matrix.raci if raci.process == process]
    for wanted in (stage, ANY):
        for raci in fitting:
            if raci.stage == wanted:
                return raci
    return None


def _row(matrix: Matrix, routing: Routing, process: str, overruled: Overruled) -> Row:
    if overruled.row is not None:
        return matrix.row(overruled.row)
    row = matrix.row(routing.row)
    if process != routing.process:
        row = matrix.row(owner(matrix, process, routing.domain, routing.stage))
    if overruled.team is not None and row.team != overruled.team:
        return _row_of_team(matrix, process, overruled.team)
    return row


def owner(matrix: Matrix, process: str, domain: str, stage: str) -> str:
    """Answer the row that `ownership` gives; raises LookupError where no line fits."""
    for line in matrix.ownership:
        asked = ((line.process, process), (line.domain, domain), (line.stage, stage))
        if all(said in (ANY, value) for said, value in asked):
            return line.row
    raise LookupError(f"no ownership for {process}/{domain}/{stage}")


def _row_of_team(matrix: Matrix, process: str, team: str) -> Row:
    """Answer the team's row in a process: one it owns there, one it answers for, or its first."""
    owned = [line.row for line in matrix.ownership if line.process == process]
    answered = [raci.accountable for raci in matrix.raci if raci.process == process]
    for row_id in (*owned, *answered):
        if (row := matrix.row(row_id)).team == team:
            return row
    return next(row for row in matrix.rows if row.team == team)


def _id(names: Mapping[str, Words], name: str | None, language: Language) -> str | None:
    if not name:
        return None
    return next((key for key, words in names.items() if normal(words[language]) == name), None)


def _row_named(
    matrix: Matrix, name: str | None, team: str | None, language: Language
) -> str | None:
    """Answer the row of that name; both teams may have one, then the team chosen decides."""
    if not name:
        return None
    rows = [row for row in matrix.rows if normal(row.name[language]) == name]
    preferred = [row for row in rows if row.team == team]
    return (preferred or rows)[0].id if rows else None
