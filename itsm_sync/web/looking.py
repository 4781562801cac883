"""Reads how things stand, at most every few seconds, and never waits for a database for long."""

from dataclasses import dataclass
from threading import Condition, Thread
from time import monotonic

from itsm_sync.store import StoreError
from itsm_sync.web.premises import Premises
from itsm_sync.web.standing import Standing, standing

FRESH = 3.0  # seconds that what was read is good for: scrapes, probes and pages share it
PATIENCE = 3.0  # seconds that a reader waits for the database
_LAST = 0.5  # seconds that the end waits for what is being read


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read, and when; None: the database did not answer."""

    standing: Standing | None
    at: float


class Looking:
    """Reads for all who ask at once: one question to the database at a time.

    A thread of its own reads, so that a database that does not answer holds nobody up; it is a
    daemon's thread, so that it does not keep the program either.
    """

    def __init__(self, premises: Premises, *, fresh: float = FRESH, wait: float = PATIENCE) -> None:
        self.premises = premises
        self._fresh = fresh
        self._wait = wait
        self._changed = Condition()
        self._reader: Thread | None = None
        self._read: _Read | None = None
        self._before: Standing | None = None
        self._closed = False

    def look(self) -> Standing | None:
        """Answer how things stand; None where the database does not answer in time."""
        asked = monotonic()
        with self._changed:
            if self._read is not None and asked - self._read.at < self._fresh:
                return self._read.standing
            if self._reader is None and not self._closed:
                self._reader = Thread(target=self._ask, name="web reader", daemon=True)
                self._reader.start()
            self._changed.wait_for(
                lambda: self._read is not None and self._read.at >= asked, timeout=self._wait
            )
            known = self._read
        return known.standing if known is not None and known.at >= asked else None

    def close(self) -> None:
        """Read no more; what is being read is waited for a little: its store is closed next."""
        with self._changed:
            self._closed = True
            reader = self._reader
        if reader is not None:
            reader.join(_LAST)

    def _ask(self) -> None:
        found: Standing | None = None
        try:
            found = standing(self.premises, self._before)
            self._before = found
        except StoreError:
            pass
        except Exception as error:  # noqa: BLE001 - told; who asks must not wait for ever
            self.premises.observer.saw("web.failed", route="store", error=type(error).__name__)
        with self._changed:
            self._read = _Read(found, monotonic())
            self._reader = None
            self._changed.notify_all()
