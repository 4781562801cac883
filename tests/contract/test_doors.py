"""The doors at real sockets: an end to every request, repetitions, turns, a breaker."""

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event, Thread
from typing import Any

import pytest
from pydantic import SecretStr
from sandbox.standins.jenkins import JenkinsStandIn
from sandbox.standins.server import Answer, Request, StandIn

from itsm_sync.clients import deadline
from itsm_sync.clients.errors import Broken, ClientError, NotAsked, Throttled, Unreachable
from itsm_sync.clients.jenkins import JenkinsClient
from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.clients.waiting import Pace
from itsm_sync.settings import Jenkins
from tests.pace import Hourglass
from tests.redmine_builders import settings

QUICK = Pace(pause=lambda seconds: None)


class Ear:
    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []

    def saw(self, event: str, /, **details: object) -> None:
        self.heard.append((event, details))

    def told(self, event: str) -> list[dict[str, Any]]:
        return [details for name, details in self.heard if name == event]


class Server(StandIn):
    """Answers every request with as many letters as `size` says, as a value of a JSON object."""

    system = "redmine"
    size = 200

    def answer(self, request: Request) -> Answer:
        return Answer.json({"x": "x" * self.size})


@pytest.fixture
def server() -> Iterator[Server]:
    with Server({}) as server:
        yield server


@pytest.fixture
def ear() -> Ear:
    return Ear()


Make = Callable[..., RedmineClient]


@pytest.fixture
def redmine(server: Server, ear: Ear) -> Iterator[Make]:
    made: list[RedmineClient] = []

    def make(pace: Pace = QUICK, **changes: Any) -> RedmineClient:
        given = settings(**{"url": server.url, "timeout": 1, "deadline": 1, **changes})
        made.append(RedmineClient(given, ear, pace=pace))
        return made[-1]

    yield make
    for client in made:
        client.close()


# ------------------------------------------------------------------------------- an end to all


@pytest.mark.parametrize("method", ["get", "put"])
def test_a_body_that_drips_ends_at_the_deadline(
    method: str, server: Server, redmine: Make, ear: Ear
) -> None:
    server.misbehave(kind="drip", seconds=0.2)
    door = redmine()
    with pytest.raises(Unreachable, match=r"/x\.json"):
        door.get("/x.json") if method == "get" else door.put("/x.json", {})
    assert len(server.requests) == 1  # later than the deadline nothing is repeated
    assert ear.told("http.failed")[0]["error"] == "ReadTimeout"


def test_headers_that_drip_end_at_the_deadline(redmine: Make) -> None:
    with _Slow() as address, pytest.raises(Unreachable, match="in time"):
        redmine(url=address).put("/x.json", {})


def test_a_body_without_length_that_was_cut_off_by_us_is_not_taken_for_whole(
    redmine: Make,
) -> None:
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}"
    with _Slow(head) as address, pytest.raises(Unreachable):
        redmine(url=address).put("/x.json", {})


def test_a_body_without_end_is_given_up(
    server: Server, redmine: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadline, "MOST", 1024)
    server.size = 100_000
    with pytest.raises(Broken, match=r"Redmine at /x\.json has more than"):
        redmine(deadline=60).get("/x.json")


def test_a_console_that_drips_ends_at_the_deadline(ear: Ear) -> None:
    with JenkinsStandIn({"accounts": {"reader": "right"}}) as server:
        server.answer = lambda request: Answer(  # type: ignore[method-assign]
            body=b"line\n" * 50, headers={"X-Text-Size": "250"}
        )
        server.misbehave("progressiveText", kind="drip", seconds=0.2)
        values = {"url": server.url, "user": "reader", "token": SecretStr("right"), "timeout": 1}
        given = Jenkins.model_validate({**values, "deadline": 1, "concurrency": 1})
        door = JenkinsClient(given, ear, pace=QUICK)
        with pytest.raises(ClientError, match="progressiveText"):
            door.console("job/a/1", 1000)
        server.behave()
        assert door.console("job/a/1", 1000).whole  # the turn was given back
        door.close()


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 500}, {"kind": "cut"}], ids=str)
def test_a_console_that_fails_gives_its_turn_back(fault: dict[str, Any], ear: Ear) -> None:
    with JenkinsStandIn({"accounts": {"reader": "right"}}) as server:
        server.answer = lambda request: Answer(  # type: ignore[method-assign]
            body=b"line\n" * 50, headers={"X-Text-Size": "250"}
        )
        server.misbehave("progressiveText", **fault)
        values = {"url": server.url, "user": "reader", "token": SecretStr("right")}
        given = Jenkins.model_validate({**values, "timeout": 2, "deadline": 2, "concurrency": 1})
        door = JenkinsClient(given, ear, pace=QUICK)
        for _ in range(3):
            with pytest.raises(Broken):
                door.console("job/a/1", 1000)
        door.close()


# ----------------------------------------------------------------------------- repetitions


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop"},
        {"kind": "cut"},
        {"kind": "reset"},
        {"kind": "status", "status": 429},
        {"kind": "status", "status": 503},
        {"kind": "html", "status": 502},
    ],
    ids=str,
)
def test_a_read_is_asked_again_and_a_write_is_not(
    fault: dict[str, Any], server: Server, redmine: Make
) -> None:
    server.misbehave("/x", **fault, times=2)
    door = redmine(deadline=60)
    assert door.get("/x.json")["x"]
    assert len(server.requests) == 3
    server.behave()
    server.forget_requests()
    server.misbehave("/x", **fault, times=1)
    for write in (door.put, door.post):
        server.faults[0].used = 0
        with pytest.raises(ClientError):
            write("/x.json", {})
    assert len(server.requests) == 2


def test_a_server_that_asks_for_patience_gets_it(server: Server, redmine: Make, ear: Ear) -> None:
    sand = Hourglass()
    server.misbehave("/x", kind="status", status=429, retry_after=20, times=1)
    door = redmine(sand.pace, deadline=60)
    assert door.get("/x.json")
    assert sand.naps == [20]


def test_a_server_that_asks_for_much_of_it_is_left_alone_so_long(
    server: Server, redmine: Make
) -> None:
    sand = Hourglass()
    server.misbehave("/x", kind="status", status=429, retry_after=600, times=1)
    door = redmine(sand.pace)
    for _ in range(2):
        with pytest.raises(Throttled) as refused:
            door.get("/x.json")
        assert refused.value.retry_after == 600
    with pytest.raises(Throttled):
        door.put("/x.json", {})
    assert len(server.requests) == 1
    sand.now += 600
    assert door.get("/x.json")


def test_a_write_too_waits_for_what_an_answer_asked(server: Server, redmine: Make) -> None:
    sand = Hourglass()
    server.misbehave("/x", kind="status", status=429, retry_after=9, times=1)
    door = redmine(sand.pace)
    with pytest.raises(Throttled):
        door.put("/x.json", {})
    door.put("/x.json", {})
    assert sand.naps == [9]


# ------------------------------------------------------------------------------- the breaker


def test_a_server_that_is_gone_is_not_asked_for_a_while_and_then_found_again(
    server: Server, redmine: Make, ear: Ear
) -> None:
    sand = Hourglass()
    door = redmine(sand.pace)
    server.stop()
    for _ in range(5):
        with pytest.raises(Unreachable):
            door.put("/x.json", {})
    asked = len(ear.told("http.failed"))
    with pytest.raises(NotAsked, match=r"Redmine failed too often .* for another 30 seconds"):
        door.put("/x.json", {})
    assert len(ear.told("http.failed")) == asked
    server.start()
    with pytest.raises(NotAsked):
        door.get("/x.json")
    sand.now += 30
    assert door.get("/x.json")
    door.put("/x.json", {})
    states = [details["state"] for details in ear.told("breaker.changed")]
    assert states == ["open", "half-open", "closed"]


def test_a_refusal_is_an_answer(server: Server, redmine: Make) -> None:
    server.misbehave("/x", kind="status", status=404)
    door = redmine()
    for _ in range(30):
        with pytest.raises(ClientError) as refused:
            door.get("/x.json")
        assert refused.value.status == 404


def test_a_request_that_is_not_sent_is_told_as_none(
    server: Server, redmine: Make, ear: Ear
) -> None:
    door = redmine()
    server.misbehave(kind="drop")
    for _ in range(5):
        with pytest.raises(Unreachable):
            door.put("/x.json", {})
    with pytest.raises(NotAsked):
        door.put("/x.json", {})
    assert len(server.requests) == 5


# ------------------------------------------------------------------------------ turns, a year


def test_no_more_requests_are_out_than_the_settings_say(server: Server, redmine: Make) -> None:
    door = redmine(concurrency=2, timeout=30, deadline=30)
    out, most, full, go = [0], [0], Event(), Event()
    handle = server.handle

    def counted(request: Request) -> Any:
        out[0] += 1
        most[0] = max(most[0], out[0])
        if out[0] == 2:
            full.set()
        go.wait(20)
        out[0] -= 1
        return handle(request)

    server.handle = counted  # type: ignore[method-assign]
    threads = [Thread(target=door.get, args=("/x.json",)) for _ in range(6)]
    for thread in threads:
        thread.start()
    assert full.wait(20)
    go.set()
    for thread in threads:
        thread.join()
    assert most == [2]
    assert len(server.requests) == 6


def test_a_server_that_was_started_anew_is_asked_on_a_new_connection(
    server: Server, redmine: Make
) -> None:
    door = redmine()
    for _ in range(3):
        assert door.get("/x.json")
        server.stop()
        server.start()
        door.put("/x.json", {})  # a write has one try only


def test_after_a_rest_connections_are_made_anew(server: Server, redmine: Make) -> None:
    sand = Hourglass()
    door = redmine(sand.pace)
    made = _connections(server)
    for rest in (0, 0, 59, 61, 0):
        sand.now += rest
        door.get("/x.json")
    assert len(made) == 2


def test_a_write_is_assured_right_before_it_is_sent(server: Server, ear: Ear) -> None:
    sand, asked = Hourglass(), list[float]()
    given = settings(url=server.url)
    door = RedmineClient(given, ear, guard=lambda: asked.append(sand.now), pace=sand.pace)
    server.misbehave("/x", kind="status", status=429, retry_after=20, times=1)
    with pytest.raises(Throttled):
        door.put("/x.json", {})
    door.put("/x.json", {})
    door.get("/x.json")
    assert asked == [1000.0, 1020.0]
    door.close()


def test_a_write_that_is_not_assured_is_not_sent_and_takes_nobodys_turn(
    server: Server, ear: Ear
) -> None:
    def lost() -> None:
        raise InterruptedError

    given = settings(url=server.url, concurrency=1)
    door = RedmineClient(given, ear, guard=lost, pace=QUICK)
    for _ in range(7):
        with pytest.raises(InterruptedError):
            door.put("/x.json", {})
    assert server.requests == []
    assert ear.heard == []
    assert door.get("/x.json")
    door.close()


def _connections(server: StandIn) -> list[object]:
    """The addresses that connections came from, as they come."""
    assert server._server is not None
    found: list[object] = []
    process = server._server.process_request

    def counted(request: Any, address: Any) -> None:
        found.append(address)
        process(request, address)

    server._server.process_request = counted  # type: ignore[method-assign]
    return found


class _Slow:
    """A server that answers any connection with a head, and then a letter now and then."""

    def __init__(self, head: bytes = b"HTTP/1.1 200 OK\r\nX-Slow: ") -> None:
        self._head = head
        self._over = Event()

    def __enter__(self) -> str:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = Thread(target=self._serve)
        self._thread.start()
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def _serve(self) -> None:
        with suppress(OSError):
            connection, _ = self._socket.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(self._head)
                while not self._over.wait(0.1):
                    connection.sendall(b" ")

    def __exit__(self, *_: object) -> None:
        self._over.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()
