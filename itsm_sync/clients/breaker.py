"""A breaker: a server that failed several times in a row is left alone for a while."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from threading import RLock
from typing import Self

# Requests in a row: five that brought no answer (no connection, silence, an answer cut short, 502
# to 504), or twenty that a server answered with another 5xx: that may be twenty broken pages.
SILENT, ILL = 4, 1
_LIMIT = 5 * SILENT
_REST, _LONGEST = 30.0, 300.0  # seconds of the first pause, and of any; each is twice the last


class State(StrEnum):
    """closed: requests pass; open: none does; half-open: one is out, to see."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(slots=True, kw_only=True)
class Breaker:
    """Opens when requests fail in a row, and after a pause lets one through by itself.

    Whoever is admitted says how it went: `failed`, `went` or `withdrew`.

    Args:
        tell: told each new state.
        clock: as `Pace.clock`.
    """

    tell: Callable[[State], object]
    clock: Callable[[], float] = time.monotonic
    _state: State = State.CLOSED
    _weight: int = 0
    _until: float = 0.0
    _rest: float = _REST
    _probing: bool = False
    _lock: RLock = field(default_factory=RLock)

    @property
    def closed(self) -> bool:
        """Whether requests pass as usual."""
        return self._state is State.CLOSED

    @property
    def left(self) -> float:
        """Seconds until it lets one request through."""
        return max(0.0, self._until - self.clock())

    def admits(self) -> bool:
        """Whether a request may be sent now."""
        with self._lock:
            if self._state is State.CLOSED:
                return True
            if self._probing or self.left:
                return False
            self._probing = True
            self._become(State.HALF_OPEN)
            return True

    def failed(self, weight: int) -> None:
        """Note a request that failed; `weight` is SILENT or ILL."""
        with self._lock:
            self._weight += weight
            if self._state is State.HALF_OPEN:
                self._rest = min(2 * self._rest, _LONGEST)
                self._open()
            elif self._state is State.CLOSED and self._weight >= _LIMIT:
                self._open()

    def went(self) -> None:
        """Note an answer: the server lives."""
        with self._lock:
            self._weight, self._rest, self._probing = 0, _REST, False
            self._become(State.CLOSED)

    def withdrew(self) -> None:
        """Note a request that says nothing about the server: it was not sent, or given up."""
        with self._lock:
            self._probing = False

    def go_on(self, before: Self) -> None:
        """Begin as another breaker of the same server stands; tell it where that is not closed."""
        self._state, self._weight = before._state, before._weight
        self._until, self._rest = before._until, before._rest
        if not self.closed:
            self.tell(self._state)

    def _open(self) -> None:
        self._until = self.clock() + self._rest
        self._probing = False
        self._become(State.OPEN)

    def _become(self, state: State) -> None:
        if state is not self._state:
            self._state = state
            self.tell(state)
