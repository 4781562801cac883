"""How each value is written, in Korean and in English."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal

from itsm_sync.locale import say
from itsm_sync.model.words import Language, Message
from itsm_sync.reports.document import (
    Column,
    Document,
    Figure,
    Figures,
    Kind,
    Link,
    Marked,
    Plain,
    Table,
    Unit,
    Value,
    Verdict,
)

MARK = "*"  # beside what is made of incomplete sources
NOTHING = "–"
_ONE = {
    Unit.TICKETS: "{number} ticket",
    Unit.TIMES: "{number} time",
    Unit.BUILDS: "{number} build",
    Unit.ALERTS: "{number} alert",
    Unit.ROLES: "{number} role",
    Unit.JOBS: "{number} job",
    Unit.TROUBLES: "{number} trouble",
    Unit.EXECUTORS: "{number} executor",
    Unit.DAYS: "{number} day",
    Unit.HOURS: "{number} hour",
    Unit.MINUTES: "{number} minute",
}
_MANY = {
    Unit.TICKETS: "{number} tickets",
    Unit.TIMES: "{number} times",
    Unit.BUILDS: "{number} builds",
    Unit.ALERTS: "{number} alerts",
    Unit.ROLES: "{number} roles",
    Unit.JOBS: "{number} jobs",
    Unit.TROUBLES: "{number} troubles",
    Unit.EXECUTORS: "{number} executors",
    Unit.DAYS: "{number} days",
    Unit.HOURS: "{number} hours",
    Unit.MINUTES: "{number} minutes",
    Unit.PER_DAY: "{number} per day",
    Unit.PER_WEEK: "{number} per week",
    Unit.WORKING: "{number} (business hours)",
}
_TIMES = ((86_400, "{number} d"), (3_600, "{number} h"), (60, "{number} min"), (1, "{number} s"))
# Of a thousand each, as the makers of disks count, and as Excel's number formats can.
_BYTES = ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB"))
_WORDS = (str, date, Link, Verdict)  # that have no unit and no difference
_HOURS = (Unit.WORKING, Unit.CLOCK)  # of durations: never told in days
_LONG = timedelta(hours=100)  # from which on minutes say nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """Writes values in a language and a time zone."""

    language: Language
    zone: ZoneInfo

    @classmethod
    def of(cls, document: Document) -> "Writing":
        return cls(language=document.language, zone=ZoneInfo(document.zone))

    @classmethod
    def in_utc(cls, language: Language) -> "Writing":
        """Answer one for values that have no zone."""
        return cls(language=language, zone=ZoneInfo("UTC"))

    def say(self, text: str, **params: object) -> str:
        """Answer a sentence of ours."""
        return say(Message(text, params), self.language)

    def cell(self, value: Value, column: Column) -> str:
        """Answer a value of a table, without its unit, which the heading tells."""
        plain = bare_of(value)
        if column.kind is Kind.SHARE and isinstance(plain, int | float):
            mark = MARK if isinstance(value, Marked) else ""
            return self.share(plain, aligned=True) + mark
        return self.bare(value, column.unit)

    def heading(self, column: Column) -> str:
        """Answer a column's heading with the unit."""
        unit = self.unit(column.unit)
        return f"{column.title} ({unit})" if unit else column.title

    def unit(self, unit: Unit) -> str:
        """Answer the name of a unit; "" for one that each value tells itself, and for none."""
        pattern = _MANY.get(unit)
        return self.say(pattern, number="").strip(" ()") if pattern else ""

    def whole(self, value: Value, unit: Unit) -> str:
        """Answer a value with its unit, as it is read by itself."""
        plain = bare_of(value)
        if plain is None:
            return NOTHING
        number, mark = self.bare(plain, unit), MARK if isinstance(value, Marked) else ""
        pattern = _ONE.get(unit, "") if plain == 1 and self.language != "ko" else _MANY.get(unit)
        if not pattern or isinstance(plain, _WORDS):
            return number + mark
        return self.say(pattern, number=number) + mark

    def bare(self, value: Value, unit: Unit) -> str:
        """Answer a value alone, with the mark of what is incomplete."""
        if isinstance(value, Marked):
            return f"{self._plain(value.value, unit)}{MARK}"
        return self._plain(value, unit)

    def _plain(self, value: Plain, unit: Unit) -> str:
        match value:
            case None:
                return NOTHING
            case str():
                return value
            case Link() | Verdict():
                return value.text
            case datetime():
                return f"{value.astimezone(self.zone):%Y-%m-%d %H:%M}"
            case date():
                return value.isoformat()
            case timedelta():
                return self.duration(value, working=unit in _HOURS)
        if unit is Unit.SHARE:
            return self.share(value)
        return self.bytes(value) if unit is Unit.BYTES else self.number(value)

    def number(self, value: float) -> str:
        """Answer a number with as many decimals as tell something: at most two, below ten."""
        decimals = 0 if isinstance(value, int) else 1 if abs(value) >= 10 else 2
        return format_decimal(
            round(value, decimals) + 0, format=f"#,##0.{'#' * decimals}", locale=self.language
        )

    def share(self, value: float, *, aligned: bool = False) -> str:
        """Answer a share in per cent; all and nothing are said of all and nothing only.

        Below each other (`aligned`), all others have a decimal.
        """
        percent = round(value * 100, 1)
        if percent == 0 and value > 0:
            return "<0.1%"
        if percent == 100 and value < 1:
            percent = 99.9
        pattern = "#,##0.0" if aligned and percent not in (0, 100) else "#,##0.#"
        return f"{format_decimal(percent + 0, format=pattern, locale=self.language)}%"

    def bytes(self, value: float) -> str:
        """Answer a size in the unit that suits it."""
        for size, name in _BYTES:
            if abs(value) >= size:
                return f"{self.number(value / size)} {name}"
        return f"{self.number(value)} B"

    def duration(self, value: timedelta, *, working: bool = False) -> str:
        """Answer a duration in its two largest units; business hours are never told in days."""
        if value < timedelta():
            return f"−{self.duration(-value, working=working)}"
        steps = _TIMES[1:] if working else _TIMES
        seconds = round(value.total_seconds())
        first = next((n for n, (size, _) in enumerate(steps) if seconds >= size), len(steps) - 1)
        # rounded to the smaller of the two, which may make one more of the larger
        last = min(first + 1, len(steps) - 1)
        if working and value >= _LONG:
            last = first
        seconds = (seconds + steps[last][0] // 2) // steps[last][0] * steps[last][0]
        if first and seconds >= steps[first - 1][0]:
            first -= 1
        said = []
        for size, pattern in steps[first : last + 1]:
            count, seconds = divmod(seconds, size)
            if count:
                said.append(self.say(pattern, number=self.number(count)))
        return " ".join(said) or self.say("{number} min", number=0)

    def change(self, figure: Figure) -> tuple[str, str]:
        """Answer what became of a figure since the period before, and "good", "bad" or ""."""
        now, then = bare_of(figure.value), bare_of(figure.before)
        if now is None or then is None or isinstance(now, _WORDS):
            return "", ""
        write = self.bare if figure.unit in _HOURS else self.whole
        told = self.say("before: {before}", before=write(figure.before, figure.unit))
        if now == then:
            return f"{self.say('unchanged')} ({told})", ""
        if isinstance(now, timedelta) and isinstance(then, timedelta):
            up, size = now > then, self.bare(abs(now - then), figure.unit)
        elif not isinstance(now, timedelta) and not isinstance(then, (timedelta, *_WORDS)):
            up, size = now > then, self._difference(abs(now - then), figure.unit)
        else:
            return "", ""
        good = "" if not figure.better else "good" if (figure.better == "up") == up else "bad"
        judged = {"good": self.say("better"), "bad": self.say("worse"), "": ""}[good]
        return f"{'▲' if up else '▼'} {size} {judged}".rstrip() + f" ({told})", good

    def _difference(self, size: float, unit: Unit) -> str:
        if unit is Unit.SHARE:
            return self.say("{number} points", number=self.number(round(size * 100, 1)))
        return self.bare(size, unit)


def bare_of(value: Value) -> Plain:
    """Answer a value without its mark."""
    return value.value if isinstance(value, Marked) else value


def marked(document: Document) -> bool:
    """Answer whether a value of the document is made of incomplete sources."""
    return any(isinstance(value, Marked) for value in _values(document))


def _values(document: Document) -> Iterator[Value]:
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Figures):
                for figure in block.figures:
                    yield from (figure.value, figure.before)
            elif isinstance(block, Table):
                for row in (*block.rows, block.total):
                    yield from row


def foot(document: Document) -> tuple[str, ...]:
    """Answer the lines below a report: the mark's meaning if there is one, zone, and its own."""
    writing = Writing.of(document)
    zone = writing.say("Times are those of {zone}.", zone=document.zone)
    if not marked(document):
        return (*document.foot, zone)
    return (legend(writing), *document.foot, zone)


def legend(writing: Writing) -> str:
    """Answer what the mark means."""
    return writing.say(
        "{mark} Made of sources that were not read in full: the true value may differ.", mark=MARK
    )
