"""What a telling says on a ticket: subject, description, notes, the part that is kept up. Pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from itsm_sync.desk.prose import rendered
from itsm_sync.desk.signals.matters import Manner, Matter
from itsm_sync.locale import say
from itsm_sync.model.audience import NEUTRAL
from itsm_sync.model.markup import Markup
from itsm_sync.model.plans import KeptNote, NoteEdit
from itsm_sync.model.prose import Bullets, Heading, Part, Prose, TicketNumber
from itsm_sync.model.signals import MARKER, Remark, Tally, kept_mark, relation_made
from itsm_sync.model.text import normal, one_line
from itsm_sync.model.words import Language, Message

SUBJECT_LIMIT = 255  # Redmine fact 25
LIVE = "live"
CLOSING = "closed"  # how the names of remarks begin that tell the end
TICKET = "redmine:issue/"


def marker(key: str) -> str:
    """Answer the line by which a ticket whose key field was dropped is known (Redmine fact 28)."""
    return f"{MARKER} {key}"


def subject(matter: Matter, manner: Manner, *, neutral: bool) -> str:
    """Answer the subject; a neutral one tells nothing."""
    told = NEUTRAL if neutral else matter.telling.subject
    return one_line(say(told, manner.language), SUBJECT_LIMIT)


def description(matter: Matter, manner: Manner, *, neutral: bool) -> str:
    """Answer the description as mark-up, which ends with the marker."""
    told = "" if neutral else rendered(matter.telling.description, manner.language, manner.markup)
    return normal(f"{told}\n\n{marker(matter.episode.key)}")


def tells(shown: str, matter: Matter, manner: Manner) -> bool:
    """Whether a description that we wrote says just this, in whichever mark-up it was written."""
    neutral = matter.mute
    said = (description(matter, _in(manner, m), neutral=neutral) for m in _as_good(manner))
    return any(text == normal(shown) for text in said)


def _as_good(manner: Manner) -> tuple[Markup, ...]:
    """Answer the mark-ups in which a text of ours may stand: words alone only until it is known."""
    known = manner.markup is not Markup.UNKNOWN
    others = (markup for markup in Markup if not known or markup is not Markup.UNKNOWN)
    return tuple(dict.fromkeys((manner.markup, *others)))  # as a rule the first one fits


def note(remarks: Iterable[Remark], manner: Manner) -> NoteEdit | None:
    """Answer the note that makes these remarks, in the order of their times."""
    told = sorted(remarks, key=lambda remark: (remark.at, remark.name))
    texts = (rendered(one.text, manner.language, manner.markup) for one in told)
    text = "\n\n".join(text for text in texts if text)
    return NoteEdit(text=text, private=False, rendered=True) if text else None


def ends(remark: Remark) -> bool:
    """Whether the remark tells the end."""
    return remark.name.startswith(CLOSING)


def live(matter: Matter) -> Prose:
    """Answer the part that is kept up, with the tickets that Redmine does not relate it to."""
    apart = sorted(n for n in related(matter) if n in matter.apart and not stands(matter, n))
    if not apart:
        return matter.telling.live
    entries: tuple[tuple[Part, ...], ...] = tuple((TicketNumber(number),) for number in apart)
    return (*matter.telling.live, Heading(Message("Related tickets")), Bullets(entries))


def beyond(matter: Matter) -> bool:
    """Whether the part that is kept up says more than the opening did."""
    episode = matter.episode
    if matter.telling.at_once:
        return True
    links = any(number in matter.apart for number in related(matter))
    return episode.count > 1 or bool(episode.reopenings) or links


def live_note(matter: Matter, before: KeptNote | None, manner: Manner) -> KeptNote | None:
    """Answer the part that is kept up as it is to be written; None as `kept_note` does."""
    return kept_note(LIVE, live(matter), before, manner, tally=matter.telling.tally)


def kept_note(
    name: str,
    prose: Prose,
    before: KeptNote | None,
    manner: Manner,
    *,
    private: bool = False,
    tally: Tally | None = None,
) -> KeptNote | None:
    """Answer the kept note as it is to be written; None where it says so already, or nothing.

    A note that is there is never emptied: Redmine would delete it.
    """
    mark = kept_mark(name, tally)
    text = _whole_note(mark, prose, manner.language, manner.markup)
    if not text:
        return None
    if before is not None:
        good = (_whole_note(mark, prose, manner.language, m) for m in _as_good(manner))
        if any(normal(one) == normal(before.text) for one in good):
            return None
    return KeptNote(
        name=name,
        text=text,
        private=before.private if before else private,
        journal=before.journal if before else None,
    )


def _whole_note(mark: str, prose: Prose, language: Language, markup: Markup) -> str:
    text = rendered(prose, language, markup)
    return f"{text}\n\n{mark}" if text else ""


def related(matter: Matter) -> tuple[int, ...]:
    """Answer the tickets that the telling relates to, as far as they have numbers."""
    found = (_number(key, matter) for key in matter.telling.related)
    own = matter.ticket.id if matter.ticket else None
    return tuple(dict.fromkeys(n for n in found if n is not None and n != own))


def stands(matter: Matter, number: int) -> bool:
    """Whether the relation is there, or was made once: who took it away has decided so."""
    return number in matter.related or relation_made(number) in matter.said


def kin(matter: Matter) -> tuple[str, ...]:
    """Answer the episodes named whose tickets have no number yet."""
    named = matter.telling.related
    return tuple(dict.fromkeys(key for key in named if _number(key, matter) is None))


def _number(key: str, matter: Matter) -> int | None:
    number = key.removeprefix(TICKET)
    if number != key:
        return int(number) if number.isdecimal() else None
    return matter.numbers.get(key)


def digest(told: object) -> str:
    """Answer a few digits that differ where what is told does."""
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _in(manner: Manner, markup: Markup) -> Manner:
    return replace(manner, markup=markup)
