"""Whether one condition holds wherever another does, as far as their form tells."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from itsm_sync.routing.conditions import (
    All,
    AnyOf,
    Exists,
    Not,
    Pattern,
    Range,
    Test,
    Values,
    Words,
)
from itsm_sync.routing.keywords import bits

ALWAYS = All(())


def implies(stronger: Test, weaker: Test) -> bool:
    """Answer whether `weaker` surely holds wherever `stronger` does; both made of `atoms`.

    False means that the form of the conditions does not tell: `True` is never wrong.
    """
    if isinstance(weaker, All):
        return all(implies(stronger, part) for part in weaker.parts)
    if isinstance(stronger, AnyOf):
        return all(implies(part, weaker) for part in stronger.parts)
    if isinstance(weaker, AnyOf) and any(implies(stronger, part) for part in weaker.parts):
        return True
    if isinstance(stronger, All):
        return any(implies(part, weaker) for part in stronger.parts)
    if isinstance(weaker, Not):
        return isinstance(stronger, Not) and implies(weaker.part, stronger.part)
    return _atom_implies(stronger, weaker)


def atoms(test: Test) -> Test:
    """Answer the same condition, each part of it asking for one thing."""
    if isinstance(test, (All, AnyOf)):
        parts = tuple(atoms(part) for part in test.parts)
        return All(tuple(_flat(parts))) if isinstance(test, All) else AnyOf(parts)
    if isinstance(test, Not):
        return Not(atoms(test.part))
    if isinstance(test, Words):
        asked = [replace(test, needed=(mask,), barred=0) for mask in test.needed]
        asked += [replace(test, needed=(), barred=1 << bit) for bit in bits(test.barred)]
        return asked[0] if len(asked) == 1 else All(tuple(asked))
    if isinstance(test, Values):
        asked_values = [replace(test, any_of=(group,), none=frozenset()) for group in test.any_of]
        asked_values += [replace(test, any_of=(), none=frozenset([bar])) for bar in test.none]
        return asked_values[0] if len(asked_values) == 1 else All(tuple(asked_values))
    return test


def narrowings(test: Test) -> Iterator[list[Test]]:
    """Answer ways to cut the condition into cases that together are all of it.

    Each way takes one list of values (`tracker: [a, b]`) apart. `test` is made of `atoms`.
    """
    parts = test.parts if isinstance(test, All) else (test,)
    for number, part in enumerate(parts):
        if len(cases := _cases(part)) > 1:
            yield [All((*parts[:number], case, *parts[number + 1 :])) for case in cases]


def _cases(part: Test) -> list[Test]:
    if isinstance(part, AnyOf):
        return list(part.parts)
    if isinstance(part, Words) and part.needed:
        return [replace(part, needed=(1 << bit,)) for bit in bits(part.needed[0])]
    if isinstance(part, Values) and part.any_of:
        return [replace(part, any_of=(frozenset([value]),)) for value in part.any_of[0]]
    return [part]


def _flat(parts: tuple[Test, ...]) -> Iterator[Test]:
    for part in parts:
        if isinstance(part, All):
            yield from part.parts
        else:
            yield part


def _atom_implies(stronger: Test, weaker: Test) -> bool:
    check = _CHECKS.get(type(weaker))
    return check is not None and check(stronger, weaker)


def _words(stronger: Test, weaker: Words) -> bool:
    if not isinstance(stronger, Words):
        return False
    if weaker.needed:
        # a word in the title is a word in the text
        fits = weaker.part in (stronger.part, "text")
        return fits and bool(stronger.needed) and not stronger.needed[0] & ~weaker.needed[0]
    # a text without the word has no title with it
    fits = stronger.part in (weaker.part, "text")
    return fits and not weaker.barred & ~stronger.barred


def _values(stronger: Test, weaker: Values) -> bool:
    if weaker.none:
        if isinstance(stronger, Exists):
            return stronger.fact == weaker.fact and not stronger.wanted
        same = isinstance(stronger, Values) and stronger.fact == weaker.fact
        return same and isinstance(stronger, Values) and weaker.none <= stronger.none
    return (
        isinstance(stronger, Values)
        and stronger.fact == weaker.fact
        and bool(stronger.any_of)
        and stronger.any_of[0] <= weaker.any_of[0]
    )


def _exists(stronger: Test, weaker: Exists) -> bool:
    if isinstance(stronger, Exists):
        return (stronger.fact, stronger.wanted) == (weaker.fact, weaker.wanted)
    if not weaker.wanted:
        return False
    if isinstance(stronger, Words):
        return bool(stronger.needed) and weaker.fact in (stronger.part, "text")
    if isinstance(stronger, Values):
        return bool(stronger.any_of) and stronger.fact == weaker.fact
    return isinstance(stronger, Range) and stronger.fact == weaker.fact and stronger.low > 0


def _pattern(stronger: Test, weaker: Pattern) -> bool:
    return (
        isinstance(stronger, Pattern)
        and stronger.fact == weaker.fact
        and stronger.regexp.pattern == weaker.regexp.pattern
    )


def _range(stronger: Test, weaker: Range) -> bool:
    return (
        isinstance(stronger, Range)
        and stronger.fact == weaker.fact
        and stronger.low >= weaker.low
        and stronger.high <= weaker.high
    )


_CHECKS: dict[type[Test], Callable[..., bool]] = {
    Words: _words,
    Values: _values,
    Exists: _exists,
    Pattern: _pattern,
    Range: _range,
}
