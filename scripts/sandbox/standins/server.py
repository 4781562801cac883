"""What the stand-ins share: an HTTP/1.1 server on loopback, its request log, its misbehaviour.

    with JenkinsStandIn(documents) as server:
        server.url                    # http://127.0.0.1:PORT
        server.requests               # what was asked, oldest first
        server.misbehave(match="/computer/", kind="status", status=500, times=1)
        with server.lock:
            server.world[...] = ...   # the next answer shows it

The same over HTTP, for servers in a process of their own: `GET|DELETE /_standin/requests`,
`GET|POST|DELETE /_standin/faults`, `GET|PUT /_standin/world`.
"""

import json
import re
import socket
import struct
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, RLock, Thread, current_thread
from typing import Any, ClassVar, Self

from sandbox.standins.faults import STARTING_PAGE, Fault, FaultKind
from sandbox.standins.messages import HTML, JSON, Answer, Request

__all__ = [
    "HTML",
    "JSON",
    "STARTING_PAGE",
    "Answer",
    "Asked",
    "Fault",
    "FaultKind",
    "Request",
    "StandIn",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One line of the request log; `headers` has those of the request that tests ask about."""

    system: str
    method: str
    path: str
    query: str
    status: int
    headers: Mapping[str, str]
    fault: str = ""


class StandIn(ABC):
    """A server of sample data. Subclasses answer; this listens, logs and misbehaves.

    Args:
        world: the documents, held in memory and changed under `lock`.
        port: 0 takes a free one.
        log: a file that gets each request as a JSON line.
    """

    system: ClassVar[str]
    headers_kept: ClassVar[tuple[str, ...]] = ("if-none-match", "if-modified-since", "accept")

    def __init__(self, world: dict[str, Any], *, port: int = 0, log: Path | None = None) -> None:
        self.world = world
        self.lock = RLock()
        self.after: Callable[[Request], object] | None = None  # runs once each was served
        self._port = port
        self._log = log
        self._book = Lock()
        self._asked: list[Asked] = []
        self._faults: list[Fault] = []
        self._stopping = Event()
        self._server: _Server | None = None
        self._thread: Thread | None = None
        self._leaving: Thread | None = None  # ends the server that a fault has refuse everybody

    @abstractmethod
    def answer(self, request: Request) -> Answer:
        """Answer one request; called under `lock`."""

    # -- life -------------------------------------------------------------------------------

    def start(self) -> Self:
        """Listen on 127.0.0.1 and answer from threads until `stop`."""
        self._stopping.clear()
        self._server = _Server(("127.0.0.1", self._port), _Handler)
        self._server.standin = self
        self._port = self._server.server_port
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close the port and every open connection; the port stays ours for another `start`."""
        if self._leaving is not None and self._leaving is not current_thread():
            self._leaving.join()
            self._leaving = None
        if self._server is None or self._thread is None:
            return
        self._stopping.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    # -- what tests ask and tell ------------------------------------------------------------

    @property
    def requests(self) -> list[Asked]:
        with self._book:
            return list(self._asked)

    @property
    def faults(self) -> list[Fault]:
        with self._book:
            return list(self._faults)

    def forget_requests(self) -> None:
        with self._book:
            self._asked.clear()

    def misbehave(self, match: str = "", *, kind: FaultKind, **details: Any) -> Fault:
        """Misbehave as `Fault` says from now on; the first fault that fits is taken."""
        fault = Fault(match=match, kind=kind, **details)
        with self._book:
            self._faults.append(fault)
        return fault

    def behave(self) -> None:
        """Forget all faults; listen again."""
        with self._book:
            self._faults.clear()
        if self._leaving is not None:
            self.stop()
            self.start()

    # -- one request ------------------------------------------------------------------------

    def handle(self, request: Request) -> tuple[Answer, Fault | None]:
        """Answer a request as the world and the faults have it, and log it."""
        if request.path.startswith("/_standin/"):
            return self._told(request), None
        fault = self._fault(request)
        if fault and fault.kind == "refused":
            return self._left(request, fault)
        if fault and fault.kind == "slow":
            self._stopping.wait(fault.seconds)
        with self.lock:
            answer = self.answer(request)
            if self.after is not None:
                self.after(request)
        if fault:
            answer = fault.instead_of(answer)
        self._note(request, answer, fault)
        return answer, fault

    def _left(self, request: Request, fault: Fault) -> tuple[Answer, Fault]:
        """Leave: from now on every connection is refused."""
        answer = Answer(status=0)
        self._note(request, answer, fault)
        if self._leaving is None:
            self._leaving = Thread(target=self.stop, daemon=True)
            self._leaving.start()
        self._stopping.wait()
        return answer, fault

    def _fault(self, request: Request) -> Fault | None:
        with self._book:
            fault = next((fault for fault in self._faults if fault.fits(request)), None)
            if fault:
                fault.used += 1
            return fault

    def _note(self, request: Request, answer: Answer, fault: Fault | None) -> None:
        asked = Asked(
            system=self.system,
            method=request.method,
            path=request.path,
            query=request.query_string,
            status=0 if fault and fault.kind == "drop" else answer.status,
            headers={n: request.headers[n] for n in self.headers_kept if n in request.headers},
            fault=fault.kind if fault else "",
        )
        with self._book:
            self._asked.append(asked)
            if self._log:
                with self._log.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(asked), ensure_ascii=False) + "\n")

    def _told(self, request: Request) -> Answer:
        """Obey `/_standin/...`, which needs no account and stands in no log."""
        match request.method, request.path.removeprefix("/_standin/"):
            case "GET", "requests":
                return Answer.json([asdict(asked) for asked in self.requests])
            case "DELETE", "requests":
                self.forget_requests()
            case "GET", "faults":
                return Answer.json([asdict(fault) for fault in self.faults])
            case "POST", "faults":
                try:
                    self.misbehave(**json.loads(request.body))
                except (TypeError, ValueError, re.error) as error:
                    return Answer.json({"message": str(error)}, 422)
            case "DELETE", "faults":
                self.behave()
            case "GET", "world":
                with self.lock:
                    return Answer.json(self.world)
            case "PUT", "world":
                with self.lock:
                    self.world = json.loads(request.body)
            case _:
                return Answer.json({"message": "no such page of the stand-in"}, 404)
        return Answer(status=204)


class _Server(ThreadingHTTPServer):
    standin: StandIn
    daemon_threads = False  # joined by server_close, once hang_up has ended their connections
    request_queue_size = 64

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._open: set[socket.socket] = set()
        self.torn: set[socket.socket] = set()
        self._guard = Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
        if request in self.torn:
            self.torn.discard(request)
            self.close_request(request)  # without a word: that tears it off
        else:
            super().shutdown_request(request)

    def hang_up(self) -> None:
        with self._guard:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body leave in one piece
    disable_nagle_algorithm = True
    timeout = 120

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()

    def _any(self) -> None:
        path, _, query = self.path.partition("?")
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            method=self.command,
            path=path,
            query_string=query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
        )
        answer, fault = self.server.standin.handle(request)
        kind = fault.kind if fault else ""
        if kind in ("drop", "refused", "cut", "reset", "drip"):
            self.close_connection = True
        if kind == "reset":
            self._tear_off()
        if kind in ("drop", "refused") or (kind == "reset" and not answer.body):
            return
        self._send(answer, kind, fault.seconds if fault else 0)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815

    def _tear_off(self) -> None:
        """Have the connection end by a reset, without a farewell."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.server.torn.add(self.connection)

    def _send(self, answer: Answer, kind: str, seconds: float) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD" and answer.status not in (204, 304):
            half = len(answer.body) // 2
            if kind == "drip":
                self._drip(answer.body, seconds)
            else:
                self.wfile.write(answer.body[:half] if kind in ("cut", "reset") else answer.body)
        self.wfile.flush()

    def _drip(self, body: bytes, seconds: float) -> None:
        """Send a byte, wait, send the next, until nobody listens any more."""
        with suppress(OSError):
            for place in range(len(body)):
                self.wfile.write(body[place : place + 1])
                self.wfile.flush()
                if self.server.standin._stopping.wait(seconds):
                    return

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """The request log is kept by the stand-in."""
