"""What the tickets of machines, outages and storms say alike. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import tzinfo
from urllib.parse import quote

from itsm_sync.model.prose import Address, Paragraph, Part, Prose, TicketNumber
from itsm_sync.model.signals import Episode, Remark, Standing
from itsm_sync.model.text import one_line
from itsm_sync.model.words import Message
from itsm_sync.signals.ports import Known
from itsm_sync.signals.words.phrases import stamp
from itsm_sync.signals.words.shaping import local

LISTED = 20  # lines of a list before "and n more"
# Fifty names of marks that become references, and fifty addresses, stay below the 65 KB of a text
# of Redmine.
LONGEST_NAME = 60
_LONGEST_URL = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """What is said once as an episode goes on; each has the place `time`."""

    again: Message
    over: Message
    well: Message  # over, while a person has it


def remarks(episode: Episode, phrases: Phrases, zone: tzinfo) -> tuple[Remark, ...]:
    """Answer what is to be said of an episode's returns and of its end by proof."""
    said = [("reopened", at, phrases.again) for at in episode.reopenings]
    if episode.standing is Standing.CLOSED and episode.ended and episode.healed:
        said.append(("closed", episode.ended, phrases.over))
    if episode.live and episode.well_since:
        said.append(("well", episode.well_since, phrases.well))
    return tuple(
        Remark(
            name=f"{name}@{stamp(at)}",
            text=(line(replace(phrase, params={"time": local(at, zone)})),),
            at=at,
        )
        for name, at, phrase in said
    )


def before(episode: Episode, known: Known) -> Prose:
    """Answer the line that names the ticket of the episode before, where there is one."""
    number = known.ticket_of(episode.previous) if episode.previous else None
    return () if number is None else (line(Message("Before this:"), " ", TicketNumber(number)),)


def line(*parts: Part) -> Paragraph:
    """Answer a line of text."""
    return Paragraph(parts)


def link(text: str, url: str) -> Part:
    """Answer a link of a bounded length; the name alone where the address is too long."""
    name = one_line(text, LONGEST_NAME)
    fits = url and len(quote(url, safe=":/?=&%")) <= _LONGEST_URL
    return Address(text=name, url=url) if fits else name


def in_order(values: Iterable[str]) -> tuple[str, ...]:
    """Answer the values that are not empty, each once, in order."""
    return tuple(sorted({value for value in values if value}))
