"""What is wrong within the rules: names, answers, conditions, and rules that can't win."""

from collections.abc import Iterator, Mapping

from itsm_sync.model.matrix import Matrix
from itsm_sync.model.rules import Rule, RuleBook
from itsm_sync.routing.conditions import Test
from itsm_sync.routing.lint.finding import LintFinding, found
from itsm_sync.routing.lint.implication import ALWAYS, atoms, implies, narrowings
from itsm_sync.routing.lint.reach import AXES, Asked
from itsm_sync.routing.parsing import Parser
from itsm_sync.routing.problems import ValuePath

Parsed = Mapping[str, tuple[Asked, ...]]


def parsed(book: RuleBook) -> tuple[Parsed, list[LintFinding]]:
    """Answer the rules whose condition can be read, and what is wrong with the others."""
    parser = Parser()
    axes = {}
    for axis, rules in book.items():
        read: list[Asked] = []
        for number, rule in enumerate(rules):
            before = len(parser.problems)
            test = parser.parse(rule.when, ("rules", axis, number, "when"))
            if len(parser.problems) == before:
                read.append((rule, test))
        axes[axis] = tuple(read)
    broken = [
        found(
            "rules",
            trouble.path,
            "condition-unreadable",
            "This condition can't be read: {reason}.",
            reason=trouble.text,
        )
        for trouble in parser.problems
    ]
    return axes, broken


def lint_rules(book: RuleBook, matrix: Matrix, axes: Parsed) -> Iterator[LintFinding]:
    """Answer the findings of the rule book; `axes` are the rules that could be read."""
    for axis in AXES:
        if not book.get(axis):
            yield found(
                "rules",
                ("rules",),
                "axis-missing",
                "The axis {axis} has no rules: nothing can be routed.",
                axis=axis,
            )
    yield from _names(book)
    yield from _answers(book, matrix)
    for axis, rules in book.items():
        yield from _last(axis, rules)
        yield from _order(axis, rules, axes[axis])


def _names(book: RuleBook) -> Iterator[LintFinding]:
    first: dict[str, str] = {}
    for axis, rules in book.items():
        for number, rule in enumerate(rules):
            if rule.name in first:
                yield found(
                    "rules",
                    ("rules", axis, number, "name"),
                    "rule-name-twice",
                    "Two rules are called «{rule}» (the other is on the axis {axis}): "
                    "evidence could not tell them apart.",
                    rule=rule.name,
                    axis=first[rule.name],
                )
            first.setdefault(rule.name, axis)


def _answers(book: RuleBook, matrix: Matrix) -> Iterator[LintFinding]:
    known = {"process": matrix.processes, "domain": matrix.domains, "stage": matrix.stages}
    for axis, rules in book.items():
        answers = known.get(axis) or {rule.then for rule in rules}
        for number, rule in enumerate(rules):
            places: list[tuple[ValuePath, str]] = [(("then",), rule.then)]
            places += [(("over", n), answer) for n, answer in enumerate(rule.over)]
            for place, answer in places:
                if answer not in answers:
                    yield found(
                        "rules",
                        ("rules", axis, number, *place),
                        f"rule-{place[0]}-unknown",
                        "The rule «{rule}» names {answer}, which the axis {axis} does not know.",
                        rule=rule.name,
                        answer=answer,
                        axis=axis,
                    )


def _last(axis: str, rules: tuple[Rule, ...]) -> Iterator[LintFinding]:
    if rules and rules[-1].when:
        yield found(
            "rules",
            ("rules", axis, len(rules) - 1, "when"),
            "axis-end-conditional",
            "The last rule of the axis {axis}, «{rule}», has a condition: it must always match.",
            axis=axis,
            rule=rules[-1].name,
        )


def _order(axis: str, rules: tuple[Rule, ...], read: tuple[Asked, ...]) -> Iterator[LintFinding]:
    """Answer the rules that can't win, because what comes before takes all they could match."""
    places = {id(rule): number for number, rule in enumerate(rules)}
    earlier: list[Asked] = []
    for rule, test in ((rule, atoms(test)) for rule, test in read):
        if said := _loser(rule, test, earlier):
            kind, text, others = said
            yield found(
                "rules",
                ("rules", axis, places[id(rule)]),
                kind,
                text,
                rule=rule.name,
                answer=rule.then,
                others=", ".join(f"«{other.name}»" for other in others),
                given=others[0].then,
            )
        else:
            earlier.append((rule, test))


def _loser(
    rule: Rule, test: Test, earlier: list[Asked]
) -> tuple[str, str, tuple[Rule, ...]] | None:
    """Answer why the rule can't win (kind, sentence, the rules before it); None where it can."""
    for other, weaker in earlier:
        if not implies(test, weaker):
            continue
        if implies(ALWAYS, weaker):
            text = "The rule «{rule}» never wins: {others} before it always matches."
            return "rule-after-always", text, (other,)
        if implies(weaker, test) and other.then != rule.then:
            text = (
                "The rule «{rule}» has the condition of {others}, which comes first: one answers "
                "{answer}, the other {given}."
            )
            return "rule-contradicts", text, (other,)
        text = "The rule «{rule}» never wins: {others} before it matches whatever it matches."
        return "rule-covered", text, (other,)
    if together := _covered_together(test, earlier):
        text = (
            "The rule «{rule}» never wins: {others} before it together match whatever it matches."
        )
        return "rule-covered", text, together
    return None


def _covered_together(test: Test, earlier: list[Asked]) -> tuple[Rule, ...]:
    """Answer the rules that together take every case of the condition; none where one is free."""
    for cases in narrowings(test):
        takers: dict[str, Rule] = {}
        for case in cases:
            taker = next((rule for rule, weaker in earlier if implies(case, weaker)), None)
            if taker is None:
                break
            takers[taker.name] = taker
        else:
            return tuple(takers.values())
    return ()
