"""Prose as people read it, without mark-up."""

from collections.abc import Iterator

from itsm_sync.locale import say
from itsm_sync.model.prose import (
    Address,
    Block,
    Bullets,
    Grid,
    Heading,
    Paragraph,
    Part,
    Prose,
    TicketNumber,
    Verbatim,
)
from itsm_sync.model.signals import Telling
from itsm_sync.model.words import Message, Words


def words(prose: Prose, language: str = "en") -> str:
    """Answer all that prose says, a line for each paragraph, entry and row."""
    return "\n".join(line for block in prose for line in _lines(block, language))


def whole(telling: Telling, language: str = "en") -> str:
    """Answer all that a ticket says: subject, description, live part, remarks."""
    parts = [telling.description, telling.live, *(remark.text for remark in telling.remarks)]
    return "\n".join([say(telling.subject, language), *(words(part, language) for part in parts)])


def _lines(block: Block, language: str) -> Iterator[str]:
    def joined(parts: tuple[Part, ...]) -> str:
        return "".join(_word(part, language) for part in parts)

    match block:
        case Paragraph():
            yield joined(block.parts)
        case Heading():
            yield f"== {say(block.text, language)}"
        case Bullets():
            yield from (f"* {joined(entry)}" for entry in block.entries)
        case Grid():
            yield " | ".join(_word(part, language) for part in block.head)
            yield from (" | ".join(map(joined, row)) for row in block.rows)
        case Verbatim():
            yield block.text


def _word(part: Part, language: str) -> str:
    match part:
        case Address():
            return f"{part.text} <{part.url}>"
        case TicketNumber():
            return f"#{part.number}"
        case _:
            return say(part, language) if isinstance(part, (Message, Words)) else part
