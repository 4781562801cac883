"""check: its lines, and how people and programs get them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from itsm_sync.locale import say
from itsm_sync.model.text import one_line
from itsm_sync.model.words import Language, Message

WIDTH = 160  # of what was found, on a terminal; JSON has it whole


class Level(StrEnum):
    """How a line of the check reads: fine, worth knowing, broken, or not known."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that was looked at; `tracker` where it is a project's tracker, `whole` where
    people get all of what was found.
    """

    level: Level
    subject: str
    message: Message
    tracker: str = ""
    whole: bool = False


def as_json(lines: Iterable[Line]) -> dict[str, Any]:
    """Answer the lines, and whether nothing failed."""
    lines = list(lines)
    return {
        "ok": not failed(lines),
        "checks": [
            {"level": line.level, "subject": _subject(line.subject, line.tracker),
             "text": say(line.message, "en")}
            for line in lines
        ],
    }  # fmt: skip


def _subject(subject: str, trackers: str) -> str:
    return f"{subject} · {trackers}" if trackers else subject


def failed(lines: Iterable[Line]) -> bool:
    """Whether anything is broken."""
    return any(line.level is Level.FAILED for line in lines)


_STYLES = {Level.OK: "green", Level.WARNING: "yellow", Level.FAILED: "red", Level.UNKNOWN: "dim"}


def show(lines: Iterable[Line], console: Console, language: Language) -> None:
    """Print what was found, for people: what a project's trackers have in common in one line."""
    alike: dict[tuple[Level, str, str], list[str]] = {}
    for line in lines:
        told = say(line.message, language)
        key = (line.level, line.subject, told if line.whole else one_line(told, WIDTH))
        alike.setdefault(key, []).append(line.tracker)
    table = Table(box=None, pad_edge=False)
    for title in ("status", "what", "found"):
        table.add_column(say(title, language), overflow="fold")
    for (level, subject, told), trackers in alike.items():
        status = Text(say(level.value, language), style=_STYLES[level])
        what = _subject(subject, ", ".join(filter(None, trackers)))
        table.add_row(status, Text(what), Text(told))
    console.print(table)
