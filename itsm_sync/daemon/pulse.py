"""Whether the daemon lives: its loop turns, or what it does says something now and then."""

from time import monotonic

# A turn takes seconds; within a cycle each request, page and edit says something, and no request
# is waited for as long as this.
SILENCE = 600.0


class Pulse:
    """Listens to everything; `alive` from any thread."""

    def __init__(self) -> None:
        self._last = monotonic()

    def saw(self, event: str, /, **_details: object) -> None:
        """Take an event of the rooms for a sign of life; requests to our own port are none."""
        if not event.startswith("web."):
            self.beat()

    def beat(self) -> None:
        """Take note of a turn of the loop."""
        self._last = monotonic()

    @property
    def silence(self) -> float:
        """Answer for how many seconds there has been no sign of life."""
        return monotonic() - self._last

    @property
    def alive(self) -> bool:
        return self.silence < SILENCE
