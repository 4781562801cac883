"""The facts of a line's life in the order of their own times."""

from collections.abc import Iterable
from datetime import datetime

from itsm_sync.model.signals import Act, Deed, Observation

Fact = Observation | Act

# What happened within one second of a ticket's history: reopening it comes before taking it, and
# taking it (a comment) before ending it. `desk.signals.deeds` answers one change of status a
# second.
_DEEDS = (Deed.REOPENED, Deed.TAKEN, Deed.CLOSED, Deed.REJECTED, Deed.DELETED)


def in_order(observations: Iterable[Observation], acts: Iterable[Act]) -> list[Fact]:
    """Sort what happened by its own time, whatever the order in which it came to be known.

    At the same time a success comes before a failure: it proves nothing about what failed just
    then. An act comes after both: who acts on a ticket has seen what was there, and only what is
    newer speaks against it.
    """
    return sorted([*observations, *acts], key=_place)


def _place(fact: Fact) -> tuple[datetime, int, str, str]:
    if isinstance(fact, Act):
        return fact.at, 2 + _DEEDS.index(fact.deed), fact.episode, fact.by
    return fact.at, 0 if fact.good else 1, fact.item, fact.member
