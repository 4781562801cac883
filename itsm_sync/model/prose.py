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
    """A table with a head; columns of numbers (`right`, from 0) stand at the right."""

    head: tuple[Part, ...]
    rows: tuple[tuple[tuple[Part, ...], ...], ...]
    right: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Lines shown just as they are, of a log."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a section; level 1 is that of a page."""

    text: Part
    level: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that is attached: its file's name (letters, digits, `.`, `-`), what it shows."""

    name: str
    said: str


Block = Paragraph | Bullets | Grid | Verbatim | Heading | Picture
Prose = tuple[Block, ...]
