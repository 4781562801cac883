"""What a bench comes to: a row each, with its goal; and curves, of cost against size."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Said:
    """A text in both languages."""

    en: str
    ko: str

    @classmethod
    def alike(cls, text: str) -> "Said":
        """Make one that is the same in both."""
        return cls(text, text)

    def in_(self, language: str) -> str:
        """Answer it in "ko" or "en"."""
        return self.ko if language == "ko" else self.en


REQUESTS = Said("requests", "요청")
CHANGES = Said("changes", "변경")
SECONDS = Said("s", "초")
MILLISECONDS = Said("ms", "ms")
MEBIBYTES = Said("MiB", "MiB")
MICROSECONDS = Said("µs CPU an issue", "µs CPU/일감")
PER_SECOND = Said("items/s a core", "항목/초·코어")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table; `measured` and `goal` are in `unit`, of which less is better.

    `known` is the limit that is known; `beside` are peers and parts in the same run, in the same
    unit; `note` says what else must be known to read the number.
    """

    name: str
    title: Said
    measured: float
    goal: float
    unit: Said
    known: Said = Said("", "")
    more_is_better: bool = False
    beside: tuple[tuple[Said, float], ...] = ()
    note: Said = Said("", "")

    @property
    def met(self) -> bool:
        """Whether the goal is met."""
        if self.more_is_better:
            return self.measured >= self.goal
        return self.measured <= self.goal

    def as_json(self) -> dict[str, Any]:
        """Answer it as `performance.json` has it."""
        return {
            "row": self.name,
            "title": self.title.en,
            "measured": self.measured,
            "goal": self.goal,
            "better": "more" if self.more_is_better else "less",
            "unit": self.unit.en,
            "goal_met": self.met,
            "known_limit": self.known.en,
            "beside": {name.en: value for name, value in self.beside},
            "note": self.note.en,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """What something costs by its size: points of (size, cost); `goal` is the most it should."""

    name: str
    title: Said  # with the unit
    points: tuple[tuple[float, float], ...]
    goal: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Answer it as `performance.json` has it."""
        return {
            "curve": self.name,
            "title": self.title.en,
            "points": [list(p) for p in self.points],
            "goal": self.goal,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A part of the bench that could not be run, and why."""

    part: str
    why: str


Told = Row | Curve
