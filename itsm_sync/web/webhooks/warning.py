"""Warns of webhooks that nobody signed, and not of each one: who floods the port floods no log."""

from threading import Lock
from time import monotonic
from typing import Final

from itsm_sync.model.ports import Observer

PAUSE: Final = 60.0  # seconds between two warnings about one system


class Warnings:
    """Tells `web.unsigned` at once, and then at most once a minute for each system."""

    def __init__(self, observer: Observer, *, pause: float = PAUSE) -> None:
        self._observer = observer
        self._pause = pause
        self._lock = Lock()
        self._told: dict[str, float] = {}
        self._times: dict[str, int] = {}

    def unsigned(self, system: str, sender: str) -> None:
        """Count a webhook without a valid signature, and tell how many came since the last told.

        Args:
            system: whose webhook it claims to be.
            sender: the address that sent it; a proxy's where one stands before.
        """
        with self._lock:
            times = self._times[system] = self._times.get(system, 0) + 1
            last, now = self._told.get(system), monotonic()
            if last is not None and now - last < self._pause:
                return
            self._told[system], self._times[system] = now, 0
        self._observer.saw("web.unsigned", system=system, sender=sender, times=times)
