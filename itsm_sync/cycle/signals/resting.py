"""Tickets of signals that are switched off: they stay as they are, and people are told so."""

from collections.abc import Iterator, Mapping

from itsm_sync.cycle.signals.tending import KIND
from itsm_sync.model.findings import Finding
from itsm_sync.model.words import Message
from itsm_sync.signals.registry import Registry
from itsm_sync.store import Store

MOST = 10  # tickets named


def resting(store: Store, registry: Registry | None) -> Iterator[Finding]:
    """Answer the open tickets that nothing keeps up or closes any more, a finding a signal.

    Args:
        store: knows which are open.
        registry: what is switched on; None: nothing is watched at all.
    """
    for signal, numbers in sorted(_open(store).items()):
        if registry is not None and registry.signal(signal) is not None:
            continue
        named = ", ".join(f"#{number}" for number in sorted(numbers)[:MOST])
        params = {"signal": signal, "count": len(numbers), "tickets": named}
        told = Message(
            "the signal {signal} is switched off and has {count} open tickets, which only people"
            " close now: {tickets}",
            params,
        )
        yield Finding(key=f"signal/{signal}/off", kind=KIND, message=told)


def _open(store: Store) -> Mapping[str, list[int]]:
    """Answer signal -> its open tickets."""
    found: dict[str, list[int]] = {}
    links = store.links()
    for episode in store.open_signals():
        number = links[episode].ticket
        if number is not None:
            found.setdefault(episode.partition("/")[0], []).append(number)
    return found
