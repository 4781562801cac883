"""What becomes of an episode's ticket: it is opened, edited, or left alone. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from itsm_sync.desk.planner import RETRY_REFUSED, circumstances
from itsm_sync.desk.signals import telling
from itsm_sync.desk.signals.matters import Manner, Matter, Saying
from itsm_sync.desk.signals.openings import birth
from itsm_sync.desk.subject import is_pinned
from itsm_sync.model.markup import Markup, escaped
from itsm_sync.model.plans import Birth, Edit, FieldEdit, KeptNote, NoteEdit, Withheld
from itsm_sync.model.resting import rests
from itsm_sync.model.signals import Episode, Link, Remark, Standing
from itsm_sync.model.text import normal
from itsm_sync.model.tickets import FieldName, Ref, Ticket
from itsm_sync.model.words import Message

_NOBODYS = (Standing.REJECTED, Standing.DELETED)
_LATELY = timedelta(days=1)  # after its last change a closed ticket still gets its relations
_OTHERWISE = Message("the signal tells otherwise now")
Tended = tuple[Edit | Birth | None, tuple[Withheld, ...]]


def tend(matter: Matter, manner: Manner, now: datetime) -> Tended:
    """Answer what is to be done about an episode's ticket, and what is not tried just now.

    A ticket whose history could not be read is left alone, or a person's closing would be undone.
    """
    if matter.episode.standing in _NOBODYS:
        return None, ()
    if matter.ticket is not None:
        return _edit(matter, matter.ticket, manner, now)
    if matter.shut or not lacks_ticket(matter.episode, matter.link):
        return None, ()
    return birth(matter, manner, now), ()


def lacks_ticket(episode: Episode, link: Link | None) -> bool:
    """Whether an episode is to have a ticket, and there is none; one may be there unseen."""
    if episode.under or episode.standing in _NOBODYS:
        return False
    return link is None or (link.ticket is None and link.intended_at is None)


def _edit(matter: Matter, ticket: Ticket, manner: Manner, now: datetime) -> Tended:
    left = matter.episode.left and not ticket.closed
    if matter.shut or not matter.heard or is_pinned(ticket) or left:
        return None, ()
    status = _status(matter, ticket)
    awake = status is not None or not ticket.closed
    wanted = [*([status] if status else []), *(_words(matter, ticket, manner) if awake else ())]
    fields = tuple(
        edit for edit in wanted if not _refused(edit.name, edit.new, matter, manner, now)
    )
    withheld = tuple(
        _withheld(edit.name, edit.new, matter, manner) for edit in wanted if edit not in fields
    )
    moved = status is not None and status in fields
    remarks = [] if matter.mute or not awake else _remarks(matter, now, moved=moved)
    kept = [] if matter.mute else list(_kept(matter, manner, awake=awake))
    if (remarks or kept) and _refused(FieldName.NOTE, None, matter, manner, now):
        remarks, kept = [], []
        withheld = (*withheld, _withheld(FieldName.NOTE, "", matter, manner))
    note = telling.note(remarks, manner)
    made = Edit(
        ticket=ticket,
        key=f"{telling.TICKET}{ticket.id}",
        fields=fields,
        note=note,
        rule=matter.rule,
        process=matter.process,
        team=matter.team,
        routed=True,
        kept=tuple(kept),
        related=tuple(_missing(matter)) if awake or _is_fresh(ticket, now) else (),
        kin=tuple(key for key in telling.kin(matter) if key in matter.coming) if awake else (),
        episode=matter.episode.key,
        said=tuple(one.name for one in remarks),
    )
    there = made.fields or made.note or made.kept or made.related or made.kin
    return (made if there else None), withheld


def _status(matter: Matter, ticket: Ticket) -> FieldEdit | None:
    """Answer the end that was proven, or the coming back; what a person did stands already."""
    live, seat = matter.episode.live, matter.seat
    if live is not ticket.closed or (live and not _came_back(matter, ticket)):
        return None
    new = seat.opened if live else seat.closed
    why = Message("the trouble is back") if live else Message("the trouble is over")
    old = ticket.status
    made = FieldEdit(name=FieldName.STATUS, old=str(old.id), new=str(new.id), why=why)
    return _named(made, old, new)


def _is_fresh(ticket: Ticket, now: datetime) -> bool:
    """Whether what follows an edit may still be owed to a ticket: the closing was written, and the
    server was ill, or the program was killed, before its relations were made.
    """
    return now - ticket.updated_on < _LATELY


def _came_back(matter: Matter, ticket: Ticket) -> bool:
    """Whether it was closed by us, or had come back before: times of Redmine's are seconds, and a
    person's closing within the second of our last write is not heard.
    """
    entry = matter.ledger.get(FieldName.STATUS)
    ours = entry is not None and entry.value == str(ticket.status.id)
    return ours or bool(matter.episode.reopenings)


def _words(matter: Matter, ticket: Ticket, manner: Manner) -> Iterator[FieldEdit]:
    """Answer what the ticket says otherwise than the telling, where it shows what we wrote."""
    for name, new in _told(matter, ticket, manner).items():
        old = normal(ticket.value(name))
        entry = matter.ledger.get(name)
        if entry is not None and normal(entry.value) == old != new:
            made = FieldEdit(name=name, old=old, new=new, why=_OTHERWISE)
            yield _named(made, ticket.priority, matter.seat.priority)


def _told(matter: Matter, ticket: Ticket, manner: Manner) -> Mapping[FieldName, str]:
    """Answer the texts as they are told now, as far as they may be said and differ."""
    told = {}
    if matter.seat.priority is not None:
        told[FieldName.PRIORITY] = str(matter.seat.priority.id)
    if (due := matter.telling.due) is not None:
        told[FieldName.DUE_DATE] = due.isoformat()
    neutral = matter.saying is Saying.NEUTRAL
    # Of what is not known any more nothing is told, and the ticket stays as it was written.
    if neutral or (matter.telling.description and not matter.mute):
        told[FieldName.SUBJECT] = telling.subject(matter, manner, neutral=neutral)
        poorer = matter.telling.partial and not neutral
        if not poorer and not telling.tells(ticket.description, matter, manner):
            told[FieldName.DESCRIPTION] = telling.description(matter, manner, neutral=neutral)
    return {name: normal(text) for name, text in told.items()}


def _named(edit: FieldEdit, old: Ref | None, new: Ref | None) -> FieldEdit:
    """Answer the edit with the names by which people know its numbers."""
    if edit.name not in (FieldName.STATUS, FieldName.PRIORITY):
        return edit
    return replace(edit, old_name=old.name if old else "", new_name=new.name if new else "")


def _refused(
    name: FieldName, value: str | None, matter: Matter, manner: Manner, now: datetime
) -> bool:
    """Whether Redmine refused it lately under the same circumstances; a None is any value."""
    refusal = matter.refusals.get(name)
    if refusal is None or matter.ticket is None:
        return False
    if refusal.tries < manner.tries and not rests(refusal.at, RETRY_REFUSED, now):
        return False
    same = value is None or normal(refusal.value) == normal(value)
    return same and refusal.circumstances == circumstances(matter.ticket, manner.configuration)


def _withheld(name: FieldName, value: str, matter: Matter, manner: Manner) -> Withheld:
    refusal = matter.refusals[name]
    return Withheld(
        ticket=refusal.ticket,
        field=name,
        value=value,
        why=refusal.reason,
        given_up=refusal.tries >= manner.tries,
    )


def _remarks(matter: Matter, now: datetime, *, moved: bool) -> list[Remark]:
    """Answer what is to be said now: with a change of status all of it, else not too often."""
    unsaid = [one for one in matter.telling.remarks if one.name not in matter.said]
    if moved:
        return unsaid
    early = matter.said_at is not None and rests(matter.said_at, matter.telling.note_every, now)
    return [] if early else [one for one in unsaid if not telling.ends(one)]


def _kept(matter: Matter, manner: Manner, *, awake: bool) -> Iterator[KeptNote]:
    before = matter.kept.get(telling.LIVE)
    if before is None and not (awake and telling.beyond(matter)):
        return
    found = telling.live_note(matter, before, manner)
    if found is not None:
        yield found


def _missing(matter: Matter) -> Iterator[int]:
    for number in telling.related(matter):
        if number not in matter.unrelated and not telling.stands(matter, number):
            yield number


def joined(routed: Edit, tended: Edit, markup: Markup) -> Edit:
    """Answer one edit of the two of a ticket, by routing and by its signal: one PUT a cycle."""
    return replace(
        tended,
        fields=(*routed.fields, *tended.fields),
        note=_both(routed.note, tended.note, markup),
        watchers=routed.watchers,
        rule=routed.rule,
        process=routed.process,
        team=routed.team,
        kept=(*routed.kept, *tended.kept),
        routed=routed.routed,
        backfill=routed.backfill,
    )


def _both(one: NoteEdit | None, other: NoteEdit | None, markup: Markup) -> NoteEdit | None:
    if one is None or other is None:
        return one or other
    texts = (n.text if n.rendered else escaped(n.text, markup) for n in (one, other))
    private = one.private or other.private
    return NoteEdit(text="\n\n".join(texts), private=private, rendered=True)
