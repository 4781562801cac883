"""What is known of tickets that were, or may have been, opened: their numbers, what follows, what a
person must know. Pure.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from itsm_sync.desk.signals.matters import Matter
from itsm_sync.model.findings import Finding
from itsm_sync.model.openings import OpeningOutcome, Shown
from itsm_sync.model.plans import Birth, Born, Edit, FieldEdit
from itsm_sync.model.resting import rests
from itsm_sync.model.signals import Link, carried
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import TEXTS, FieldName, Ticket
from itsm_sync.model.words import Message

# A search for what may have been opened begins this long before the first intent: the clocks of two
# machines differ, and a day costs nothing.
BEFORE = timedelta(days=1)
_SKEW = timedelta(minutes=10)
# So long a server may still make a ticket for whose answer nobody waits any more: a request is
# given up after two minutes as shipped (`redmine.deadline`), or when its process is killed.
PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of intents whose answer was lost: a ticket that was made, or nothing."""

    links: Mapping[str, int] = field(default_factory=dict)
    forgotten: frozenset[str] = frozenset()


def settle(
    intents: Iterable[Link],
    found: Iterable[Shown],
    *,
    taken: Collection[int],
    neutral: str,
    now: datetime,
) -> Settled:
    """Answer what became of the intents of earlier cycles; of one of which there is no ticket yet,
    nothing until `PATIENCE` is over.

    Args:
        intents: with the time of each; those of this cycle are not among them.
        found: all tickets of ours opened since `BEFORE` the first of them.
        taken: the tickets of other episodes.
        neutral: the subject of a private ticket that was not told anything yet.
        now: the time.
    """
    links, waiting = {}, {link.episode: link for link in intents if link.intended_at is not None}
    free = sorted((one for one in found if one.ticket.id not in taken), key=lambda s: s.ticket.id)
    for one in free:
        if (key := _carried(one)) in waiting:
            del waiting[key]
            links[key] = one.ticket.id
    links |= _nameless(waiting, [one for one in free if not _carried(one)], neutral)
    old = {key for key, link in waiting.items() if not _may_come(link, now)}
    return Settled(links=links, forgotten=frozenset(old) - frozenset(links))


def _may_come(link: Link, now: datetime) -> bool:
    return link.intended_at is not None and rests(link.intended_at, PATIENCE, now)


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
        if _something(edit):
            edits.append(edit)
    return tuple(edits)


def _after(born: Born, ticket: Ticket) -> Edit:
    birth = born.birth
    silent = born.opened.outcome is OpeningOutcome.NEUTRAL
    return Edit(
        ticket=ticket,
        key=f"redmine:issue/{ticket.id}",
        fields=(*_learnt(birth, ticket), *_end(birth, ticket)),
        note=None if silent else birth.note,
        watchers=birth.watchers,
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


def _learnt(birth: Birth, ticket: Ticket) -> Iterator[FieldEdit]:
    """Answer the fields that could not be sent, for their numbers were not known before: of a
    Redmine without tickets nothing tells them (Redmine fact 12).
    """
    opening = birth.opening
    for name, new in opening.fields.items():
        unknown = name in ticket.field_ids and name not in opening.field_ids
        hidden = opening.private and name in TEXTS and not ticket.private
        if unknown and not hidden and normal(ticket.value(name)) != normal(new):
            old = normal(ticket.value(name))
            yield FieldEdit(name=name, old=old, new=normal(new), why=birth.why)


def _end(birth: Birth, ticket: Ticket) -> Iterator[FieldEdit]:
    end, status = birth.closed, ticket.status
    if end is not None and not ticket.closed:
        yield FieldEdit(
            name=FieldName.STATUS,
            old=str(status.id),
            new=str(end.id),
            why=Message("the trouble is over"),
            old_name=status.name,
            new_name=end.name,
        )


def with_kin(edit: Edit, coming: Collection[str]) -> Edit | None:
    """Answer the edit with those of its kin alone whose tickets are to be opened; None where it
    then has nothing to do.
    """
    kin = tuple(key for key in edit.kin if key in coming)
    edit = replace(edit, kin=kin)
    return edit if kin or _something(edit) else None


def _something(edit: Edit) -> bool:
    return bool(edit.fields or edit.note or edit.watchers or edit.kept or edit.related)


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


def shut_out(matters: Iterable[Matter]) -> Iterator[Finding]:
    """Answer the tickets whose end, or coming back, a closed project keeps from them."""
    for matter in matters:
        ticket = matter.ticket
        if ticket is not None and matter.shut and matter.episode.live is ticket.closed:
            params = {"ticket": ticket.id}
            message = (
                Message("#{ticket} stays closed, for its project is: its trouble is back", params)
                if ticket.closed
                else Message("#{ticket} stays open, for its project is closed: its trouble is over",
                             params)
            )  # fmt: skip
            yield Finding(key=f"shut/{ticket.id}", kind="cycle.signal", message=message)
