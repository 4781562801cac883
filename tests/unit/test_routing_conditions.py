"""The language of conditions."""

from datetime import UTC, datetime
from typing import Any

import pytest

from itsm_sync.model.items import Item
from itsm_sync.routing.conditions import PRESENT
from itsm_sync.routing.keywords import Keywords
from itsm_sync.routing.parsing import Parser
from itsm_sync.routing.seen import Seen

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ITEM = {
    "title": "결제 서버 다운",
    "body": "Checkout fails since 09:10",
    "facts": {
        "tracker": "결함",
        "labels": ("Bug", "payment"),
        "failed_tests": 3,
        "draft": False,
        "job": "abc/deploy/portal-prod",
        "version": "",
    },
}


def holds(when: Any) -> bool:
    parser = Parser()
    test = parser.parse(when, ())
    assert parser.problems == []
    item = Item(
        key="github:a/b/issue/1",
        source="github",
        kind="issue",
        url="",
        state="open",
        created_at=NOW,
        updated_at=NOW,
        **ITEM,
    )
    seen = Seen(item, Keywords(parser.vocabulary))
    triggers = test.triggers()
    if test.holds(seen) and triggers is not None:  # whatever holds is found by its triggers
        woken = {t for t in triggers if isinstance(t, int) and seen.mask("text") >> t & 1}
        pairs = (t for t in triggers if isinstance(t, tuple))
        assert woken | {t for t in pairs if t[1] in (PRESENT, *seen.values(t[0]))}
    return test.holds(seen)


@pytest.mark.parametrize(
    "when",
    [
        {},
        {"tracker": "결함"},
        {"tracker": ["지원", "결함"]},
        {"labels": "bug"},
        {"labels": {"all": ["bug", "payment"]}},
        {"labels": {"none": ["security"]}},
        {"labels": {"at_least": 2}},
        {"draft": False},
        {"draft": {"exists": True}},
        {"version": {"exists": False}},
        {"failed_tests": 3},
        {"failed_tests": {"at_least": 3, "at_most": 3}},
        {"job": {"pattern": "^ABC/deploy/.*-prod$"}},
        {"title": "서버"},
        {"text": {"all": [["서버", "장비"], ["다운", "정지"]]}},
        {"text": {"any": ["checkout"], "none": ["훈련"]}},
        {"body": {"pattern": r"since \d\d:\d\d"}},
        {"body": {"exists": True}},
        {"any": [{"tracker": "지원"}, {"text": "결제"}]},
        {"all": [{"tracker": "결함"}, {"text": "결제"}]},
        {"not": {"tracker": "지원"}},
        {"source": "github", "kind": "issue", "state": "open"},
    ],
)
def test_a_condition_that_is_true_holds(when: Any) -> None:
    assert holds(when)


@pytest.mark.parametrize(
    "when",
    [
        {"tracker": "지원"},
        {"missing": "결함"},
        {"labels": {"all": ["bug", "security"]}},
        {"labels": {"none": ["bug"]}},
        {"draft": True},
        {"draft": 0},
        {"version": {"exists": True}},
        {"failed_tests": {"at_most": 2}},
        {"tracker": {"at_least": 1}},
        {"body": "서버"},
        {"text": {"all": [["서버"], ["정지"]]}},
        {"text": {"any": ["checkout"], "none": ["결제"]}},
        {"any": [{"tracker": "지원"}, {"text": "훈련"}]},
        {"not": {"tracker": "결함"}},
        {"tracker": "결함", "text": "훈련"},
    ],
)
def test_a_condition_that_is_false_does_not_hold(when: Any) -> None:
    assert not holds(when)


@pytest.mark.parametrize(
    ("when", "path"),
    [
        ("결함", ()),
        ({"any": {"tracker": "x"}}, ("any",)),
        ({"tracker": {}}, ("tracker",)),
        ({"tracker": []}, ("tracker", "any")),
        ({"tracker": {"equals": "x"}}, ("tracker", "equals")),
        ({"text": {"at_least": 1}}, ("text", "at_least")),
        ({"text": "  "}, ("text",)),
        ({"text": "*"}, ("text",)),
        ({"count": {"at_least": "many"}}, ("count", "at_least")),
        ({"draft": {"exists": "yes"}}, ("draft", "exists")),
        ({"title": {"pattern": "(?=x)"}}, ("title", "pattern")),
        ({"not": {"title": {"pattern": "["}}}, ("not", "title", "pattern")),
    ],
)
def test_a_condition_that_cant_be_read_is_told_with_its_path(when: Any, path: Any) -> None:
    parser = Parser()
    parser.parse(when, ())
    assert [problem.path for problem in parser.problems] == [path]


@pytest.mark.parametrize("scope", [{"process": "change"}, {"kind": "issue"}])
def test_a_rule_is_woken_by_its_words_and_not_by_a_class_of_items(scope: dict[str, str]) -> None:
    test = Parser().parse({**scope, "text": ["서버", "장비"]}, ())
    assert test.triggers() == {0, 1}


@pytest.mark.timeout(5)
def test_a_pattern_cant_hang() -> None:
    parser = Parser()
    test = parser.parse({"body": {"pattern": "(a+)+$"}}, ())
    item = Item(
        key="k",
        source="s",
        kind="issue",
        title="",
        body="a" * 50_000 + "!",
        url="",
        state="",
        created_at=NOW,
        updated_at=NOW,
    )
    assert not test.holds(Seen(item, Keywords(parser.vocabulary)))


@pytest.mark.parametrize("pattern", [5, ["a"], None, {"a": "b"}])
def test_a_pattern_that_is_no_text_is_a_problem(pattern: object) -> None:
    parser = Parser()
    parser.parse({"title": {"pattern": pattern}}, ("rules",))
    assert [str(problem[2]) for problem in parser.problems] == ["must be text"]
