"""What a bench came to, as pages in both languages, as JSON, and as pictures."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.bench.machine import Machine
from sandbox.bench.rows import Curve, Failure, Row
from sandbox.bench.words import (
    COLUMNS,
    DID_NOT_RUN,
    GOAL,
    HEADINGS,
    METHOD,
    NO,
    NOT_JUDGED,
    SIZE,
    SMALL,
    TITLE,
    YES,
    facts,
)
from sandbox.soak.plot import Panel, svg

LANGUAGES = {"en": "", "ko": ".ko"}


@dataclass(kw_only=True)
class Outcome:
    """All that was measured so far, and how; `parts` are those that were run."""

    machine: Machine
    rounds: int
    fast: bool
    parts: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """Answer the document."""
        return {
            **self.machine.as_json(),
            "rounds": self.rounds,
            "fast": self.fast,
            "parts": list(self.parts),
            "rows": [row.as_json() for row in self.rows],
            "curves": [curve.as_json() for curve in self.curves],
            "failed": {failure.part: failure.why for failure in self.failures},
        }


def write(outcome: Outcome, folder: Path) -> None:
    """Write pages, document and pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    told = json.dumps(outcome.as_json(), indent=1, ensure_ascii=False)
    (folder / "performance.json").write_text(f"{told}\n", encoding="utf-8")
    for language, suffix in LANGUAGES.items():
        (folder / f"performance{suffix}.md").write_text(page(outcome, language), encoding="utf-8")
        picture = folder / f"performance{suffix}.svg"
        if outcome.curves:
            picture.write_text(_picture(outcome, language), encoding="utf-8")
        else:
            picture.unlink(missing_ok=True)


def shown(row: Row, *, fast: bool) -> str:
    """Answer a row as a line of a terminal; `fast`: of small sizes, to which no goal belongs."""
    sign = "≥" if row.more_is_better else "≤"
    beside = "; ".join(f"{name.en}: {number(value)}" for name, value in row.beside)
    met = "" if fast else f" (goal {sign} {number(row.goal)}: {'yes' if row.met else 'NO'})"
    told = f"{row.title.en}: {number(row.measured)} {row.unit.en}"
    return f"{told}{met}{'; ' + beside if beside else ''}"


def number(value: float) -> str:
    """Answer a number with three figures that count."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def page(outcome: Outcome, language: str) -> str:
    """Answer the page."""
    other = "[한국어](performance.ko.md)" if language == "en" else "[English](performance.md)"
    blocks = [
        f"# {TITLE.in_(language)}",
        other,
        METHOD.in_(language),
        f"## {HEADINGS[0].in_(language)}",
        *([SMALL.in_(language)] if outcome.fast else []),
        _table(outcome, language),
        *_failed(outcome, language),
        *_pictured(outcome, language),
        f"## {HEADINGS[2].in_(language)}",
        facts(outcome.machine, outcome.rounds, language=language),
    ]
    return "\n\n".join(blocks) + "\n"


def _table(outcome: Outcome, language: str) -> str:
    lines = [_line([column.in_(language) for column in COLUMNS]), _line(["---"] * len(COLUMNS))]
    return "\n".join([*lines, *(_row(row, outcome.fast, language) for row in outcome.rows)])


def _row(row: Row, fast: bool, language: str) -> str:
    unit, sign = row.unit.in_(language), "≥" if row.more_is_better else "≤"
    beside = ", ".join(f"{name.in_(language)}: {number(value)}" for name, value in row.beside)
    return _line(
        [
            row.title.in_(language),
            f"{number(row.measured)} {unit}",
            f"{sign} {number(row.goal)} {unit}",
            (NOT_JUDGED if fast else YES if row.met else NO).in_(language),
            row.known.in_(language),
            beside,
            row.note.in_(language),
        ]
    )


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _failed(outcome: Outcome, language: str) -> list[str]:
    said = (f"- `{one.part}`: {' '.join(one.why.split())}" for one in outcome.failures)
    return ["\n".join([DID_NOT_RUN.in_(language), "", *said])] if outcome.failures else []


def _pictured(outcome: Outcome, language: str) -> list[str]:
    if not outcome.curves:
        return []
    heading = HEADINGS[1].in_(language)
    return [f"## {heading}", f"![{heading}](performance{LANGUAGES[language]}.svg)"]


def _picture(outcome: Outcome, language: str) -> str:
    goal, unit = GOAL.in_(language), SIZE.in_(language)
    panels = [
        Panel(
            name=curve.title.in_(language),
            points=curve.points,
            goal=None if outcome.fast else curve.goal,
            goal_name=goal,
        )
        for curve in outcome.curves
    ]
    return svg(panels, f"{HEADINGS[1].in_(language)}: {unit}", foot=lambda at: f"{at:,.0f}")
