"""What follows the writing of an edit: watchers, notes that are kept up, relations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from itsm_sync.clients.errors import ClientError, Forbidden, Invalid, Missing, Unauthorised
from itsm_sync.desk.aftermath import alone
from itsm_sync.desk.planner import RETRY_REFUSED, circumstances
from itsm_sync.desk.signals.remembering import kept_there
from itsm_sync.model.markup import Rendering
from itsm_sync.model.plans import Edit, KeptNote, Outcome, Refusal, Result, Watch
from itsm_sync.model.ports import Clock
from itsm_sync.model.relating import Relating
from itsm_sync.model.tickets import FieldName, Journal, Ticket
from itsm_sync.model.words import Message

_REFUSED = (Forbidden, Invalid, Missing)


class Follower(Protocol):
    """What is asked of Redmine after an edit: `desk.redmine.Desk`, or a fake in tests."""

    def put(self, ticket: int, fields: Mapping[str, Any]) -> None:
        """Send one PUT with these attributes of the issue."""

    def read_back(self, ticket: int) -> tuple[Ticket, tuple[Journal, ...]]:
        """Answer the ticket and its history as they stand."""

    def watch(self, ticket: int, group: int) -> None:
        """Make a group a watcher of a ticket."""

    def edit_note(self, journal_id: int, text: str, private: bool | None = None) -> None:
        """Edit an own note in place."""

    def relate(self, ticket: int, other: int) -> Relating:
        """Relate two tickets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """Sends what belongs to an edit and is a request of its own; trouble makes it partly done."""

    counter: Follower
    bot: int
    configuration: str
    clock: Clock
    rendering: Rendering = field(default_factory=Rendering)

    def follow(self, result: Result, now: Ticket) -> Result:
        """Answer the result with all that followed, once what the edit says stands there.

        Raises:
            Unauthorised: the key is not accepted.
        """
        if result.outcome not in (Outcome.APPLIED, Outcome.PARTLY):
            return result
        return self._related(self._noted(self._watched(result), now))

    def _watched(self, result: Result) -> Result:
        done: list[Watch] = []
        try:
            for watch in result.edit.watchers:
                if watch.group is None:
                    continue
                self.counter.watch(result.edit.ticket.id, watch.group)
                done.append(watch)
        except Unauthorised:
            raise
        except ClientError as error:
            told = Message("no watcher could be added: {error}", {"error": error.message})
            again = self.clock() + RETRY_REFUSED if isinstance(error, _REFUSED) else None
            result = replace(_partly(result, told), watch_again=again)
        return replace(result, watched=tuple(done))

    def _noted(self, result: Result, now: Ticket) -> Result:
        for note in result.edit.kept:
            try:
                result = self._kept(result, note, now)
            except Unauthorised:
                raise
            except _REFUSED as error:
                result = self._unkept(result, error.message)
            except ClientError as error:
                told = Message("a note could not be kept up: {error}", {"error": error.message})
                result = _partly(result, told)
        return result

    def _kept(self, result: Result, note: KeptNote, now: Ticket) -> Result:
        """Edit the note in place, or make it where the history has none: an answer that was lost,
        or a database, is no reason for a second one.
        """
        number = result.edit.ticket.id
        if note.journal is not None:
            try:
                self.counter.edit_note(note.journal, note.text)
                return replace(result, noted=(*result.noted, note))
            except Missing:
                pass  # somebody deleted it
        found = self._standing(self.counter.read_back(number)[1], note)
        if found is not None:
            self.counter.edit_note(found, note.text)
            return replace(result, noted=(*result.noted, replace(note, journal=found)))
        self.counter.put(number, {"notes": note.text, "private_notes": note.private})
        after, journals = self.counter.read_back(number)
        if (made := self._standing(journals, note)) is None:
            return self._unkept(result, Message("Redmine left the note out"))
        untouched = now.updated_on == result.edit.ticket.updated_on
        if untouched and alone(result.edit, journals, self.bot):
            result = replace(result, after=after)
        return replace(result, noted=(*result.noted, replace(note, journal=made)))

    def _standing(self, journals: Iterable[Journal], note: KeptNote) -> int | None:
        """Answer our note of that name, by the line that ends it."""
        found = kept_there(journals, self.bot).get(note.name)
        return found.journal if found else None

    def _unkept(self, result: Result, why: Message) -> Result:
        refusal = refused_note(result.edit, why, self.configuration, self.clock)
        refused = (*result.refused, refusal)
        return replace(result, outcome=Outcome.PARTLY, refused=refused)

    def _related(self, result: Result) -> Result:
        for other in result.edit.related:
            try:
                made = self.counter.relate(result.edit.ticket.id, other)
            except Unauthorised:
                raise
            except _REFUSED:
                made = Relating.ACROSS
            except ClientError as error:
                told = Message("no relation could be made: {error}", {"error": error.message})
                return _partly(result, told)
            if made is Relating.ACROSS:
                result = replace(result, unrelated=(*result.unrelated, other))
            else:
                result = replace(result, related=(*result.related, other))
        return result


def refused_note(edit: Edit, why: Message, configuration: str, clock: Clock) -> Refusal:
    """Answer what is remembered of a note that Redmine did not take."""
    return Refusal(
        ticket=edit.ticket.id,
        field=FieldName.NOTE,
        value="",
        circumstances=circumstances(edit.ticket, configuration),
        reason=why,
        at=clock(),
    )


def _partly(result: Result, why: Message) -> Result:
    return replace(result, outcome=Outcome.PARTLY, error=result.error or why)
