"""What is set aside: payloads no item could be made of, refused edits, tickets not opened, reports
that did not arrive.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from itsm_sync.model.resting import rests
from itsm_sync.model.words import Message

TRIES = 10  # after so many, a person must look: about six days


class LetterKind(StrEnum):
    """What was set aside."""

    ITEM = "item"  # a payload that no item could be made of
    EDIT = "edit"  # a value that Redmine did not take
    TICKET = "ticket"  # an episode's ticket that Redmine did not open
    DELIVERY = "delivery"  # a report that did not reach a place


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrying:
    """When a letter is tried again by itself: after `first`, twice as long each time, `most` at
    most; given up after `tries`.

    Edits and tickets are tried again after a day, or when what they were refused for changed
    (ADR 0014); the limit is theirs, too.
    """

    first: timedelta = timedelta(hours=1)
    most: timedelta = timedelta(days=1)
    tries: int = TRIES

    def pause(self, tries: int) -> timedelta:
        """Answer how long to wait after so many tries."""
        doubled = min(max(tries, 0), 20)  # far beyond `most`; a timedelta has its end
        return min(self.first * (1 << doubled), self.most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One thing set aside.

    `key` is the item's, the ticket's, the episode's, or the report's; `field` and `value` are an
    edit's. `times` is how often it failed, `tries` how often it was tried by itself since a person
    last had it tried. `tried_at` is when it was tried last, where that counts, and `next_at` when
    it is tried again; None: only by a command, or nobody knows.
    """

    kind: LetterKind
    source: str
    key: str
    cause: Message | str
    first_at: datetime | None
    last_at: datetime | None
    stream: str = ""
    field: str = ""
    value: str = ""
    times: int = 1
    tries: int = 0
    tried_at: datetime | None = None
    next_at: datetime | None = None
    given_up: bool = False

    def due_at(self, now: datetime) -> datetime | None:
        """Answer when it is tried again: at once where a wrong clock noted the last try."""
        if self.next_at is None or self.tried_at is None:
            return self.next_at
        waits = rests(self.tried_at, self.next_at - self.tried_at, now)
        return self.next_at if waits else min(self.next_at, now)

    def is_due(self, now: datetime) -> bool:
        """Whether it is to be tried again."""
        due = self.due_at(now)
        return due is not None and due <= now
