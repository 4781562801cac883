"""The HTTP port over real sockets: whom it answers, what it bears, how it stops."""

import json
import logging
import shutil
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from sandbox.configuration import copy

from itsm_sync.daemon.port import Port
from itsm_sync.model.deliveries import Delivery, Errand, Stand
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.findings import CONFIGURATION, Finding
from itsm_sync.model.reporting import Span
from itsm_sync.model.words import Message
from itsm_sync.settings import Settings
from itsm_sync.store import Store
from itsm_sync.web import Metrics, Premises, Role, Server, application, patience
from itsm_sync.web.neighbour import is_itsm_sync
from itsm_sync.web.webhooks.signing import signature
from tests.builders import NOON
from tests.premises import (
    PRIVATE,
    SECRETS,
    STANDBY,
    Heard,
    Hinted,
    busy,
    configured,
    jobs,
    paused,
    premises,
    served,
    with_alarms,
)
from tests.scrapes import scrape

ADDRESSES = {s: f"https://{s}.example.com" for s in ("redmine", "jenkins", "github")}
Configuration = Callable[..., Path]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The configuration, read once: that takes a second."""
    directory = tmp_path_factory.mktemp("read") / "config"
    return configured(copy(directory, addresses=ADDRESSES, change=with_alarms), **SECRETS)


@pytest.fixture
def settings(read: Settings, tmp_path: Path) -> Settings:
    """The configuration in a directory of the test's own."""
    return replace(read, directory=tmp_path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty database, made once."""
    file = tmp_path_factory.mktemp("made") / "itsm-sync.db"
    Store.open(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copyfile(made, tmp_path / "itsm-sync.db")
    with Store.open(f"sqlite:///{tmp_path}/itsm-sync.db") as opened:
        yield opened


class House:
    """A served port and what is behind it."""

    def __init__(self, server: Server, premises: Premises, metrics: Metrics) -> None:
        self.server = server
        self.url = server.url
        self.premises = premises
        self.metrics = metrics
        host, _, port = server.url.removeprefix("http://").rpartition(":")
        self.place = (host, int(port))

    @property
    def heard(self) -> Heard:
        assert isinstance(self.premises.observer, Heard)
        return self.premises.observer

    @property
    def hinted(self) -> Hinted:
        assert isinstance(self.premises.hints, Hinted)
        return self.premises.hints

    def get(self, path: str, **more: Any) -> requests.Response:
        return requests.get(self.url + path, timeout=30, **more)

    def connect(self) -> socket.socket:
        return socket.create_connection(self.place, timeout=30)


@pytest.fixture
def opened(settings: Settings, store: Store) -> Iterator[Callable[..., House]]:
    """Serves premises over the store; arguments as of `tests.premises.premises`."""
    with ExitStack() as stack:

        def make(**changes: Any) -> House:
            metrics = Metrics()
            behind = premises(settings, store, metrics, upcoming=jobs, **changes)
            return House(stack.enter_context(served(behind, metrics)), behind, metrics)

        yield make


@pytest.fixture
def house(opened: Callable[..., House]) -> House:
    return opened()


def answer_of(connection: socket.socket) -> bytes:
    """Read all that comes until the other end closes."""
    got = b""
    while part := connection.recv(65_536):
        got += part
    return got


# ------------------------------------------------------------------------------ answers


@pytest.mark.parametrize(
    "path", ["/", "/style.css", "/health/live", "/metrics", "/openapi.json", "/nowhere"]
)
def test_every_answer_has_the_strict_headers_and_says_nothing_of_the_server(
    house: House, path: str
) -> None:
    headers = house.get(path).headers
    assert "server" not in headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script" not in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_the_observer_is_told_of_each_answer_with_a_route_and_no_path(house: House) -> None:
    for path in ("/health/live", f"/{PRIVATE}", "/webhooks/nobody"):
        house.get(path)
    told = house.heard.awaited("web.answered", 3)
    assert [(t["method"], t["route"], t["status"]) for t in told] == [
        ("GET", "/health/live", 200),
        ("GET", "other", 404),
        ("GET", "/webhooks/{system}", 405),
    ]
    assert PRIVATE not in str(house.heard.events)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8480", "[::1]:1", "LOCALHOST."])
def test_on_loopback_its_own_names_are_welcome(house: House, host: str) -> None:
    assert house.get("/health/live", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example.com", "127.0.0.1.example.com", "", "10.0.0.1"])
def test_a_page_whose_name_was_bent_to_loopback_reads_nothing(house: House, host: str) -> None:
    answer = house.get("/", headers={"Host": host})
    assert answer.status_code == 421
    assert "itsm-sync" not in answer.text


def test_names_that_the_settings_say_are_welcome_too(
    configuration: Configuration, store: Store
) -> None:
    def named(settings: dict[str, Any]) -> None:
        settings["http"] = {"hosts": ["itsm.example.com"]}

    metrics = Metrics()
    behind = premises(configured(configuration(change=named)), store, metrics)
    with served(behind, metrics) as server:
        for host, status in (("itsm.example.com:443", 200), ("other.example.com", 421)):
            answer = requests.get(f"{server.url}/health/live", headers={"Host": host}, timeout=30)
            assert answer.status_code == status


def test_an_error_within_is_answered_without_telling_it(house: House) -> None:
    def broken() -> Any:
        raise ValueError(PRIVATE)

    house.server.renew(premises(house.premises.settings, house.premises.store, house.metrics,
                                upcoming=broken, observer=house.heard))  # fmt: skip
    answer = house.get("/")
    assert answer.status_code == 500
    assert answer.json() == {"error": "internal error"}
    assert [t["error"] for t in house.heard.named("web.failed")] == ["ValueError"]
    assert PRIVATE not in str(house.heard.events)


# ------------------------------------------------------------------------------ health


def test_a_living_daemon_is_alive_and_a_dead_loop_is_told(opened: Callable[..., House]) -> None:
    silence = [3.0]
    house = opened(silent_for=lambda: silence[0])
    assert house.get("/health/live").status_code == 200
    silence[0] = 9_999.0
    assert house.get("/health/live").status_code == 503
    assert house.get("/health/ready").json()["reasons"] == ["scheduler"]


def test_an_empty_store_is_ready(house: House) -> None:
    answer = house.get("/health/ready")
    assert (answer.status_code, answer.json()["cycle"]) == (200, None)


def test_a_stale_source_is_a_reason_for_a_worker_and_none_for_who_waits(
    opened: Callable[..., House], settings: Settings, store: Store
) -> None:
    busy(store, settings)
    paused(store)
    works, waits = opened(), opened(**STANDBY)
    found = works.get("/health/ready")
    assert found.status_code == 503
    document = found.json()
    assert document["reasons"] == ["stale:github"]
    assert document["role"] == "working"
    assert document["paused"]
    assert document["cycle"]["outcome"] == "ok"
    assert document["sources"]["github"]["stale"]
    assert not document["sources"]["redmine"]["stale"]
    other = waits.get("/health/ready")
    assert (other.status_code, other.json()["role"]) == (200, "standby")


class Gone:
    """A store whose database does not answer at all, until it is let go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def __getattr__(self, name: str) -> Any:
        def wait(*_: Any, **__: Any) -> Any:
            self.let_go.wait()
            raise RuntimeError("closed")

        return wait


def test_a_database_that_does_not_answer_holds_nobody_up(
    settings: Settings,
) -> None:
    store = Gone()
    metrics = Metrics()
    behind = premises(settings, store, metrics)  # type: ignore[arg-type]
    server = Server(behind, metrics)
    server._looking._wait = 0.1
    server.start()
    try:
        ready = requests.get(f"{server.url}/health/ready", timeout=30)
        assert (ready.status_code, ready.json()["reasons"]) == (503, ["database"])
        assert requests.get(f"{server.url}/health/live", timeout=30).status_code == 200
        found = scrape(server.url)
        assert found.value("database_up") == 0
        assert found.value("cycles_total", outcome="ok") == 0
        page = requests.get(f"{server.url}/?lang=en", timeout=30)
        assert page.status_code == 503
        assert "the database does not answer" in page.text
    finally:
        store.let_go.set()
        server.stop()


def test_a_database_that_is_away_does_not_break_the_scrape(
    settings: Settings, tmp_path: Path
) -> None:
    store, metrics = Store.open(f"sqlite:///{tmp_path}/away.db"), Metrics()
    store.close()  # it opens again what it is asked for, and finds something else there
    (tmp_path / "away.db").write_bytes(b"no database at all" * 1_000)
    with served(premises(settings, store, metrics), metrics) as server:
        assert scrape(server.url).value("database_up") == 0
        assert requests.get(f"{server.url}/health/ready", timeout=30).status_code == 503


# ------------------------------------------------------------------------------ what it bears


def test_a_header_without_end_is_refused(house: House) -> None:
    with house.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"x" * 40_000)
        assert answer_of(connection).startswith(b"HTTP/1.1 400 ")


def test_a_body_that_is_announced_too_large_is_refused_before_it_is_read(house: House) -> None:
    with house.connect() as connection:
        connection.sendall(
            b"POST /webhooks/github HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Type: application/json\r\nX-Hub-Signature-256: sha256=00\r\n"
            b"Content-Length: 1048577\r\n\r\n"
        )
        assert answer_of(connection).startswith(b"HTTP/1.1 413 ")


def test_a_body_without_an_announced_end_is_refused_where_it_becomes_too_large(
    house: House,
) -> None:
    part = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    with house.connect() as connection:
        connection.sendall(
            b"POST /webhooks/github HTTP/1.1\r\nHost: localhost\r\n"
            b"X-Hub-Signature-256: sha256=00\r\nTransfer-Encoding: chunked\r\n\r\n" + 16 * part
        )
        connection.sendall(b"1\r\nx\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


def test_an_unsigned_body_is_not_even_waited_for(house: House) -> None:
    with house.connect() as connection:
        connection.sendall(
            b"POST /webhooks/github HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\n"
        )
        assert answer_of(connection).startswith(b"HTTP/1.1 401 ")


def test_who_sends_a_body_too_slowly_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "WITHIN", 0.2)
    with house.connect() as connection:
        connection.sendall(
            b"POST /webhooks/github HTTP/1.1\r\nHost: localhost\r\n"
            b"X-Hub-Signature-256: sha256=00\r\nContent-Length: 9\r\n\r\nslow"
        )
        assert answer_of(connection).startswith(b"HTTP/1.1 408 ")


def test_who_never_ends_a_header_is_cut_off(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "WHOLE", 0.2)
    with house.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: loc")
        assert read_or_reset(connection) == b""


def read_or_reset(connection: socket.socket) -> bytes:
    try:
        return answer_of(connection)
    except ConnectionResetError:
        return b""


def test_idle_connections_by_the_hundred_keep_nobody_out(house: House) -> None:
    with ExitStack() as stack:
        for _ in range(4 * patience.MOST_CONNECTIONS):
            connection = stack.enter_context(house.connect())
            connection.sendall(b"GET / HTTP/1.1\r\nHos")
        for _ in range(3):
            assert house.get("/health/live").status_code == 200


def test_bodies_that_are_sent_for_ever_keep_nobody_out(house: House) -> None:
    slow = (
        b"POST /webhooks/github HTTP/1.1\r\nHost: localhost\r\nX-Hub-Signature-256: x\r\n"
        b"Content-Length: 99\r\n\r\nslow"
    )
    with ExitStack() as stack:
        for _ in range(2 * patience.MOST_CONNECTIONS):
            stack.enter_context(house.connect()).sendall(slow)
        for _ in range(3):
            assert house.get("/health/live").status_code == 200


@pytest.mark.parametrize(
    ("version", "headers"),
    [
        (b"1.1", b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
        (b"1.1", b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
        (b"1.1", b"Content-Length: 5\r\nContent-Length: 6\r\n"),
        (b"1.1", b"Content-Length: +5\r\n"),
        (b"1.1", b"Content-Length: " + b"9" * 5_000 + b"\r\n"),
        (b"1.1", b"Transfer-Encoding: identity, chunked\r\n"),
        (b"1.1", b"Transfer-Encoding : chunked\r\n"),
        (b"1.1", b"Host: localhost\r\n"),
        (b"1.0", b"Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n"),
    ],
)
def test_a_request_that_could_end_in_two_places_is_refused_with_what_follows(
    house: House, version: bytes, headers: bytes
) -> None:
    with house.connect() as connection:
        connection.sendall(
            b"POST /webhooks/github HTTP/" + version + b"\r\nHost: localhost\r\n" + headers
            + b"\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )  # fmt: skip
        answer = answer_of(connection)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b'"live"' not in answer


@pytest.mark.parametrize(
    "path", ["/health/live/", "//health/live", "/x/../health/live", "/webhooks/github/", "/;/",
             "//evil.example/health/live/", "/style.css%00", "/webhooks/..%2fgithub"]
)  # fmt: skip
def test_another_spelling_of_a_path_is_no_path_and_leads_nowhere(house: House, path: str) -> None:
    with house.connect() as connection:
        connection.sendall(
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
        )
        answer = answer_of(connection)
    assert answer.split()[1] in (b"404", b"405")
    assert b"\r\nlocation:" not in answer.lower()


def test_nothing_of_a_fuzzed_line_is_answered_with_500(house: House) -> None:
    lines = [
        b"\x00\xff\xfe\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /%00%ff?lang=%ff HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\nConnection: upgrade, close\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"POST /webhooks/jenkins HTTP/1.0\r\nHost: ::1\r\nAuthorization: Basic \xff\xff\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
    ]
    for line in lines:
        with house.connect() as connection:
            connection.sendall(line)
            assert b" 500 " not in answer_of(connection)[:20], line
    assert house.heard.named("web.failed") == []


_CHUNKED = b"Transfer-Encoding: chunked\r\n"
_SIGNED = b"X-Hub-Signature-256: sha256=00\r\n"


@pytest.mark.parametrize(
    ("start", "headers", "body"),
    [
        (b"POST /webhooks/github", _SIGNED + b"Content-Length: 99\r\n", b"too short"),
        (b"POST /webhooks/github", _SIGNED + _CHUNKED, b"ZZZ\r\nno length"),
        (b"POST /webhooks/github", _SIGNED + _CHUNKED, b"3\r\nabcXX"),
        (b"POST /webhooks/github", _CHUNKED, b"ZZZ\r\nno length"),
        (b"GET /health/live", _CHUNKED, b"ZZZ\r\nno length"),
        (b"GET /health/ready", _CHUNKED, b"ZZZ\r\nno length"),
        (b"GET /nowhere", _CHUNKED, b"ZZZ\r\nno length"),
    ],
)
def test_a_body_that_is_not_what_it_says_is_the_peers_fault(
    house: House, caplog: pytest.LogCaptureFixture, start: bytes, headers: bytes, body: bytes
) -> None:
    head = start + b" HTTP/1.1\r\nHost: localhost\r\n" + headers + b"\r\n"
    with house.connect() as connection:
        connection.sendall(head + body)
        connection.shutdown(socket.SHUT_WR)
        answer = answer_of(connection)
    with house.connect() as connection:  # and who hangs up without listening
        connection.sendall(head + body)
    house.heard.awaited("web.answered", 2)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1 ") == 1
    _nothing_failed(house, caplog)


def test_a_body_that_goes_wrong_after_the_answer_ends_the_connection(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with house.connect() as connection:
        connection.sendall(b"GET /style.css HTTP/1.1\r\nHost: localhost\r\n" + _CHUNKED + b"\r\n")
        assert connection.recv(12) == b"HTTP/1.1 200"
        house.heard.awaited("web.answered", 1)
        connection.sendall(b"ZZZ\r\nno length")
        assert b"HTTP/1.1 " not in read_or_reset(connection)
    assert house.get("/health/live").status_code == 200
    _nothing_failed(house, caplog)


def _nothing_failed(house: House, caplog: pytest.LogCaptureFixture) -> None:
    assert house.heard.named("web.failed") == []
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR] == []


# ------------------------------------------------------------------------------ starting, stopping


def test_a_busy_port_is_a_problem_of_the_settings_with_its_line(
    house: House, configuration: Configuration, store: Store
) -> None:
    def same(settings: dict[str, Any]) -> None:
        settings["http"] = {"port": house.place[1]}

    directory = configuration("other", addresses=ADDRESSES, change=same)
    settings = configured(directory, ITSM_SYNC_HTTP="")
    metrics = Metrics()
    with pytest.raises(ConfigurationError) as caught:
        Server(premises(settings, store, metrics), metrics).start()
    (problem,) = caught.value.problems
    assert problem.path == ("http", "port")
    assert problem.line is not None
    assert f"127.0.0.1:{house.place[1]}" in str(problem.text)


def test_who_else_has_a_port_is_known_where_it_is_an_itsm_sync(house: House) -> None:
    assert is_itsm_sync(*house.place)
    assert is_itsm_sync("0.0.0.0", house.place[1])
    with socket.create_server(("127.0.0.1", 0)) as mute:
        assert not is_itsm_sync("127.0.0.1", mute.getsockname()[1])


def test_an_address_of_another_machine_is_one_too(
    configuration: Configuration, store: Store
) -> None:
    settings = configured(configuration(), ITSM_SYNC_HTTP="192.0.2.1:0")
    metrics = Metrics()
    with pytest.raises(ConfigurationError, match=r"can't be opened at 192\.0\.2\.1:0") as caught:
        Server(premises(settings, store, metrics), metrics).start()
    (problem,) = caught.value.problems
    assert problem.place == "ITSM_SYNC_HTTP: port"  # who said it, and no line of a file
    assert "the variable may name another" in str(problem.text)


def test_the_log_is_told_where_it_listens(house: House) -> None:
    assert house.heard.named("web.started") == [{"url": house.url}]


def test_it_stops_at_once_with_connections_open(house: House) -> None:
    half = (
        b"POST /webhooks/github HTTP/1.1\r\nHost: localhost\r\nX-Hub-Signature-256: x\r\n"
        b"Content-Length: 99\r\n\r\nhalf"
    )
    with ExitStack() as stack:
        kept = stack.enter_context(requests.Session())
        assert kept.get(f"{house.url}/health/live", timeout=30).status_code == 200
        for text in (b"", b"GET / HT", half):
            stack.enter_context(house.connect()).sendall(text)
        house.server.stop(timeout=1.0)
        assert not house.server.alive
    with pytest.raises(ConnectionRefusedError):
        house.connect()


def test_it_can_be_stopped_twice_and_started_anew_on_its_port(
    house: House, configuration: Configuration, store: Store
) -> None:
    house.get("/health/live")
    house.server.stop()
    house.server.stop()
    settings = configured(configuration("again"), ITSM_SYNC_HTTP=f"127.0.0.1:{house.place[1]}")
    metrics = Metrics()
    with served(premises(settings, store, metrics), metrics) as server:
        assert server.url == house.url


class Moving:
    """A daemon's port, and settings that want it elsewhere."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.port = Port()
        self._first = premises(settings, store, self.port.metrics)
        assert isinstance(self._first.observer, Heard)
        self.heard = self._first.observer

    def at(self, host: str, port: int, *, enabled: bool = True) -> Premises:
        """Answer premises whose settings name this address."""
        settings = self._first.settings
        http = settings.general.http.model_copy(
            update={"host": host, "port": port, "enabled": enabled}
        )
        general = settings.general.model_copy(update={"http": http})
        return replace(self._first, settings=replace(settings, general=general))

    def show(self, host: str, port: int) -> str:
        """Have it there; answer where it was opened last."""
        self.port.show(self.at(host, port))
        return str(self.heard.named("web.started")[-1]["url"])


@pytest.fixture
def moving(settings: Settings, store: Store) -> Iterator[Moving]:
    made = Moving(settings, store)
    yield made
    made.port.close()


def _lives(url: str) -> bool:
    try:
        return requests.get(f"{url}/health/live", timeout=30).status_code == 200
    except requests.ConnectionError:
        return False


def test_a_port_moves_once_the_new_one_is_open(moving: Moving) -> None:
    first = moving.show("127.0.0.1", 0)
    port = int(first.rpartition(":")[2])
    second = moving.show("127.0.0.2", 0)
    assert (_lives(first), _lives(second)) == (False, True)
    assert moving.show("127.0.0.1", port) == first
    assert _lives(first)
    assert moving.show("0.0.0.0", port) == f"http://0.0.0.0:{port}"
    assert _lives(first)
    assert moving.port.trouble is None
    moving.port.show(moving.at("0.0.0.0", port, enabled=False))
    assert not _lives(first)


@pytest.mark.parametrize("same_port", [False, True])
def test_a_port_that_cannot_move_stays_where_it_is_and_says_so(
    moving: Moving, house: House, same_port: bool
) -> None:
    first = moving.show("127.0.0.1", 0)
    port = int(first.rpartition(":")[2])
    moving.port.close()
    moving.show("127.0.0.1", port)
    wanted = ("192.0.2.1", port) if same_port else house.place
    moving.show(*wanted)
    assert _lives(first)
    moving.port.insist(moving.at(*wanted))
    assert _lives(first)
    assert len(moving.heard.named("daemon.failed")) == 1
    found = moving.port.finding()
    assert found is not None
    assert f"{wanted[0]}:{wanted[1]}" in str(found.message)
    if not same_port:
        house.server.stop()
        moving.port.insist(moving.at(*wanted))
        assert (_lives(house.url), _lives(first)) == (True, False)
        assert moving.port.finding() is None


def test_the_programs_signals_stay_the_programs(house: House) -> None:
    before = [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)]
    house.get("/health/live")
    assert [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)] == before


def test_nothing_is_written_to_the_terminal(
    house: House, capfd: pytest.CaptureFixture[str]
) -> None:
    with house.connect() as connection:
        connection.sendall(b"no request at all\r\n\r\n")
        answer_of(connection)
    house.get("/")
    house.server.stop()
    assert capfd.readouterr() == ("", "")


# ------------------------------------------------------------------------------ webhooks


def sent(house: House, system: str, payload: Any, **headers: str) -> requests.Response:
    """Send a webhook as the system signs it."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    secret = SECRETS[f"{system.upper()}_WEBHOOK_SECRET"].encode()
    signed: dict[str, str | bytes] = {
        "github": {"X-Hub-Signature-256": signature(secret, body)},
        "redmine": {"X-Redmine-Signature-256": signature(secret, body)},
        "jenkins": {"Authorization": b"Bearer " + secret},
    }[system]
    given: dict[str, str | bytes] = {"Content-Type": "application/json", **signed, **headers}
    return requests.post(f"{house.url}/webhooks/{system}", data=body, headers=given, timeout=30)


def issues(number: int = 1, repository: str = "abc/portal") -> dict[str, Any]:
    return {
        "action": "opened",
        "issue": {"number": number, "title": PRIVATE},
        "repository": {"full_name": repository},
    }


def test_a_signed_webhook_makes_its_stream_due(house: House) -> None:
    answer = sent(house, "github", issues(), **{"X-GitHub-Event": "issues"})
    assert (answer.status_code, answer.json()) == (202, {"status": "hinted"})
    sent(house, "redmine", {"type": "issue.updated", "data": {"issue": {"id": 4}}})
    url = "https://jenkins.example.com/job/abc/job/deploy/job/portal-prod/17/"
    sent(house, "jenkins", {"name": "portal-prod", "build": {"full_url": url}})
    assert house.hinted.taken == [
        ("github", "abc/portal/issues"),
        ("redmine", "issues"),
        ("jenkins", "builds:abc/deploy/portal-prod"),
    ]
    assert PRIVATE not in str(house.heard.events)


@pytest.mark.parametrize("system", ["github", "jenkins", "redmine"])
def test_a_webhook_that_is_not_signed_with_the_secret_is_turned_away(
    house: House, system: str
) -> None:
    name = {"github": "X-Hub-Signature-256", "redmine": "X-Redmine-Signature-256"}
    values = ("", "sha256=", "sha256=" + "0" * 64, "sha1=0", "Bearer wrong", "Bearer", "Basic !!!",
              "Basic eDp5", "é", "Bearer é")  # fmt: skip
    given = [{}, *({name.get(system, "Authorization"): v.encode("latin-1")} for v in values)]
    for headers in given:
        url = f"{house.url}/webhooks/{system}"
        answer = requests.post(url, json={}, headers=headers, timeout=30)
        assert (answer.status_code, answer.json()) == (401, {"error": "unsigned"}), headers
    assert house.hinted.taken == []
    told = {"system": system, "result": "unsigned"}
    assert house.heard.named("web.turned_away") == [told] * len(given)
    warned = {"system": system, "sender": "127.0.0.1", "times": 1}
    assert house.heard.named("web.unsigned") == [warned]  # the others of this minute are counted


@pytest.mark.parametrize("system", ["github", "jenkins", "redmine"])
def test_where_no_secret_is_set_nobody_knows_it(
    system: str, configuration: Configuration, store: Store
) -> None:
    metrics = Metrics()
    settings = configured(configuration(addresses=ADDRESSES))
    empty = {
        "X-Hub-Signature-256": signature(b"", b"{}"),
        "X-Redmine-Signature-256": signature(b"", b"{}"),
        "Authorization": "Bearer ",
    }
    with served(premises(settings, store, metrics), metrics) as server:
        url = f"{server.url}/webhooks/{system}"
        assert requests.post(url, data=b"{}", headers=empty, timeout=30).status_code == 401


def test_jenkins_may_send_the_secret_as_a_password(house: House) -> None:
    answer = requests.post(
        f"{house.url}/webhooks/jenkins",
        json={"build": {"full_url": "https://jenkins.example.com/job/a/1/"}},
        auth=("anybody", SECRETS["JENKINS_WEBHOOK_SECRET"]),
        timeout=30,
    )
    assert answer.json() == {"status": "hinted"}


def test_github_may_send_a_form(house: House) -> None:
    body = urlencode({"payload": json.dumps(issues())}).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded", "X-GitHub-Event": "issues"}
    assert sent(house, "github", body, **kind).json() == {"status": "hinted"}


def test_a_delivery_that_comes_again_is_not_followed_again(house: House) -> None:
    first = {"X-GitHub-Event": "issues", "X-GitHub-Delivery": "one"}
    assert sent(house, "github", issues(), **first).json() == {"status": "hinted"}
    assert sent(house, "github", issues(2), **first).json() == {"status": "repeated"}
    other = first | {"X-GitHub-Delivery": "two"}
    assert sent(house, "github", issues(), **other).json() == {"status": "repeated"}
    assert sent(house, "github", issues(3), **other).json() == {"status": "hinted"}
    assert len(house.hinted.taken) == 2


def test_where_the_queue_is_full_the_sender_need_not_know_and_may_send_again(
    opened: Callable[..., House],
) -> None:
    hints = Hinted(room=0)
    house = opened(hints=hints)
    event = {"X-GitHub-Event": "issues"}
    answer = sent(house, "github", issues(), **event)
    assert (answer.status_code, answer.json()) == (202, {"status": "dropped"})
    hints.room = 1
    assert sent(house, "github", issues(), **event).json() == {"status": "hinted"}


@pytest.mark.parametrize(
    ("payload", "headers"),
    [
        (issues(repository="abc/renamed"), {"X-GitHub-Event": "issues"}),
        (issues(), {"X-GitHub-Event": "star"}),
        (issues(), {}),
        ({"zen": "Keep it logically awesome."}, {"X-GitHub-Event": "ping"}),
        ({"repository": None}, {"X-GitHub-Event": "issues"}),
        ({"repository": {"full_name": ["x"]}}, {"X-GitHub-Event": "issues"}),
    ],
)
def test_what_is_of_nothing_that_is_read_is_ignored_and_counted(
    house: House, payload: Any, headers: dict[str, str]
) -> None:
    answer = sent(house, "github", payload, **headers)
    assert (answer.status_code, answer.json()) == (202, {"status": "ignored"})
    assert scrape(house.url).value("webhooks_total", system="github", result="ignored") == 1


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"[]", b"\xff", b"[" * 100_000, b"1" * 50_000, b'"text"', b"null"]
)
def test_nonsense_is_told_only_to_who_signs_it(house: House, body: bytes) -> None:
    assert sent(house, "redmine", body).status_code == 400
    answer = requests.post(f"{house.url}/webhooks/redmine", data=body, timeout=30)
    assert answer.status_code == 401


def test_another_kind_of_content_is_not_read(house: House) -> None:
    answer = sent(house, "redmine", {"type": "issue.created"}, **{"Content-Type": "text/xml"})
    assert answer.status_code == 400


def test_there_is_no_webhook_of_another_system(house: House) -> None:
    assert requests.post(f"{house.url}/webhooks/gitlab", timeout=30).status_code == 404


# ------------------------------------------------------------------------------ the page


@pytest.mark.parametrize(("language", "said"), [("ko", "최근 주기"), ("en", "Last cycles")])
def test_the_page_speaks_both_languages(house: House, language: str, said: str) -> None:
    for more in ({"params": {"lang": language}}, {"headers": {"Accept-Language": language}}):
        answer = house.get("/", **more)
        assert answer.headers["content-language"] == language
        assert said in answer.text


def test_nothing_that_anybody_may_read_has_a_secret_or_somebodys_words(
    opened: Callable[..., House], settings: Settings, store: Store
) -> None:
    busy(store, settings)
    paused(store)
    house = opened()
    hidden = [PRIVATE, *PRIVATE.split(), "rk-1234", "jt-1234", "gt-1234", *SECRETS.values()]
    for path in ("/?lang=ko", "/?lang=en", "/metrics", "/health/ready", "/health/live"):
        text = house.get(path).text
        assert [one for one in hidden if one in text] == [], path


def test_the_page_tells_what_a_person_needs(
    opened: Callable[..., House], settings: Settings, store: Store
) -> None:
    busy(store, settings)
    paused(store)
    text = opened(role=lambda: Role.STANDBY).get("/?lang=en").text
    for said in (
        "writing is paused since",
        "this daemon waits",
        "github has not answered for 9 h",
        'href="https://redmine.example.com/issues/17"',
        f"itsm-sync apply {settings.held_plan}",
        "something is left",
        "KeyError",
        "github:abc/portal/issues/7",
        "redmine:wiki/abc-sec/…",
        "builds",
        "retry of dead letters",
    ):
        assert said in text, said
    assert "<script" not in text
    assert " style=" not in text


def test_a_report_that_did_not_arrive_is_told_without_address_and_the_mail_servers_words(
    house: House, store: Store
) -> None:
    span = Span(key="2026-02", since=NOON - timedelta(days=28), until=NOON)
    to = "it kim@mail.example"
    errand = Errand(report="monthly", span=span, target="mail", part=to, language="en")
    why = Message("the mail server refuses it: {code} {words}", {"code": 550, "words": PRIVATE})
    store.keep_delivery(
        Delivery(errand=errand, stand=Stand.FAILED, first_at=NOON, at=NOON, cause=why, tries=1)
    )
    answer = house.get("/?lang=en")
    assert answer.status_code == 200
    assert "report not delivered" in answer.text
    assert "the mail server refuses it: 550" in answer.text
    assert PRIVATE not in answer.text
    assert "kim@" not in answer.text
    assert "보내지 못한 보고서" in house.get("/?lang=ko").text


def test_what_runs_next_is_named_in_the_readers_language(house: House) -> None:
    text = house.get("/?lang=ko").text
    assert "기다리는 보고서 확인" in text
    assert "<td>reports" not in text


def test_a_configuration_that_was_not_taken_up_stands_at_the_top(
    opened: Callable[..., House], store: Store
) -> None:
    house = opened()
    assert "all is well" in house.get("/?lang=en").text
    wrong = Message("the configuration is wrong, the old one is used: {problems}", {"problems": ""})
    store.keep_findings([Finding(key="x", kind=CONFIGURATION, message=wrong)], NOON)
    text = opened().get("/?lang=en").text
    assert "the configuration is wrong" in text
    assert "all is well" not in text


def test_a_pause_without_a_reason_tells_none(opened: Callable[..., House], store: Store) -> None:
    store.pause("kim", "", NOON)
    assert "by kim: <code>itsm-sync resume</code>" in opened().get("/?lang=en").text


def test_what_others_name_is_escaped(opened: Callable[..., House], store: Store) -> None:
    store.pause("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', NOON)
    text = opened().get("/?lang=en").text
    assert "<script" not in text
    assert "<img" not in text
    assert "&lt;script&gt;" in text
