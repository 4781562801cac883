"""What a prose says, as plain text: no mark-up, one block a line."""

from collections.abc import Iterable

from itsm_sync.locale import say
from itsm_sync.model.prose import (
    Address,
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


def plain(prose: Prose, language: str = "en") -> str:
    return "\n".join(line for block in prose for line in _lines(block, language))


def whole(telling: Telling, language: str = "en") -> str:
    """All that a ticket says: subject, description, live part, remarks."""
    parts = [telling.description, telling.live, *(remark.text for remark in telling.remarks)]
    return "\n".join([say(telling.subject, language), *(plain(part, language) for part in parts)])


def _lines(block: object, language: str) -> Iterable[str]:
    if isinstance(block, Paragraph):
        return [_said(block.parts, language)]
    if isinstance(block, Bullets):
        return [f"* {_said(parts, language)}" for parts in block.entries]
    if isinstance(block, Grid):
        head = " | ".join(_said((part,), language) for part in block.head)
        rows = [" | ".join(_said(cell, language) for cell in row) for row in block.rows]
        return [head, *rows]
    if isinstance(block, Verbatim):
        return [block.text]
    assert isinstance(block, Heading)
    return [f"== {say(block.text, language)}"]


def _said(parts: tuple[Part, ...], language: str) -> str:
    return "".join(_one(part, language) for part in parts)


def _one(part: Part, language: str) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, Address):
        return f"{part.text} <{part.url}>"
    if isinstance(part, TicketNumber):
        return f"#{part.number}"
    return say(part, language)
