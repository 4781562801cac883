"""The status page as values: every text said, every number there, nothing left to decide."""

from dataclasses import dataclass

# How something stands, for its colour; the text beside it says the same.
GOOD, WAITING, BAD, QUIET = "good", "waiting", "bad", "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A text of a table, perhaps a link, perhaps in a tone; `code` is shown letter by letter.

    `after` is what stands after a link. What stands between back quotes is shown as code.
    """

    text: str
    url: str = ""
    tone: str = ""
    code: bool = False
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled table; `empty` is said where it has no rows, `note` below it."""

    id: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str
    note: str = ""
    links: tuple[Cell, ...] = ()
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with its name."""

    label: str
    number: str
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """What whoever looks must know first."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The whole page. `other` leads to it in the other language."""

    language: str
    title: str
    subtitle: str
    state: Banner
    banners: tuple[Banner, ...]
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    foot: tuple[str, ...]
    other: Cell
