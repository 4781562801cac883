"""How long, and how many, connections are borne with; and what is no HTTP.

uvicorn bounds how long a connection idles between two requests; whoever sends a request byte by
byte, or does not read its answer, would keep a connection for ever.
"""

from asyncio import BaseTransport, TimerHandle, Transport
from typing import Any, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_CONNECTIONS = 64
WHOLE = 15.0  # seconds for a request and its answer, the wait before it included


class Patient(H11Protocol):
    """A connection that ends where an exchange takes too long, or where others need the place.

    The timer runs from the connection's beginning, and anew from the end of each answer.
    """

    _timer: TimerHandle | None = None
    _since: float = 0.0

    def connection_made(self, transport: BaseTransport) -> None:
        if len(self.connections) >= MOST_CONNECTIONS - 1:
            self._make_room()
        super().connection_made(cast("Transport", transport))
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._wait()

    def eof_received(self) -> None:
        """Refuse a request that ends before its body does."""
        if self.lingering:
            self.send_400_response("the body ends too early")

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, once: an answer that has begun is broken off, and one that is
        still being made is told to nobody.
        """
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            super().send_400_response(msg)
        self.transport.close()
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()

    @property
    def idle(self) -> bool:
        """Whether no request is in hand."""
        cycle: Any = self.cycle
        return cycle is None or bool(cycle.response_complete)

    @property
    def lingering(self) -> bool:
        """Whether the request in hand is still being sent."""
        cycle: Any = self.cycle
        return cycle is not None and bool(cycle.more_body)

    def _make_room(self) -> None:
        """End the connection that has been idle the longest, or else that has been sending a body
        the longest; one whose request is whole stays.
        """
        every = [one for one in self.connections if isinstance(one, Patient)]
        idle = [one for one in every if one.idle]
        if spare := idle or [one for one in every if one.lingering]:
            min(spare, key=lambda one: one._since)._end()

    def _wait(self) -> None:
        self._cancel()
        self._since = self.loop.time()
        self._timer = self.loop.call_later(WHOLE, self._end)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self) -> None:
        """End the connection without waiting for what is still to be read or sent."""
        self.connections.discard(self)
        self.transport.abort()
