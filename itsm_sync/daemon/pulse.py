"""Whether the daemon lives: its loop turns, or what it does says something now and then."""

from collections.abc import Callable
from time import monotonic

# A turn takes seconds; within a cycle each request, page and edit says something, and no request
# is waited for as long as this.
SILENCE = 600.0


class Pulse:
    """Listens to everything; `alive` from any thread.

    `excused` tells whether there is a reason for silence, which has an end of its own: a statement
    of the database's that takes long.
    """

    def __init__(self) -> None:
        self._last = monotonic()
        self.excused: Callable[[], bool] = lambda: False

    def saw(self, event: str, /, **_details: object) -> None:
        """Take an event of the rooms for a sign of life; requests to our own port are none."""
        if not event.startswith("web."):
            self.beat()

    def beat(self) -> None:
        """Take note of a turn of the loop."""
        self._last = monotonic()

    @property
    def silence(self) -> float:
        """Answer for how many seconds there has been no sign of life, and no reason for that."""
        return 0.0 if self.excused() else monotonic() - self._last

    @property
    def alive(self) -> bool:
        return self.silence < SILENCE
