"""Names of Redmine in the configuration: which there are, and which a Redmine lacks."""

from dataclasses import replace

import pytest

from itsm_sync.locale import say
from itsm_sync.model.catalogue import Category, Service
from itsm_sync.model.matrix import Ownership, Team
from itsm_sync.model.rules import Rule
from itsm_sync.routing.lint.live import Known, lint_live
from itsm_sync.routing.lint.mentions import Kind, Mention, mentions, promised
from tests.builders import words
from tests.promised import levels
from tests.unit.test_lint_findings import MATRIX


def mentioned(when: dict[str, object]) -> list[tuple[Kind, tuple[str, ...], tuple[object, ...]]]:
    book = {"process": (Rule(name="one", when=when, then="incident"),)}
    matrix = replace(MATRIX, teams={})
    return [(m.kind, m.names, m.path[4:]) for m in mentions(matrix, book, ())]


@pytest.mark.parametrize(
    ("when", "found"),
    [
        ({"tracker": "Bug"}, [(Kind.TRACKER, ("Bug",), ("tracker",))]),
        ({"status": ["완료", "Closed"]}, [(Kind.STATUS, ("완료", "Closed"), ("status",))]),
        (
            {"priority": {"all": [["High", "Urgent"], "Low"], "none": ["Normal"]}},
            [
                (Kind.PRIORITY, ("Normal",), ("priority", "none")),
                (Kind.PRIORITY, ("High", "Urgent"), ("priority", "all", 0)),
                (Kind.PRIORITY, ("Low",), ("priority", "all", 1)),
            ],
        ),
        ({"not": {"category": "DB"}}, [(Kind.CATEGORY, ("DB",), ("not", "category"))]),
        (
            {"any": [{"projects": "abc"}, {"all": [{"project": "abc-app"}]}]},
            [
                (Kind.PROJECT, ("abc",), ("any", 0, "projects")),
                (Kind.PROJECT, ("abc-app",), ("any", 1, "all", 0, "project")),
            ],
        ),
        (
            {"field.Site": {"any": ["Seoul"]}},
            [
                (Kind.FIELD, ("Site",), ("field.Site",)),
                (Kind.VALUE, ("Seoul",), ("field.Site", "any")),
            ],
        ),
        ({"field.Site": {"exists": True}}, [(Kind.FIELD, ("Site",), ("field.Site",))]),
        ({"tracker": {"pattern": "^B"}, "text": ["Bug"], "job": "abc"}, []),
    ],
)
def test_a_condition_names_what_it_compares_with(
    when: dict[str, object], found: list[object]
) -> None:
    assert mentioned(when) == found


def test_teams_services_and_lines_name_groups_and_projects() -> None:
    categories = (Category(project="abc", category="DB"), Category(category="API"))
    service = Service(
        id="s", name=words("s"), team="it", projects=("abc-app",), categories=categories
    )
    matrix = replace(
        MATRIX,
        teams={"it": Team(name=words("IT"), group="IT")},
        ownership=(Ownership(project="abc", row="desk"), *MATRIX.ownership),
    )
    assert [(m.file, m.kind, m.names, m.path) for m in mentions(matrix, {}, (service,))] == [
        ("matrix", Kind.GROUP, ("IT",), ("teams", "it", "group")),
        ("matrix", Kind.PROJECT, ("abc",), ("ownership", 0, "project")),
        ("services", Kind.PROJECT, ("abc-app",), ("services", 0, "projects", 0)),
        ("services", Kind.CATEGORY, ("DB",), ("services", 0, "categories", 0, "category")),
        ("services", Kind.PROJECT, ("abc",), ("services", 0, "categories", 0, "project")),
        ("services", Kind.CATEGORY, ("API",), ("services", 0, "categories", 1, "category")),
    ]


def told(kind: Kind, *names: str, known: Known, field: str = "") -> list[tuple[str, str]]:
    mention = Mention(kind=kind, names=names, file="rules", path=("rules",), field=field)
    return [(f.kind, say(f.message, "en")) for f in lint_live([mention], known)]


TRACKERS: Known = {(Kind.TRACKER, ""): {"Bug", "Feature", "Support"}}


def test_service_levels_name_statuses_and_priorities() -> None:
    text = "pauses: [의견, Feedback]\ntargets: [{priority: [긴급, Urgent]}, {response: 1h}]"
    found = [(one.kind, one.names, one.file, one.path) for one in promised(levels(text))]
    assert found == [
        (Kind.STATUS, ("의견", "Feedback"), "sla", ("pauses",)),
        (Kind.PRIORITY, ("긴급", "Urgent"), "sla", ("targets", 0, "priority")),
    ]


def test_one_of_the_names_is_enough_in_capitals_or_not() -> None:
    assert told(Kind.TRACKER, "결함", "bug", known=TRACKERS) == []


def test_a_name_that_is_not_there_is_told_with_the_nearest() -> None:
    assert told(Kind.TRACKER, "Bgu", known=TRACKERS) == [
        ("tracker-not-in-redmine", "Redmine has no tracker called `Bgu`; is `Bug` meant?")
    ]


def test_where_none_is_near_those_that_are_there_are_told() -> None:
    assert told(Kind.TRACKER, "결함", "Störung", known=TRACKERS) == [
        (
            "tracker-not-in-redmine",
            "Redmine has no tracker called `결함`, `Störung`; there are: Bug, Feature, Support.",
        )
    ]


def test_what_could_not_be_read_is_no_finding() -> None:
    assert told(Kind.STATUS, "Nowhere", known=TRACKERS) == []
    assert told(Kind.VALUE, "Busan", known=TRACKERS, field="Site") == []


def test_a_value_is_looked_for_in_its_own_list() -> None:
    known: Known = {(Kind.VALUE, "site"): {"Seoul", "Busan"}, (Kind.VALUE, "team"): {"Paris"}}
    assert told(Kind.VALUE, "Busan", known=known, field="Site") == []
    ((kind, text),) = told(Kind.VALUE, "Busann", known=known, field="Site")
    assert kind == "value-not-in-redmine"
    assert text == "The list Site in Redmine has no value `Busann`; is `Busan` meant?"
    ((_, text),) = told(Kind.VALUE, "Paris", known=known, field="Site")
    assert "there are: Busan, Seoul" in text


def test_each_finding_is_a_sentence_in_korean_too() -> None:
    mention = Mention(kind=Kind.STATUS, names=("Done",), file="rules", path=("rules",))
    known: Known = {(Kind.STATUS, ""): {"완료"}}
    (finding,) = lint_live([mention], known)
    said = say(finding.message, "ko")
    assert said == "Redmine에 없는 상태입니다: `Done`. 있는 것: 완료."
