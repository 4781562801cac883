"""Words that the tickets of several signals share. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo

from itsm_sync.model.prose import Address, Bullets, Paragraph, Part, Prose, TicketNumber
from itsm_sync.model.signals import Episode, Remark, Standing
from itsm_sync.model.text import one_line
from itsm_sync.model.watching import Section
from itsm_sync.model.words import Message, Words
from itsm_sync.signals.ports import Known

LISTED = 20  # lines of a list before "and n more"
LONGEST_NAME = 80
_LONGEST_URL = 400  # fifty of them, with their names, stay below the 65 KB of a description
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """What is said once as an episode goes on; each has the place `time`."""

    again: Message
    over: Message
    well: Message  # over, while a person has it


def shown(at: datetime, zone: tzinfo) -> str:
    """Answer a time as people there read it, to the minute."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def worded(own: Words | None, shipped: Message, places: Mapping[str, str]) -> Message:
    """Answer the configured words with their places filled, or else the shipped ones."""
    if own is None:
        return replace(shipped, params=places)
    return Message(
        "{text}", {"text": Words(ko=_filled(own.ko, places), en=_filled(own.en, places))}
    )


def _filled(text: str, places: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda found: places.get(found[1], found[0]), text)


def remarks(episode: Episode, phrases: Phrases, zone: tzinfo) -> tuple[Remark, ...]:
    """Answer what is to be said of an episode's returns and of its end by proof."""
    said = [_remark("reopened", at, phrases.again, zone) for at in episode.reopenings]
    if episode.standing is Standing.CLOSED and episode.ended and episode.healed:
        said.append(_remark("closed", episode.ended, phrases.over, zone))
    if episode.live and episode.well_since:
        said.append(_remark("well", episode.well_since, phrases.well, zone))
    return tuple(said)


def _remark(name: str, at: datetime, phrase: Message, zone: tzinfo) -> Remark:
    text = replace(phrase, params={"time": shown(at, zone)})
    return Remark(name=f"{name}@{at.astimezone(UTC):%Y%m%dT%H%M%SZ}", text=(line(text),), at=at)


def before(episode: Episode, known: Known) -> Prose:
    """Answer the line that names the ticket of the episode before, where there is one."""
    number = known.ticket_of(episode.previous) if episode.previous else None
    return () if number is None else (line(Message("Before this:"), " ", TicketNumber(number)),)


def due(section: Section, episode: Episode, zone: tzinfo) -> date | None:
    """Answer when the ticket is due; from the trouble's beginning, which no return moves."""
    if section.due_days is None:
        return None
    return episode.began.astimezone(zone).date() + timedelta(days=section.due_days)


def line(*parts: Part) -> Paragraph:
    """Answer a line of text."""
    return Paragraph(parts)


def link(text: str, url: str) -> Part:
    """Answer a link of a bounded length; the name alone where the address is too long."""
    name = one_line(text, LONGEST_NAME)
    return Address(text=name, url=url) if 0 < len(url) <= _LONGEST_URL else name


def listed(entries: Sequence[Sequence[Part]], limit: int = LISTED) -> Bullets:
    """Answer a list, cut at `limit` with how many more there are."""
    kept: list[tuple[Part, ...]] = [tuple(entry) for entry in entries[:limit]]
    if rest := len(entries) - len(kept):
        kept.append((more(rest),))
    return Bullets(tuple(kept))


def more(count: int) -> Message:
    """Answer what stands at the end of a list that was cut."""
    return Message("and {n} more", {"n": count})


def in_order(values: Iterable[str]) -> tuple[str, ...]:
    """Answer the values that are not empty, each once, in order."""
    return tuple(sorted({value for value in values if value}))
