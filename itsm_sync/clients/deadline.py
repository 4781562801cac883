"""An end to every request: a server that sends a byte now and then is never silent for long."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from socket import SHUT_RDWR
from threading import Timer
from typing import Any, Protocol

from requests import Response
from requests.exceptions import ReadTimeout
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from itsm_sync.clients.errors import Broken
from itsm_sync.clients.refusals import at
from itsm_sync.model.words import Message

MOST = 64 * 1024 * 1024  # bytes of a body, unpacked; a page of a hundred tickets has half a one
_CHUNK = 64 * 1024


class _Socket(Protocol):
    def shutdown(self, how: int, /) -> object: ...


class Watch:
    """Hangs up when the time of a request is over, whoever is reading then.

    Args:
        seconds: from the moment on when the request is sent to the end of its body.
    """

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self._seconds = seconds
        self._timer: Timer | None = None

    def over(self, socket: _Socket) -> None:
        """Begin; a library may send the same request once more, on another connection."""
        self.cancel()
        self._timer = Timer(self._seconds, self._expire, (socket,))
        self._timer.daemon = True
        self._timer.start()

    def cancel(self) -> None:
        """End the watch."""
        if self._timer is not None:
            self._timer.cancel()

    def check(self) -> None:
        """Raise ReadTimeout where the time was over: what was read is not all."""
        if self.expired:
            raise ReadTimeout

    def _expire(self, socket: _Socket) -> None:
        self.expired = True
        with suppress(OSError):
            socket.shutdown(SHUT_RDWR)


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Watch the connection over which this thread asks in the block."""
    token = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(token)


def under_watch(manager: PoolManager) -> None:
    """Have a manager make connections that can be watched."""
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


def read_whole(answer: Response, kind: str, path: str) -> None:
    """Read an answer's body, as `requests` itself would after this.

    Raises:
        Broken: there is more of it than any answer has that was asked for.
    """
    parts, size = [], 0
    for chunk in answer.iter_content(_CHUNK):
        parts.append(chunk)
        size += len(chunk)
        if size > MOST:
            answer.close()
            params = at(kind, path, most=MOST // 1024**2)
            told = Message("the answer of {system} at {path} has more than {most} MB", params)
            raise Broken(told, system=kind)
    answer._content = b"".join(parts)


class _Connection(HTTPConnection):
    def getresponse(self) -> Any:
        _begin(self.sock)
        return super().getresponse()


class _SecureConnection(HTTPSConnection):
    def getresponse(self) -> Any:
        _begin(self.sock)
        return super().getresponse()


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


def _begin(socket: Any) -> None:
    watch = _watch.get()
    if watch is not None and socket is not None:
        watch.over(socket)
