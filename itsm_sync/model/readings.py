"""What machines measured of themselves at a moment: kept, as no later read tells it again."""

from dataclasses import dataclass
from datetime import UTC, datetime

from itsm_sync.model.items import Item

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # of a node that never told a time
_KIND = "node"
_MOST = 2**63 - 1  # what Java can count, and a database keep


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How many bytes of disk and memory a node (the key `item`) had free in the hour from `at` on;
    None: it did not tell.
    """

    item: str
    at: datetime
    disk_free: int | None = None
    memory_free: int | None = None


def reading(item: Item, now: datetime) -> Reading | None:
    """Answer what a node tells of the hour in which it was measured, which Jenkins does once an
    hour (Jenkins fact 17); None: it is no node, or tells nothing.

    Args:
        item: anything that was pulled.
        now: when it was pulled: what was measured at no known time, or later, was then.
    """
    if item.kind != _KIND:
        return None
    disk, memory = (_free(item, name) for name in ("disk_free_bytes", "memory_free_bytes"))
    if disk is None and memory is None:
        return None
    at = item.updated_at if _NEVER < item.updated_at <= now else now
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return Reading(item=item.key, at=hour, disk_free=disk, memory_free=memory)


def _free(item: Item, name: str) -> int | None:
    value = item.facts.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= _MOST else None
