"""Opens tickets through the counter; a private one shows no word before it is private."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from itsm_sync.clients.errors import (
    ClientError,
    Forbidden,
    Invalid,
    Missing,
    NotAsked,
    Throttled,
    Unauthorised,
)
from itsm_sync.desk.forms import Form
from itsm_sync.desk.sending import custom_fields
from itsm_sync.locale import say
from itsm_sync.model.audience import NEUTRAL, Place, may_say
from itsm_sync.model.items import Audience, Item
from itsm_sync.model.markup import Rendering, escaped
from itsm_sync.model.openings import Opened, Opening, OpeningOutcome, Shown
from itsm_sync.model.ports import Observer
from itsm_sync.model.text import normal, one_line
from itsm_sync.model.tickets import TEXTS, FieldName, Ticket
from itsm_sync.model.words import Language, Message

SUBJECT_LIMIT = 255  # Redmine fact 25
# Values that may name what is private; the others come from the matrix.
_TELLING = (*TEXTS, FieldName.KEY)
# With these Redmine made no ticket. Any other trouble leaves it open whether it did.
_REFUSED = (Invalid, Forbidden, Missing)
_NOT_NOW = (NotAsked, Throttled, Unauthorised)


class OpeningCounter(Protocol):
    """What opening asks of Redmine: `desk.redmine.Desk`, or a fake in tests."""

    def may_be_private(self, project: int) -> bool:
        """Answer whether the bot may make its own tickets private there."""

    def post(self, fields: Mapping[str, Any]) -> int:
        """Send one POST; answer the ticket's number. Raises Broken where the answer has none."""

    def put(self, ticket: int, fields: Mapping[str, Any]) -> None:
        """Send one PUT with these attributes of the issue."""

    def show(self, ticket: int) -> Shown:
        """Answer the ticket as it stands."""

    def form_at(self, ticket: int) -> Form:
        """Answer what the ticket's page says."""

    def rendering_by(self, found: Form) -> Rendering:
        """Answer how Redmine shows text, as a page tells it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opener:
    """Opens tickets one by one, each by one POST that is never repeated.

    `rendering` is how Redmine shows the text of a public one.
    """

    counter: OpeningCounter
    observer: Observer
    rendering: Rendering = field(default_factory=Rendering)

    def open(self, wanted: Opening) -> Opened:
        """Open the ticket; what Redmine refuses or answers wrong is in the answer."""
        opened = self._opened(wanted)
        self.observer.saw(f"ticket.{opened.outcome}", ticket=opened.number)
        return opened

    def _opened(self, wanted: Opening) -> Opened:
        if wanted.private and (forbidden := self._forbidden(wanted.project)):
            return forbidden
        try:
            number = self.counter.post(self._first(wanted))
        except (*_REFUSED, *_NOT_NOW) as error:
            reasons = "; ".join(error.details) or error.message
            told = Message("Redmine rejects it: {reasons}", {"reasons": reasons})
            again = isinstance(error, _NOT_NOW)
            return Opened(
                outcome=OpeningOutcome.REFUSED,
                why=told,
                again=again,
                reasons=error.details if isinstance(error, Invalid) else (),
            )
        except ClientError as error:
            params = {"error": error.message}
            told = Message("whether the ticket was opened is not known: {error}", params)
            return Opened(outcome=OpeningOutcome.UNKNOWN, why=told)
        trouble = self._tell(wanted, number) if wanted.private else None
        return self._read_back(wanted, number, trouble)

    def _forbidden(self, project: int) -> Opened | None:
        """Answer why no private ticket can be made; asked before, for Redmine makes it public."""
        refused = OpeningOutcome.REFUSED
        try:
            if self.counter.may_be_private(project):
                return None
        except ClientError as error:
            return Opened(outcome=refused, why=error.message, again=True)
        told = Message("the bot may not make private tickets in this project")
        return Opened(outcome=refused, why=told)

    def _first(self, wanted: Opening) -> dict[str, Any]:
        if not wanted.private:
            return {**_base(wanted), **_words(wanted, self.rendering, tuple(wanted.fields))}
        silent = [name for name in wanted.fields if name not in _telling(wanted)]
        sent = {**_base(wanted), **_custom(wanted, Rendering(), silent)}
        marked = {"description": wanted.marker} if wanted.marker else {}
        return {**sent, **marked, "subject": wanted.neutral, "is_private": True}

    def _tell(self, wanted: Opening, number: int) -> Message | None:
        """Put the words into a ticket that is truly private; answer why they are not in it."""
        try:
            form = self.counter.form_at(number)
            if why := _too_open(wanted, self.counter.show(number).ticket, form):
                return why
            told = [name for name in wanted.fields if name in _telling(wanted)]
            words = _words(wanted, self.counter.rendering_by(form), told)
            # Whoever changes the ticket from here on may make it public: of another version than
            # the one looked at Redmine takes nothing (Redmine fact 19).
            self.counter.put(number, {**words, "lock_version": form.version})
        except ClientError as error:
            return error.message
        return None

    def _read_back(self, wanted: Opening, number: int, trouble: Message | None) -> Opened:
        neutral = OpeningOutcome.NEUTRAL if trouble else OpeningOutcome.OPENED
        try:
            shown = self.counter.show(number)
        except ClientError as error:
            return Opened(outcome=neutral, number=number, why=trouble or error.message)
        if wanted.private and shown.subject == wanted.neutral:
            why = trouble or Message("Redmine left the words out")
            outcome = OpeningOutcome.NEUTRAL
            return Opened(outcome=outcome, number=number, ticket=shown.ticket, why=why)
        return Opened(
            outcome=OpeningOutcome.OPENED,
            number=number,
            ticket=shown.ticket,
            dropped=tuple(_dropped(wanted, shown)),
        )


def fitting(
    wanted: Opening, item: Item, place: Place, private_projects: Collection[str], language: Language
) -> Opening:
    """Answer the opening as the item's words may be said there: whole, private, or neutral.

    Args:
        wanted: with all its words.
        item: what the ticket is about, enriched by the catalogue.
        place: the project.
        private_projects: those that `services.yaml` names for what is private of its service.
        language: of the line that stands for what may not be said.
    """
    neutral = say(NEUTRAL, language)
    if not may_say(item, place, private_projects):
        fields = {name: value for name, value in wanted.fields.items() if name not in _TELLING}
        silent = replace(wanted, private=False, neutral="", fields=fields)
        return replace(silent, subject=neutral, description="")
    if item.audience is Audience.PRIVATE:
        return replace(wanted, private=True, neutral=neutral)
    return wanted


def _telling(wanted: Opening) -> tuple[FieldName, ...]:
    """Answer the fields that may tell something; the key of a signal's episode tells nothing."""
    return TEXTS if wanted.marker else _TELLING


def _base(wanted: Opening) -> dict[str, Any]:
    """Answer what tells nothing: the place, the group, the priority, the date."""
    sent = {
        "project_id": wanted.project,
        "tracker_id": wanted.tracker,
        "status_id": wanted.status,
        "assigned_to_id": wanted.group,
        "priority_id": wanted.priority,
        "start_date": wanted.start or None,
        "due_date": wanted.due or None,
    }
    return {name: value for name, value in sent.items() if value is not None}


def _words(wanted: Opening, rendering: Rendering, names: Iterable[FieldName]) -> dict[str, Any]:
    return {
        "subject": one_line(wanted.subject, SUBJECT_LIMIT),
        "description": _described(wanted, rendering),
        **_custom(wanted, rendering, names),
    }


def _described(wanted: Opening, rendering: Rendering) -> str:
    return wanted.description if wanted.rendered else escaped(wanted.description, rendering.markup)


def _custom(wanted: Opening, rendering: Rendering, names: Iterable[FieldName]) -> dict[str, Any]:
    """Answer the named fields, as far as the tracker has them."""
    values = {name: wanted.fields[name] for name in names if name in wanted.field_ids}
    found = custom_fields(values, wanted.field_ids, rendering)
    return {"custom_fields": found} if found else {}


def _too_open(wanted: Opening, made: Ticket, form: Form) -> Message | None:
    """Answer why the ticket is not safe to tell anything."""
    if not made.private:
        return Message("Redmine made it public")
    if made.project.id != wanted.project:
        return Message("Redmine made it in another project")
    if form.version is None:
        return Message("the bot may not edit it, so that nothing holds it private")
    return None


def _dropped(wanted: Opening, shown: Shown) -> Iterator[str]:
    """Answer what Redmine left out or replaced, silently (Redmine facts 15, 16, 28)."""
    made = shown.ticket
    pairs = {
        "tracker": (wanted.tracker, made.tracker.id),
        "group": (wanted.group, made.assignee.id if made.assignee else None),
        "priority": (wanted.priority, shown.priority),
        "subject": (one_line(wanted.subject, SUBJECT_LIMIT), shown.subject),
        "private": (wanted.private, made.private),
        "due_date": (wanted.due or None, made.due_date),
    }
    for name, (asked, got) in pairs.items():
        if asked is not None and asked != got:
            yield name
    if bool(wanted.description.strip()) != bool(shown.description.strip()):
        yield "description"
    for field_name, value in wanted.fields.items():
        if normal(made.value(field_name)) != normal(value):
            yield field_name
