"""What of the service levels never counts is found, and nothing else."""

import pytest

from itsm_sync.model.matrix import Matrix, Team
from itsm_sync.routing.lint.promises import lint_promises
from tests.builders import words
from tests.promised import levels

MATRIX = Matrix(
    title=words("M"),
    teams={"it": Team(name=words("IT")), "biz": Team(name=words("Business"))},
    processes={"incident": words("Incident"), "change": words("Change")},
    domains={},
    stages={},
    rows=(),
    ownership=(),
    raci=(),
)


def found(text: str) -> list[tuple[str, tuple[object, ...]]]:
    return [(one.kind, one.path) for one in lint_promises(levels(text), MATRIX)]


@pytest.mark.parametrize(
    ("targets", "covered"),
    [
        ("[{process: incident}, {process: change}]", []),
        ("[{process: incident}, {process: incident, priority: High}]", [1]),
        ("[{process: incident, priority: High}, {process: incident}]", []),
        ("[{priority: HIGH}, {process: change, priority: [high]}, {priority: low}]", [1]),
        ("[{process: incident}, {process: change}, {response: 1h}]", [2]),  # both, together
        ("[{process: incident, team: it}, {team: biz}, {process: [incident]}]", [2]),
        ("[{process: incident, team: it}, {team: biz}, {team: it}]", []),
        ("[{process: [incident, '*']}, {process: change}]", [1]),
        ("[{priority: [a, b]}, {response: 1h}, {priority: c}]", [2]),
    ],
)
def test_a_target_counts_where_those_above_leave_it_something(
    targets: str, covered: list[int]
) -> None:
    assert found(f"targets: {targets}") == [("target-covered", ("targets", n)) for n in covered]


def test_hours_that_no_target_counts_in_are_told_and_the_first_is_that_of_who_names_none() -> None:
    hours = "hours: {a: {days: {mon: [09:00-12:00]}}, b: {days: {tue: [09:00-12:00]}}}"
    assert found(f"{hours}\ntargets: [{{response: 1h}}]") == [("hours-unused", ("hours", "b"))]
    assert found(f"{hours}\ntargets: [{{hours: b}}]") == [("hours-unused", ("hours", "a"))]


def test_a_day_that_is_worked_must_be_a_holiday_of_the_country_or_ones_own() -> None:
    off = "holidays: {country: KR, own: [{day: 2026-05-04, name: x}], worked: [%s]}"
    assert found(off % "2026-05-05, 2026-05-04, 01-02") == []
    assert found(off % "2026-05-05, 2026-05-06") == [
        ("worked-no-holiday", ("holidays", "worked", 1))
    ]
