"""Tells systemd how the daemon is: ready, reloading, stopping, alive (sd_notify(3))."""

import socket
from collections.abc import Mapping
from contextlib import suppress

# One unit of systemd's clock is a microsecond; half the time between two signs is in reserve.
_SECOND = 1_000_000
_RESERVE = 2
_SAYS = {
    "daemon.started": "READY=1\nSTATUS=at work",
    "daemon.standby": "READY=1\nSTATUS=another daemon is at work; waiting for its place",
    "daemon.reloading": "RELOADING=1\nSTATUS=reading the configuration",
    "daemon.reloaded": "READY=1\nSTATUS=at work",
    "daemon.stopping": "STOPPING=1\nSTATUS=finishing what is in hand",
    "cycle.started": "STATUS=in a cycle",
    "cycle.finished": "STATUS=at work; the last cycle ended",
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
        """Seconds after which `alive` is to be told again; None where nobody waits for it."""
        return self._asked / _RESERVE if self._address and self._asked else None

    def saw(self, event: str, /, **details: object) -> None:  # noqa: ARG002 - none is told
        if event in _SAYS:
            self._tell(_SAYS[event])

    def alive(self) -> None:
        """Say that the daemon's own loop still turns."""
        if self._asked:
            self._tell("WATCHDOG=1")

    def _tell(self, what: str) -> None:
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
            door.connect(self._address)
            door.sendall(what.encode())
