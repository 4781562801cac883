"""How complete a report's sources are. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from itsm_sync.model.cycles import Health
from itsm_sync.store import DeadLetter, StreamHealth

_UNWELL = (Health.FAILED, Health.PARTLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How a source was read: how many streams, how many of them not in full the last time.

    `read_at` is when a stream of it was last read in full; None: never. `set_aside` counts
    payloads that no item could be made of.
    """

    source: str
    streams: int
    unwell: int
    read_at: datetime | None
    set_aside: int


def completeness(
    streams: Iterable[StreamHealth], set_aside: Iterable[DeadLetter]
) -> tuple[SourceState, ...]:
    """Answer the sources by name; a stream that is switched off is none."""
    by_source: dict[str, list[StreamHealth]] = {}
    for stream in streams:
        if stream.health is not Health.OFF:
            by_source.setdefault(stream.source, []).append(stream)
    letters = Counter(letter.source for letter in set_aside)
    return tuple(
        SourceState(
            source=source,
            streams=len(found),
            unwell=sum(stream.health in _UNWELL for stream in found),
            read_at=max((s.succeeded_at for s in found if s.succeeded_at), default=None),
            set_aside=letters[source],
        )
        for source, found in sorted(by_source.items())
    )
