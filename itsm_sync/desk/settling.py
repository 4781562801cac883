"""What is known of tickets that were, or may have been, opened: their numbers, what follows, what a
person must know. Pure.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from itsm_sync.model.findings import Finding
from itsm_sync.model.openings import OpeningOutcome, Shown
from itsm_sync.model.plans import Born, Edit, FieldEdit
from itsm_sync.model.signals import Link, carried
from itsm_sync.model.tickets import FieldName, Ticket
from itsm_sync.model.words import Message

# A search for what may have been opened begins this long before the first intent: the clocks of two
# machines differ, and a day costs nothing.
BEFORE = timedelta(days=1)
_SKEW = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of intents whose answer was lost: a ticket that was made, or nothing."""

    links: Mapping[str, int] = field(default_factory=dict)
    forgotten: frozenset[str] = frozenset()


def settle(
    intents: Iterable[Link], found: Iterable[Shown], *, taken: Collection[int], neutral: str
) -> Settled:
    """Answer what became of the intents of earlier cycles.

    Args:
        intents: with the time of each; those of this cycle are not among them.
        found: all tickets of ours opened since `BEFORE` the first of them.
        taken: the tickets of other episodes.
        neutral: the subject of a private ticket that was not told anything yet.
    """
    links, waiting = {}, {link.episode: link for link in intents if link.intended_at is not None}
    free = sorted((one for one in found if one.ticket.id not in taken), key=lambda s: s.ticket.id)
    for one in free:
        if (key := _carried(one)) in waiting:
            del waiting[key]
            links[key] = one.ticket.id
    links |= _nameless(waiting, [one for one in free if not _carried(one)], neutral)
    return Settled(links=links, forgotten=frozenset(waiting) - frozenset(links))


def _nameless(waiting: Mapping[str, Link], free: list[Shown], neutral: str) -> Mapping[str, int]:
    """Answer the one neutral ticket that lost its key and its marker, for the one intent left."""
    if len(waiting) != 1:
        return {}
    (link,) = waiting.values()
    silent = [
        one.ticket.id
        for one in free
        if one.subject == neutral
        and link.intended_at is not None
        and one.ticket.created_on >= link.intended_at - _SKEW
    ]
    return {link.episode: silent[0]} if len(silent) == 1 else {}


def _carried(one: Shown) -> str:
    return carried(one.ticket.value(FieldName.KEY) or "", one.description)


def follow_ups(borns: Iterable[Born], numbers: Mapping[str, int]) -> tuple[Edit, ...]:
    """Answer what follows in the same cycle: the end, kept notes, relations.

    Args:
        borns: what became of the births.
        numbers: the tickets of episodes, those just opened too.
    """
    edits, pairs = [], set[frozenset[int]]()
    for born in borns:
        ticket = born.opened.ticket
        if ticket is None or born.found:
            continue
        edit = resolved(_after(born, ticket), numbers)
        mine = [n for n in edit.related if frozenset((n, ticket.id)) not in pairs]
        pairs |= {frozenset((n, ticket.id)) for n in mine}
        edit = replace(edit, related=tuple(mine))
        if edit.fields or edit.note or edit.kept or edit.related:
            edits.append(edit)
    return tuple(edits)


def _after(born: Born, ticket: Ticket) -> Edit:
    birth, status = born.birth, ticket.status
    silent = born.opened.outcome is OpeningOutcome.NEUTRAL
    end = birth.closed if not ticket.closed else None
    why = Message("the trouble is over")
    fields = () if end is None else (
        FieldEdit(name=FieldName.STATUS, old=str(status.id), new=str(end.id), why=why,
                  old_name=status.name, new_name=end.name),
    )  # fmt: skip
    return Edit(
        ticket=ticket,
        key=f"redmine:issue/{ticket.id}",
        fields=fields,
        note=None if silent else birth.note,
        rule=birth.rule,
        process=birth.process,
        team=birth.team,
        routed=True,
        kept=() if silent else birth.kept,
        related=birth.related,
        kin=birth.kin,
        episode=birth.episode,
        said=() if silent else birth.closes,
    )


def resolved(edit: Edit, numbers: Mapping[str, int]) -> Edit:
    """Answer the edit with the tickets of its kin, as far as these were opened."""
    found = [numbers[key] for key in edit.kin if key in numbers]
    related = dict.fromkeys((*edit.related, *found))
    return replace(edit, related=tuple(n for n in related if n != edit.ticket.id), kin=())


def unopened(links: Iterable[Link]) -> Iterator[Finding]:
    """Answer the tickets that Redmine refuses to open."""
    for link in links:
        if link.ticket is None and link.refused and link.why is not None:
            params = {"episode": link.episode, "why": link.why}
            told = Message("the ticket of {episode} can't be opened: {why}", params)
            yield Finding(key=f"birth/{link.episode}", kind="cycle.birth", message=told)
