"""A report as every form shows it: said in one language, with values that forms write their way.

Pure values. Measures make numbers, views make documents of them, forms (`reports.forms`) make
files. All text is plain: a form escapes it for itself.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from itsm_sync.model.items import Audience
from itsm_sync.model.words import Language


class Unit(StrEnum):
    """What a number is of; forms write it in the document's language."""

    NONE = ""
    TICKETS = "tickets"
    TIMES = "times"
    BUILDS = "builds"
    ALERTS = "alerts"
    ROLES = "roles"
    JOBS = "jobs"
    TROUBLES = "troubles"
    EXECUTORS = "executors"
    DAYS = "days"
    HOURS = "hours"
    MINUTES = "minutes"
    PER_DAY = "per_day"
    PER_WEEK = "per_week"
    SHARE = "share"  # 0.25 is 25 %
    BYTES = "bytes"
    WORKING = "working"  # of a duration: business hours, of which 24 are no day
    CLOCK = "clock"  # of a duration: hours of a promise's clock, whichever those are


@dataclass(frozen=True, slots=True)
class Link:
    """What is shown, and the address behind it (http or https, else it is shown alone)."""

    text: str
    url: str


class Grade(StrEnum):
    """What a verdict comes to."""

    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"


# Beside the words: a verdict is told neither by its colour alone nor by its sign.
SIGNS = {Grade.GOOD: "○", Grade.BAD: "×", Grade.UNKNOWN: "–"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict: a word with a sign before it, in the colour of its grade where there are any."""

    word: str
    grade: Grade

    @property
    def text(self) -> str:
        """The sign and the word."""
        return f"{SIGNS[self.grade]} {self.word}"


# None is "not known" and shown as such, never as 0.
Plain = str | int | float | date | datetime | timedelta | Link | Verdict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A value made of sources that were not read in full: shown with the mark of the incomplete."""

    value: Plain


Value = Plain | Marked


class Kind(StrEnum):
    """What a column holds, by which forms align and format it."""

    TEXT = "text"
    NUMBER = "number"
    SHARE = "share"
    DURATION = "duration"  # a timedelta
    DATE = "date"
    TIME = "time"  # an aware datetime, shown in the document's zone
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column's heading and what it holds."""

    title: str
    kind: Kind = Kind.TEXT
    unit: Unit = Unit.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; `total` stands below, apart. `more` says how many rows are left out, "" none.

    `name` is an id, unique in the document: of a sheet, a CSV file.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: tuple[Value, ...] = ()
    note: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number that matters, with its label; `before` is that of the period before, if known.

    `better` says which way is good: "up", "down" or "" (neither).
    """

    label: str
    value: Value
    unit: Unit = Unit.NONE
    before: Value = None
    better: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Numbers side by side."""

    figures: tuple[Figure, ...]


class Shape(StrEnum):
    """How a chart is drawn."""

    LINE = "line"  # over time
    BARS = "bars"  # side by side by series
    STACK = "stack"  # parts of a whole over time or by name
    ROWS = "rows"  # horizontal, one a name: long names


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value of a chart: `x` is a day or a name; `series` "" where there is one only."""

    x: date | str
    y: float
    series: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart; names (`x`, `series`) are drawn in the order of their first point.

    `said` tells in a sentence what is to be seen, for who can't see it. `target` is drawn as a line
    across. One with fewer than two points says nothing: forms leave it out. `incomplete`: it is
    made of sources that were not read in full.
    """

    name: str
    title: str
    shape: Shape
    points: tuple[Point, ...]
    unit: Unit = Unit.NONE
    said: str = ""
    target: float | None = None
    target_label: str = ""
    incomplete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """A list of sentences."""

    points: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the reader must know before believing the numbers: incomplete sources, say.

    `quiet`: nothing is wrong; it says since when something is known.
    """

    text: str
    quiet: bool = False


Block = Table | Figures | Chart | Prose | Points | Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a report under its heading."""

    title: str
    blocks: tuple[Block, ...]

    def heading(self, block: Table | Chart) -> str:
        """Answer what stands above a block of it; "" where its own heading says the same."""
        return "" if block.title == self.title else block.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole report.

    `name` is its id, `part` that of the team whose part it is, `subtitle` the period in words,
    `foot` how complete its sources are and by which configuration it was made. `zone` is the name
    of the time zone in which times are shown.
    `audience` is the widest that may read it. `teams` are the teams' names in the matrix's order:
    charts give them the same colours in every report.
    """

    name: str
    part: str = ""
    language: Language
    title: str
    subtitle: str
    zone: str
    since: datetime
    until: datetime
    sections: tuple[Section, ...]
    foot: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    audience: Audience = field(default=Audience.PUBLIC)


class Form(StrEnum):
    """What a report is made into."""

    HTML = "html"
    PDF = "pdf"
    XLSX = "xlsx"
    MARKDOWN = "md"
    TEXTILE = "textile"
    CSV = "csv"  # a zip of one file a table
    MAIL = "mail"  # a page for mail programs; its pictures are parts of the message (`cid:NAME`)
    # pages of a Redmine's wiki that is not marked up by Textile
    WIKI_MARKDOWN = "wiki_markdown"
    WIKI_COMMON_MARK = "wiki_common_mark"
    WIKI_NONE = "wiki_none"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A made file: its name, media type, and bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A report in a form: the file itself, and what it shows beside it (the pictures of a wiki)."""

    main: File
    beside: tuple[File, ...] = ()
