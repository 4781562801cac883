"""Which rules no case needs."""

from copy import copy

from itsm_sync.operations.rules.cases import CaseResult, run
from itsm_sync.routing import Catalogue, Router
from itsm_sync.routing.compiling import Axis


def unneeded(
    router: Router, catalogue: Catalogue, results: tuple[CaseResult, ...]
) -> list[tuple[str, str]]:
    """Answer axis and name of each rule without which all cases still pass."""
    found = []
    for number, axis in enumerate(router.axes):
        for place, rule in enumerate(axis.rules[:-1]):
            without = copy(router)
            rest = Axis(axis.name, axis.rules[:place] + axis.rules[place + 1 :])
            without.axes = (*router.axes[:number], rest, *router.axes[number + 1 :])
            # Taking a rule away moves only the items it decided.
            name = rule.rule.name
            its = [r for r in results if any(e.rule == name for e in r.routing.evidence)]
            if all(r.passed for r in run(without, catalogue, ((r.case, r.line) for r in its))):
                found.append((axis.name, name))
    return found
