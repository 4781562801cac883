"""The decision for one item, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from itsm_sync.model.matrix import ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a rule matched on an axis: each condition's fact, and the part of it that matched.

    `matched` pairs a fact's name with the words or value seen ("title": "서버 다운").
    `weight` tells how much it proves (see `routing`); `last` says the axis' last rule answered.
    """

    axis: str
    answer: str
    rule: str
    matched: tuple[tuple[str, str], ...] = ()
    weight: int = 0
    last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition of a rule as it was tried: what it asks, what it saw, whether it holds."""

    asks: str
    saw: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One rule as it was tried on an item; `won` on the first that matched on its axis."""

    axis: str
    rule: str
    answer: str
    matched: bool
    won: bool
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """What one item is and who holds it. Ids are those of the matrix.

    `accountable` is the row that approves, and `consulted` and `informed` rows likewise; teams
    follow from rows. `approval` says that the stage needs one. `alternatives` are the rivals on an
    axis that make the answer unsure. `project` is the one whose lines of the matrix counted; `*`:
    only those of every project.
    """

    key: str
    process: str
    domain: str
    stage: str
    row: str
    responsible: str  # team id
    accountable: str
    project: str = ANY
    consulted: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()
    approval: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    alternatives: tuple[Evidence, ...] = ()
    sure: bool = True
    tried: tuple[Trial, ...] = ()

    @property
    def proof(self) -> Evidence | None:
        """Why it is of its process; None where nobody knows."""
        for one in self.evidence:
            if one.axis == "process":
                return one
        return None

    @property
    def rule(self) -> str:
        """The rule that gave the process."""
        return self.proof.rule if self.proof else ""

    @property
    def caught_by_last(self) -> bool:
        """Whether only the last rule of the process axis had an answer."""
        return self.proof is not None and self.proof.last

    @property
    def linked(self) -> bool:
        """Whether what names the item decided its stage."""
        proofs = (e for e in self.evidence if e.axis == "stage")
        return any(name == "linked" for proof in proofs for name, _ in proof.matched)
