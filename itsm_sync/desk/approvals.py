"""Who approved a ticket, by its history: a verdict counts only from the accountable team. Pure."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from itsm_sync.model.approvals import Approval, Said, Verdict
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import FieldName, Journal, Ref, Ticket
from itsm_sync.settings import Approvals, Says

_FIELD = FieldName.APPROVAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanings:
    """What values of the field `approval` and what statuses say, by their normalised names."""

    field: Mapping[str, Verdict]
    statuses: Mapping[str, Verdict]

    @classmethod
    def of(cls, approvals: Approvals) -> "Meanings":
        """Read the settings."""
        return cls(field=_names(approvals.field), statuses=_names(approvals.statuses))

    def shown(self, ticket: Ticket) -> frozenset[Verdict]:
        """Answer what the ticket's field and status say now, whoever set them."""
        said = (
            self.field.get(normal(ticket.value(_FIELD))),
            self.statuses.get(normal(ticket.status.name)),
        )
        return frozenset(verdict for verdict in said if verdict is not None)


def claim(ticket: Ticket, meanings: Meanings, members: Iterable[int] = ()) -> str:
    """Answer what an approval depends on beside the history: what shows, what it means, who may."""
    says = (sorted(meanings.field.items()), sorted(meanings.statuses.items()))
    terms = hashlib.sha256(repr((says, sorted(members))).encode()).hexdigest()[:12]
    return f"{normal(ticket.value(_FIELD))}|{ticket.status.id}|{terms}"


def approval(
    ticket: Ticket,
    history: Iterable[Journal],
    *,
    meanings: Meanings,
    statuses: Mapping[int, str],
    members: Collection[int],
    known: Approval | None = None,
) -> Approval:
    """Replay the history: the last verdict of somebody who may give it stands.

    Anyone may ask for approval, and asking anew ends an earlier verdict.

    Args:
        ticket: as it stands.
        history: all its journals.
        meanings: what values and statuses say.
        statuses: the statuses' names by id.
        members: the users of the accountable team's group.
        known: what was heard before; a verdict once heard stays when its author leaves the group.
    """
    stands: Said | None = None
    unheard: Said | None = None
    for event in _events(ticket, tuple(history), statuses):
        said = event.said(meanings)
        if unheard is not None and unheard.field is event.field:
            unheard = None  # the value that said so is no more
        if said is None:
            taken_back = stands is not None and stands.field is _FIELD and event.field is _FIELD
            stands = None if taken_back else stands
        elif said.verdict is Verdict.AWAITING:
            stands = said
        elif _may(event, said, members, known):
            stands, unheard = said, None
        else:
            unheard = said
    return Approval(stands=stands, unheard=unheard)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """The field (or, where `field` is None, the status) became `value`."""

    field: FieldName | None
    value: str
    by: Ref
    at: datetime
    journal: int = 0

    def said(self, meanings: Meanings) -> Said | None:
        known = meanings.statuses if self.field is None else meanings.field
        if (verdict := known.get(self.value)) is None:
            return None
        return Said(
            verdict=verdict, by=self.by.name, at=self.at, journal=self.journal, field=self.field
        )


def _events(
    ticket: Ticket, history: tuple[Journal, ...], statuses: Mapping[int, str]
) -> Iterator[_Event]:
    """Answer what field and status became, from the ticket's making on."""
    yield from _beginning(ticket, history, statuses)
    for journal in history:
        for change in journal.changes:
            if change.field is _FIELD and normal(change.old) != normal(change.new):
                yield _event(journal, _FIELD, change.new)
        if journal.status is not None:
            yield _event(journal, None, statuses.get(journal.status.new, ""))


def _event(journal: Journal, field: FieldName | None, value: str) -> _Event:
    return _Event(
        field=field, value=normal(value), by=journal.author, at=journal.at, journal=journal.id
    )


def _beginning(
    ticket: Ticket, history: tuple[Journal, ...], statuses: Mapping[int, str]
) -> Iterator[_Event]:
    """Answer what the ticket was made with; what came along with a copy is nobody's word."""
    moves = [j.status.old for j in history if j.status is not None]
    # A copy without a link to its original still carries that one's key (Redmine fact 28).
    carried = _made_with(ticket, history, FieldName.KEY) not in ("", f"redmine:issue/{ticket.id}")
    copied = carried or ticket.copied_from is not None
    author = Ref(id=0, name=ticket.author.name) if copied else ticket.author
    value = _made_with(ticket, history, _FIELD)
    status = statuses.get(moves[0], "") if moves else ticket.status.name
    for field, shown in ((_FIELD, value), (None, status)):
        yield _Event(field=field, value=normal(shown), by=author, at=ticket.created_on)


def _made_with(ticket: Ticket, history: Iterable[Journal], name: FieldName) -> str:
    """Answer what a field showed when the ticket was made."""
    changes = (change for journal in history for change in journal.changes)
    first = next((change.old for change in changes if change.field is name), ticket.value(name))
    return normal(first)


def _may(event: _Event, said: Said, members: Collection[int], known: Approval | None) -> bool:
    if event.by.id in members:
        return True
    heard = known.stands if known else None
    return heard is not None and _place(heard) == _place(said)


def _place(said: Said) -> tuple[object, ...]:
    """Answer what makes two verdicts the same one: asking, say, may stand in the same entry."""
    return said.journal, said.field, said.verdict


def _names(says: Says) -> dict[str, Verdict]:
    listed = {
        Verdict.AWAITING: says.awaiting,
        Verdict.APPROVED: says.approved,
        Verdict.REJECTED: says.rejected,
    }
    return {normal(name): verdict for verdict, names in listed.items() for name in names}
