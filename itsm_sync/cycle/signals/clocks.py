"""Systems whose clock is ahead: what they tell counts only once its time has come."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from itsm_sync.cycle.signals.tending import KIND
from itsm_sync.model.findings import Finding
from itsm_sync.model.words import Message
from itsm_sync.store import Store

_SLACK = timedelta(minutes=15)  # clocks differ, and a cycle that reads much takes minutes


def ahead(store: Store, now: datetime) -> Iterator[Finding]:
    """Answer the systems that told of what is still to come: their tickets are late or missing."""
    latest: dict[str, datetime] = {}
    for item, at in store.ahead(now + _SLACK).items():
        system = _system(item)
        latest[system] = max(at, latest.get(system, at))
    for system, at in sorted(latest.items()):
        params = {"system": system, "at": f"{at:%Y-%m-%dT%H:%MZ}"}
        told = Message(
            "the clock of {system} is ahead: what it tells, up to {at}, gets its ticket only then",
            params,
        )
        yield Finding(key=f"clock/{system}", kind=KIND, message=told)


def _system(item: str) -> str:
    """Answer the system of an item's key; of Jenkins, the controller."""
    source, _, rest = item.partition(":")
    return f"{source}:{rest.partition(':')[0]}" if source == "jenkins" else source
