"""The rules that ship, and their cases."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from itsm_sync.model.catalogue import Person, Service
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.rules import RuleBook
from itsm_sync.operations.rules.cases import CaseResult, case_item, run
from itsm_sync.routing import Catalogue, Router, RoutingProblems
from itsm_sync.routing.seen import Seen
from itsm_sync.settings.documents import Document, read
from itsm_sync.settings.load import cases
from tests.deleting import unneeded

CONFIG = Path(__file__).parents[2] / "config"


def value(name: str, kind: Any, key: str = "") -> Any:
    document = read(CONFIG / f"{name}.yaml")
    assert isinstance(document, Document)
    found = document.value[key] if key else document.value
    return TypeAdapter(kind).validate_python(found)


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    return value("matrix", Matrix)


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return value("rules", RuleBook, "rules")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    services = value("services", tuple[Service, ...], "services")
    return Catalogue(services, value("people", tuple[Person, ...], "people"))


@pytest.fixture(scope="module")
def router(matrix: Matrix, book: RuleBook) -> Router:
    return Router(matrix, book)


@pytest.fixture(scope="module")
def results(router: Router, catalogue: Catalogue) -> tuple[CaseResult, ...]:
    return run(router, catalogue, cases(CONFIG / "cases.yaml"))


def test_every_case_comes_out_as_expected(results: tuple[CaseResult, ...]) -> None:
    assert [(r.case.name, r.line, r.differences) for r in results if not r.passed] == []


def test_there_are_enough_cases_and_a_third_is_hard(results: tuple[CaseResult, ...]) -> None:
    hard = sum(bool(result.case.hard) for result in results)
    assert len(results) >= 150
    assert hard * 3 >= len(results)
    assert all(r.case.expect.process and r.case.expect.row and r.case.expect.team for r in results)


def test_no_two_cases_have_one_name(results: tuple[CaseResult, ...]) -> None:
    names = Counter(result.case.name for result in results)
    assert [name for name, count in names.items() if count > 1] == []


def test_every_row_is_reached_by_several_cases(
    matrix: Matrix, results: tuple[CaseResult, ...]
) -> None:
    reached = Counter(result.routing.row for result in results)
    assert len(matrix.rows) == 24
    assert [row.id for row in matrix.rows if reached[row.id] < 4] == []


def test_the_catalogue_fits_the_matrix(catalogue: Catalogue, matrix: Matrix) -> None:
    assert catalogue.problems(matrix) == []


def test_deleting_any_one_rule_fails_a_case(
    router: Router, catalogue: Catalogue, results: tuple[CaseResult, ...]
) -> None:
    assert unneeded(router, catalogue, results) == []


def test_deleting_an_axis_last_rule_is_a_problem(matrix: Matrix, book: RuleBook) -> None:
    shortened = {axis: rules[:-1] for axis, rules in book.items()}
    with pytest.raises(RoutingProblems) as caught:
        Router(matrix, shortened)
    assert {path[1] for _, path, _ in caught.value.problems} == set(book)


def test_the_index_of_triggers_never_hides_a_rule_that_holds(
    router: Router, catalogue: Catalogue, results: tuple[CaseResult, ...]
) -> None:
    for result in results:
        seen = Seen(catalogue.enriched(case_item(result.case)), router._keywords)
        for axis in router.axes:
            candidates = axis.candidates(seen)
            holding = [n for n, rule in enumerate(axis.rules) if rule.test.holds(seen)]
            assert all(candidates >> n & 1 for n in holding)
            seen.answer(axis.name, axis.rules[holding[0]].rule.then)


def test_the_decision_ignores_how_text_is_composed_and_spaced(
    router: Router, catalogue: Catalogue, results: tuple[CaseResult, ...]
) -> None:
    import unicodedata  # noqa: PLC0415 - only this test speaks of forms

    for result in results:
        item = catalogue.enriched(case_item(result.case))
        title = unicodedata.normalize("NFD", item.title).replace(" ", "  \u3000")
        assert router.route(replace(item, title=title)).row == result.routing.row
