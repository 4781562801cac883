"""Where reports go."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Literal, get_args

from itsm_sync.model.errors import Unfit
from itsm_sync.model.items import Audience
from itsm_sync.model.watching.base import STRICT, identifier
from itsm_sync.model.words import Message

FormName = Literal["html", "pdf", "xlsx", "md", "textile", "csv"]
FORMS: tuple[FormName, ...] = get_args(FormName)
# One address as RFC 5321 has them, without its odder forms: no blank, no quote, no header's end.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_TITLE = re.compile(r"[,./?;|:\[\]#%]")  # what Redmine takes out of a wiki page's title, or can't


class TargetKind(StrEnum):
    """What a target is."""

    FOLDER = "folder"
    WIKI = "wiki"
    NEWS = "news"
    TICKET = "ticket"
    MAIL = "mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder of files (0600); a relative one is beside the database."""

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    path: str = "reports"
    attach: tuple[FormName, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiki:
    """A page a period in a project's wiki, below a page of the report's title; that one stands
    below `parent`, where that is said.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    project: str
    parent: str = ""
    attach: tuple[FormName, ...] | None = ()

    def __post_init__(self) -> None:
        """Reject what can't be one of Redmine's. Raises Unfit."""
        identifier(self.project)
        if _TITLE.search(self.parent):
            told = Message("`{name}` can be no title of a wiki page", {"name": self.parent})
            raise Unfit(told)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A news entry a period in a project."""

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    project: str
    attach: tuple[FormName, ...] | None = None

    def __post_init__(self) -> None:
        """Reject what can't be one of Redmine's. Raises Unfit."""
        identifier(self.project)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket a period in a project; or, with `number`, a note a period on that ticket."""

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    project: str = ""
    tracker: str = ""
    number: int | None = None
    attach: tuple[FormName, ...] | None = None

    def __post_init__(self) -> None:
        """Reject both, and neither. Raises Unfit."""
        identifier(self.project)
        if bool(self.project) == (self.number is not None):
            raise Unfit(Message("say either `project` or `number`"))
        if self.tracker and not self.project:
            raise Unfit(Message("`tracker` is of a new ticket: it needs `project`"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Mail to each of these addresses: `to` gets every part of a report, `teams` (by their ids)
    what is of their team.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    to: tuple[str, ...] = ()
    teams: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    attach: tuple[FormName, ...] | None = None

    def __post_init__(self) -> None:
        """Reject nobody, and what is no address. Raises Unfit."""
        every = (*self.to, *(one for some in self.teams.values() for one in some))
        if not every:
            raise Unfit(Message("say to whom: `to`, or `teams`"))
        if odd := [one for one in every if not _ADDRESS.fullmatch(one)]:
            raise Unfit(Message("`{name}` is no mail address", {"name": odd[0]}))

    def recipients(self, team: str) -> tuple[str, ...]:
        """Answer who gets a part: a team's, or ("") the whole; each once."""
        theirs = self.teams.get(team, ())
        return tuple(dict.fromkeys((*self.to, *theirs)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One place that reports go to, of one kind. `audience` is who reads there: only a private one
    gets a private report.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    folder: Folder | None = None
    wiki: Wiki | None = None
    news: News | None = None
    ticket: Ticket | None = None
    mail: Mail | None = None
    audience: Audience = Audience.PUBLIC

    def __post_init__(self) -> None:
        """Reject none and two. Raises Unfit."""
        if sum(getattr(self, kind) is not None for kind in TargetKind) != 1:
            known = ", ".join(TargetKind)
            raise Unfit(Message("say one of: {known}", {"known": known}))

    @property
    def kind(self) -> TargetKind:
        return next(kind for kind in TargetKind if getattr(self, kind) is not None)

    @property
    def attach(self) -> tuple[FormName, ...] | None:
        """Answer the forms that go there as files; None: those of the report."""
        attach: tuple[FormName, ...] | None = getattr(self, self.kind).attach
        return attach

    @property
    def is_private(self) -> bool:
        return self.audience is Audience.PRIVATE

    @property
    def leaves(self) -> bool:
        """Whether others read there: then `write` and `pause` hold for it, and quiet hours."""
        return self.kind is not TargetKind.FOLDER
