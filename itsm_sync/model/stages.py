"""The stages that a ticket goes through."""

from dataclasses import dataclass
from datetime import datetime


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
