"""Tells systemd how the daemon is: ready, stopping, alive (sd_notify(3))."""

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Event, Thread

# One unit of systemd's clock is a microsecond; half the time between two signs is in reserve.
_SECOND = 1_000_000
_RESERVE = 2
_PATIENCE = 0.1  # seconds for each message
_SAYS = {
    "daemon.started": "READY=1",
    "daemon.standby": "STATUS=another daemon is at work; waiting for its place",
    "daemon.working": "STATUS=at work",
    "daemon.reload_failed": "STATUS=at work; the new configuration is wrong, the old one in force",
    "daemon.reloaded": "STATUS=at work; the configuration was read again",
    "daemon.stopping": "STOPPING=1\nSTATUS=finishing what is in hand",
    "cycle.started": "STATUS=in a cycle",
    "cycle.finished": "STATUS=at work; the last cycle ended",
    "cycle.interrupted": "STATUS=the cycle was ended before its end",
    "cycle.failed": "STATUS=the last cycle could not be done; see the log",
}


class Supervisor:
    """Passes on what it hears of the daemon, where systemd asks for it (`Type=notify`); elsewhere
    it does nothing. What can't be told is told nobody: the daemon goes on.

    Args:
        environment: `NOTIFY_SOCKET` names the socket, `WATCHDOG_USEC` how soon systemd wants to
            hear again.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        # A name that begins with @ is none of a file.
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        asked = environment.get("WATCHDOG_USEC", "")
        self._asked = int(asked) / _SECOND if asked.isascii() and asked.isdigit() else 0.0

    @property
    def pause(self) -> float | None:
        """Seconds between two signs of life; None where nobody waits for any."""
        return self._asked / _RESERVE if self._address and self._asked else None

    def saw(self, event: str, /, **details: object) -> None:  # noqa: ARG002 - none is told
        if event in _SAYS:
            self._tell(_SAYS[event])

    @contextmanager
    def watching(self, alive: Callable[[], bool]) -> Iterator[None]:
        """Say that the daemon is alive, as long as `alive` answers so, until the block is left;
        once it does not, systemd ends and starts it anew.
        """
        over = Event()
        thread = Thread(target=self._watch, args=(alive, over), name="supervisor", daemon=True)
        if self.pause is not None:
            thread.start()
        try:
            yield
        finally:
            over.set()
            if self.pause is not None:
                thread.join()

    def _watch(self, alive: Callable[[], bool], over: Event) -> None:
        while not over.is_set():
            if alive():
                self._tell("WATCHDOG=1")
            over.wait(self.pause)

    def _tell(self, what: str) -> None:
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
            door.settimeout(_PATIENCE)  # its queue is short, and nobody may be reading
            door.connect(self._address)
            door.sendall(what.encode())
