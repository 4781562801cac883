"""The dead man's switch: tells somebody outside of each cycle, so that silence is noticed."""

from collections.abc import Mapping
from contextlib import suppress
from contextvars import Context, copy_context
from queue import Empty, Full, Queue
from threading import Lock, Thread
from typing import Protocol

from itsm_sync.clients.errors import ClientError
from itsm_sync.clients.heartbeat import Sign
from itsm_sync.model.cycles import Health
from itsm_sync.model.ports import Observer

_SIGNS: dict[str, Sign] = {
    "cycle.started": "start",
    "cycle.finished": "success",
    "cycle.failed": "fail",
}
_REDMINE = "redmine"
# What waits for a slow keeper of the switch; of more, the oldest tell nobody anything.
_WAITING = 8
_PATIENCE = 3.0  # seconds that the last signs are given at the end: the daemon has eight


class Switch(Protocol):
    """What is asked: `clients.heartbeat.HeartbeatClient`."""

    def ask(self, sign: Sign) -> None: ...

    def close(self) -> None: ...


class HeartbeatObserver:
    """Hears of cycles and tells the switch from a thread of its own: no cycle waits for it, and
    none fails by it.

    Args:
        switch: is asked; raises ClientError.
        observer: told of each sign that failed (`heartbeat.failed`: sign, error), of the first one
            after all was well (`heartbeat.unheard`), and once it is well again
            (`heartbeat.heard`).
        success_only: whether the switch knows one address, for cycles that ended well.
    """

    def __init__(self, switch: Switch, observer: Observer, *, success_only: bool = False) -> None:
        self._switch = switch
        self._observer = observer
        self._success_only = success_only
        self._signs: Queue[tuple[Context, Sign] | None] = Queue(_WAITING)
        self._starting = Lock()
        self._thread: Thread | None = None
        self._well = True
        self._blind = False

    def saw(self, event: str, /, **details: object) -> None:
        sign = self._sign(event, details)
        if sign is None or (self._success_only and sign != "success"):
            return
        with self._starting:
            if self._thread is None:
                self._thread = Thread(target=self._work, name="heartbeat", daemon=True)
                self._thread.start()
        # With the context comes the cycle's id, for the log.
        self._put((copy_context(), sign))

    def close(self, patience: float = _PATIENCE) -> None:
        """Let the thread tell what still waits, for `patience` seconds at most, and end."""
        with self._starting:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._put(None)
            thread.join(patience)

    def _sign(self, event: str, details: Mapping[str, object]) -> Sign | None:
        """Answer what to tell of an event; a cycle that could not read Redmine has failed."""
        if event == "source.done" and details.get("source") == _REDMINE:
            self._blind = details.get("health") == Health.FAILED
        elif event == "cycle.started":
            self._blind = False
        elif event == "cycle.finished" and self._blind:
            return "fail"
        return _SIGNS.get(event)

    def _put(self, what: tuple[Context, Sign] | None) -> None:
        while True:
            with suppress(Full):
                self._signs.put_nowait(what)
                return
            with suppress(Empty):
                self._signs.get_nowait()

    def _work(self) -> None:
        while (waiting := self._signs.get()) is not None:
            context, sign = waiting
            context.run(self._tell, sign)
        self._switch.close()

    def _tell(self, sign: Sign) -> None:
        try:
            self._switch.ask(sign)
        except ClientError as error:
            self._observer.saw("heartbeat.failed", sign=sign, error=str(error))
            if self._well:
                self._observer.saw("heartbeat.unheard", error=str(error))
            self._well = False
        else:
            if not self._well:
                self._observer.saw("heartbeat.heard")
            self._well = True
