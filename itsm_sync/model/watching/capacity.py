"""Capacity."""

from dataclasses import dataclass
from typing import ClassVar

from itsm_sync.model.watching.base import STRICT, Duration, Lived


@dataclass(frozen=True, slots=True, kw_only=True)
class Short(Lived):
    """A node with less than `free_gib` GiB of disk or memory."""

    tracker: str = "지원"
    open_for: Duration = Duration(hours=1)
    free_gib: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting(Lived):
    """A job that waits in the queue for longer than `longer_than`."""

    tracker: str = "지원"
    longer_than: Duration = Duration(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slower(Lived):
    """Builds of a job that take `times` as long as they did, over `builds` builds."""

    tracker: str = "지원"
    times: float = 1.5
    builds: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What runs short."""

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    disk: Short = Short()
    memory: Short = Short(free_gib=0.5)
    queue: Waiting = Waiting()
    slower: Slower = Slower()
