"""The only writer to Redmine: look, write, read back, compare."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from itsm_sync.clients.errors import (
    Broken,
    ClientError,
    Conflict,
    Forbidden,
    Invalid,
    Missing,
    Unauthorised,
)
from itsm_sync.desk.aftermath import (
    agreed,
    alone,
    by_person,
    doubled,
    dropped,
    fresh,
    lost,
    moved,
    put_back,
)
from itsm_sync.desk.blaming import blamed
from itsm_sync.desk.looking import Looker, Looks, Stands
from itsm_sync.desk.planner import circumstances
from itsm_sync.desk.refusing import TWIN, reason
from itsm_sync.desk.sending import attributes, restoring, said
from itsm_sync.desk.signals.following import Follower, Following, refused_note
from itsm_sync.model.markup import Rendering
from itsm_sync.model.plans import Edit, FieldEdit, Outcome, Override, Refusal, Result
from itsm_sync.model.ports import Clock, Observer
from itsm_sync.model.signals import signal_of
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import FieldName, Journal, Ticket
from itsm_sync.model.words import Message

# After this many failures in a row the server is taken to be down and the rest is left.
GIVE_UP = 3
# What Redmine means, the likeliest first, where a reason names no field of ours.
_LIKELY = (FieldName.ASSIGNEE, FieldName.DUE_DATE, FieldName.STATUS)
# People who decide again while their value is put back: after so many times the last one stands.
_TURNS = 3


class Counter(Looker, Follower, Protocol):
    """What the writer asks of Redmine: `desk.redmine.Desk`, or a fake in tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes edits, serially: SQLite and Redmine answer 500 to parallel writes (Redmine fact 22).

    `bot` is our own user id, `configuration` the hash under which refusals are remembered,
    `labels` the fields' names in Redmine, by which a rejection names what it is about, `rendering`
    how Redmine shows text.
    """

    counter: Counter
    bot: int
    configuration: str
    clock: Clock
    observer: Observer
    labels: Mapping[FieldName, str] = field(default_factory=dict)
    rendering: Rendering = field(default_factory=Rendering)

    def apply(self, edits: Sequence[Edit]) -> Iterator[Result]:
        """Write each edit and answer its result at once, so that it can be recorded.

        Raises:
            Unauthorised: the key is not accepted; nothing was written.
        """
        self.observer.saw("edits.started", edits=len(edits))
        begun, failures = False, 0
        over: Message | None = None  # why the rest is left
        looks = Looks(self.counter, self.clock, edits)
        for number, edit in enumerate(edits):
            stands: Stands = {} if over else looks.before(number)
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
        ticket = edit.ticket.id
        for refusal in result.refused:
            why = reason(refusal.reason)
            self.observer.saw("edit.field_refused", ticket=ticket, field=refusal.field, reason=why)
        for one in result.fought:
            self.observer.saw("edit.fought", ticket=ticket, field=one.field, why=str(one.reason))
        self.observer.saw(f"edit.{result.outcome}", ticket=ticket, fields=len(edit.fields))
        if edit.episode and result.outcome in (Outcome.APPLIED, Outcome.PARTLY):
            self.observer.saw("signal.ticket", signal=signal_of(edit.episode), did=_did(result))

    def _write(self, edit: Edit, stands: Stands) -> Result:
        if isinstance(stands, Unauthorised):
            raise stands
        if isinstance(stands, ClientError):
            return self._failed(edit, stands.message)
        now = stands.get(edit.ticket.id)
        if now is None:
            return self._unseen(edit)
        if gone_on := moved(edit, now):
            why = Message("changed since it was planned: {fields}", {"fields": gone_on})
            return Result(edit=edit, outcome=Outcome.HELD, error=why)
        if not edit.fields and edit.note is None:
            return self._following.follow(Result(edit=edit, outcome=Outcome.APPLIED), now)
        return self._following.follow(self._sent(edit, now), now)

    def _sent(self, edit: Edit, now: Ticket) -> Result:
        """Send the edit without the remarks that stand there: an answer that was lost, or a kill,
        is no reason to say them twice.
        """
        if edit.note is None or not edit.said:
            return self._send(edit, now)
        try:
            _, journals = self.counter.read_back(edit.ticket.id)
        except Unauthorised:
            raise
        except ClientError as error:
            return self._failed(edit, error.message)
        if not self._spoken(edit, journals):
            return self._send(edit, now)
        rest = replace(edit, note=None)
        applied = Result(edit=edit, outcome=Outcome.APPLIED)
        return replace(self._send(rest, now) if rest.fields else applied, edit=edit, spoken=True)

    @property
    def _following(self) -> Following:
        return Following(
            counter=self.counter,
            bot=self.bot,
            configuration=self.configuration,
            clock=self.clock,
            rendering=self.rendering,
        )

    def _unseen(self, edit: Edit) -> Result:
        """Answer a ticket that the list leaves out: deleted, or hidden from us."""
        why = Message("the ticket can no longer be seen")
        try:
            self.counter.read_back(edit.ticket.id)
        except Missing:
            return replace(self._failed(edit, why), gone=True)
        except Unauthorised:
            raise
        except ClientError:
            return self._failed(edit, why)
        return self._failed(edit, why)

    def _send(self, edit: Edit, now: Ticket) -> Result:
        trouble: ClientError | None = None
        try:
            self.counter.put(edit.ticket.id, attributes(edit, self.rendering))
        except Unauthorised:
            raise
        except Invalid as error:
            return self._rejected(edit, now, error)
        except Forbidden as error:  # in a closed project, say (Redmine fact 33)
            refused = tuple(self._refusal(edit, f, error.message) for f in edit.fields)
            refused = refused or self._noteless(edit, error.message)
            return Result(edit=edit, outcome=Outcome.REFUSED, refused=refused)
        except ClientError as error:
            trouble = error  # it may have been written all the same: reading back tells
        return self._compared(edit, now, trouble)

    def _compared(self, edit: Edit, now: Ticket, trouble: ClientError | None) -> Result:
        try:
            after, journals = self.counter.read_back(edit.ticket.id)
            kept = {override.field: override for override in agreed(edit, now, journals, self.bot)}
            wanted = edit.fields
            for _ in range(_TURNS):
                replaced = lost(edit.ticket, wanted, fresh(journals, now), self.bot)
                if not replaced:
                    break
                kept |= {override.field: override for override in replaced}
                self.counter.put(edit.ticket.id, restoring(edit.ticket, replaced))
                after, journals = self.counter.read_back(edit.ticket.id)
                wanted = tuple(put_back(override) for override in replaced)
        except Unauthorised:
            raise
        except ClientError as error:
            return self._failed(edit, (trouble or error).message)
        kept |= {
            f.name: f.theirs
            for f in edit.fields
            if f.theirs is not None and normal(after.value(f.name)) == f.new
        }
        result = self._result(edit, after, fresh(journals, now), kept, trouble)
        fought = [self._refusal(edit, f, TWIN) for f in doubled(edit, journals, self.bot)]
        result = replace(result, fought=tuple(one for one in fought if one.field in result.written))
        untouched = now.updated_on == edit.ticket.updated_on and alone(edit, journals, self.bot)
        return replace(result, after=after) if untouched else result

    def _result(
        self,
        edit: Edit,
        after: Ticket,
        journals: tuple[Journal, ...],
        kept: Mapping[FieldName, Override],
        trouble: ClientError | None,
    ) -> Result:
        written = {
            f.name: f.new
            for f in edit.fields
            if f.name not in kept and normal(after.value(f.name)) == f.new
        }
        missing = [f for f in edit.fields if f.name not in written and f.name not in kept]
        restored = tuple(kept.values())
        spoken = self._spoken(edit, journals)
        if trouble is not None and (missing or not (edit.fields or spoken)):
            answered = isinstance(trouble, Broken | Conflict)
            failed = self._failed(edit, trouble.message, written)
            return replace(failed, restored=restored, answered=answered, spoken=spoken)
        overruled = {f.name for f in missing if by_person(f, journals, self.bot)}
        refused = tuple(
            self._refusal(edit, f, dropped(f, after)) for f in missing if f.name not in overruled
        )
        if not edit.fields and not spoken:
            refused = self._noteless(edit, Message("Redmine left the note out"))
        outcome = Outcome.APPLIED
        if refused:
            outcome = Outcome.PARTLY if written else Outcome.REFUSED
        return Result(
            edit=edit,
            outcome=outcome,
            written=written,
            refused=refused,
            restored=restored,
            spoken=spoken,
        )

    def _spoken(self, edit: Edit, journals: Iterable[Journal]) -> bool:
        """Whether the edit's note stands in these journals."""
        if edit.note is None:
            return False
        text = normal(said(edit.note, self.rendering.markup))
        return any(j.author.id == self.bot and normal(j.notes) == text for j in journals)

    def _noteless(self, edit: Edit, why: Message) -> tuple[Refusal, ...]:
        """Answer that a note was refused that came alone."""
        return (refused_note(edit, why, self.configuration, self.clock),)

    def _rejected(self, edit: Edit, now: Ticket, error: Invalid) -> Result:
        """Answer a 422: Redmine wrote nothing at all of it (Redmine fact 18).

        What it does not speak of is sent once more alone: one list that lacks a value, or a group
        that can't be assigned, must not keep everything else from the ticket.
        """
        reasons = "; ".join(error.details) or error.message
        why = Message("Redmine rejects it: {reasons}", {"reasons": reasons})
        blamed = self._blamed(edit, error.details)
        refused = tuple(self._refusal(edit, f, why) for f in edit.fields if f.name in blamed)
        rest = tuple(f for f in edit.fields if f.name not in blamed)
        if not rest:
            refused = refused or self._noteless(edit, why)
            return Result(edit=edit, outcome=Outcome.REFUSED, refused=refused)
        handed = FieldName.TEAM in blamed and not edit.said
        unmoved = FieldName.STATUS in blamed  # the note tells of a move that is not made
        note = None if handed or unmoved else edit.note
        result = self._send(replace(edit, fields=rest, note=note), now)
        outcome = Outcome.PARTLY if result.outcome is Outcome.APPLIED else result.outcome
        return replace(result, edit=edit, outcome=outcome, refused=refused + result.refused)

    def _blamed(self, edit: Edit, reasons: Iterable[str]) -> frozenset[FieldName]:
        """Answer the fields that the reasons name.

        The names of Redmine's own are in its language: the assignee is meant where none of ours is,
        or else the due date, which may not lie before the ticket's start, or else the status, which
        may want another field to be filled in.
        """
        names = frozenset(f.name for f in edit.fields)
        labels = {name: label for name, label in self.labels.items() if name in names}
        found = blamed(reasons, labels)
        likely = (names & {name} for name in _LIKELY)
        return found or next(filter(None, likely), names)

    def _refusal(self, edit: Edit, wanted: FieldEdit, why: Message) -> Refusal:
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


def _did(result: Result) -> str:
    """Answer what became of a signal's ticket: updated, closed, reopened."""
    if FieldName.STATUS not in result.written:
        return "updated"
    return "reopened" if result.edit.ticket.closed else "closed"


def _unanswered(result: Result, stands: Stands) -> bool:
    """Whether an edit failed for the server's sake, not because its ticket is gone."""
    gone = not isinstance(stands, ClientError) and result.edit.ticket.id not in stands
    return result.outcome is Outcome.FAILED and not gone and not result.answered
