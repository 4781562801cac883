"""What became of a report on its way to one place."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from itsm_sync.model.reporting import Span
from itsm_sync.model.words import Message

MARK = "itsm-sync"  # begins each line that tells what a text of ours is, those of signals too
REPORTS = "reports"  # what letters of deliveries name as their source


class Stand(StrEnum):
    """How far a delivery is."""

    BEGUN = "begun"  # nothing can have arrived
    SENDING = "sending"  # handed over, and nobody answered yet: it may have arrived
    DONE = "done"
    FAILED = "failed"  # refused, or nobody was there: nothing arrived


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One report of one period in one language for one place: sent once.

    `part` is what of it: a team's, and for which address (`it-planning a@b.example`); "" is the
    whole.
    """

    report: str
    span: Span
    target: str
    part: str = ""
    language: str = ""

    @property
    def key(self) -> str:
        """Answer its name in the world: `report:monthly:ko/2026-05/wiki/it-planning`."""
        return self._named(":".join(filter(None, (self.report, self.language))))

    @property
    def old_key(self) -> str:
        """Answer the name that it had when a report was sent in one language only, whichever."""
        return self._named(self.report)

    def _named(self, report: str) -> str:
        whole = f"report:{report}/{self.span.key}/{self.target}"
        return f"{whole}/{self.part}" if self.part else whole

    @property
    def team(self) -> str:
        """Answer whose part it is; "" the whole."""
        return self.part.removesuffix(self.address).rstrip()

    @property
    def address(self) -> str:
        """Answer who gets it by mail; "" nobody."""
        last = self.part.rpartition(" ")[2]  # an address has no blank; a team's id may have one
        return last if "@" in last else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What an errand's key says, of today's form or of an older one (without a language)."""

    report: str
    language: str
    period: str
    target: str
    part: str

    @classmethod
    def read(cls, key: str) -> "Named":
        """Read a key; what a person cut off it is ""."""
        named, period, target, part, *_ = [*key.removeprefix("report:").split("/", 3), "", "", ""]
        report, _, language = named.partition(":")
        return cls(report=report, language=language, period=period, target=target, part=part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of an errand. `place` is where it lies (an address, a file, a Message-ID).

    `tries` counts those that failed since it was begun, or since a person had it tried again;
    `tried_at` is None where it is to be tried at once.
    """

    errand: Errand
    stand: Stand
    first_at: datetime
    at: datetime
    place: str = ""
    cause: Message | None = None
    times: int = 0
    tries: int = 0
    tried_at: datetime | None = None


def last_mark(text: str) -> str:
    """Answer the last mark in a text of ours, whatever people wrote below it; "" without any.

    A log that a ticket of ours quotes may have any line; what closes that ticket is its own.
    """
    lines = (line.strip() for line in text.splitlines())
    marks = [line for line in lines if line.startswith(MARK)]
    return marks[-1] if marks else ""


def is_report(text: str) -> bool:
    """Whether a text of ours is a report that was delivered."""
    return last_mark(text).startswith(f"{MARK} report:")
