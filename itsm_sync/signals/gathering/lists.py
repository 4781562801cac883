"""What the tickets of outages and storms have in common: a list of what they hold. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from itsm_sync.model.audience import NEUTRAL
from itsm_sync.model.items import Audience
from itsm_sync.model.prose import Bullets, Grid, Heading, Part, Prose, TicketNumber
from itsm_sync.model.signals import Episode, Telling
from itsm_sync.model.text import one_line
from itsm_sync.model.watching import Outages, Storms
from itsm_sync.model.words import Message
from itsm_sync.signals.gathering.spans import BUILDS, OUTAGES, STORMS, over_at
from itsm_sync.signals.gathering.spells import spells
from itsm_sync.signals.ports import Known
from itsm_sync.signals.words.phrases import bounded, more
from itsm_sync.signals.words.shaping import due, local
from itsm_sync.signals.words.wording import LONGEST_NAME, Phrases, in_order, line, link, remarks

ROWS = 50  # with names and addresses cut (`wording`), they stay below 65 KB
_CAUSES = 5
_PHRASES = Phrases(
    again=Message("Failing again since {time}."),
    over=Message("All of it is well since {time}: closed."),
    well=Message("All of it is well since {time}. The ticket stays with who has taken it."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What a whole holds, with the ticket that it had before; `hushed`: its words are not said."""

    episode: Episode
    ticket: int | None
    on: bool
    hushed: bool

    @property
    def name(self) -> str:
        """What it is called: an outage by its error."""
        return one_line(str(self.episode.facts.get("error") or self.episode.line), LONGEST_NAME)


def members(whole: Episode, known: Known) -> list[Member]:
    """Answer what a whole holds as far as it is known, in its order."""
    recent = {e.key: e for e in known.episodes(since=whole.began)}
    if whole.signal in (OUTAGES, STORMS):
        recent = {**spells(BUILDS, whole.began, known), **recent}
    found = (recent.get(key) or known.episode(key) for key in whole.members)
    return [
        Member(
            episode=e,
            ticket=known.ticket_of(e.key),
            on=over_at(e) is None,
            hushed=e.audience is Audience.PRIVATE and whole.audience is Audience.PUBLIC,
        )
        for e in found
        if e is not None
    ]


def telling(
    section: Outages | Storms,
    whole: Episode,
    *,
    subject: Message,
    description: Prose,
    many: int,
    zone: tzinfo,
    known: Known,
) -> Telling:
    """Answer what a whole's ticket says; `many` of its members stand in the description."""
    held = members(whole, known)
    first = [m for m in held if m.episode.key in whole.members[: min(many, ROWS)]]
    rows = sorted(held, key=lambda member: not member.on)[:ROWS]
    about = (m.episode.first for m in (*first, *rows) if not m.hushed)
    return Telling(
        project=section.project,
        tracker=section.tracker,
        priority=section.priority,
        due=due(whole, section.due_days, zone),
        subject=subject,
        description=(
            *description,
            Heading(Message("The first of them")),
            Bullets(tuple((_linked(member, known),) for member in first)),
        ),
        live=(*_counts(held, known), *_table(rows, len(held), zone, known)),
        remarks=remarks(whole, _PHRASES, zone),
        note_every=section.note_every,
        related=in_order(m.episode.key for m in held if m.ticket is not None)[:ROWS],
        about=in_order(about),
    )


def _counts(held: Sequence[Member], known: Known) -> Prose:
    on = sum(member.on for member in held)
    counted = {"n": on, "all": len(held)}
    causes = _causes(held, known)
    return (
        line(Message("{n} of {all} still failing.", counted)),
        *((Heading(Message("Causes")), *bounded(causes, _CAUSES)) if len(causes) > 1 else ()),
    )


def _causes(held: Iterable[Member], known: Known) -> list[tuple[Part, ...]]:
    """Answer the errors that were seen, the most frequent first."""
    said = (member for member in held if not member.hushed)
    found = Counter(error for member in said if (error := _error(member, known)))
    ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:_CAUSES]
    return [(f"{count} × ", one_line(error, LONGEST_NAME)) for error, count in ordered]


def _error(member: Member, known: Known) -> str:
    facts: Mapping[str, object] = member.episode.facts
    if not facts.get("error") and (item := known.item(member.episode.first)) is not None:
        facts = item.facts
    return str(facts.get("error") or "")


def _table(rows: Sequence[Member], every: int, zone: tzinfo, known: Known) -> Prose:
    head: tuple[Part, ...] = (Message("What"), Message("Since"), Message("State"))
    grid = Grid(head=head, rows=tuple(_row(member, zone, known) for member in rows))
    return (grid, *((line(more(every - len(rows))),) if every > len(rows) else ()))


def _row(member: Member, zone: tzinfo, known: Known) -> tuple[tuple[Part, ...], ...]:
    number = () if member.ticket is None else (" ", TicketNumber(member.ticket))
    began = local(member.episode.began, zone)
    return ((_linked(member, known), *number), (began,), (_state(member, zone),))


def _state(member: Member, zone: tzinfo) -> Message:
    over = over_at(member.episode)
    if over is None:
        return Message("failing")
    return Message("well since {time}", {"time": local(over, zone)})


def _linked(member: Member, known: Known) -> Part:
    if member.hushed:
        return NEUTRAL
    item = known.item(member.episode.first)
    return link(member.name, "" if item is None else item.url)
