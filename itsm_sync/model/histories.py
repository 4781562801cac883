"""What a ticket's history says that clocks and measures count: who did what, and when. No texts."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from itsm_sync.model.tickets import Ref


class Deed(StrEnum):
    """What a line of a history is about."""

    STATUS = "status"
    PRIORITY = "priority"
    TRACKER = "tracker"
    ASSIGNEE = "assignee"
    NOTE = "note"  # a public one; its text is not kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that somebody did to a ticket: from `old` to `new`, Redmine's numbers as text.

    `by` is Redmine's number of who did it; `journal` that of the entry. A note has neither `old`
    nor `new`.
    """

    deed: Deed
    at: datetime
    by: int
    journal: int
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A ticket's history, the oldest first, as it stood at the ticket's `updated_on` `seen`.

    `status`, `priority`, `tracker` and `assignee` are those that it was made with ("": nobody).
    """

    ticket: int
    author: int
    created_at: datetime
    seen: datetime
    status: str
    priority: str
    tracker: str
    assignee: str = ""
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A history as it was read, and what tells whether it is to be read again.

    `shape` is what of the ticket it explains (`desk.histories.shape`), `notes` are the names of our
    notes in it that are kept up or said once. `people` are those who did something, as they are
    called: of what is kept they are left out.
    """

    history: History
    shape: str
    closed: bool
    notes: tuple[str, ...] = ()
    people: tuple[Ref, ...] = field(default=(), compare=False)
