"""What of the service levels never counts."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product

from itsm_sync.model.matrix import ANY, Matrix
from itsm_sync.model.sla import ServiceLevels, Target
from itsm_sync.model.text import folded
from itsm_sync.routing.lint.finding import LintFinding, found
from itsm_sync.routing.service_levels.days_off import days_off


def lint_promises(levels: ServiceLevels, matrix: Matrix) -> Iterator[LintFinding]:
    """Answer targets that no ticket gets, hours that none uses, days worked that are no holidays.

    Any priority may occur, also one that no line names.
    """
    yield from _covered(levels.targets, matrix)
    used = {levels.hours_of(target)[0] for target in levels.targets}
    for name in levels.hours:
        if name not in used:
            text = "No target counts in the business hours `{name}`."
            yield found("sla", ("hours", name), "hours-unused", text, name=name)
    yield from _worked(levels)


def _covered(targets: Sequence[Target], matrix: Matrix) -> Iterator[LintFinding]:
    priorities = {folded(name) for target in targets for name in target.priority} | {ANY}
    free = set(product(matrix.processes, priorities, matrix.teams))
    for number, target in enumerate(targets):
        got = {cell for cell in free if _fits(target, *cell)}
        if not got:
            yield found(
                "sla",
                ("targets", number),
                "target-covered",
                "This target never counts: those above fit all that it fits.",
            )
        free -= got


def _fits(target: Target, process: str, priority: str, team: str) -> bool:
    """Answer whether a target fits; the priority `*` is one that no line names."""
    asked = (
        (target.process, process),
        (tuple(folded(name) for name in target.priority), priority),
        (target.team, team),
    )
    return all(ANY in names or one in names for names, one in asked)


def _worked(levels: ServiceLevels) -> Iterator[LintFinding]:
    """Answer the dates that are worked and no holidays; a day of every year may be one in some."""
    for number, day in enumerate(levels.holidays.worked):
        if day.year is None:
            continue
        one = date(day.year, day.month, day.day)
        if one not in days_off(levels.holidays.unworked, day.year):
            text = "{day} is no holiday: there is nothing to take away."
            path = ("holidays", "worked", number)
            yield found("sla", path, "worked-no-holiday", text, day=one)
