"""What is known of one episode when its ticket is tended, and where that ticket lives. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum

from itsm_sync.desk.provenance import Ledger
from itsm_sync.model.audience import Place, may_say
from itsm_sync.model.items import Audience, Item
from itsm_sync.model.letters import TRIES
from itsm_sync.model.markup import Markup
from itsm_sync.model.plans import KeptNote, Refusal, Watch
from itsm_sync.model.signals import Episode, Link, Telling
from itsm_sync.model.tickets import FieldName, Ref, Ticket
from itsm_sync.model.words import Language


class Saying(StrEnum):
    """How much of what a ticket is about may be said on it."""

    WHOLE = "whole"
    PRIVATE = "private"  # while the ticket is private
    NEUTRAL = "neutral"  # nothing of it


def saying(items: Iterable[Item], place: Place, private_projects: Collection[str]) -> Saying:
    """Answer how much of these items, enriched by the catalogue, may be said in a place."""
    found = list(items)
    if not all(may_say(item, place, private_projects) for item in found):
        return Saying.NEUTRAL
    private = any(item.audience is Audience.PRIVATE for item in found)
    return Saying.PRIVATE if private else Saying.WHOLE


def silent(how: Saying, group: int | None) -> bool:
    """Whether a ticket is opened that tells nothing; a private one that no group could see is such
    a one.
    """
    return how is Saying.NEUTRAL or (how is Saying.PRIVATE and group is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Where an episode's ticket lives, in Redmine's numbers.

    `opened` and `closed` are the statuses that it gets when it comes back and when it ends; `asked`
    is the one with which it is opened, None where that is left to the tracker. `priority` is what
    the telling asks for, `group` that of the team, `field_ids` are the fields of ours that the
    tracker has.
    """

    project: int
    tracker: int
    opened: Ref
    closed: Ref
    asked: int | None = None
    priority: Ref | None = None
    group: int | None = None
    field_ids: Mapping[FieldName, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How texts are written, under which configuration refusals are remembered, and how often what
    Redmine refuses is tried.
    """

    language: Language
    markup: Markup
    configuration: str
    zone: tzinfo = UTC  # of days
    tries: int = TRIES


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """All that is known of one episode and its ticket.

    `ticket` has its words (`model.items.worded`); None: there is none, or it can't be seen. `shut`:
    its project is closed. `heard`: what people did to it is known as of now. `ledger` is what we
    last wrote to it, `kept` the notes kept up there, `said` the names of what was said, `said_at`
    when something last was. `fields` are ours as the routing makes them for a new ticket, with the
    episode's key, and `watchers` the groups consulted about it; `rule`, `process` and `team` are of
    that routing.

    `numbers` are the tickets of the episodes that the telling names, `coming` those among these
    that are to be opened in this cycle. `related` are the tickets that it relates to already,
    `unrelated` those that Redmine lately did not let it, `apart` those that it ever did not.
    """

    episode: Episode
    telling: Telling
    seat: Seat
    saying: Saying = Saying.WHOLE
    link: Link | None = None
    ticket: Ticket | None = None
    shut: bool = False
    heard: bool = True
    ledger: Ledger = field(default_factory=dict)
    refusals: Mapping[FieldName, Refusal] = field(default_factory=dict)
    kept: Mapping[str, KeptNote] = field(default_factory=dict)
    said: frozenset[str] = frozenset()
    said_at: datetime | None = None
    fields: Mapping[FieldName, str] = field(default_factory=dict)
    watchers: tuple[Watch, ...] = ()
    rule: str = ""
    process: str = ""
    team: str = ""
    numbers: Mapping[str, int] = field(default_factory=dict)
    coming: frozenset[str] = frozenset()
    related: frozenset[int] = frozenset()
    unrelated: frozenset[int] = frozenset()
    apart: frozenset[int] = frozenset()

    @property
    def mute(self) -> bool:
        """Whether nothing new may be said on the ticket that there is."""
        shown = self.ticket is not None and not self.ticket.private
        return self.saying is Saying.NEUTRAL or (self.saying is Saying.PRIVATE and shown)
