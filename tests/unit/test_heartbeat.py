"""The dead man's switch: asked with each cycle, in nobody's way, and its address is told nobody."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue
from threading import Event
from typing import Any

import pytest
import structlog
from pydantic import SecretStr
from sandbox.standins.server import Answer, Request, StandIn

from itsm_sync.app.heartbeat import HeartbeatObserver
from itsm_sync.clients.errors import Broken, ClientError, Missing, Unreachable
from itsm_sync.clients.heartbeat import HeartbeatClient, Sign, addressed
from itsm_sync.model.cycles import Health
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.settings import Heartbeat, load

TOKEN = "0b5c6a3e-8f0e-4f3c-9d53-3b8f3c1f2f10"


class Keeper(StandIn):
    """Keeps a dead man's switch."""

    system = "keeper"
    headers_kept = ("cookie", "authorization", "content-type", "content-length")

    def __init__(self) -> None:
        super().__init__({})
        self.came: Queue[str] = Queue()
        self.open = Event()
        self.open.set()

    def answer(self, request: Request) -> Answer:
        self.open.wait(60)
        assert request.body == b""
        self.came.put(f"{request.method} {request.target}")
        return Answer(body=b"OK")


class Book:
    """Notes what the observer is told; `told` hands it out in order and waits."""

    def __init__(self) -> None:
        self._told: Queue[tuple[str, dict[str, Any]]] = Queue()

    def saw(self, event: str, /, **details: object) -> None:
        self._told.put((event, {**details, **structlog.contextvars.get_contextvars()}))

    def told(self) -> tuple[str, dict[str, Any]]:
        return self._told.get(timeout=60)


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    with Keeper() as keeper:
        yield keeper
        keeper.open.set()


def settings(keeper: Keeper, path: str = f"/{TOKEN}", **more: Any) -> Heartbeat:
    return Heartbeat(url=SecretStr(keeper.url + path), **more)


def heart(keeper: Keeper, book: Book, **more: Any) -> HeartbeatObserver:
    return HeartbeatObserver(HeartbeatClient(settings(keeper)), book, **more)


def test_start_success_and_failure_of_a_cycle_are_told(keeper: Keeper) -> None:
    beating = heart(keeper, Book())
    for event in ("cycle.started", "source.done", "cycle.finished", "cycle.started"):
        beating.saw(event, secret="text of a ticket")
    beating.saw("cycle.failed", error="text of a ticket")
    beating.saw("cycle.interrupted")
    beating.close()

    came = [keeper.came.get(timeout=60) for _ in range(4)]
    assert came == [f"GET /{TOKEN}{end}" for end in ("/start", "", "/start", "/fail")]
    assert keeper.came.empty()


def test_a_cycle_that_could_not_read_redmine_has_failed(keeper: Keeper) -> None:
    beating = heart(keeper, Book())
    for source, health in (
        ("redmine", Health.FAILED),
        ("ci", Health.FAILED),
        ("redmine", Health.OK),
    ):
        beating.saw("source.done", source=source, health=health)
        beating.saw("cycle.finished", outcome="unwell")
        beating.saw("cycle.started")
    beating.close()

    came = [keeper.came.get(timeout=60) for _ in range(6)]
    assert came[::2] == [f"GET /{TOKEN}{end}" for end in ("/fail", "", "")]


def test_a_switch_of_one_address_is_told_of_success_only(keeper: Keeper) -> None:
    beating = heart(keeper, Book(), success_only=True)
    for event in ("cycle.started", "cycle.failed", "cycle.started", "cycle.finished"):
        beating.saw(event)
    beating.close()

    assert keeper.came.get(timeout=60) == f"GET /{TOKEN}"
    assert keeper.came.empty()


@pytest.mark.parametrize(
    ("url", "sign", "asked"),
    [
        ("https://h/ping/T", "start", "https://h/ping/T/start"),
        ("https://h/ping/T/", "fail", "https://h/ping/T/fail"),
        ("https://h/push/T?status=up&msg=OK", "success", "https://h/push/T?status=up&msg=OK"),
        ("https://h/push/T?status=up", "start", "https://h/push/T/start?status=up"),
        ("https://h", "success", "https://h"),
        ("https://h/T/#part", "success", "https://h/T/"),
    ],
)
def test_the_sign_stands_behind_the_path(url: str, sign: Sign, asked: str) -> None:
    assert addressed(url, sign) == asked


def test_a_keeper_that_hangs_keeps_no_cycle_waiting_and_the_newest_signs_are_told(
    keeper: Keeper,
) -> None:
    keeper.open.clear()
    beating = heart(keeper, Book())
    for _ in range(50):
        beating.saw("cycle.started")
        beating.saw("cycle.finished")
    beating.saw("cycle.failed")
    keeper.open.set()
    beating.close(60)

    came = []
    while not keeper.came.empty():
        came.append(keeper.came.get())
    assert came[-1] == f"GET /{TOKEN}/fail"
    assert len(came) < 20


def test_the_end_waits_for_nobody_who_hangs(keeper: Keeper) -> None:
    keeper.open.clear()
    beating = heart(keeper, Book())
    beating.saw("cycle.started")

    beating.close(0.01)


def test_a_heart_that_never_beat_is_closed_at_once(keeper: Keeper) -> None:
    beating = heart(keeper, Book())
    beating.close()
    beating.close()


def test_a_failure_is_counted_each_time_and_told_once(keeper: Keeper) -> None:
    book = Book()
    beating = heart(keeper, book)
    keeper.misbehave(kind="status", status=404, times=2)
    with structlog.contextvars.bound_contextvars(cycle="c1"):
        for _ in range(2):
            beating.saw("cycle.finished")
    beating.saw("cycle.finished")
    keeper.came.get(timeout=60)
    beating.close()

    told = [book.told() for _ in range(4)]
    assert [event for event, _ in told] == [
        "heartbeat.failed",
        "heartbeat.unheard",
        "heartbeat.failed",
        "heartbeat.heard",
    ]
    assert told[0][1]["cycle"] == "c1"
    assert "404" in told[0][1]["error"]
    assert TOKEN not in json.dumps(told)


# ------------------------------------------------------------------------------ the request


def test_a_passing_error_is_asked_again_and_nobody_hears_of_it(keeper: Keeper) -> None:
    keeper.misbehave(kind="status", status=503, times=1)
    keeper.misbehave(kind="drop", times=1)
    client = HeartbeatClient(settings(keeper))
    client.ask("success")
    client.close()

    assert len(keeper.requests) == 3


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"kind": "status", "status": 404}, Missing),
        ({"kind": "status", "status": 302}, Broken),
        ({"kind": "status", "status": 500}, Broken),
        ({"kind": "drop"}, Unreachable),
        ({"kind": "slow", "seconds": 30}, Unreachable),
    ],
)
def test_an_error_says_nothing_of_the_address(
    keeper: Keeper, fault: dict[str, Any], kind: type[ClientError]
) -> None:
    keeper.misbehave(**fault)
    client = HeartbeatClient(settings(keeper, timeout=1))
    with pytest.raises(kind) as raised:
        client.ask("fail")
    client.close()

    assert TOKEN not in repr(raised.value)
    assert keeper.url not in repr(raised.value)
    assert raised.value.__cause__ is None


def test_a_keeper_that_is_not_there_is_an_error(keeper: Keeper) -> None:
    client = HeartbeatClient(settings(keeper))
    keeper.stop()
    with pytest.raises(Unreachable):
        client.ask("start")
    client.close()


# ------------------------------------------------------------------------------ the settings


def problems(configuration: Callable[..., Path], said: dict[str, Any], url: str = "") -> str:
    directory = configuration(change=lambda settings: settings.update(heartbeat=said))
    with pytest.raises(ConfigurationError) as caught:
        load(directory, {"REDMINE_API_KEY": "k", "ITSM_SYNC_HEARTBEAT_URL": url})
    return str(caught.value)


def test_the_address_is_a_secret_of_the_environment(
    configuration: Callable[..., Path], tmp_path: Path
) -> None:
    directory = configuration(change=lambda settings: settings.update(heartbeat={}))
    file = tmp_path / "heartbeat"
    file.write_text(f"https://hc.example.com/{TOKEN}\n", encoding="ascii")
    secrets = {"REDMINE_API_KEY": "k", "ITSM_SYNC_HEARTBEAT_URL_FILE": str(file)}
    found = load(directory, secrets).general.heartbeat

    assert found is not None
    assert found.url.get_secret_value() == f"https://hc.example.com/{TOKEN}"
    assert TOKEN not in repr(found)


def test_an_address_that_is_missing_is_a_problem(configuration: Callable[..., Path]) -> None:
    told = problems(configuration, {})
    assert "settings.yaml:" in told
    assert "ITSM_SYNC_HEARTBEAT_URL is missing" in told


@pytest.mark.parametrize(
    "url", [TOKEN, f"ftp://h/{TOKEN}", f"https:///{TOKEN}", f"https://h:x/{TOKEN}",
            f"https://h/a {TOKEN}", f"http://[h/{TOKEN}"]
)  # fmt: skip
def test_what_is_no_address_is_told_without_a_word_of_it(
    configuration: Callable[..., Path], url: str
) -> None:
    told = problems(configuration, {}, url)
    assert "ITSM_SYNC_HEARTBEAT_URL holds no address" in told
    assert TOKEN not in told


def test_an_address_in_the_configuration_is_refused_and_not_repeated(
    configuration: Callable[..., Path],
) -> None:
    told = problems(configuration, {"url": f"https://h/{TOKEN}"}, f"https://h/{TOKEN}")
    assert "a secret does not stand in the configuration" in told
    assert TOKEN not in told
