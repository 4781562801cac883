"""Capacity."""

from dataclasses import dataclass
from typing import ClassVar

from itsm_sync.model.errors import Unfit
from itsm_sync.model.watching.base import STRICT, Duration, Lived, no_less
from itsm_sync.model.words import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Short(Lived):
    """A node with less than `free_gib` GiB of disk or memory; a tenth more is enough again."""

    places: ClassVar[frozenset[str] | None] = frozenset({"node", "controller"})

    tracker: str = "지원"
    priority: str = "보통"
    open_for: Duration = Duration(hours=1)
    free_gib: float = 2.0

    def __post_init__(self) -> None:
        """Reject less than nothing."""
        Lived.__post_init__(self)
        no_less(self, free_gib=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting(Lived):
    """A job that waits in the queue for longer than `longer_than`."""

    places: ClassVar[frozenset[str] | None] = frozenset({"job", "controller"})

    tracker: str = "지원"
    priority: str = "보통"
    longer_than: Duration = Duration(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slower(Lived):
    """Builds of a job that take `times` as long as they did, and `by` longer at least.

    The median of the last `builds` is held against that of as many before.
    """

    places: ClassVar[frozenset[str] | None] = frozenset({"job", "controller"})

    tracker: str = "지원"
    priority: str = "보통"
    times: float = 1.5
    by: Duration = Duration(minutes=1)
    builds: int = 10

    def __post_init__(self) -> None:
        """Reject numbers of which no trend comes."""
        Lived.__post_init__(self)
        if self.builds < 1 or self.times <= 1:
            raise Unfit(Message("`builds` is 1 or more, and `times` more than 1"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What runs short."""

    __pydantic_config__: ClassVar[dict[str, object]] = STRICT

    disk: Short = Short()
    memory: Short = Short(free_gib=0.5)
    queue: Waiting = Waiting()
    slower: Slower = Slower()
