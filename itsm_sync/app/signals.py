"""Ctrl-C and SIGTERM: they end the program, but not between a write and its record."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread, current_thread, main_thread
from types import FrameType

_ENDING = (signal.SIGINT, signal.SIGTERM)


class Signals:
    """Makes a KeyboardInterrupt of either signal, held back while an edit is in hand.

    A second Ctrl-C is not held back: what it cuts off was written or not, and the next cycle
    learns which from the ticket's history. A second SIGTERM says nothing new, as where a service
    manager sends one and a script another: the end goes on in good order.

    Args:
        came: called once, by a thread of its own, as soon as the first signal comes.
    """

    def __init__(self, came: Callable[[], object] = lambda: None) -> None:
        self._tell = came
        self._busy = False
        self._came = False
        self._listens = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listen, and leave the handlers as they were; only a main thread can."""
        if self._listens or current_thread() is not main_thread():
            yield
            return
        with self._heard():
            before = {number: signal.signal(number, self._arrived) for number in _ENDING}
            self._listens = True
            try:
                yield
            finally:
                self._listens = False
                for number, handler in before.items():
                    signal.signal(number, handler)

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Keep the first signal waiting until the block is through."""
        self._busy = True
        try:
            yield
        finally:
            self._busy = False
        if self._came:
            raise KeyboardInterrupt

    @contextmanager
    def _heard(self) -> Iterator[None]:
        """Have a thread hear of signals. Handlers wait until the main thread is back in Python: a
        database may keep it for long, by a lock or while a file is made anew.
        """
        said, hears = socket.socketpair()
        said.setblocking(False)
        before = signal.set_wakeup_fd(said.fileno(), warn_on_full_buffer=False)
        thread = Thread(target=self._hear, args=(hears,), name="signals", daemon=True)
        thread.start()
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)
            said.close()
            thread.join()
            hears.close()

    def _hear(self, hears: socket.socket) -> None:
        told = False
        while number := hears.recv(1):
            if number[0] in _ENDING and not told:
                told = True
                self._tell()

    def _arrived(self, number: int, _frame: FrameType | None) -> None:
        first, self._came = not self._came, True
        hastened = not first and number == signal.SIGINT
        if hastened or (first and not self._busy):
            raise KeyboardInterrupt


def hear_no_more() -> None:
    """Let neither signal change the end of a program that has ended in good order."""
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)
