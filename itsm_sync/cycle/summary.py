"""What a cycle did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from itsm_sync.cycle.deciding import Decided
from itsm_sync.model.cycles import Cycle, SourceReport
from itsm_sync.model.plans import Born, Outcome, Plan, Result
from itsm_sync.store import Pause


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was sent: the planned edits, the births, and what `followed` the births."""

    results: tuple[Result, ...] = ()
    born: tuple[Born, ...] = ()
    followed: tuple[Result, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a cycle did; `results` are those of planned edits, `followed` those of what followed the
    births in the same cycle. `paused`: an operator let nothing more be written. `planned_only`: it
    was asked to write nothing.
    """

    cycle: Cycle
    finished_at: datetime
    sources: Mapping[str, SourceReport]
    decided: Decided
    plan: Plan
    results: tuple[Result, ...] = ()
    born: tuple[Born, ...] = ()
    followed: tuple[Result, ...] = ()
    dead_letters: int = 0
    paused: Pause | None = None
    planned_only: bool = False

    def count(self, outcome: Outcome) -> int:
        return sum(result.outcome is outcome for result in self.results)

    @property
    def kept_back(self) -> int:
        """How many edits were not sent: by the caps, because a person named others, or because the
        ticket moved meanwhile.
        """
        tried = len(self.results) or len(self.plan.free)
        return len(self.plan.edits) - tried + self.count(Outcome.HELD)

    @property
    def touched(self) -> int:
        """How many tickets have a new value of ours."""
        return sum(bool(result.written) for result in self.results)

    @property
    def overrides(self) -> int:
        """How many values people decided, those put back in this cycle with them."""
        restored = (override for result in self.results for override in result.restored)
        return len({(o.ticket, o.field) for o in (*self.plan.overrides, *restored)})
