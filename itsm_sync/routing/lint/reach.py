"""Which answers rules can give together: process x domain x stage."""

from collections.abc import Mapping
from typing import NamedTuple

from itsm_sync.model.rules import Rule
from itsm_sync.routing.conditions import All, AnyOf, Exists, Not, Test, Values
from itsm_sync.routing.seen import comparable

AXES = ("process", "domain", "stage")
Asked = tuple[Rule, Test]


class Place(NamedTuple):
    """Answers that one item may get together."""

    process: str
    domain: str
    stage: str


def reachable(axes: Mapping[str, tuple[Asked, ...]]) -> frozenset[Place]:
    """Answer the places that rules may give; axes in written order, later ones see earlier answers.

    A condition on anything but earlier answers counts as possible: a place may be listed that no
    item ever gets, none is missing.
    """
    order = [axis for axis in axes if axis in AXES]
    partial: list[dict[str, str]] = [{}]
    for axis in order:
        partial = [
            {**known, axis: answer}
            for known in partial
            for answer in sorted(_answers(axes[axis], known))
        ]
    return frozenset(Place(**known) for known in partial if all(axis in known for axis in AXES))


def _answers(rules: tuple[Asked, ...], known: Mapping[str, str]) -> set[str]:
    answers = set()
    for rule, test in rules:
        holds = decided(test, known)
        if holds is not False:
            answers.add(rule.then)
        if holds:
            break
    return answers


def decided(test: Test, known: Mapping[str, str]) -> bool | None:
    """Answer whether the condition holds for known answers; None where that alone can't tell."""
    if isinstance(test, All):
        return _every([decided(part, known) for part in test.parts])
    if isinstance(test, AnyOf):
        return _denied(_every([_denied(decided(part, known)) for part in test.parts]))
    if isinstance(test, Not):
        return _denied(decided(test.part, known))
    if isinstance(test, Values) and test.fact in known:
        value = comparable(known[test.fact])
        return value not in test.none and all(value in group for group in test.any_of)
    if isinstance(test, Exists) and test.fact in known:
        return test.wanted
    return None


def _every(parts: list[bool | None]) -> bool | None:
    if False in parts:
        return False
    return None if None in parts else True


def _denied(holds: bool | None) -> bool | None:
    return None if holds is None else not holds
