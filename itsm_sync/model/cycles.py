"""What a cycle did, in the words of `sync --json`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from itsm_sync.model.items import Item
from itsm_sync.model.words import Message


class Health(StrEnum):
    """How a source or a stream answered. `OFF` is a feature that is switched off, no failure."""

    OK = "ok"
    PARTLY = "partly"
    FAILED = "failed"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A part of a stream as it was read: stored together with the cursor, in one transaction.

    `cursor` is any JSON value that the source understands; None leaves the cursor where it is.
    `rejected` are payloads that could not become items: they are set aside with their error.
    `gone` are keys of items that the source says are no more (410, discarded, hidden).
    """

    stream: str
    items: tuple[Item, ...] = ()
    cursor: object | None = None
    health: Health = Health.OK
    error: Message | None = None
    rejected: tuple["Rejected", ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """One payload that no item could be made of: its key as far as known, and the error."""

    key: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """How one source fared in a cycle. `error` is a sentence for people, without secrets.

    `asked` is False for one that was not due: it stands as it did when it was asked last, and tells
    of no stream. `stale`: it has not answered for longer than is promised.
    """

    health: Health
    items: int = 0
    requests: int = 0
    error: Message | None = None
    streams: Mapping[str, Health] = field(default_factory=dict)
    asked: bool = True
    stale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """One pass over the road."""

    id: str
    started_at: datetime
    configuration: str  # hash
