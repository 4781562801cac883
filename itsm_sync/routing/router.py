"""The decision for one item: rules to answers, answers to a row, and the evidence for both."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from itsm_sync.model.items import Item
from itsm_sync.model.matrix import Matrix
from itsm_sync.model.routing import Evidence, Routing, Trial
from itsm_sync.model.rules import RuleBook
from itsm_sync.routing.compiling import Axis, CompiledRule, compiled
from itsm_sync.routing.conditions import WEIGHT_BODY, WEIGHT_TITLE, Proof
from itsm_sync.routing.keywords import Keywords
from itsm_sync.routing.ownership import Holders, faults
from itsm_sync.routing.problems import RoutingProblems
from itsm_sync.routing.seen import Seen

_NOTHING: Mapping[str, str] = MappingProxyType({})
_ANSWERED = ("process", "domain", "stage")  # a rival makes these unsure; others are attributes


class Router:
    """Decides for items, purely and always the same.

    Raises:
        RoutingProblems: with everything that is wrong in the rules and the matrix.
    """

    def __init__(self, matrix: Matrix, rules: RuleBook) -> None:
        self.axes, vocabulary, problems = compiled(rules, matrix)
        problems.extend(faults(matrix))
        if problems:
            raise RoutingProblems(problems)
        self._attributes = [axis.name for axis in self.axes if axis.name not in _ANSWERED]
        self._keywords = Keywords(vocabulary)
        self._holders = Holders(matrix)

    def route(self, item: Item, decided: Mapping[str, str] = _NOTHING) -> Routing:
        """Answer what the item is and who holds it, with the evidence.

        `decided` are people's answers on axes: rules are not asked there, and those of later axes
        see what people said.
        """
        return self._routing(item, Seen(item, self._keywords), decided)

    def explain(self, item: Item) -> Routing:
        """Answer the same decision, and every rule as it was tried, in written order."""
        routing = self.route(item)
        won = {evidence.axis: evidence for evidence in routing.evidence}
        seen = Seen(item, self._keywords)
        tried: list[Trial] = []
        for axis in self.axes:
            winner = won[axis.name]
            tried += (_trial(axis, r, seen, r.rule.name == winner.rule) for r in axis.rules)
            seen.answer(axis.name, winner.answer)
        return replace(routing, tried=tuple(tried))

    def _routing(self, item: Item, seen: Seen, decided: Mapping[str, str]) -> Routing:
        found = {
            axis.name: _said(axis, seen, decided[axis.name])
            if axis.name in decided
            else _answered(axis, seen)
            for axis in self.axes
        }
        process, domain, stage = found["process"], found["domain"], found["stage"]
        project = self._holders.project(item.facts)
        holding = self._holders.of(
            process.evidence.answer, domain.evidence.answer, stage.evidence.answer, project
        )
        rivals, guessed = process.rivals, process.guessed
        for answer, others in ((domain, holding.other_domains), (stage, holding.other_stages)):
            if others:
                rivals += tuple([r for r in answer.rivals if r.answer in others])
                guessed = guessed or answer.guessed
        return Routing(
            key=item.key,
            project=project,
            process=process.evidence.answer,
            domain=domain.evidence.answer,
            stage=stage.evidence.answer,
            row=holding.row.id,
            responsible=holding.row.team,
            accountable=holding.accountable,
            consulted=holding.consulted,
            informed=holding.informed,
            approval=holding.approval,
            attributes={a: found[a].evidence.answer for a in self._attributes},
            evidence=tuple([answer.evidence for answer in found.values()]),
            alternatives=rivals,
            sure=not (rivals or guessed),
        )


class _Answer(NamedTuple):
    """An axis' answer; `guessed` where only a default, weak or last, had one."""

    evidence: Evidence
    rivals: tuple[Evidence, ...]
    guessed: bool


def _said(axis: Axis, seen: Seen, answer: str) -> _Answer:
    """Answer what people said on an axis."""
    seen.answer(axis.name, answer)
    return _Answer(Evidence(axis=axis.name, answer=answer, rule=""), (), guessed=False)


def _answered(axis: Axis, seen: Seen) -> _Answer:
    """Answer for one axis; the answer becomes a fact for the axes after it."""
    matching = axis.matching(seen)
    first, others = matching[0], matching[1:-1]  # the last rule always matches, and proves nothing
    winner = first.unproven if first.last else _evidence(first, seen)
    rivals = _rivals(first, winner, others, seen) if others and axis.name in _ANSWERED else ()
    seen.answer(axis.name, winner.answer)
    return _Answer(winner, rivals, first.last or first.rule.weak)


def _rivals(
    first: CompiledRule, winner: Evidence, others: list[CompiledRule], seen: Seen
) -> tuple[Evidence, ...]:
    """Answer those of the others that match as strongly, answer otherwise, and were not foreseen.

    What was foreseen is a rival all the same where the title speaks for it and only the body for
    the winner.
    """
    known = {winner.answer}
    by_body = winner.weight == WEIGHT_BODY
    rivals = []
    for rule in others:
        answer = rule.rule.then
        if rule.rule.weak or answer in known:
            continue
        evidence = _evidence(rule, seen)
        foreseen = answer in first.rule.over and not (by_body and evidence.weight == WEIGHT_TITLE)
        if evidence.weight >= winner.weight and not foreseen:
            known.add(answer)
            rivals.append(evidence)
    return tuple(rivals)


def _evidence(rule: CompiledRule, seen: Seen) -> Evidence:
    proofs = rule.test.proof(seen)
    if not proofs:
        return rule.unproven
    unproven = rule.unproven
    return _proven(unproven.axis, unproven.answer, unproven.rule, rule.rule.weak, proofs)


@lru_cache(maxsize=4096)  # rules and their words come again and again
def _proven(axis: str, answer: str, rule: str, weak: bool, proofs: tuple[Proof, ...]) -> Evidence:
    return Evidence(
        axis=axis,
        answer=answer,
        rule=rule,
        matched=tuple(dict.fromkeys((proof.fact, proof.seen) for proof in proofs)),
        weight=0 if weak else max(proof.weight for proof in proofs),
    )


def _trial(axis: Axis, rule: CompiledRule, seen: Seen, won: bool) -> Trial:
    return Trial(
        axis=axis.name,
        rule=rule.rule.name,
        answer=rule.rule.then,
        matched=rule.test.holds(seen),
        won=won,
        conditions=tuple(rule.test.tried(seen)),
    )
