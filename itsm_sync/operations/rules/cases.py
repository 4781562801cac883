"""Runs the rules' cases: what was expected, what came out, which rule won and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from itsm_sync.locale import say
from itsm_sync.model.items import Fact, Item
from itsm_sync.model.routing import Evidence, Routing
from itsm_sync.model.rules import Case, Expectation
from itsm_sync.model.words import Language, Message
from itsm_sync.routing import Catalogue, Router

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # rules can't ask for times: any will do
WIDEST = 100  # columns of a table
_DECIDING = ("process", "domain", "stage")
_COMPARED = ("process", "domain", "stage", "row", "sure")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that came out otherwise than the case expects."""

    name: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One case as it came out; it passed where nothing differs."""

    case: Case
    line: int | None
    routing: Routing
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        return not self.differences

    @property
    def near_miss(self) -> bool:
        """Whether it passed unsure (a rival is close, or only a default had an answer), though the
        case does not expect doubt.
        """
        return self.passed and not self.routing.sure and self.case.expect.sure is None


def run(
    router: Router, catalogue: Catalogue, cases: Iterable[tuple[Case, int | None]]
) -> tuple[CaseResult, ...]:
    """Decide each case, given with its line, and compare what it names with what came out."""
    results = []
    for number, (case, line) in enumerate(cases):
        routing = router.route(catalogue.enriched(case_item(case, number)))
        differences = tuple(_differences(case.expect, routing))
        results.append(CaseResult(case=case, line=line, routing=routing, differences=differences))
    return tuple(results)


def case_item(case: Case, number: int = 0) -> Item:
    """Answer the item that a case describes."""
    facts: dict[str, Fact] = {
        name: tuple(map(str, value)) if isinstance(value, list) else value
        for name, value in case.facts.items()
    }
    return Item(
        key=f"{case.source}:case/{number}",
        source=case.source,
        kind=case.kind,
        title=case.title,
        body=case.body,
        url="",
        state=str(facts.pop("state", "")),
        created_at=_EPOCH,
        updated_at=_EPOCH,
        facts=facts,
    )


def _differences(expect: Expectation, routing: Routing) -> Iterable[Difference]:
    pairs = [(name, getattr(expect, name), getattr(routing, name)) for name in _COMPARED]
    pairs.append(("team", expect.team, routing.responsible))
    pairs.extend(
        (name, wanted, routing.attributes.get(name, ""))
        for name, wanted in expect.attributes.items()
    )
    for name, wanted, got in pairs:
        if wanted is not None and wanted != got:
            yield Difference(name=name, expected=_word(wanted), got=_word(got))


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def as_json(results: Iterable[CaseResult], file: str) -> dict[str, Any]:
    """Answer the results as one JSON document: counts, failures and near misses."""
    results = tuple(results)
    return {
        "cases": len(results),
        "passed": sum(result.passed for result in results),
        "failed": [_described(r, file) for r in results if not r.passed],
        "near_misses": [_described(r, file) for r in results if r.near_miss],
    }


def _described(result: CaseResult, file: str) -> dict[str, Any]:
    routing = result.routing
    return {
        "case": result.case.name,
        "file": file,
        "line": result.line,
        "differences": [
            {"name": d.name, "expected": d.expected, "got": d.got} for d in result.differences
        ],
        "rules": [_reason(evidence) for evidence in routing.evidence],
        "rivals": [_reason(evidence) for evidence in routing.alternatives],
        "sure": routing.sure,
    }


def _reason(evidence: Evidence) -> dict[str, Any]:
    return {
        "axis": evidence.axis,
        "answer": evidence.answer,
        "rule": evidence.rule,
        "matched": [list(pair) for pair in evidence.matched],
        "weight": evidence.weight,
        "last": evidence.last,
    }


def render(results: Iterable[CaseResult], file: str, console: Console, language: Language) -> None:
    """Print failures and near misses as tables, and the counts."""
    results = tuple(results)
    failed = [result for result in results if not result.passed]
    near = [result for result in results if result.near_miss]
    if failed:
        console.print(_failures(failed, file, language), width=min(console.width, WIDEST))
    if near:
        console.print(_near_misses(near, file, language), width=min(console.width, WIDEST))
    counts = {"cases": len(results), "failed": len(failed), "near": len(near)}
    text = "{cases} cases, {failed} failed; {near} passed, but unsure"
    console.print(say(Message(text, counts), language))


def _table(title: str, columns: tuple[str, ...], language: Language) -> Table:
    table = Table(title=say(Message(title), language), title_justify="left")
    for column in columns:
        table.add_column(say(Message(column), language), overflow="fold")
    return table


def _failures(failed: list[CaseResult], file: str, language: Language) -> Table:
    table = _table(
        "Failed cases",
        ("Case", "Place", "Expected", "Came out", "Rule that won, and why"),
        language,
    )
    for result in failed:
        axes = {d.name for d in result.differences}
        table.add_row(
            escape(result.case.name),
            _place(file, result.line),
            "\n".join(f"{d.name}: {d.expected}" for d in result.differences),
            "\n".join(d.got or "-" for d in result.differences),
            "\n".join(_why(e, language) for e in _telling(result.routing, axes)),
        )
    return table


def _near_misses(near: list[CaseResult], file: str, language: Language) -> Table:
    table = _table(
        "Near misses", ("Case", "Place", "Rule that won, and why", "Why it is unsure"), language
    )
    for result in near:
        rivals = result.routing.alternatives
        won = _doubted(result.routing)
        doubts = [_why(rival, language) for rival in rivals] or [
            say(Message("only a weak or the last rule had an answer"), language)
        ]
        table.add_row(
            escape(result.case.name),
            _place(file, result.line),
            "\n".join(_why(e, language) for e in won),
            "\n".join(doubts),
        )
    return table


def _doubted(routing: Routing) -> list[Evidence]:
    """Answer the evidence that rivals come close to, or else that of defaults, which weighs 0."""
    if rivalled := {rival.axis for rival in routing.alternatives}:
        return [evidence for evidence in routing.evidence if evidence.axis in rivalled]
    guessed = [e for e in routing.evidence if e.axis in _DECIDING and e.weight == 0]
    return [e for e in guessed if e.axis == "process"] or guessed


def _telling(routing: Routing, axes: set[str]) -> list[Evidence]:
    """Answer the evidence of the axes that differ; of all that decide the row, where it does."""
    if axes & {"row", "team", "sure"}:
        axes = axes | {"process", "domain", "stage"}
    return [evidence for evidence in routing.evidence if evidence.axis in axes]


def _why(evidence: Evidence, language: Language) -> str:
    told = f"{evidence.axis} {evidence.answer} «{evidence.rule}»"
    seen: dict[str, list[str]] = {}
    for fact, text in evidence.matched:
        seen.setdefault(fact, []).append(text)
    matched = "; ".join(f"{fact}: {', '.join(texts)}" for fact, texts in seen.items())
    if evidence.last:
        matched = say(Message("the last rule"), language)
    return escape(f"{told} ({matched})" if matched else told)


def _place(file: str, line: int | None) -> str:
    """Answer where a case stands; which directory that is, whoever asked knows."""
    name = Path(file).name
    return escape(f"{name}:{line}" if line else name)
