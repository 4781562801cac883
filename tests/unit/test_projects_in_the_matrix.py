"""Projects with lines of their own in the matrix: what counts where."""

from dataclasses import replace
from typing import Any

import pytest

from itsm_sync.model.catalogue import Service
from itsm_sync.model.items import Fact
from itsm_sync.model.matrix import ANY, Matrix, Ownership, Raci
from itsm_sync.operations.matrix.formats import as_json, render
from itsm_sync.operations.matrix.view import lines
from itsm_sync.routing import Catalogue, Router
from itsm_sync.routing.lint import lint
from itsm_sync.routing.overrule import Overruled, follow
from tests.builders import item, words
from tests.unit.test_lint_findings import MATRIX, RULES

SHOP = Ownership(project="shop", process="incident", row="manager")
SHOPS = Raci(project="shop", process="incident", accountable="change")


def with_lines(*own: Ownership | Raci) -> Matrix:
    """The sample matrix with lines of projects before its own."""
    ownership = tuple(line for line in own if isinstance(line, Ownership))
    raci = tuple(line for line in own if isinstance(line, Raci))
    return replace(MATRIX, ownership=(*ownership, *MATRIX.ownership), raci=(*raci, *MATRIX.raci))


def decided(matrix: Matrix, **facts: Fact) -> tuple[str, str, str]:
    """Project, row and accountable row of an outage with these facts."""
    found = Router(matrix, RULES).route(item(title="outage", facts=facts))
    return found.project, found.row, found.accountable


def test_the_line_of_a_project_counts_there_and_nowhere_else() -> None:
    matrix = with_lines(SHOP, SHOPS)
    assert decided(matrix, project="shop") == ("shop", "manager", "change")
    assert decided(matrix, project="depot") == (ANY, "incident", "incident")
    assert decided(matrix) == (ANY, "incident", "incident")


def test_it_counts_below_the_project_too() -> None:
    path: dict[str, Fact] = {"project": "shop-mobile", "projects": ("all", "shop", "shop-mobile")}
    assert decided(with_lines(SHOP), **path)[:2] == ("shop", "manager")


def test_the_nearest_project_that_has_lines_counts_alone() -> None:
    matrix = with_lines(Ownership(project="all", process="incident", row="desk"), SHOP)
    path: dict[str, Fact] = {"project": "till", "projects": ("all", "shop", "till")}
    assert decided(matrix, **path)[:2] == ("shop", "manager")
    assert decided(matrix, project="all", projects=("all",))[:2] == ("all", "desk")


def test_what_a_projects_lines_leave_open_the_lines_of_all_decide() -> None:
    matrix = with_lines(Ownership(project="shop", process="change", row="manager"), SHOPS)
    assert decided(matrix, project="shop") == ("shop", "incident", "change")


def test_the_first_line_that_fits_wins_whichever_project_it_names() -> None:
    late = replace(MATRIX, ownership=(*MATRIX.ownership[:-1], SHOP, MATRIX.ownership[-1]))
    assert decided(late, project="shop")[:2] == ("shop", "incident")


@pytest.mark.parametrize(
    ("facts", "project"),
    [
        ({"repository": "abc/shop"}, "shop"),
        ({"repository": "abc/shop", "project": "depot"}, ANY),
        ({"repository": "abc/other"}, ANY),
    ],
)
def test_what_no_project_holds_is_its_services_first(facts: dict[str, Fact], project: str) -> None:
    service = Service(
        id="s", name=words("s"), team="it", repositories=("abc/shop",), projects=("shop", "depot")
    )
    enriched = Catalogue((service,), ()).enriched(item(title="outage", facts=facts))
    assert Router(with_lines(SHOP), RULES).route(enriched).project == project


def test_what_follows_a_persons_decision_is_that_projects() -> None:
    matrix = with_lines(Ownership(project="shop", process="request", row="manager"), SHOP)
    routing = Router(matrix, RULES).route(item(title="outage", facts={"project": "shop"}))
    assert follow(matrix, routing, Overruled(process="request")).row == "manager"
    elsewhere = Router(matrix, RULES).route(item(title="outage", facts={"project": "depot"}))
    assert follow(matrix, elsewhere, Overruled(process="request")).row == "desk"
    biz = Ownership(project="shop", process="change", row="manager")
    change = replace(elsewhere, process="change", project="shop", row="change", responsible="it")
    assert follow(with_lines(biz), change, Overruled(team="biz")).row == "manager"


# ------------------------------------------------------------------------------ lint


def kinds(*own: Ownership | Raci, **changes: Any) -> list[tuple[str, tuple[str | int, ...]]]:
    matrix = replace(with_lines(*own), **changes)
    return [(f.kind, f.path) for f in lint(matrix, RULES, {"shop", "depot"})]


def test_lines_of_a_project_may_repeat_what_those_of_all_say() -> None:
    assert kinds(SHOP, SHOPS, Ownership(project="depot", process="incident", row="change")) == []


def test_a_line_of_all_is_not_covered_by_a_projects() -> None:
    assert kinds(Ownership(project="shop", row="manager")) == []


def test_a_projects_line_below_one_of_all_that_fits_as_much_is_covered() -> None:
    ownership = (*MATRIX.ownership[:-1], SHOP, MATRIX.ownership[-1])
    assert kinds(ownership=ownership) == [("ownership-covered", ("ownership", 3))]
    assert kinds(raci=(*MATRIX.raci, SHOPS)) == [("raci-covered", ("raci", 4))]


def test_two_accountable_of_one_project_are_two() -> None:
    assert kinds(SHOP, SHOPS, replace(SHOPS, accountable="desk")) == [
        ("accountable-twice", ("raci", 1))
    ]


def test_a_line_of_a_project_that_is_no_project_of_ours_is_told_where_it_stands() -> None:
    assert kinds(replace(SHOP, project="shpo"), replace(SHOPS, project="shpo")) == [
        ("project-unknown", ("ownership", 0, "project")),
        ("project-unknown", ("raci", 0, "project")),
    ]


def test_the_last_line_must_be_one_of_all_projects() -> None:
    last = (*MATRIX.ownership[:-1], Ownership(project="shop", row="desk"))
    assert ("ownership-end-missing", ("ownership", 3)) in kinds(ownership=last)


def test_letters_that_only_a_project_has_are_missing_in_the_others() -> None:
    own = Raci(project="shop", process="request", accountable="desk")
    assert kinds(raci=(own, *MATRIX.raci[:-1])) == [("accountable-missing", ("raci",))]


def test_a_row_that_holds_something_in_one_project_only_is_reached() -> None:
    owned = tuple(line for line in MATRIX.ownership if line.row != "manager")
    raci = tuple(replace(line, consulted=()) for line in MATRIX.raci)
    assert kinds(ownership=owned, raci=raci) == [("row-unreached", ("rows", 3))]
    assert kinds(ownership=(SHOP, *owned), raci=raci) == []


def test_a_row_consulted_on_its_own_work_in_one_project_is_told_once() -> None:
    raci = tuple(
        replace(line, consulted=("manager",)) if line.process == "incident" else line
        for line in MATRIX.raci
    )
    depot = replace(SHOP, project="depot")
    assert kinds(SHOP, depot, raci=raci) == [("responsible-told-of-own-work", ("raci", 0))]


# ------------------------------------------------------------------------------ shown


def test_a_project_is_shown_where_its_letters_differ_only() -> None:
    shown = {(line.process, line.project) for line in lines(with_lines(SHOP, SHOPS))}
    assert shown == {(p, ANY) for p in MATRIX.processes} | {("incident", "shop")}


def test_every_format_names_the_project_of_its_lines() -> None:
    matrix = with_lines(SHOP, SHOPS)
    for format_ in ("text", "md", "html"):
        shown = render(matrix, format_, "en")  # type: ignore[arg-type]
        assert isinstance(shown, str)
        assert "· shop" in shown
        assert "Project" in shown
    document = as_json(matrix, "en")
    assert document["ownership"][0]["project"] == "shop"
    assert [line["project"] for line in document["raci"] if line["process"] == "incident"] == [
        "*",
        "shop",
    ]


def test_a_matrix_without_projects_shows_no_column_for_them() -> None:
    assert "Project" not in str(render(MATRIX, "md", "en"))
