"""The budget of one host: so many requests at once and a second, none while it asks to wait."""

from threading import Lock, Semaphore
from typing import Self

from itsm_sync.clients.errors import Throttled
from itsm_sync.clients.refusals import at
from itsm_sync.clients.waiting import Pace
from itsm_sync.model.ports import Observer
from itsm_sync.model.words import Message

PATIENCE = 30.0  # seconds that are waited out in the thread; longer is the next cycle's
_SAVED = 60.0  # seconds of the budget that may be spent at once after a rest
_TOLD = 1.0  # seconds of waiting from which on it is told
_LONGEST = 3700.0  # seconds that anybody can make us wait: GitHub's hour, and a little


class Gate:
    """Lets the requests to one host through, from whichever thread.

    Args:
        system: the source's name, for the listener.
        kind: which of the systems it is, for sentences.
        concurrency: requests at once.
        rate: requests a second, on the average of a minute.
        observer: told of each wait from a second on (`budget.waited`: system, seconds).
    """

    def __init__(
        self,
        *,
        system: str,
        kind: str,
        concurrency: int,
        rate: float,
        observer: Observer,
        pace: Pace,
    ) -> None:
        self._system, self._kind = system, kind
        self._observer, self._pace = observer, pace
        self._free = Semaphore(concurrency)
        self._interval = 1 / rate
        self._next = pace.clock() - _SAVED  # when the budget that was not spent yet begins
        self._held = 0.0
        self._why = Message("it asked to wait")
        self._lock = Lock()

    def take(self, path: str, most: float) -> None:
        """Wait for a turn, `most` seconds at the utmost; whoever has had it gives it back.

        Raises:
            Throttled: it would take longer; `retry_after` tells how long.
        """
        began = self._pace.clock()
        self._check(path)
        if not self._free.acquire(timeout=most):
            raise self._refused(path, most, Message("other requests are still unanswered"))
        try:
            self._check(path)
            if (wait := self._booked(path, most)) > 0:
                self._pace.pause(wait)
        except BaseException:
            self._free.release()
            raise
        if (waited := self._pace.clock() - began) >= _TOLD:
            self._observer.saw("budget.waited", system=self._system, seconds=round(waited, 3))

    def give(self) -> None:
        """Give the turn back."""
        self._free.release()

    def hold(self, seconds: float, why: Message | None = None) -> None:
        """Send nothing for so many seconds, an hour at the utmost."""
        with self._lock:
            until = self._pace.clock() + min(seconds, _LONGEST)
            if until > self._held:
                self._held = until
                self._why = why or Message("it asked to wait")

    def go_on(self, before: Self) -> None:
        """Begin where another gate of the same host stands: what is spent, and until when it asked
        to wait.
        """
        self._next, self._held, self._why = before._next, before._held, before._why

    def _check(self, path: str) -> None:
        """Refuse at once what would be held for longer than anybody waits here."""
        left = self._held - self._pace.clock()
        if left > PATIENCE:
            raise self._refused(path, left, self._why)

    def _booked(self, path: str, most: float) -> float:
        """Book the next moment of the budget; answer how far off it is, in seconds."""
        with self._lock:
            now = self._pace.clock()
            begins = max(self._next, now - _SAVED)
            wait = max(begins + self._interval - now, self._held - now, 0.0)
            if wait > max(most, PATIENCE):
                raise self._refused(path, wait, Message("too many requests wait for their turn"))
            self._next = begins + self._interval
            return wait

    def _refused(self, path: str, seconds: float, why: Message) -> Throttled:
        params = at(self._kind, path, seconds=max(1, round(seconds)), why=why)
        told = Message("{system} was not asked at {path}: {why} ({seconds} seconds)", params)
        return Throttled(told, system=self._kind, retry_after=seconds)
