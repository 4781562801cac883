"""Tickets by the calendar, for the rows of the matrix that no machine notices."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from itsm_sync.model.errors import Unfit
from itsm_sync.model.watching.base import STRICT, fills, identifier, no_less
from itsm_sync.model.words import Message, Words

Every = Literal["week", "month", "quarter", "half-year", "year", "once"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What closes a ticket, of what people did since it was opened; any one of these does.

    `wiki` are `PROJECT/TITLE` of pages in Redmine, `docs` are `OWNER/NAME:PATH` of files that a
    merged pull request touches, or `OWNER/NAME` for a page of that repository's own wiki; `ticket`
    is part of the subject of a ticket that a person closes. `*` stands for any characters.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    wiki: tuple[str, ...] = ()
    docs: tuple[str, ...] = ()
    ticket: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """One ticket a period: a week, month, quarter, half-year or year of the calendar, or once.

    `process` is the matrix' process that it belongs to. It opens `day` days into the period (0: on
    its first) and is due `due_days` after that. Only periods that begin from `start` and before
    `end` have one; `once` opens on `start`. Without `proof` a person closes it.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    id: str
    name: Words
    process: str
    every: Every
    start: date
    end: date | None = None
    day: int = 0
    due_days: int | None = None
    project: str = ""
    tracker: str = "지원"
    priority: str = ""
    intro: Words | None = None
    checklist: tuple[Words, ...] = ()
    proof: Proof = Proof()

    def __post_init__(self) -> None:
        """Reject what no ticket can be like."""
        no_less(self, day=0, due_days=0)
        identifier(self.project)
        if not self.id.strip():
            raise Unfit(Message("`id` is empty"))
        if self.end is not None and self.end <= self.start:
            raise Unfit(Message("`end` is not after `start`"))
        for words in filter(None, (self.name, self.intro, *self.checklist)):
            fills(words, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedules:
    """Tickets that come once a period."""

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    enabled: bool = True
    tickets: tuple[Scheduled, ...] = ()
