"""adopt: a lost database, rebuilt from what stands in Redmine; asks nothing, writes nothing there.

It is a cycle that sends nothing: such a one learns all that the ledger would have known anyway.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from itsm_sync.cycle import Road, Summary
from itsm_sync.cycle.signals.adopting import COPY
from itsm_sync.locale import say
from itsm_sync.model.cycles import Cycle
from itsm_sync.model.signals import Standing
from itsm_sync.model.words import Language, Message
from itsm_sync.operations import cycles
from itsm_sync.operations.reporting.adopting import owe
from itsm_sync.settings import Settings
from itsm_sync.signals.schedules.calendar import NAME as SCHEDULES


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """What was found: the tickets of signals, by signal; of them those that people will not have
    mended; and how many tickets hold values that we wrote.
    """

    summary: Summary
    linked: Mapping[str, int]
    wont_fix: int
    recognised: int
    copies: int

    @property
    def to_do(self) -> int:
        """How many tickets the next cycle would write or open."""
        return len(self.summary.plan.edits) + len(self.summary.plan.births)


def adopt(road: Road, settings: Settings, cycle: Cycle) -> Adopted:
    """Read everything, and link and recognise what is ours.

    Raises:
        ClientError: Redmine can't be reached or rejects the key.
    """
    summary = cycles.plan(road, settings, cycle)
    owe(settings, road.store, road.clock())
    tickets = (link.ticket for link in road.store.links().values() if link.ticket is not None)
    episodes = road.store.ticketed(tickets).values()
    return Adopted(
        summary=summary,
        linked=dict(sorted(Counter(episode.signal for episode in episodes).items())),
        wont_fix=sum(episode.standing is Standing.REJECTED for episode in episodes),
        recognised=len(road.store.written()),
        copies=sum(one.finding.kind == COPY for one in road.store.open_findings()),
    )


def as_json(adopted: Adopted) -> dict[str, Any]:
    """Answer what was found in the words of `adopt --json`."""
    return {
        "cycle": adopted.summary.cycle.id,
        "signal_tickets": adopted.linked,
        "scheduled": adopted.linked.get(SCHEDULES, 0),
        "wont_fix": adopted.wont_fix,
        "recognised": adopted.recognised,
        "overrides": adopted.summary.overrides,
        "pinned": len(adopted.summary.plan.pinned),
        "copies": adopted.copies,
        "to_do": adopted.to_do,
    }


def show(adopted: Adopted, console: Console, language: Language) -> None:
    """Print what was found, for people."""
    linked = ", ".join(f"{name} {count}" for name, count in adopted.linked.items())
    found = adopted.summary
    messages = (
        Message(
            "Tickets of signals known again: {count} ({signals})",
            {"count": sum(adopted.linked.values()), "signals": linked or "-"},
        ),
        Message(
            "of them will not be mended, as people said: {wont_fix}; copies: {copies}",
            {"wont_fix": adopted.wont_fix, "copies": adopted.copies},
        ),
        Message(
            "Tickets with values of ours: {count}; values that people decided: {overrides};"
            " pinned: {pinned}",
            {
                "count": adopted.recognised,
                "overrides": found.overrides,
                "pinned": len(found.plan.pinned),
            },
        ),
        Message(
            "Nothing was written; the next cycle would write to {count} tickets",
            {"count": adopted.to_do},
        ),
    )
    for message in messages:
        console.print(say(message, language), highlight=False)
