"""What is wrong with matrix and rules taken together, beyond what stops the program.

The conflicts inside the document that the matrix was made from are its notes, not findings.
"""

from collections.abc import Collection, Iterator

from itsm_sync.model.matrix import Letter, Matrix
from itsm_sync.model.rules import RuleBook
from itsm_sync.model.sla import ServiceLevels
from itsm_sync.routing.lint.finding import LintFinding
from itsm_sync.routing.lint.letters import lint_letters
from itsm_sync.routing.lint.names import lint_names, lint_projects
from itsm_sync.routing.lint.promises import lint_promises
from itsm_sync.routing.lint.reach import Place, reachable
from itsm_sync.routing.lint.rules import lint_rules, parsed
from itsm_sync.routing.lint.signals import lint_signals

__all__ = ["LintFinding", "assumed", "lint"]


def lint(
    matrix: Matrix,
    rules: RuleBook,
    projects: Collection[str] = (),
    levels: ServiceLevels | None = None,
) -> list[LintFinding]:
    """Answer everything found: matrix, rules, service levels, each in the order of its file.

    `projects` are the Redmine projects that settings and services name.
    """
    axes, broken = parsed(rules)
    places = frozenset(place for place in reachable(axes) if _known(place, matrix))
    findings = [
        *lint_names(matrix),
        *lint_projects(matrix, projects),
        *lint_letters(matrix, places),
        *broken,
        *lint_rules(rules, matrix, axes),
        *lint_signals(rules),
        *(lint_promises(levels, matrix) if levels else ()),
    ]
    return sorted(findings, key=lambda finding: finding.file)


def assumed(matrix: Matrix) -> Iterator[tuple[str, str, tuple[Letter, ...]]]:
    """Answer process, stage and the letters there that the document does not have."""
    for letters in matrix.raci:
        if letters.assumed:
            yield letters.process, letters.stage, letters.assumed


def _known(place: Place, matrix: Matrix) -> bool:
    """Answer whether the matrix knows the answers; an unknown one is a finding of its own."""
    return (
        place.process in matrix.processes
        and place.domain in matrix.domains
        and place.stage in matrix.stages
    )
