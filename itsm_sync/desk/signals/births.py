"""Opens episodes' tickets, each once: it is looked for first, and an intent is noted before."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from itsm_sync.clients.errors import ClientError
from itsm_sync.desk.blaming import blamed
from itsm_sync.desk.finding import Unfiltered
from itsm_sync.desk.opening import Opener
from itsm_sync.desk.signals.openings import opening_mark
from itsm_sync.model.openings import Opened, Opening, OpeningOutcome, Shown
from itsm_sync.model.plans import Birth, Born
from itsm_sync.model.ports import Clock
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import FieldName, Ticket
from itsm_sync.model.words import Message

# After this many births in a row whose end is not known the server is taken to be down.
GIVE_UP = 3
# What a ticket has from its opening on, whether we asked for it or left it to Redmine.
_GIVEN = (FieldName.STATUS, FieldName.PRIORITY, FieldName.DUE_DATE)
Promise = Callable[[Birth, datetime], Mapping[FieldName, str]]


class Finder(Protocol):
    """What is asked of Redmine before a ticket is opened: `desk.redmine.Desk`, or a fake."""

    def find_key(self, field_id: int, value: str) -> tuple[Shown, ...]:
        """Answer all tickets with this key, open and closed; copies carry it too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Births:
    """Opens tickets for episodes.

    `intend` keeps, before a ticket is opened, that it will be. `labels` are our fields' names in
    Redmine, by which a rejection names what it is about. `promise` tells what a ticket opened at a
    time shows of its service level: it is asked as late as can be, for its clocks begin then.
    """

    finder: Finder
    opener: Opener
    intend: Callable[[str, datetime], None]
    bot: int
    configuration: str
    clock: Clock
    labels: Mapping[FieldName, str] = field(default_factory=dict)
    promise: Promise | None = None

    def bear(self, births: Iterable[Birth]) -> Iterator[Born]:
        """Open each ticket and answer what became of it at once, so that it can be recorded.

        What is not known to be there or not stays as it is until the next cycle; where the server
        is down the rest is left.
        """
        lost = 0
        for birth in births:
            born = self._born(birth)
            yield born
            lost = lost + 1 if born.opened.outcome is OpeningOutcome.UNKNOWN else 0
            if lost >= GIVE_UP:
                return

    def _born(self, birth: Birth) -> Born:
        try:
            there = self._there(birth)
        except ClientError as error:
            told = Message("whether there is a ticket is not known: {error}",
                           {"error": error.message})  # fmt: skip
            return Born(birth=birth, opened=Opened(outcome=OpeningOutcome.UNKNOWN, why=told))
        if there is not None:
            opened = Opened(outcome=OpeningOutcome.OPENED, number=there.id, ticket=there)
            written = _ours(birth.opening, there)
            return Born(birth=birth, opened=opened, found=True, written=written)
        self.intend(birth.episode, self.clock())
        opening = self._promised(birth)
        opened = self.opener.open(opening)
        while (less := _without(opening, opened.reasons, self.labels)) is not None:
            opening, opened = less, self.opener.open(less)
        refused = opened.outcome is OpeningOutcome.REFUSED and not opened.again
        return Born(
            birth=birth,
            opened=opened,
            written=_written(opening, opened),
            refused=opening_mark(birth.opening, self.configuration) if refused else "",
        )

    def _promised(self, birth: Birth) -> Opening:
        """Answer the opening with what is promised from now on, in fields that the tracker has."""
        told = self.promise(birth, self.clock()) if self.promise else {}
        mine = {n: value for n, value in told.items() if n in birth.opening.field_ids}
        return replace(birth.opening, fields={**birth.opening.fields, **mine})

    def _there(self, birth: Birth) -> Ticket | None:
        """Answer the episode's ticket by the key that it carries; a person's copy is none.

        Where Redmine can't look for keys, what was pulled has told of all tickets that carry one.
        """
        field_id = birth.opening.field_ids.get(FieldName.KEY)
        if field_id is None:
            return None
        try:
            found = [shown.ticket for shown in self.finder.find_key(field_id, birth.episode)]
        except Unfiltered:
            return None
        own = [ticket for ticket in found if ticket.author.id == self.bot]
        return min(own, key=lambda ticket: ticket.id, default=None)


def _without(
    opening: Opening, reasons: Iterable[str], labels: Mapping[FieldName, str]
) -> Opening | None:
    """Answer the opening without what Redmine's reasons name; None where nothing can be left out.
    Each answer is less than the opening, so that it ends.

    A 422 made no ticket (Redmine fact 18): it is no lost answer. One value that a list lacks must
    not keep a trouble without its ticket; where none of our fields is named, it may be the group or
    a date, whose names are in Redmine's language.
    """
    said = tuple(filter(normal, reasons))
    if not said:
        return None
    named = blamed(said, {n: label for n, label in labels.items() if n in opening.fields})
    if named:
        fields = {name: value for name, value in opening.fields.items() if name not in named}
        return replace(opening, fields=fields)
    group = opening.group if opening.private else None  # without one nobody sees a private ticket
    less = replace(opening, group=group, start="", due="")
    return less if less != opening else None


def _written(opening: Opening, opened: Opened) -> Mapping[FieldName, str]:
    """Answer what the ticket has of us; where it could not be read back, what was asked for."""
    if opened.number is None:
        return {}
    if opened.ticket is None and opened.outcome is OpeningOutcome.NEUTRAL:
        # Whatever became of its words, a later cycle puts in what is not there.
        silent = {FieldName.SUBJECT: opening.neutral, FieldName.DESCRIPTION: opening.marker}
        return {**_asked(opening), **{name: normal(text) for name, text in silent.items()}}
    if opened.ticket is None:
        return _asked(opening)
    given = {name: opened.ticket.value(name) or "" for name in _GIVEN}
    if opened.outcome is OpeningOutcome.NEUTRAL:
        given[FieldName.SUBJECT] = opened.ticket.subject
        given[FieldName.DESCRIPTION] = opened.ticket.description
    return {**given, **_ours(opening, opened.ticket)}


def _ours(opening: Opening, ticket: Ticket) -> Mapping[FieldName, str]:
    """Answer the values that a ticket shows just as they are asked for."""
    asked = _asked(opening)
    return {name: new for name, new in asked.items() if normal(ticket.value(name)) == normal(new)}


def _asked(opening: Opening) -> Mapping[FieldName, str]:
    numbers = {FieldName.ASSIGNEE: opening.group, FieldName.PRIORITY: opening.priority}
    texts = {
        FieldName.SUBJECT: opening.subject,
        FieldName.DESCRIPTION: opening.description,
        FieldName.DUE_DATE: opening.due,
    }
    fields = {n: v for n, v in opening.fields.items() if n in opening.field_ids}
    known = {name: str(number) for name, number in numbers.items() if number is not None}
    return {name: normal(value) for name, value in {**fields, **texts, **known}.items()}
