"""When a source was not read in full."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time in which a stream of a source was not read in full; stream "": the whole source.

    `since` is the last full read before it, and `until` the next one; None: there was none yet.
    """

    source: str
    stream: str
    since: datetime
    until: datetime | None = None

    @property
    def system(self) -> str:
        """The source's name without what tells several of a kind apart (`jenkins:ci`)."""
        return self.source.partition(":")[0]
