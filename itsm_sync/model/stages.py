"""The stages that a ticket goes through."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from itsm_sync.model.histories import Deed, History

_MOVES = (Deed.STATUS, Deed.TRACKER)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageSpan:
    """A ticket's time in one stage: ids of the matrix, and when it came and left (None: is there).

    Times are as exact as what moved it: Redmine's time of the edit, another system's time of the
    linked item, or the cycle's time where another configuration moved it.
    """

    ticket: int
    process: str
    stage: str
    row: str
    team: str
    entered_at: datetime
    left_at: datetime | None = None


def placed(
    spans: tuple[StageSpan, ...],
    *,
    ticket: int,
    process: str,
    stage: str,
    row: str,
    team: str,
    since: datetime,
) -> tuple[StageSpan, ...]:
    """Answer where a ticket was for its clocks: its times in stages, or, where it was closed before
    any cycle saw where it stood, one in which it is since its making as is decided about it.
    """
    decided = StageSpan(
        ticket=ticket, process=process, stage=stage, row=row, team=team, entered_at=since
    )
    return spans or (decided,)


def begun(
    spans: tuple[StageSpan, ...], history: History | None, moves: Iterable[datetime] = ()
) -> tuple[StageSpan, ...]:
    """Answer a ticket's times in stages, the first one from when it really began.

    A ticket that we see for the first time is stored as if its newest edit had brought it there,
    though that may be a comment. What brought it there is the last change of status or tracker, or
    other move, by then; where there was none, its making.

    Args:
        spans: as stored, the oldest first.
        history: None: it is not read yet, and nothing is known better.
        moves: when else it may have moved: verdicts, decisions of people, items that name it.
    """
    if not spans or history is None:
        return spans
    first = spans[0]
    known = [history.created_at, *moves]
    known += [event.at for event in history.events if event.deed in _MOVES]
    at = max((one for one in known if one <= first.entered_at), default=first.entered_at)
    return (replace(first, entered_at=at), *spans[1:])
