"""Conditions of rules, compiled: each can hold, prove why, and tell what it saw."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from itsm_sync.model.routing import Condition
from itsm_sync.model.text import one_line
from itsm_sync.routing.keywords import Vocabulary, bits
from itsm_sync.routing.seen import TEXT_FACTS, Seen

# What a matched condition proves. Where an item was found, and what it is not, prove nothing.
WEIGHT_BODY = 1
WEIGHT_TITLE = 2
WEIGHT_FACT = 3
SCOPES = ("source", "state", "process", "domain", "stage")
_SHOWN = 80  # characters of a value that `explain` shows

Trigger = int | tuple[str, object]  # a keyword's bit number, or a fact and its folded value
PRESENT = object()  # in a trigger: whatever the fact's value is
Triggers = frozenset[Trigger] | None  # None: nothing need be there for the condition to hold


class Proof(NamedTuple):
    """A fact and the part of it that matched, with its weight."""

    fact: str
    seen: str
    weight: int


class Test(ABC):
    """One condition."""

    @abstractmethod
    def holds(self, seen: Seen) -> bool:
        """Answer whether the condition is true of the item."""

    def proof(self, seen: Seen) -> tuple[Proof, ...]:  # noqa: ARG002 - absence proves nothing
        """Answer what made it hold; called only where it holds."""
        return ()

    @abstractmethod
    def tried(self, seen: Seen) -> Iterator[Condition]:
        """Answer the condition's parts as they were tried."""

    def triggers(self) -> Triggers:
        """Answer things of which one at least is there whenever the condition holds."""
        return None


@dataclass(frozen=True, slots=True)
class Words(Test):
    """Keywords in a text: every mask of `needed` has a hit, none of `barred` has."""

    part: str
    needed: tuple[int, ...]
    barred: int
    vocabulary: Vocabulary
    asks: str

    def holds(self, seen: Seen) -> bool:
        found = seen.mask(self.part)
        for mask in self.needed:
            if not found & mask:
                return False
        return not found & self.barred

    def proof(self, seen: Seen) -> tuple[Proof, ...]:
        wanted = 0
        for mask in self.needed:
            wanted |= mask
        proofs = []
        for part, weight in (("title", WEIGHT_TITLE), ("body", WEIGHT_BODY)):
            if self.part in (part, "text") and (found := seen.mask(part) & wanted):
                proofs += [Proof(part, word, weight) for word in self.vocabulary.named(found)]
        return tuple(proofs)

    def tried(self, seen: Seen) -> Iterator[Condition]:
        every = self.barred
        for mask in self.needed:
            every |= mask
        saw = ", ".join(self.vocabulary.named(seen.mask(self.part) & every))
        yield Condition(asks=self.asks, saw=saw, holds=self.holds(seen))

    def triggers(self) -> Triggers:
        if not self.needed:
            return None
        fewest = min(self.needed, key=int.bit_count)
        return frozenset(bits(fewest))


@dataclass(frozen=True, slots=True)
class Values(Test):
    """A fact equals one of `any_of` (of a list of values: one of them does), and none of `none`."""

    fact: str
    any_of: tuple[frozenset[object], ...]
    none: frozenset[object]
    asks: str

    def holds(self, seen: Seen) -> bool:
        values = seen.values(self.fact)
        for wanted in self.any_of:
            if wanted.isdisjoint(values):
                return False
        return self.none.isdisjoint(values)

    def proof(self, seen: Seen) -> tuple[Proof, ...]:
        return (_fact_proof(self.fact, seen),) if self.any_of else ()

    def tried(self, seen: Seen) -> Iterator[Condition]:
        yield Condition(asks=self.asks, saw=shown(seen, self.fact), holds=self.holds(seen))

    def triggers(self) -> Triggers:
        if not self.any_of:
            return None
        return frozenset((self.fact, value) for value in min(self.any_of, key=len))


@dataclass(frozen=True, slots=True)
class Pattern(Test):
    """An RE2 pattern, of bytes, found in a fact or text."""

    fact: str
    regexp: Any
    asks: str

    def holds(self, seen: Seen) -> bool:
        return any(self.regexp.search(text) for _, text in self._texts(seen))

    def proof(self, seen: Seen) -> tuple[Proof, ...]:
        return tuple(
            Proof(part, one_line(found.group().decode(), _SHOWN), weight(part))
            for part, text in self._texts(seen)
            if (found := self.regexp.search(text))
        )

    def tried(self, seen: Seen) -> Iterator[Condition]:
        found = ", ".join(proof.seen for proof in self.proof(seen))
        saw = found or shown(seen, self.fact)
        yield Condition(asks=self.asks, saw=saw, holds=self.holds(seen))

    def triggers(self) -> Triggers:
        return None if self.fact in TEXT_FACTS else frozenset({(self.fact, PRESENT)})

    def _texts(self, seen: Seen) -> tuple[tuple[str, bytes], ...]:
        if self.fact in TEXT_FACTS:
            return seen.parts(self.fact)
        return tuple((self.fact, str(value).encode()) for value in seen.values(self.fact))


@dataclass(frozen=True, slots=True)
class Range(Test):
    """A number between two bounds, both included; of a list, the number of its parts."""

    fact: str
    low: float
    high: float
    asks: str

    def holds(self, seen: Seen) -> bool:
        value = seen.fact(self.fact)
        if isinstance(value, tuple):
            value = len(value)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        return self.low <= value <= self.high

    def proof(self, seen: Seen) -> tuple[Proof, ...]:
        return (_fact_proof(self.fact, seen),)

    def tried(self, seen: Seen) -> Iterator[Condition]:
        yield Condition(asks=self.asks, saw=shown(seen, self.fact), holds=self.holds(seen))


@dataclass(frozen=True, slots=True)
class Exists(Test):
    """Whether the item has the fact, and it is not empty."""

    fact: str
    wanted: bool
    asks: str

    def holds(self, seen: Seen) -> bool:
        if self.fact in TEXT_FACTS:
            return any(text for _, text in seen.parts(self.fact)) is self.wanted
        return bool(seen.values(self.fact)) is self.wanted

    def proof(self, seen: Seen) -> tuple[Proof, ...]:
        shows = self.wanted and self.fact not in TEXT_FACTS
        return (_fact_proof(self.fact, seen),) if shows else ()

    def tried(self, seen: Seen) -> Iterator[Condition]:
        yield Condition(asks=self.asks, saw=shown(seen, self.fact), holds=self.holds(seen))


@dataclass(frozen=True, slots=True)
class All(Test):
    """Every part holds; no part: always."""

    parts: tuple[Test, ...]

    def holds(self, seen: Seen) -> bool:
        for part in self.parts:  # noqa: SIM110 - `all` takes longer than most parts
            if not part.holds(seen):
                return False
        return True

    def proof(self, seen: Seen) -> tuple[Proof, ...]:
        return tuple([proof for part in self.parts for proof in part.proof(seen)])

    def tried(self, seen: Seen) -> Iterator[Condition]:
        for part in self.parts:
            yield from part.tried(seen)

    def triggers(self) -> Triggers:
        known = [found for part in self.parts if (found := part.triggers()) is not None]
        return min(known, key=_breadth) if known else None


@dataclass(frozen=True, slots=True)
class AnyOf(Test):
    """One part at least holds."""

    parts: tuple[Test, ...]

    def holds(self, seen: Seen) -> bool:
        return any(part.holds(seen) for part in self.parts)

    def proof(self, seen: Seen) -> tuple[Proof, ...]:
        holding = (part for part in self.parts if part.holds(seen))
        return tuple([proof for part in holding for proof in part.proof(seen)])

    def tried(self, seen: Seen) -> Iterator[Condition]:
        for part in self.parts:
            for condition in part.tried(seen):
                yield _with(condition, f"any: {condition.asks}", condition.holds)

    def triggers(self) -> Triggers:
        found: set[Trigger] = set()
        for part in self.parts:
            one = part.triggers()
            if one is None:
                return None
            found |= one
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Not(Test):
    """The part does not hold."""

    part: Test

    def holds(self, seen: Seen) -> bool:
        return not self.part.holds(seen)

    def tried(self, seen: Seen) -> Iterator[Condition]:
        inner = list(self.part.tried(seen))
        asks = " and ".join(condition.asks for condition in inner)
        saw = "; ".join(condition.saw for condition in inner)
        yield Condition(asks=f"not: {asks}", saw=saw, holds=self.holds(seen))


def _breadth(triggers: frozenset[Trigger]) -> tuple[bool, int]:
    """Answer how much they let through, to compare: a class of items more than many words."""
    classes = any(isinstance(one, tuple) and one[0] in (*SCOPES, "kind") for one in triggers)
    return classes, len(triggers)


def weight(fact: str) -> int:
    """Answer what a match in that fact proves."""
    if fact == "body":
        return WEIGHT_BODY
    if fact in ("title", "text"):
        return WEIGHT_TITLE
    return 0 if fact in SCOPES else WEIGHT_FACT


def shown(seen: Seen, fact: str) -> str:
    """Answer a fact's value as `explain` shows it; empty where there is none."""
    if fact in TEXT_FACTS:
        return one_line(b" / ".join(text for _, text in seen.parts(fact) if text).decode(), _SHOWN)
    value = seen.fact(fact)
    if value is None:
        return ""
    return one_line(", ".join(value) if isinstance(value, tuple) else str(value), _SHOWN)


def _fact_proof(fact: str, seen: Seen) -> Proof:
    return Proof(fact, shown(seen, fact), weight(fact))


def _with(condition: Condition, asks: str, holds: bool) -> Condition:
    return Condition(asks=asks, saw=condition.saw, holds=holds)
