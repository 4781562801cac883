"""When a source was not read in full."""

from dataclasses import dataclass
from datetime import datetime

OURS = "itsm-sync"  # the source of what nothing but its own cycles saw: stages, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time in which a stream of a source was not read in full; stream "": the whole source.

    `since` is the last full read before it, and `until` the next one; None: there was none yet.
    `unread`: nothing of the source was read before `until`, and `since` is only where one looks
    back to.
    """

    source: str
    stream: str
    since: datetime
    until: datetime | None = None
    unread: bool = False

    @property
    def system(self) -> str:
        """The source's name without what tells several of a kind apart (`jenkins:ci`)."""
        return self.source.partition(":")[0]
