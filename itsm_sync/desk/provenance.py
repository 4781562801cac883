"""Whose a ticket's values are: ours, a person's, or nobody's. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from itsm_sync.model.plans import Override, Written
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import DECISIONS, DERIVED, FieldName, Journal, Ref, Ticket

# Assigning somebody is how a team takes its work, not how it overrules us: an assignee that is not
# ours stands, and is not counted.
COUNTED = tuple(name for name in DECISIONS if name is not FieldName.ASSIGNEE)

Ledger = Mapping[FieldName, Written]
Setter = tuple[str, datetime | None]  # a name and a time; "" and None where nobody knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whose the decisions on a ticket are.

    `overrides` are people's values (the ticket shows another where a write of ours replaced one
    unseen); `ours` are fields that show what we wrote (also where only the ticket's history knows
    it), `inherited` those that came along with a copied ticket and are nobody's. `us` is our name,
    `last_set` tells who set a value, and when, as far as the history knows; see `setter`.
    """

    overrides: Mapping[FieldName, Override]
    ours: frozenset[FieldName]
    inherited: frozenset[FieldName]
    us: str
    last_set: Mapping[FieldName, Setter]

    def free(self, name: FieldName) -> bool:
        """Whether we may write the field: it is ours, or nobody decided it."""
        return name not in self.overrides


def unexplained(
    ticket: Ticket, ledger: Ledger, overrides: Mapping[FieldName, Override]
) -> tuple[FieldName, ...]:
    """Answer the counted decisions whose author only the ticket's history can tell."""
    return tuple(
        name
        for name in COUNTED
        if (now := normal(ticket.value(name)))
        and not (now == overrides[name].value if name in overrides else _wrote(ledger, name, now))
    )


def judge(
    ticket: Ticket,
    *,
    ledger: Ledger,
    known: Mapping[FieldName, Override],
    history: Iterable[Journal],
    bot: int,
    bot_name: str,
    origin: Ticket | None = None,
    carried: Ledger = MappingProxyType({}),
) -> Judgement:
    """Judge a ticket's decisions.

    Args:
        ticket: as Redmine shows it now.
        ledger: what we last wrote to it, by field.
        known: overrides stored earlier, by field.
        history: its journals; needed for what `unexplained` names, and before a value is replaced
            that only the ledger takes for ours.
        bot: our own user id; `bot_name` its name.
        origin: the ticket that this one was copied from, as it is now.
        carried: what we last wrote to that one: it may show something else by now.
    """
    journals = tuple(history)
    found: dict[FieldName, _Whose] = {}
    for name in DECISIONS:
        if not (now := normal(ticket.value(name))):
            continue
        stored = known.get(name)
        if stored is not None and stored.value == now:
            found[name] = stored
        elif journals and (told := _told_by_history(ticket, name, now, journals, bot)):
            found[name] = told
        elif _wrote(ledger, name, now):
            found[name] = _OURS
        elif name is FieldName.ASSIGNEE:
            found[name] = _override(ticket, name, now)
        else:
            there = origin is not None and now == normal(origin.value(name))
            came_along = there or _wrote(carried, name, now)
            found[name] = _made_so(ticket, name, now, bot, came_along)
    overrides = {name: whose for name, whose in found.items() if isinstance(whose, Override)}
    ours = frozenset([name for name, whose in found.items() if whose == _OURS])
    return Judgement(
        overrides=overrides,
        ours=ours,
        inherited=frozenset([name for name, whose in found.items() if whose == _INHERITED]),
        us=bot_name,
        last_set=_last_set(ticket, journals, Ref(id=bot, name=bot_name)) if journals else {},
    )


def setter(judgement: Judgement, ticket: Ticket, ledger: Ledger, name: FieldName) -> Setter:
    """Answer who set a value that is not empty, and when, as far as history and ledger know."""
    theirs, last = judgement.overrides.get(name), judgement.last_set.get(name)
    if theirs is not None:
        return theirs.by, theirs.at
    if last is not None:
        return last
    now = normal(ticket.value(name))
    if now and _wrote(ledger, name, now):
        # What was only recognised has no cycle, and its time is not when it was written.
        return judgement.us, ledger[name].at if ledger[name].cycle else None
    return judgement.us if name in judgement.ours else "", None


_OURS, _INHERITED = "ours", "inherited"
_Whose = Override | str


def _told_by_history(
    ticket: Ticket, name: FieldName, now: str, journals: tuple[Journal, ...], bot: int
) -> _Whose | None:
    """Answer whose a value is by its last change; None where no change led to it."""
    last, lost = _replayed(journals, name, bot)
    if last is None or last.value != now:
        return None
    theirs = last if last.by.id != bot else lost
    return _OURS if theirs is None else theirs.override(ticket, name)


def _made_so(ticket: Ticket, name: FieldName, now: str, bot: int, came_along: bool) -> _Whose:
    """Answer whose a value is that stands since the ticket was made."""
    if ticket.author.id == bot:
        return _OURS
    return _INHERITED if came_along else _override(ticket, name, now)


def _last_set(ticket: Ticket, journals: tuple[Journal, ...], us: Ref) -> Mapping[FieldName, Setter]:
    """Answer who set the values that are not empty, by their last change, and when."""
    found: dict[FieldName, Setter] = {}
    for name in (*DECISIONS, *DERIVED):
        now, (last, _) = normal(ticket.value(name)), _replayed(journals, name, us.id)
        if now and last is not None and last.value == now:
            found[name] = (us.name if last.by.id == us.id else last.by.name, last.at)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Set:
    """A field's value, who set it and when."""

    value: str
    by: Ref
    at: datetime

    def override(self, ticket: Ticket, name: FieldName) -> Override:
        return Override(ticket=ticket.id, field=name, value=self.value, by=self.by.name, at=self.at)


def _replayed(
    journals: Iterable[Journal], name: FieldName, bot: int
) -> tuple[_Set | None, _Set | None]:
    """Answer who set the field last, and the person's value that a write of ours replaced.

    We never mean to replace one: it fell between look and write of a cycle that did not live to
    put it back. A comment by web form rewrites line ends in a person's name (Redmine fact 27): no
    change.
    """
    last: _Set | None = None
    lost: _Set | None = None
    for journal in journals:
        for change in journal.changes:
            old, new = normal(change.old), normal(change.new)
            if change.field is not name or old == new:
                continue
            made = _Set(value=new, by=journal.author, at=journal.at)
            if journal.author.id != bot:
                last, lost = made, None
                continue
            if last is not None and last.by.id != bot and old and last.value == old:
                lost = last
            put_back = lost is not None and lost.value == new
            last, lost = (lost, None) if put_back else (made, lost)
    return last, lost


def _override(ticket: Ticket, name: FieldName, now: str) -> Override:
    """Answer a value that stands since the ticket was made, as its author's."""
    return Override(
        ticket=ticket.id, field=name, value=now, by=ticket.author.name, at=ticket.created_on
    )


def _wrote(ledger: Ledger, name: FieldName, now: str) -> bool:
    """Whether a value, as it is compared, is what we last wrote."""
    entry = ledger.get(name)
    return entry is not None and (now == entry.value or now == normal(entry.value))
