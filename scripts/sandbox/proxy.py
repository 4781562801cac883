"""A recording proxy on loopback in front of one real server, for tests.

    with Proxy("http://127.0.0.1:3000") as proxy:
        proxy.url                                       # give this to the program
        proxy.requests                                  # what was asked, oldest first
        proxy.asked("GET", "/issues.json")              # how often
        proxy.before = lambda request: ...              # runs before each request is forwarded
    proxy.after = lambda request: ...               # runs once each was served
        proxy.misbehave(match="/issues", kind="cut")    # as `standins.server.Fault` says

Faults of the kinds `status`, `html`, `json` and `refused` are answered without forwarding; all
others spoil the server's true answer, so a write has happened then. Requests go through one by one:
a hook speaks to the server itself, never to the proxy.
"""

from collections.abc import Callable
from threading import Condition
from urllib.parse import urlsplit

import requests

from sandbox.standins.server import Answer, Fault, Request, StandIn

# Of one connection only, or told anew by whoever sends the message on.
_HOP = ("connection", "keep-alive", "transfer-encoding", "content-length", "date", "server")


class Proxy(StandIn):
    """Forwards every request to `target` and keeps the log."""

    system = "proxy"

    def __init__(self, target: str, *, port: int = 0) -> None:
        super().__init__({}, port=port)
        self.before: Callable[[Request], object] | None = None
        self._in_hand = 0
        self._free = Condition()
        self._target = target.rstrip("/")
        self._host = urlsplit(target).netloc

    def asked(self, method: str, path: str = "") -> int:
        """Answer how many requests came with that method and with `path` in their path."""
        return sum(r.method == method and path in r.path for r in self.requests)

    def rest(self) -> None:
        """Wait until nothing is in hand, what nobody waits for any more with it."""
        with self._free:
            self._free.wait_for(lambda: self._in_hand == 0, timeout=60)

    def answer(self, request: Request) -> Answer:
        """Forward the request; answer what came back, byte by byte."""
        if self.before is not None:
            self.before(request)
        headers = {n: v for n, v in request.headers.items() if n not in (*_HOP, "host")}
        with requests.Session() as session:
            session.trust_env = False
            session.headers.clear()
            answer = session.request(
                request.method,
                self._target + request.target,
                headers={**headers, "host": self._host},
                data=request.body,
                allow_redirects=False,
                stream=True,
                timeout=60,
            )
            body = answer.raw.read(decode_content=False)
        kept = {n: v for n, v in answer.headers.items() if n.lower() not in _HOP}
        return Answer(status=answer.status_code, body=body, headers=kept)

    def handle(self, request: Request) -> tuple[Answer, Fault | None]:
        """Answer as the target does, or as the fault that fits."""
        with self._free:
            self._in_hand += 1
        try:
            return self._handled(request)
        finally:
            with self._free:
                self._in_hand -= 1
                self._free.notify_all()

    def _handled(self, request: Request) -> tuple[Answer, Fault | None]:
        fault = self._fault(request)
        if fault and fault.kind == "refused":
            return self._left(request, fault)
        if fault is None or fault.kind not in ("status", "html", "json"):
            return self._forwarded(request, fault)
        answer = fault.instead_of(Answer())
        self._note(request, answer, fault)
        return answer, fault

    def _forwarded(self, request: Request, fault: Fault | None) -> tuple[Answer, Fault | None]:
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
