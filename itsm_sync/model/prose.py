"""Text with a little structure, before it is mark-up. Words in it are plain and become harmless."""

from dataclasses import dataclass

from itsm_sync.model.words import Message, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A link: what it is called, and where it leads (http or https, else the text alone)."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class TicketNumber:
    """A ticket, which Redmine shows as a link."""

    number: int


Part = str | Message | Words | Address | TicketNumber


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of its own, made of parts."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; each entry is made of parts."""

    entries: tuple[tuple[Part, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table with a head."""

    head: tuple[Part, ...]
    rows: tuple[tuple[tuple[Part, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Lines shown just as they are, of a log."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a section."""

    text: Message


Block = Paragraph | Bullets | Grid | Verbatim | Heading
Prose = tuple[Block, ...]
