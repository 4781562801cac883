"""A rule is called covered only where it really is; places that rules can give are all found."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itsm_sync.model.items import Item
from itsm_sync.model.rules import Rule
from itsm_sync.routing.conditions import Test
from itsm_sync.routing.keywords import Keywords
from itsm_sync.routing.lint.implication import ALWAYS, atoms, implies, narrowings
from itsm_sync.routing.lint.reach import Place, decided, reachable
from itsm_sync.routing.lint.rules import parsed
from itsm_sync.routing.parsing import Parser
from itsm_sync.routing.seen import Seen

DAY = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = st.sampled_from(["장애", "배포", "outage", "deploy"])
LABELS = st.sampled_from(["bug", "ops", "web"])
TEXT_CONDITIONS = st.dictionaries(
    st.sampled_from(["any", "all", "none"]), st.lists(WORDS, min_size=1, max_size=3), min_size=1
)
FACT_CONDITIONS = st.one_of(
    LABELS,
    st.lists(LABELS, min_size=1, max_size=3),
    st.fixed_dictionaries({"none": st.lists(LABELS, min_size=1, max_size=2)}),
    st.fixed_dictionaries({"all": st.lists(LABELS, min_size=1, max_size=2)}),
    st.fixed_dictionaries({"exists": st.booleans()}),
    st.fixed_dictionaries({"pattern": st.sampled_from(["bug", "o.s"])}),
)
NUMBERS = st.dictionaries(st.sampled_from(["at_least", "at_most"]), st.integers(-2, 3), min_size=1)
ENTRIES = st.one_of(
    st.tuples(st.sampled_from(["title", "body", "text"]), TEXT_CONDITIONS),
    st.tuples(st.just("text"), st.fixed_dictionaries({"exists": st.booleans()})),
    st.tuples(st.just("label"), FACT_CONDITIONS),
    st.tuples(st.just("count"), st.one_of(NUMBERS, st.just({"exists": True}))),
)
WHEN = st.recursive(
    st.lists(ENTRIES, max_size=3).map(dict),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"not": inner}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=2)}),
    ),
    max_leaves=4,
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "label": st.one_of(LABELS, st.lists(LABELS, max_size=2).map(tuple)),
        "count": st.integers(-3, 4),
    },
)
TEXTS = st.lists(WORDS, max_size=2).map(" ".join)


def item(title: str, body: str, facts: dict[str, Any]) -> Item:
    return Item(
        key="sample:1",
        source="sample",
        kind="issue",
        title=title,
        body=body,
        url="",
        state="open",
        created_at=DAY,
        updated_at=DAY,
        facts=facts,
    )


def conditions(*when: dict[str, Any]) -> tuple[list[Test], Keywords]:
    parser = Parser()
    tests = [parser.parse(one, ()) for one in when]
    assert parser.problems == []
    return tests, Keywords(parser.vocabulary)


@settings(max_examples=600, deadline=None)
@given(one=WHEN, other=WHEN, title=TEXTS, body=TEXTS, facts=FACTS)
def test_what_is_implied_holds_wherever_the_first_holds(
    one: dict[str, Any], other: dict[str, Any], title: str, body: str, facts: dict[str, Any]
) -> None:
    (stronger, weaker), keywords = conditions(one, other)
    seen = Seen(item(title, body, facts), keywords)
    assert atoms(stronger).holds(seen) == stronger.holds(seen)
    if implies(atoms(stronger), atoms(weaker)) and stronger.holds(seen):
        assert weaker.holds(seen)


@settings(max_examples=300, deadline=None)
@given(when=WHEN, title=TEXTS, body=TEXTS, facts=FACTS)
def test_the_cases_of_a_condition_are_together_all_of_it(
    when: dict[str, Any], title: str, body: str, facts: dict[str, Any]
) -> None:
    (test,), keywords = conditions(when)
    seen = Seen(item(title, body, facts), keywords)
    for cases in narrowings(atoms(test)):
        assert any(case.holds(seen) for case in cases) == test.holds(seen)


@pytest.mark.parametrize(
    ("stronger", "weaker"),
    [
        ({"a": "x"}, {}),
        ({"a": "x"}, {"a": ["x", "y"]}),
        ({"a": "X"}, {"a": "x"}),
        ({"a": "x", "b": "y"}, {"b": "y"}),
        ({"title": "outage"}, {"text": ["outage", "장애"]}),
        ({"text": {"none": ["drill"]}}, {"title": {"none": ["drill"]}}),
        ({"text": {"all": ["장애", "배포"]}}, {"text": {"any": ["배포"]}}),
        ({"n": {"at_least": 5}}, {"n": {"at_least": 3}}),
        ({"n": {"at_least": 1}}, {"n": {"exists": True}}),
        ({"a": {"exists": False}}, {"a": {"none": ["x"]}}),
        ({"a": "x"}, {"a": {"exists": True}}),
        ({"any": [{"a": "x"}, {"a": "y"}]}, {"a": ["x", "y", "z"]}),
        ({"not": {"a": ["x", "y"]}}, {"not": {"a": "x"}}),
        ({"title": {"pattern": "^hot"}, "a": "x"}, {"title": {"pattern": "^hot"}}),
    ],
)
def test_a_weaker_condition_is_recognised_and_never_the_other_way(
    stronger: dict[str, Any], weaker: dict[str, Any]
) -> None:
    (one, other), _ = conditions(stronger, weaker)
    assert implies(atoms(one), atoms(other))
    if stronger != {"a": "X"}:
        assert not implies(atoms(other), atoms(one))


def test_an_empty_condition_is_implied_by_all_and_implies_itself() -> None:
    (test, empty), _ = conditions({"a": "x"}, {})
    assert implies(test, ALWAYS)
    assert implies(ALWAYS, atoms(empty))
    assert not implies(ALWAYS, atoms(test))


@settings(max_examples=300, deadline=None)
@given(when=WHEN, label=LABELS, title=TEXTS, body=TEXTS, facts=FACTS)
def test_what_earlier_answers_decide_is_so_for_every_item(
    when: dict[str, Any], label: str, title: str, body: str, facts: dict[str, Any]
) -> None:
    (test,), keywords = conditions(when)
    seen = Seen(item(title, body, facts), keywords)
    seen.answer("label", label)
    said = decided(test, {"label": label})
    assert said is None or said == test.holds(seen)


def test_later_axes_see_earlier_answers() -> None:
    axes, broken = parsed(
        {
            "process": (
                Rule(name="c", when={"tracker": "c"}, then="change"),
                Rule(name="r", then="request"),
            ),
            "domain": (Rule(name="d", then="application"),),
            "stage": (
                Rule(name="a", when={"process": "change", "status": "ok?"}, then="approve"),
                Rule(name="s", when={"process": "change"}, then="assess"),
                Rule(name="n", then="none"),
            ),
        }
    )
    assert broken == []
    assert reachable(axes) == {
        Place("change", "application", "approve"),
        Place("change", "application", "assess"),
        Place("request", "application", "none"),
    }
