"""What every request of ours has: a turn, an end, repetitions where they are safe, a listener."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol, Self
from weakref import finalize

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import RequestException

from itsm_sync.clients.breaker import ILL, SILENT, Breaker
from itsm_sync.clients.deadline import Watch, read_whole, under_watch, watched
from itsm_sync.clients.errors import NotAsked
from itsm_sync.clients.gate import PATIENCE, Gate
from itsm_sync.clients.refusals import at, spoken
from itsm_sync.clients.repeats import SAFE, Repeats, asked_to_wait
from itsm_sync.clients.waiting import Pace
from itsm_sync.model.ports import Observer
from itsm_sync.model.words import Message

_GATEWAY = (502, 503, 504)  # who answers so is not the server itself, or not yet
_IDLE = 60.0  # seconds after which connections are made anew: what lies between forgets them


class Server(Protocol):
    """What the settings say of a server; `deadline` is None where it follows from `timeout`."""

    @property
    def timeout(self) -> int: ...
    @property
    def deadline(self) -> int | None: ...
    @property
    def concurrency(self) -> int: ...
    @property
    def rate(self) -> float: ...
    @property
    def ca_file(self) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What all doors to one server share, in every thread and cycle: its budget and its breaker.

    Args:
        system: the source's name, for the listener.
        kind: which of the systems it is ("jenkins"), for sentences.
        timeout: seconds for the connection and for each silence while reading.
        whole: seconds for a request from its sending to its last byte; later than that after the
            first none is sent again.
        ca_file: the CAs that alone are trusted; None: the usual ones.
    """

    system: str
    kind: str
    timeout: float
    whole: float
    ca_file: str | None
    gate: Gate
    breaker: Breaker
    observer: Observer
    pace: Pace

    @classmethod
    def of(
        cls, kind: str, server: Server, observer: Observer, *, system: str = "", pace: Pace | None
    ) -> Self:
        """Make the guard of a server that the settings name."""
        name, pace = system or kind, pace or Pace()
        return cls(
            system=name,
            kind=kind,
            timeout=server.timeout,
            whole=server.deadline or 4 * server.timeout,
            ca_file=server.ca_file,
            gate=Gate(
                system=name,
                kind=kind,
                concurrency=server.concurrency,
                rate=server.rate,
                observer=observer,
                pace=pace,
            ),
            breaker=Breaker(
                tell=lambda state: observer.saw("breaker.changed", system=name, state=str(state)),
                clock=pace.clock,
            ),
            observer=observer,
            pace=pace,
        )

    def go_on(self, before: Self) -> None:
        """Begin where the guard of the same server stands that there was before."""
        self.gate.go_on(before.gate)
        self.breaker.go_on(before.breaker)

    def admit(self, path: str) -> None:
        """Raise NotAsked while the server is left alone."""
        if self.breaker.admits():
            return
        params = at(self.kind, path, seconds=max(1, round(self.breaker.left)))
        text = (
            "{system} failed too often in a row: it is not asked at {path}"
            " for another {seconds} seconds, then again by itself"
        )
        raise NotAsked(Message(text, params), system=self.kind, retry_after=self.breaker.left)


class Door(HTTPAdapter):
    """The adapter through which a session of ours speaks to one server.

    Each time that a request is sent the observer is told of an answer (`http.answered`: system,
    method, path, status, seconds) or a failure (`http.failed`: system, method, path, error).

    A streamed answer keeps its turn, and its time runs, until it is closed.

    Args:
        guard: what all doors to the server share.
        repeats: which reads are sent again.
        assure: called right before a request that writes; raises where it must not be sent.

    Raises, beside what `requests` raises:
        NotAsked: the server failed too often just now.
        Throttled: no turn is to be had in time, or the server asked to wait for long.
        Broken: a body without end.
    """

    def __init__(
        self,
        guard: Guard,
        repeats: Repeats | None = None,
        assure: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()  # urllib3 repeats nothing: it would be no turn of its own
        under_watch(self.poolmanager)
        self._guard = guard
        self._repeats = repeats or Repeats()
        self._assure = assure
        self._spoke = guard.pace.clock()

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **proxy_kwargs)
        under_watch(manager)
        return manager

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        breaker = self._guard.breaker
        self._guard.admit(_path(request))
        try:
            answer = self._persist(request, *args, **kwargs)
        except RequestException:
            breaker.failed(SILENT)
            raise
        except BaseException:
            breaker.withdrew()
            raise
        if answer.status_code >= 500:
            breaker.failed(SILENT if answer.status_code in _GATEWAY else ILL)
        else:
            breaker.went()
        return answer

    def heard(self, answer: Response) -> float | None:
        """Answer the seconds that an answer asks to wait, None where it asks nothing.

        What a 429 asks is meant for all requests.
        """
        after = asked_to_wait(answer.headers)
        if after is not None and answer.status_code == 429:
            self._guard.gate.hold(after)
        return after

    def passes(self, answer: Response) -> bool:
        """Whether an answer is one that another may follow soon."""
        return answer.status_code in self._repeats.statuses

    def _persist(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """Send, and send again as long as that is safe and may help."""
        pace, done = self._guard.pace, 0
        last = pace.clock() + self._guard.whole
        while True:
            done += 1
            again = self._repeats.may(request.method, done)
            pause = self._repeats.pause(done) * pace.chance(0.5, 1.5)
            try:
                answer = self._once(request, *args, **kwargs)
            except RequestException:
                if not again or pace.clock() + pause > last:
                    raise
            else:
                pause = max(pause, self.heard(answer) or 0.0)
                too_long = pause > PATIENCE or pace.clock() + pause > last
                if not (again and self.passes(answer)) or too_long:
                    return answer
                answer.close()
            pace.pause(pause)

    def _once(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        guard, path = self._guard, _path(request)
        self._take(request, path)
        watch, started = Watch(guard.whole), monotonic()
        said = {"system": guard.system, "method": request.method, "path": path}

        def end() -> None:
            watch.cancel()
            self._spoke = guard.pace.clock()
            guard.gate.give()

        try:
            with watched(watch):
                answer = self._asked(watch, path, request, *args, **kwargs)
        except BaseException as error:
            end()
            if isinstance(error, Exception):
                guard.observer.saw("http.failed", error=type(error).__name__, **said)
            raise
        seconds = monotonic() - started
        guard.observer.saw("http.answered", status=answer.status_code, seconds=seconds, **said)
        if _is_streamed(answer, kwargs):
            _at_the_end(answer, watch, end)
        else:
            end()
        return answer

    def _take(self, request: PreparedRequest, path: str) -> None:
        """Take a turn; then see that a write may still be sent."""
        self._guard.gate.take(path, self._guard.whole)
        if request.method in SAFE:
            return
        try:
            self._assure()
        except BaseException:
            self._guard.gate.give()
            raise

    def _asked(
        self, watch: Watch, path: str, request: PreparedRequest, *args: Any, **kwargs: Any
    ) -> Response:
        """Send once; read the body where it is not streamed."""
        if self._guard.pace.clock() - self._spoke > _IDLE:
            self.poolmanager.clear()
        if not kwargs.get("timeout"):
            kwargs["timeout"] = self._guard.timeout
        if self._guard.ca_file:  # of a session `requests` minds REQUESTS_CA_BUNDLE first
            kwargs["verify"] = self._guard.ca_file
        try:
            answer = super().send(request, *args, **kwargs)
            if not _is_streamed(answer, kwargs):
                read_whole(answer, self._guard.kind, path)
        except RequestException:
            watch.check()
            raise
        watch.check()
        return answer


def _path(request: PreparedRequest) -> str:
    return spoken(request.path_url.partition("?")[0])


def _is_streamed(answer: Response, kwargs: dict[str, Any]) -> bool:
    """Whether the body is left to the caller: a refusal's is dropped by libraries, never closed."""
    return bool(kwargs.get("stream")) and answer.ok


def _at_the_end(answer: Response, watch: Watch, end: Callable[[], None]) -> None:
    """Have a streamed answer end its watch and its turn, once, when it is closed or forgotten."""
    close, ending = answer.close, finalize(answer, end)

    def closing() -> None:
        close()
        if ending.alive:
            ending()
            watch.check()

    answer.close = closing  # type: ignore[method-assign]
