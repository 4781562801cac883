"""Rules as written become rules that can be asked; every fault is collected with its path."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from itsm_sync.model.matrix import Matrix
from itsm_sync.model.routing import Evidence
from itsm_sync.model.rules import Rule, RuleBook
from itsm_sync.model.words import Message
from itsm_sync.routing.conditions import PRESENT, Test
from itsm_sync.routing.keywords import Vocabulary, bits
from itsm_sync.routing.parsing import Parser
from itsm_sync.routing.problems import Trouble
from itsm_sync.routing.seen import Seen

REQUIRED_AXES = ("process", "domain", "stage")


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRule:
    """A rule that can be asked; `last` is the one its axis ends with.

    `unproven` is its evidence where nothing proves it, as of a rule that always holds.
    """

    rule: Rule
    test: Test
    last: bool
    unproven: Evidence


@dataclass(slots=True)
class Axis:
    """The rules of one axis in written order, and which of them can match at all.

    A rule is a bit. `always` are those that no trigger rules out, `by_word` and `by_fact` those
    that a keyword's bit number or a fact's value brings in; `words` are the keywords of `by_word`.
    """

    name: str
    rules: tuple[CompiledRule, ...]
    always: int = 0
    words: int = 0
    by_word: dict[int, int] = field(default_factory=dict)
    by_fact: dict[str, dict[object, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, compiled in enumerate(self.rules):
            triggers = compiled.test.triggers()
            if triggers is None:
                self.always |= 1 << number
                continue
            for trigger in triggers:
                if isinstance(trigger, int):
                    self.words |= 1 << trigger
                    self.by_word[trigger] = self.by_word.get(trigger, 0) | 1 << number
                else:
                    woken = self.by_fact.setdefault(trigger[0], {})
                    woken[trigger[1]] = woken.get(trigger[1], 0) | 1 << number

    def matching(self, seen: Seen) -> list[CompiledRule]:
        """Answer the rules that hold, in written order; the last one always does."""
        found = []
        for number in bits(self.candidates(seen)):
            rule = self.rules[number]
            if rule.test.holds(seen):
                found.append(rule)
        return found

    def candidates(self, seen: Seen) -> int:
        """Answer the rules worth asking; every rule that holds is among them."""
        found = self.always
        for bit in bits(seen.mask("text") & self.words):
            found |= self.by_word[bit]
        for fact, woken in self.by_fact.items():
            if values := seen.values(fact):
                found |= woken.get(PRESENT, 0)
                for value in values:
                    found |= woken.get(value, 0)
        return found


def compiled(book: RuleBook, matrix: Matrix) -> tuple[tuple[Axis, ...], Vocabulary, list[Trouble]]:
    """Answer the axes in written order, their keywords, and everything that is wrong."""
    read: list[str] = []
    parser = Parser(answers=read)
    problems = [
        Trouble("rules", ("rules",), Message("the axis `{axis}` has no rules", {"axis": axis}))
        for axis in REQUIRED_AXES
        if not book.get(axis)
    ]
    answers: dict[str, Mapping[str, object]] = {
        "process": matrix.processes,
        "domain": matrix.domains,
        "stage": matrix.stages,
    }
    axes = []
    names: dict[str, str] = {}
    for axis, rules in book.items():
        known = answers.get(axis) or dict.fromkeys(rule.then for rule in rules)
        problems.extend(_faults(axis, rules, known, names))
        made = [
            CompiledRule(
                rule=rule,
                test=parser.parse(rule.when, ("rules", axis, number, "when")),
                last=number == len(rules) - 1,
                unproven=Evidence(
                    axis=axis, answer=rule.then, rule=rule.name, last=number == len(rules) - 1
                ),
            )
            for number, rule in enumerate(rules)
        ]
        axes.append(Axis(axis, tuple(made)))
        read.append(axis)
    return tuple(axes), parser.vocabulary, problems + parser.problems


def _faults(
    axis: str, rules: tuple[Rule, ...], known: Mapping[str, object], names: dict[str, str]
) -> list[Trouble]:
    """Answer what is wrong with an axis' rules apart from their conditions; notes their names."""
    found = []
    for number, rule in enumerate(rules):
        path = ("rules", axis, number)
        if rule.then not in known:
            found.append(Trouble("rules", (*path, "then"), _unknown(axis, rule.then, known)))
        for place, answer in enumerate(rule.over):
            if answer not in known:
                text = _unknown(axis, answer, known)
                found.append(Trouble("rules", (*path, "over", place), text))
        if rule.name in names:
            text = Message(
                "a rule of the axis `{axis}` is already called «{name}»",
                {"axis": names[rule.name], "name": rule.name},
            )
            found.append(Trouble("rules", (*path, "name"), text))
        names.setdefault(rule.name, axis)
    if rules and rules[-1].when:
        text = Message("the last rule of an axis always matches: it has no `when`")
        found.append(Trouble("rules", ("rules", axis, len(rules) - 1, "when"), text))
    return found


def _unknown(axis: str, answer: str, known: Mapping[str, object]) -> Message:
    return Message(
        "`{answer}` is no {axis} (known: {known})",
        {"answer": answer, "axis": axis, "known": ", ".join(known)},
    )
