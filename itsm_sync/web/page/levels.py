"""How open tickets stand by the service levels, team by team, on the status page."""

from typing import Any

from itsm_sync.desk.promises import LEVELS
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.service_levels import Level
from itsm_sync.web.page.saying import Teller
from itsm_sync.web.page.view import BAD, WAITING, Cell, Section
from itsm_sync.web.standing import Standing

_TONES = {Level.AT_RISK: WAITING, Level.BREACHED: BAD}


def levels(seen: Standing, matrix: Matrix, teller: Teller) -> tuple[Section, ...]:
    """Answer what the last cycle told of service levels; nothing where nothing is promised."""
    told = seen.last.summary.get("service_levels") if seen.last is not None else None
    if not isinstance(told, dict):
        return ()
    missing = int(told["histories_missing"])
    note = "{n} tickets' histories are still to be read"
    return (
        Section(
            id="levels",
            title=teller.say("Service levels of open tickets"),
            heads=(teller.say("team"), *(teller.say(LEVELS[one]) for one in Level)),
            rows=tuple(
                (Cell(text=_team(team, matrix, teller)), *_counts(counted))
                for team, counted in told["teams"].items()
            ),
            empty=teller.say("nothing is promised to any open ticket"),
            note=teller.say(note, n=missing) if missing else "",
        ),
    )


def _team(name: str, matrix: Matrix, teller: Teller) -> str:
    team = matrix.teams.get(name)
    return name if team is None else teller.say(team.name)


def _counts(counted: dict[str, Any]) -> tuple[Cell, ...]:
    found = ((one, int(counted.get(one.value, 0))) for one in Level)
    return tuple(Cell(text=str(n), tone=_TONES.get(one, "") if n else "") for one, n in found)
