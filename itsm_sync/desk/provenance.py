"""Whose a ticket's values are: ours, a person's, or nobody's. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from itsm_sync.model.plans import Override, Written
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import DECISIONS, FieldName, Journal, Ticket

# Assigning somebody is how a team takes its work, not how it overrules us: an assignee that is not
# ours stands, and is not counted.
COUNTED = tuple(name for name in DECISIONS if name is not FieldName.ASSIGNEE)

Ledger = Mapping[FieldName, Written]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whose the decisions on a ticket are.

    `overrides` are people's values; `ours` are fields that show what we wrote (also where only
    the ticket's history knows it), `inherited` those that came along with a copied ticket and are
    nobody's. `old_by` names who set each value that is not empty.
    """

    overrides: Mapping[FieldName, Override]
    ours: frozenset[FieldName]
    inherited: frozenset[FieldName]
    old_by: Mapping[FieldName, str]

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
        and now != _written(ledger, name)
        and (name not in overrides or overrides[name].value != now)
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
) -> Judgement:
    """Judge a ticket's decisions.

    Args:
        ticket: as Redmine shows it now.
        ledger: what we last wrote to it, by field.
        known: overrides stored earlier, by field.
        history: its journals, needed only for what `unexplained` names.
        bot: our own user id; `bot_name` its name.
        origin: the ticket that this one was copied from.
    """
    journals = tuple(history)
    found: dict[FieldName, _Whose] = {}
    for name in DECISIONS:
        now = normal(ticket.value(name))
        stored = known.get(name)
        if not now:
            continue
        if now == _written(ledger, name):
            found[name] = _OURS
        elif name is FieldName.ASSIGNEE:
            found[name] = _override(ticket, name, now)
        elif stored is not None and stored.value == now:
            found[name] = stored
        else:
            found[name] = _told_by_history(ticket, name, journals, bot, origin)
    overrides = {name: whose for name, whose in found.items() if isinstance(whose, Override)}
    ours = frozenset(name for name, whose in found.items() if whose == _OURS)
    return Judgement(
        overrides=overrides,
        ours=ours,
        inherited=frozenset(name for name, whose in found.items() if whose == _INHERITED),
        old_by={name: whose.by for name, whose in overrides.items()}
        | dict.fromkeys(ours, bot_name),
    )


_OURS, _INHERITED = "ours", "inherited"
_Whose = Override | str


def _told_by_history(
    ticket: Ticket,
    name: FieldName,
    journals: tuple[Journal, ...],
    bot: int,
    origin: Ticket | None,
) -> _Whose:
    """Answer whose a value is that the ledger does not know."""
    now = normal(ticket.value(name))
    journal = _setter(journals, name, now)
    if journal is not None:
        if journal.author.id == bot:
            return _OURS
        return Override(
            ticket=ticket.id, field=name, value=now, by=journal.author.name, at=journal.at
        )
    if ticket.author.id == bot:
        return _OURS
    if origin is not None and normal(origin.value(name)) == now:
        return _INHERITED
    return _override(ticket, name, now)


def _override(ticket: Ticket, name: FieldName, now: str) -> Override:
    """Answer a value that stands since the ticket was made, as its author's."""
    return Override(
        ticket=ticket.id, field=name, value=now, by=ticket.author.name, at=ticket.created_on
    )


def _written(ledger: Ledger, name: FieldName) -> str | None:
    entry = ledger.get(name)
    return None if entry is None else normal(entry.value)


def _setter(journals: tuple[Journal, ...], name: FieldName, now: str) -> Journal | None:
    """Answer the last journal that truly changed the field to `now`.

    A comment by web form rewrites line ends in a person's name (Redmine fact 27): no change.
    """
    for journal in reversed(journals):
        for change in journal.changes:
            if change.field is name and normal(change.old) != normal(change.new):
                return journal if normal(change.new) == now else None
    return None
