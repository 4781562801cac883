"""`rules test`: what it tells of cases that fail or nearly do."""

from dataclasses import replace
from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console

from itsm_sync.model.matrix import Matrix, Ownership, Row, Team
from itsm_sync.model.rules import Case, Expectation, Rule
from itsm_sync.model.words import Words
from itsm_sync.operations.rules.cases import CaseResult, as_json, render, run
from itsm_sync.routing import Catalogue, Router

X = Words(ko="가", en="x")
MATRIX = Matrix(
    title=X,
    teams={"it": Team(name=X)},
    processes={"incident": X, "change": X, "request": X},
    domains={"application": X},
    stages={"none": X},
    rows=(Row(id="desk", team="it", name=X, role=X, responsibility=X),),
    ownership=(Ownership(row="desk"),),
    raci=(),
)
RULES = {
    "process": (
        Rule(name="장애 신고", when={"text": "장애"}, then="incident"),
        Rule(name="변경 요청", when={"text": "변경"}, then="change"),
        Rule(name="나머지", then="request"),
    ),
    "domain": (Rule(name="앱", then="application"),),
    "stage": (Rule(name="없음", then="none"),),
}
GOOD = Case(name="좋은 것", title="장애", expect=Expectation(process="incident", team="it"))
WRONG = Case(name="틀린 것", title="장애", expect=Expectation(process="change", row="other"))
NEAR = Case(name="가까운 것", title="장애와 변경", expect=Expectation(process="incident"))


@pytest.fixture
def results() -> tuple[CaseResult, ...]:
    return run(Router(MATRIX, RULES), Catalogue((), ()), [(GOOD, 3), (WRONG, 9), (NEAR, 15)])


def test_a_wrong_expectation_fails_and_says_which_rule_won_and_why(
    results: tuple[CaseResult, ...],
) -> None:
    assert [result.passed for result in results] == [True, False, True]
    told = as_json(results, "cases.yaml")
    assert (told["cases"], told["passed"]) == (3, 2)
    failed = told["failed"][0]
    assert (failed["case"], failed["line"]) == ("틀린 것", 9)
    assert [d["name"] for d in failed["differences"]] == ["process", "row"]
    assert failed["rules"][0] == {
        "axis": "process",
        "answer": "incident",
        "rule": "장애 신고",
        "matched": [["title", "장애"]],
        "weight": 2,
        "last": False,
    }


def test_a_pass_with_a_close_rival_is_a_near_miss(results: tuple[CaseResult, ...]) -> None:
    told = as_json(results, "cases.yaml")
    assert [near["case"] for near in told["near_misses"]] == ["가까운 것"]
    assert told["near_misses"][0]["rivals"][0]["rule"] == "변경 요청"


def test_a_pass_by_the_last_rule_alone_is_a_near_miss() -> None:
    case = Case(name="우연", title="안녕하세요", expect=Expectation(process="request"))
    results = run(Router(MATRIX, RULES), Catalogue((), ()), [(case, 1)])
    assert results[0].near_miss
    out = StringIO()
    render(results, "cases.yaml", Console(file=out, width=200), "en")
    assert "only a weak" in out.getvalue()
    assert "request «나머지»" in out.getvalue()


def test_tables_are_no_wider_than_a_hundred_columns(results: tuple[CaseResult, ...]) -> None:
    out = StringIO()
    render(results, f"{'/long' * 30}/cases.yaml", Console(file=out, width=200), "ko")
    assert max(map(cell_len, out.getvalue().splitlines())) <= 100


def test_an_expected_doubt_is_no_near_miss() -> None:
    case = replace(NEAR, expect=Expectation(process="incident", sure=False))
    (result,) = run(Router(MATRIX, RULES), Catalogue((), ()), [(case, None)])
    assert result.passed
    assert not result.near_miss


@pytest.mark.parametrize(("language", "word"), [("ko", "실패한 사례"), ("en", "Failed cases")])
def test_the_table_names_case_place_rule_and_rival(
    results: tuple[CaseResult, ...], language: str, word: str
) -> None:
    out = StringIO()
    render(results, "cases.yaml", Console(file=out, width=200), language)
    text = out.getvalue()
    for expected in (word, "틀린 것", "cases.yaml:9", "장애 신고", "가까운 것", "변경 요청"):
        assert expected in text
