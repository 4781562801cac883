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
    overrides: dict[FieldName, Override] = {}
    ours: set[FieldName] = set()
    inherited: set[FieldName] = set()
    old_by: dict[FieldName, str] = {}
    for name in DECISIONS:
        now = normal(ticket.value(name))
        if not now:
            continue
        if now == _written(ledger, name):
            ours.add(name)
            old_by[name] = bot_name
        elif name is FieldName.ASSIGNEE:
            overrides[name] = _override(ticket, name, now)
        elif (stored := known.get(name)) is not None and stored.value == now:
            overrides[name] = stored
        else:
            _explain(ticket, name, now, journals, bot, origin, overrides, ours, inherited)
        if name in overrides:
            old_by[name] = overrides[name].by
        elif name in ours:
            old_by[name] = bot_name
    return Judgement(
        overrides=overrides,
        ours=frozenset(ours),
        inherited=frozenset(inherited),
        old_by=old_by,
    )


def _explain(
    ticket: Ticket,
    name: FieldName,
    now: str,
    journals: tuple[Journal, ...],
    bot: int,
    origin: Ticket | None,
    overrides: dict[FieldName, Override],
    ours: set[FieldName],
    inherited: set[FieldName],
) -> None:
    """Sort one value that the ledger does not know, by the ticket's history."""
    journal = _setter(journals, name, now)
    if journal is not None:
        if journal.author.id == bot:
            ours.add(name)
        else:
            overrides[name] = Override(
                ticket=ticket.id, field=name, value=now, by=journal.author.name, at=journal.at
            )
    elif ticket.author.id == bot:
        ours.add(name)
    elif origin is not None and normal(origin.value(name)) == now:
        inherited.add(name)
    else:
        overrides[name] = _override(ticket, name, now)


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
