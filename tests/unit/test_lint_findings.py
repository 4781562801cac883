"""Each kind of broken matrix or rule book gets its own clear finding."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from itsm_sync.locale import say
from itsm_sync.model.matrix import Duty, Letter, Matrix, Note, Ownership, Raci, Row, Team
from itsm_sync.model.rules import Rule, RuleBook
from itsm_sync.model.words import Words
from itsm_sync.routing.lint import LintFinding, assumed, lint

World = tuple[Matrix, RuleBook]


def both(text: str) -> Words:
    return Words(ko=text, en=text)


def row(row_id: str, team: str, *duties: Duty) -> Row:
    return Row(
        id=row_id,
        team=team,
        name=both(f"name of {row_id}"),
        role=both("role"),
        responsibility=both("responsibility"),
        duties=duties,
    )


def duty(section: str, team: str, name: str) -> Duty:
    return Duty(section=section, team=team, name=both(name), text=both("text"))


MATRIX = Matrix(
    title=both("Sample"),
    teams={"it": Team(name=both("IT")), "biz": Team(name=both("Business"))},
    processes={"incident": both("Incident"), "change": both("Change"), "request": both("Request")},
    domains={"application": both("Application"), "business": both("Business")},
    stages={"assess": both("Assess"), "approve": both("Approve"), "none": both("None")},
    rows=(
        row("desk", "it"),
        row("incident", "it", duty("2.1", "it", "incidents")),
        row("change", "it"),
        row("manager", "biz", duty("1.2", "biz", "approval")),
    ),
    ownership=(
        Ownership(process="incident", row="incident"),
        Ownership(process="change", stage="approve", row="manager"),
        Ownership(process="change", row="change"),
        Ownership(row="desk"),
    ),
    raci=(
        Raci(process="incident", accountable="incident", informed=("desk",), assumed=(Letter.I,)),
        Raci(process="change", stage="approve", accountable="manager", consulted=("change",)),
        Raci(process="change", accountable="manager", informed=("desk",)),
        Raci(process="request", accountable="desk"),
    ),
)
RULES: RuleBook = {
    "process": (
        Rule(name="outage", when={"text": {"any": ["장애", "outage"]}}, then="incident"),
        Rule(name="change tracker", when={"tracker": "변경"}, then="change"),
        Rule(name="rest", then="request"),
    ),
    "domain": (
        Rule(name="sales", when={"text": "매출"}, then="business"),
        Rule(name="code", then="application"),
    ),
    "stage": (
        Rule(
            name="awaiting approval",
            when={"process": "change", "status": "승인 대기"},
            then="approve",
        ),
        Rule(name="new change", when={"process": "change"}, then="assess"),
        Rule(name="no stage", then="none"),
    ),
}


def in_matrix(**changes: object) -> World:
    return replace(MATRIX, **changes), RULES


def in_rules(axis: str, *rules: Rule) -> World:
    return MATRIX, {**RULES, axis: rules}


def last_raci(**changes: object) -> World:
    return in_matrix(raci=(*MATRIX.raci[:-1], replace(MATRIX.raci[-1], **changes)))


def first_row(**changes: object) -> World:
    return in_matrix(rows=(replace(MATRIX.rows[0], **changes), *MATRIX.rows[1:]))


def first_rules(axis: str, *rules: Rule) -> World:
    return in_rules(axis, *rules, *RULES[axis])


def before_last(axis: str, *rules: Rule) -> World:
    return in_rules(axis, *RULES[axis][:-1], *rules, RULES[axis][-1])


BROKEN: dict[str, tuple[Callable[[], World], str, tuple[str | int, ...]]] = {
    "two rows with one id": (
        lambda: in_matrix(rows=(*MATRIX.rows, MATRIX.rows[0])),
        "row-twice",
        ("rows", 4, "id"),
    ),
    "a row of a team that is not there": (
        lambda: first_row(team="sales"),
        "row-team-unknown",
        ("rows", 0, "team"),
    ),
    "a team without rows": (
        lambda: in_matrix(teams={**MATRIX.teams, "idle": Team(name=both("Idle"))}),
        "team-without-rows",
        ("teams", "idle"),
    ),
    "a process without a Korean name": (
        lambda: in_matrix(processes={**MATRIX.processes, "change": Words(ko=" ", en="Change")}),
        "name-missing",
        ("processes", "change", "ko"),
    ),
    "two stages of one name": (
        lambda: in_matrix(stages={**MATRIX.stages, "assess": Words(ko="Approve", en="Assess")}),
        "name-shared",
        ("stages", "approve", "ko"),
    ),
    "two rows of a team with one name": (
        lambda: in_matrix(
            rows=(
                *MATRIX.rows[:1],
                replace(MATRIX.rows[1], name=Words(ko="name of desk", en="incidents")),
                *MATRIX.rows[2:],
            )
        ),
        "name-shared",
        ("rows", 1, "name", "ko"),
    ),
    "ownership of a row that is not there": (
        lambda: in_matrix(
            ownership=(
                Ownership(process="incident", domain="business", row="ghost"),
                *MATRIX.ownership,
            )
        ),
        "ownership-row-unknown",
        ("ownership", 0, "row"),
    ),
    "ownership of an unknown process": (
        lambda: in_matrix(ownership=(Ownership(process="magic", row="desk"), *MATRIX.ownership)),
        "ownership-process-unknown",
        ("ownership", 0, "process"),
    ),
    "ownership in an unknown domain": (
        lambda: in_matrix(ownership=(Ownership(domain="moon", row="desk"), *MATRIX.ownership)),
        "ownership-domain-unknown",
        ("ownership", 0, "domain"),
    ),
    "ownership in an unknown stage": (
        lambda: in_matrix(ownership=(Ownership(stage="nap", row="desk"), *MATRIX.ownership)),
        "ownership-stage-unknown",
        ("ownership", 0, "stage"),
    ),
    "a line of ownership covered by an earlier one": (
        lambda: in_matrix(
            ownership=(
                *MATRIX.ownership[:3],
                Ownership(process="change", stage="assess", row="desk"),
                MATRIX.ownership[3],
            )
        ),
        "ownership-covered",
        ("ownership", 3),
    ),
    "ownership without a last line for everything": (
        lambda: in_matrix(
            ownership=(*MATRIX.ownership[:3], Ownership(process="request", row="desk"))
        ),
        "ownership-end-missing",
        ("ownership", 3),
    ),
    "letters of an unknown process": (
        lambda: in_matrix(raci=(*MATRIX.raci, Raci(process="magic", accountable="desk"))),
        "raci-process-unknown",
        ("raci", 4, "process"),
    ),
    "letters of an unknown stage": (
        lambda: in_matrix(
            raci=(Raci(process="change", stage="nap", accountable="desk"), *MATRIX.raci)
        ),
        "raci-stage-unknown",
        ("raci", 0, "stage"),
    ),
    "an accountable row that is not there": (
        lambda: last_raci(accountable="ghost"),
        "raci-row-unknown",
        ("raci", 3, "accountable"),
    ),
    "a consulted row that is not there": (
        lambda: last_raci(consulted=("change", "ghost")),
        "raci-row-unknown",
        ("raci", 3, "consulted", 1),
    ),
    "a process without A": (
        lambda: in_matrix(raci=MATRIX.raci[:-1]),
        "accountable-missing",
        ("raci",),
    ),
    "a stage without A": (
        lambda: in_matrix(raci=(*MATRIX.raci[:2], MATRIX.raci[3])),
        "accountable-missing",
        ("raci",),
    ),
    "two A for a process and stage": (
        lambda: in_matrix(raci=(*MATRIX.raci, Raci(process="request", accountable="change"))),
        "accountable-twice",
        ("raci", 4),
    ),
    "letters of a stage below those of all stages": (
        lambda: in_matrix(
            raci=(*MATRIX.raci, Raci(process="request", stage="none", accountable="change"))
        ),
        "raci-covered",
        ("raci", 4),
    ),
    "a row with two letters": (
        lambda: last_raci(consulted=("change",), informed=("change",)),
        "letter-twice",
        ("raci", 3),
    ),
    "the responsible row is informed of its own work": (
        lambda: last_raci(accountable="manager", informed=("desk",)),
        "responsible-told-of-own-work",
        ("raci", 3),
    ),
    "an assumed letter that nobody has": (
        lambda: last_raci(assumed=(Letter.A, Letter.C)),
        "assumed-without-letter",
        ("raci", 3, "assumed", 1),
    ),
    "a row that nothing reaches": (
        lambda: in_matrix(rows=(*MATRIX.rows, row("spare", "it"))),
        "row-unreached",
        ("rows", 4),
    ),
    "a process that nothing uses": (
        lambda: in_matrix(processes={**MATRIX.processes, "idle": both("Idle")}),
        "unused",
        ("processes", "idle"),
    ),
    "a domain that nothing uses": (
        lambda: in_matrix(domains={**MATRIX.domains, "moon": both("Moon")}),
        "unused",
        ("domains", "moon"),
    ),
    "a stage that nothing uses": (
        lambda: in_matrix(stages={**MATRIX.stages, "nap": both("Nap")}),
        "unused",
        ("stages", "nap"),
    ),
    "a duty of an unknown team": (
        lambda: in_matrix(without_row=(duty("3.1", "sales", "logs"),)),
        "duty-team-unknown",
        ("without_row", 0, "team"),
    ),
    "a duty of another team than its row, without a note": (
        lambda: first_row(duties=(duty("5.1", "biz", "review"),)),
        "duty-of-another-team",
        ("rows", 0, "duties", 0, "team"),
    ),
    "a duty at two places": (
        lambda: in_matrix(without_row=(duty("2.1", "it", "incidents"),)),
        "duty-twice",
        ("without_row", 0),
    ),
    "an axis without rules": (
        lambda: (MATRIX, {axis: rules for axis, rules in RULES.items() if axis != "domain"}),
        "axis-missing",
        ("rules",),
    ),
    "an axis whose last rule has a condition": (
        lambda: (
            in_rules("domain", RULES["domain"][1], RULES["domain"][0])
            and in_rules(
                "domain",
                RULES["domain"][0],
                Rule(name="code", when={"project": "abc-app"}, then="application"),
            )
        ),
        "axis-end-conditional",
        ("rules", "domain", 1, "when"),
    ),
    "two rules of one name": (
        lambda: first_rules("domain", Rule(name="rest", when={"a": "b"}, then="business")),
        "rule-name-twice",
        ("rules", "domain", 0, "name"),
    ),
    "a rule that answers what is not there": (
        lambda: first_rules("process", Rule(name="odd", when={"a": "b"}, then="magic")),
        "rule-then-unknown",
        ("rules", "process", 0, "then"),
    ),
    "a rule that beats what is not there": (
        lambda: first_rules(
            "process", Rule(name="odd", when={"a": "b"}, then="change", over=("request", "magic"))
        ),
        "rule-over-unknown",
        ("rules", "process", 0, "over", 1),
    ),
    "a condition that can't be read": (
        lambda: first_rules("domain", Rule(name="odd", when={"a": {"near": 1}}, then="business")),
        "condition-unreadable",
        ("rules", "domain", 0, "when", "a", "near"),
    ),
    "a rule after one that always matches": (
        lambda: before_last(
            "stage",
            Rule(name="anything", then="none"),
        ),
        "rule-after-always",
        ("rules", "stage", 3),
    ),
    "a rule whose words an earlier one has": (
        lambda: before_last(
            "process",
            Rule(name="small outage", when={"title": "outage", "priority": "낮음"}, then="request"),
        ),
        "rule-covered",
        ("rules", "process", 2),
    ),
    "a rule that two earlier ones cover together": (
        lambda: before_last(
            "domain",
            Rule(name="portal", when={"service": "portal"}, then="application"),
            Rule(name="api", when={"service": "api"}, then="application"),
            Rule(name="web", when={"service": ["portal", "api"]}, then="business"),
        ),
        "rule-covered",
        ("rules", "domain", 3),
    ),
    "two rules of one condition and two answers": (
        lambda: before_last(
            "process", Rule(name="tracker again", when={"tracker": ["변경"]}, then="request")
        ),
        "rule-contradicts",
        ("rules", "process", 2),
    ),
}


def places(findings: list[LintFinding]) -> list[tuple[str, tuple[str | int, ...]]]:
    return [(finding.kind, finding.path) for finding in findings]


def test_a_sound_matrix_and_its_rules_have_no_findings() -> None:
    assert lint(MATRIX, RULES) == []


@pytest.mark.parametrize("name", BROKEN)
def test_each_kind_of_broken_input_gets_its_own_finding(name: str) -> None:
    world, kind, path = BROKEN[name]
    assert places(lint(*world())) == [(kind, path)]


@pytest.mark.parametrize("name", BROKEN)
def test_each_finding_is_a_sentence_in_both_languages(name: str) -> None:
    (finding,) = lint(*BROKEN[name][0]())
    english, korean = say(finding.message, "en"), say(finding.message, "ko")
    assert english.endswith(".")
    assert "{" not in english
    assert english != korean
    assert any("가" <= letter <= "힣" for letter in korean)


def test_there_are_more_than_twenty_kinds() -> None:
    assert len({kind for _, kind, _ in BROKEN.values()}) >= 20


@pytest.mark.parametrize("page", ["matrix.md", "matrix.ko.md"])
def test_each_kind_is_explained_in_the_documentation(page: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / page).read_text(encoding="utf-8")
    kinds = {kind for _, kind, _ in BROKEN.values()} | {"responsible-missing"}
    assert {kind for kind in kinds if f"`{kind}`" not in text} == set()


def test_a_process_that_no_line_of_ownership_fits_has_nobody_responsible() -> None:
    matrix, rules = in_matrix(ownership=MATRIX.ownership[:-1])
    assert ("responsible-missing", ("ownership",)) in places(lint(matrix, rules))


def test_findings_of_the_matrix_stand_before_those_of_the_rules() -> None:
    matrix, _ = BROKEN["a row that nothing reaches"][0]()
    _, rules = BROKEN["two rules of one name"][0]()
    assert [finding.file for finding in lint(matrix, rules)] == ["matrix", "rules"]


def test_a_conflict_that_a_note_resolves_is_no_finding() -> None:
    matrix, rules = BROKEN["a duty of another team than its row, without a note"][0]()
    noted = replace(matrix, notes=(Note(sections=("5.1", "6"), text=both("the table wins")),))
    assert lint(noted, rules) == []


def test_rows_of_two_teams_may_share_a_name() -> None:
    rows = (*MATRIX.rows[:3], replace(MATRIX.rows[3], name=MATRIX.rows[0].name))
    assert lint(replace(MATRIX, rows=rows), RULES) == []


def test_a_stage_that_rules_never_give_a_process_needs_no_letters() -> None:
    raci = (MATRIX.raci[0], *MATRIX.raci[1:3], replace(MATRIX.raci[3], stage="none"))
    assert lint(replace(MATRIX, raci=raci), RULES) == []


def test_assumed_letters_are_listed_and_are_no_findings() -> None:
    assert list(assumed(MATRIX)) == [("incident", "*", (Letter.I,))]
