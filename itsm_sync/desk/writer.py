"""The only writer to Redmine: look, write, read back, compare."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from itsm_sync.clients.errors import ClientError, Invalid, Unauthorised
from itsm_sync.desk.planner import circumstances
from itsm_sync.model.plans import Edit, FieldEdit, Outcome, Override, Refusal, Result
from itsm_sync.model.ports import Clock, Observer
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import FieldName, Journal, Ticket
from itsm_sync.model.words import Message

# A write with its mails takes 70 ms, its reading back 25 ms (Redmine fact 21 and measured): eight
# tickets keep less than a second between the look and the last write.
BATCH = 8
# After this many failures in a row the server is taken to be down and the rest is left.
GIVE_UP = 3


class Counter(Protocol):
    """What the writer asks of Redmine: `desk.redmine.Desk`, or a fake in tests."""

    def look(self, ids: Sequence[int]) -> Mapping[int, Ticket]:
        """Answer the tickets as they stand, in one request; those not visible are absent."""

    def put(self, ticket: int, fields: Mapping[str, Any]) -> None:
        """Send one PUT with these attributes of the issue."""

    def read_back(self, ticket: int) -> tuple[Ticket, tuple[Journal, ...]]:
        """Answer the ticket and its history as they stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes edits, serially: SQLite and Redmine answer 500 to parallel writes (Redmine fact 22).

    `bot` is our own user id, `configuration` the hash under which refusals are remembered.
    """

    counter: Counter
    bot: int
    configuration: str
    clock: Clock
    observer: Observer

    def apply(self, edits: Sequence[Edit]) -> Iterator[Result]:
        """Write each edit and answer its result at once, so that it can be recorded.

        Raises:
            Unauthorised: the key is not accepted; nothing was written.
        """
        self.observer.saw("edits.started", edits=len(edits))
        begun, failures = False, 0
        over: Message | None = None  # why the rest is left
        for start in range(0, len(edits), BATCH):
            batch = edits[start : start + BATCH]
            stands = {} if over else self._look(batch)
            for edit in batch:
                try:
                    result = self._failed(edit, over) if over else self._write(edit, stands)
                except Unauthorised as error:
                    if not begun:
                        raise
                    over = error.message
                    result = self._failed(edit, over)
                begun = begun or bool(result.written)
                failures = failures + 1 if _unanswered(result, stands) else 0
                if failures >= GIVE_UP and over is None:
                    over = Message("Redmine does not answer; left for later")
                self._tell(result)
                yield result

    def _tell(self, result: Result) -> None:
        edit = result.edit
        self.observer.saw(f"edit.{result.outcome}", ticket=edit.ticket.id, fields=len(edit.fields))

    def _look(self, batch: Sequence[Edit]) -> Mapping[int, Ticket] | ClientError:
        try:
            return self.counter.look([edit.ticket.id for edit in batch])
        except ClientError as error:
            return error

    def _write(self, edit: Edit, stands: Mapping[int, Ticket] | ClientError) -> Result:
        if isinstance(stands, Unauthorised):
            raise stands
        if isinstance(stands, ClientError):
            return self._failed(edit, stands.message)
        now = stands.get(edit.ticket.id)
        if now is None:
            return self._failed(edit, Message("the ticket can no longer be seen"))
        if moved := _moved(edit, now):
            why = Message("changed since it was planned: {fields}", {"fields": moved})
            return Result(edit=edit, outcome=Outcome.HELD, error=why)
        trouble: ClientError | None = None
        try:
            self.counter.put(edit.ticket.id, attributes(edit))
        except Unauthorised:
            raise
        except Invalid as error:
            return self._rejected(edit, error)
        except ClientError as error:
            trouble = error  # it may have been written all the same: reading back tells
        return self._compared(edit, now, trouble)

    def _compared(self, edit: Edit, now: Ticket, trouble: ClientError | None) -> Result:
        try:
            after, journals = self.counter.read_back(edit.ticket.id)
            lost = self._lost(edit, journals)
            if lost:
                self.counter.put(edit.ticket.id, _restoring(edit.ticket, lost))
                after, journals = self.counter.read_back(edit.ticket.id)
        except Unauthorised:
            raise
        except ClientError as error:
            return self._failed(edit, (trouble or error).message)
        result = self._result(edit, after, journals, lost, trouble)
        alone = now.updated_on == edit.ticket.updated_on and _alone(edit, journals, self.bot)
        return replace(result, after=after) if alone else result

    def _result(
        self,
        edit: Edit,
        after: Ticket,
        journals: tuple[Journal, ...],
        lost: tuple[Override, ...],
        trouble: ClientError | None,
    ) -> Result:
        kept = {override.field for override in lost}
        written = {
            f.name: f.new
            for f in edit.fields
            if f.name not in kept and normal(after.value(f.name)) == f.new
        }
        missing = [f for f in edit.fields if f.name not in written and f.name not in kept]
        if missing and trouble is not None:
            return self._failed(edit, trouble.message, written)
        overruled = {f.name for f in missing if _by_person(f, journals, self.bot)}
        refused = tuple(
            self._refusal(edit, f, _dropped(f, after)) for f in missing if f.name not in overruled
        )
        outcome = Outcome.APPLIED
        if refused:
            outcome = Outcome.PARTLY if written else Outcome.REFUSED
        return Result(edit=edit, outcome=outcome, written=written, refused=refused, restored=lost)

    def _lost(self, edit: Edit, journals: tuple[Journal, ...]) -> tuple[Override, ...]:
        """Answer people's values that our write replaced between look and write.

        The old value in our own journal is what truly stood there; who set it is the author of
        the journal before that.
        """
        lost = []
        for wanted in edit.fields:
            position, stood = _replaced(wanted, journals, self.bot)
            if position is None or stood == wanted.old or not stood:
                continue
            setter = _setter(wanted.name, stood, journals[:position], self.bot)
            if setter is not None:
                lost.append(
                    Override(
                        ticket=edit.ticket.id,
                        field=wanted.name,
                        value=stood,
                        by=setter.author.name,
                        at=setter.at,
                        chosen=wanted.new,
                    )
                )
        return tuple(lost)

    def _rejected(self, edit: Edit, error: Invalid) -> Result:
        """Answer a 422: Redmine wrote nothing at all of it (Redmine fact 18)."""
        reasons = "; ".join(error.details) or error.message
        why = Message("Redmine rejects the whole edit: {reasons}", {"reasons": reasons})
        refused = tuple(self._refusal(edit, f, why) for f in edit.fields)
        return Result(edit=edit, outcome=Outcome.REFUSED, refused=refused)

    def _refusal(self, edit: Edit, wanted: FieldEdit, why: Message) -> Refusal:
        self.observer.saw("edit.field_refused", ticket=edit.ticket.id, field=wanted.name)
        return Refusal(
            ticket=edit.ticket.id,
            field=wanted.name,
            value=wanted.new,
            circumstances=circumstances(edit.ticket, self.configuration),
            reason=why,
            at=self.clock(),
        )

    def _failed(
        self, edit: Edit, why: Message, written: Mapping[FieldName, str] | None = None
    ) -> Result:
        return Result(edit=edit, outcome=Outcome.FAILED, error=why, written=written or {})


def attributes(edit: Edit) -> dict[str, Any]:
    """Answer the issue's attributes to send: only what the edit changes."""
    sent = _sent(edit.ticket, {f.name: f.new for f in edit.fields})
    if edit.note is not None:
        sent["notes"] = edit.note.text
        sent["private_notes"] = edit.note.private
    return sent


def _restoring(ticket: Ticket, lost: Iterable[Override]) -> dict[str, Any]:
    return _sent(ticket, {override.field: override.value for override in lost})


def _sent(ticket: Ticket, values: Mapping[FieldName, str]) -> dict[str, Any]:
    sent: dict[str, Any] = {}
    custom = [
        {"id": ticket.field_ids[name], "value": value}
        for name, value in values.items()
        if name is not FieldName.ASSIGNEE
    ]
    if custom:
        sent["custom_fields"] = custom
    if FieldName.ASSIGNEE in values:
        sent["assigned_to_id"] = values[FieldName.ASSIGNEE]
    return sent


def _unanswered(result: Result, stands: Mapping[int, Ticket] | ClientError) -> bool:
    """Whether an edit failed for the server's sake, not because its ticket is gone."""
    gone = not isinstance(stands, ClientError) and result.edit.ticket.id not in stands
    return result.outcome is Outcome.FAILED and not gone


def _moved(edit: Edit, now: Ticket) -> str:
    """Answer the planned fields that no longer show what the plan saw, or "closed"."""
    if now.closed and not edit.ticket.closed:
        return "closed"
    return ", ".join(f.name for f in edit.fields if normal(now.value(f.name)) != f.old)


def _replaced(wanted: FieldEdit, journals: tuple[Journal, ...], bot: int) -> tuple[int | None, str]:
    """Answer our journal that wrote the field (its position), and the value that it replaced."""
    for position in range(len(journals) - 1, -1, -1):
        journal = journals[position]
        if journal.author.id != bot:
            continue
        for change in journal.changes:
            if change.field is wanted.name and normal(change.new) == wanted.new:
                return position, normal(change.old)
    return None, ""


def _setter(name: FieldName, value: str, journals: Iterable[Journal], bot: int) -> Journal | None:
    for journal in reversed(tuple(journals)):
        for change in journal.changes:
            if change.field is name:
                if normal(change.new) != value or journal.author.id == bot:
                    return None
                return journal
    return None


def _by_person(wanted: FieldEdit, journals: tuple[Journal, ...], bot: int) -> bool:
    """Whether a person changed the field after we wrote it: their value, no refusal."""
    position, _ = _replaced(wanted, journals, bot)
    if position is None:
        return False
    return any(
        change.field is wanted.name and journal.author.id != bot
        for journal in journals[position + 1 :]
        for change in journal.changes
    )


def _alone(edit: Edit, journals: Iterable[Journal], bot: int) -> bool:
    """Whether nobody else wrote to the ticket since it was pulled."""
    return all(j.author.id == bot or j.at <= edit.ticket.updated_on for j in journals)


def _dropped(wanted: FieldEdit, after: Ticket) -> Message:
    """Answer why Redmine dropped a value and answered 204 (Redmine fact 15)."""
    if after.value(wanted.name) is None:
        return Message("the field is not on the ticket's tracker or project any more")
    return Message("the bot may not write this field here: read-only by the workflow, or no right")
