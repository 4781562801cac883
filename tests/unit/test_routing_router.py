"""The decision for one item: order, evidence, doubt, row and letters, explanation."""

from datetime import UTC, datetime
from typing import Any

import pytest

from itsm_sync.model.items import Fact, Item
from itsm_sync.model.matrix import Matrix, Ownership, Raci, Row, Team
from itsm_sync.model.routing import Routing
from itsm_sync.model.rules import Rule, RuleBook
from itsm_sync.model.words import Words
from itsm_sync.routing import Router, RoutingProblems

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def words(text: str) -> Words:
    return Words(ko=text, en=text)


def a_row(row: str, team: str) -> Row:
    return Row(id=row, team=team, name=words(row), role=words("역할"), responsibility=words("책임"))


def a_matrix(**changes: Any) -> Matrix:
    parts: dict[str, Any] = {
        "title": words("R&R"),
        "teams": {"it": Team(name=words("IT")), "biz": Team(name=words("사업"))},
        "processes": dict.fromkeys(("incident", "change", "csi", "request"), words("x")),
        "domains": dict.fromkeys(("application", "business"), words("x")),
        "stages": dict.fromkeys(("approve", "none"), words("x")),
        "rows": tuple(a_row(r, t) for r, t in (("desk", "it"), ("ops", "it"), ("boss", "biz"))),
        "ownership": (
            Ownership(process="change", stage="approve", row="boss"),
            Ownership(process="csi", domain="business", row="boss"),
            Ownership(process="incident", row="ops"),
            Ownership(row="desk"),
        ),
        "raci": (
            Raci(
                process="change",
                stage="approve",
                accountable="boss",
                consulted=("ops",),
                informed=("desk",),
            ),
            Raci(process="incident", accountable="boss"),
        ),
    }
    return Matrix(**(parts | changes))


def a_book(**changes: Any) -> RuleBook:
    book: dict[str, tuple[Rule, ...]] = {
        "process": (
            Rule(name="변경 트래커", when={"tracker": "변경"}, then="change"),
            Rule(name="장애 신고", when={"text": ["장애", "down"]}, then="incident"),
            Rule(name="변경 요청", when={"text": ["변경"]}, then="change"),
            Rule(name="나머지", then="request"),
        ),
        "domain": (
            Rule(name="고객", when={"text": ["고객"]}, then="business"),
            Rule(name="앱", then="application"),
        ),
        "stage": (
            Rule(
                name="승인 대기",
                when={"process": "change", "status": ["승인 대기"]},
                then="approve",
            ),
            Rule(name="단계 없음", then="none"),
        ),
    }
    return book | changes


def an_item(title: str = "", body: str = "", **facts: Fact) -> Item:
    return Item(
        key="redmine:issue/1",
        source="redmine",
        kind="issue",
        title=title,
        body=body,
        url="",
        state="open",
        created_at=NOW,
        updated_at=NOW,
        facts=facts,
    )


def route(title: str = "", body: str = "", **facts: Fact) -> Routing:
    return Router(a_matrix(), a_book()).route(an_item(title, body, **facts))


def process_rules(*rules: Rule) -> RuleBook:
    return a_book(process=(*rules, Rule(name="나머지", then="request")))


def test_the_first_rule_in_written_order_wins() -> None:
    assert route("장애로 변경 요청").process == "incident"
    assert route("장애로 변경 요청", tracker="변경").process == "change"


def test_later_axes_see_the_answers_of_earlier_ones() -> None:
    assert route(tracker="변경", status="승인 대기").stage == "approve"
    assert route("장애", status="승인 대기").stage == "none"


def test_row_team_and_letters_follow_from_the_matrix() -> None:
    routing = route(tracker="변경", status="승인 대기")
    assert (routing.row, routing.responsible, routing.accountable) == ("boss", "biz", "boss")
    assert (routing.consulted, routing.informed) == (("ops",), ("desk",))


def test_a_row_without_a_raci_line_approves_its_own_work() -> None:
    assert route("문의").accountable == "desk"


def test_evidence_names_rule_words_and_place() -> None:
    evidence = route("포털 DOWN", "장애 같아요").evidence[0]
    assert (evidence.rule, evidence.answer) == ("장애 신고", "incident")
    assert evidence.matched == (("title", "down"), ("body", "장애"))


def test_a_fact_outweighs_the_title_which_outweighs_the_body() -> None:
    fact, title, body = (
        route(**case).evidence[0].weight  # type: ignore[arg-type]
        for case in ({"tracker": "변경"}, {"title": "장애"}, {"body": "장애"})
    )
    assert fact > title > body > 0


def test_a_rival_as_strong_as_the_winner_makes_it_unsure() -> None:
    routing = route("장애로 변경 요청")
    assert not routing.sure
    assert [rival.answer for rival in routing.alternatives] == ["change"]


def test_a_weaker_rival_leaves_the_answer_sure() -> None:
    routing = route("장애", "지난 변경 뒤로")
    assert routing.sure
    assert routing.alternatives == ()


def test_an_answer_knowingly_beaten_is_no_rival() -> None:
    book = process_rules(
        Rule(name="장애 신고", when={"text": "장애"}, then="incident", over=("change",)),
        Rule(name="변경 요청", when={"text": "변경"}, then="change"),
    )
    assert Router(a_matrix(), book).route(an_item("장애로 변경")).sure


def test_a_word_in_the_body_never_silences_one_in_the_title() -> None:
    book = process_rules(
        Rule(name="장애 신고", when={"text": "장애"}, then="incident", over=("change",)),
        Rule(name="변경 요청", when={"text": "변경"}, then="change"),
    )
    router = Router(a_matrix(), book)
    assert router.route(an_item("장애", "변경")).sure
    assert router.route(an_item("장애 후 변경")).sure
    assert not router.route(an_item("변경", "장애")).sure


def test_doubt_about_the_stage_counts_only_where_it_decides_the_row() -> None:
    stages = (
        Rule(name="승인 부탁", when={"text": "승인"}, then="approve"),
        Rule(name="접수", when={"text": ["요청"]}, then="none"),
        Rule(name="모름", when={"source": "redmine"}, then="none", weak=True),
        Rule(name="단계 없음", then="none"),
    )
    router = Router(a_matrix(), a_book(stage=stages))
    assert router.route(an_item("변경 요청")).sure
    assert not router.route(an_item("변경")).sure
    assert [e.rule for e in router.route(an_item("변경 승인 요청")).alternatives] == ["접수"]
    assert router.route(an_item("장애 승인 요청")).sure


def test_an_answer_by_the_last_rule_is_unsure_and_unrouted() -> None:
    routing = route("안녕하세요")
    assert not routing.sure
    assert routing.caught_by_last


def test_the_last_rule_is_nobodys_rival_even_where_the_winner_proves_nothing() -> None:
    where = Rule(name="레드마인", when={"source": "redmine"}, then="incident")
    routing = Router(a_matrix(), process_rules(where)).route(an_item("문의"))
    assert (routing.process, routing.evidence[0].weight) == ("incident", 0)
    assert "나머지" not in [rival.rule for rival in routing.alternatives]


def test_a_weak_rule_is_unsure_and_nobodys_rival() -> None:
    weak = Rule(name="결함", when={"tracker": "결함"}, then="change", weak=True)
    book = process_rules(Rule(name="장애 신고", when={"text": "장애"}, then="incident"), weak)
    router = Router(a_matrix(), book)
    assert router.route(an_item("장애", tracker="결함")).sure
    assert not router.route(an_item("?", tracker="결함")).sure


def test_doubt_about_the_domain_counts_only_where_it_decides_the_row() -> None:
    book = a_book(
        process=(
            Rule(name="개선", when={"text": "개선"}, then="csi"),
            Rule(name="장애 신고", when={"text": "장애"}, then="incident"),
            Rule(name="나머지", then="request"),
        )
    )
    router = Router(a_matrix(), book)
    assert router.route(an_item("장애")).sure
    assert not router.route(an_item("개선")).sure
    assert router.route(an_item("고객 개선")).row == "boss"


def test_explain_decides_the_same_and_tells_every_rule_and_condition() -> None:
    router = Router(a_matrix(), a_book())
    item = an_item("장애", tracker="지원", status="신규")
    explained = router.explain(item)
    assert explained.row == router.route(item).row
    assert [trial.rule for trial in explained.tried] == [
        rule.name for rules in a_book().values() for rule in rules
    ]
    first, second = explained.tried[:2]
    assert (first.matched, first.conditions[0].saw) == (False, "지원")
    assert (second.won, second.conditions[0].holds) == (True, True)


def test_attributes_are_answered_on_their_own_axes() -> None:
    book = a_book(severity=(Rule(name="보통", then="normal"),))
    assert Router(a_matrix(), book).route(an_item("장애")).attributes == {"severity": "normal"}


def test_everything_wrong_is_told_at_once_with_its_path() -> None:
    book = {
        "process": (
            Rule(name="같은 이름", when={"title": {"pattern": "(x"}}, then="incident"),
            Rule(name="같은 이름", when={"tracker": {"like": "x"}}, then="nonsense"),
            Rule(name="끝", when={"text": "x"}, then="request", over=("nowhere",)),
        ),
        "domain": (Rule(name="앱", then="application"),),
    }
    matrix = a_matrix(
        ownership=(Ownership(process="nothing", row="nobody"),),
        raci=(Raci(process="change", stage="never", accountable="ghost"),),
    )
    with pytest.raises(RoutingProblems) as caught:
        Router(matrix, book)
    assert {(file, path) for file, path, _ in caught.value.problems} == {
        ("rules", ("rules",)),  # no stage axis
        ("rules", ("rules", "process", 0, "when", "title", "pattern")),
        ("rules", ("rules", "process", 1, "name")),
        ("rules", ("rules", "process", 1, "then")),
        ("rules", ("rules", "process", 1, "when", "tracker", "like")),
        ("rules", ("rules", "process", 2, "over", 0)),
        ("rules", ("rules", "process", 2, "when")),
        ("matrix", ("ownership", 0, "process")),
        ("matrix", ("ownership", 0, "row")),
        ("matrix", ("ownership", 0)),
        ("matrix", ("raci", 0, "stage")),
        ("matrix", ("raci", 0, "accountable")),
    }
