"""systemd hears how the daemon is, where it asks."""

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from itsm_sync.app.supervisor import Supervisor


class Systemd:
    """The end of the socket that systemd has."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address)
        self._socket.settimeout(60)

    def heard(self) -> dict[str, str]:
        told = self._socket.recv(4096).decode()
        return dict(line.split("=", 1) for line in told.splitlines())

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["file", "abstract"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address as systemd puts it into the environment."""
    return str(tmp_path / "notify") if request.param == "file" else f"@{tmp_path}/notify"


@pytest.fixture
def systemd(address: str) -> Iterator[Systemd]:
    systemd = Systemd(f"\0{address[1:]}" if address.startswith("@") else address)
    yield systemd
    systemd.close()


def test_systemd_hears_of_the_daemons_life(systemd: Systemd, address: str) -> None:
    supervisor = Supervisor({"NOTIFY_SOCKET": address})
    for event in ("daemon.started", "edit.applied", "daemon.reloaded"):
        supervisor.saw(event, ticket=5)
    supervisor.saw("daemon.stopping")

    heard = [systemd.heard() for _ in range(3)]
    assert [next(iter(one)) for one in heard] == ["READY", "STATUS", "STOPPING"]


def test_systemd_hears_that_the_daemon_is_alive_until_it_is_not(
    systemd: Systemd, address: str
) -> None:
    watched = Supervisor({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "2000"})
    answers = iter([True, True, False])
    asked = Event()

    def alive() -> bool:
        answer = next(answers, None)
        if answer is None:
            asked.set()
        return bool(answer)

    with watched.watching(alive):
        assert asked.wait(60)
    watched.saw("daemon.stopping")

    heard = [systemd.heard() for _ in range(3)]
    assert [next(iter(one)) for one in heard] == ["WATCHDOG", "WATCHDOG", "STOPPING"]


def test_where_nobody_watches_no_sign_of_life_is_given(systemd: Systemd, address: str) -> None:
    supervisor = Supervisor({"NOTIFY_SOCKET": address})
    with supervisor.watching(lambda: True):
        supervisor.saw("daemon.started")

    assert supervisor.pause is None
    assert systemd.heard() == {"READY": "1"}


def test_a_systemd_that_does_not_listen_stops_nobody(systemd: Systemd, address: str) -> None:
    supervisor = Supervisor({"NOTIFY_SOCKET": address})
    supervisor.saw("daemon.started")
    for _ in range(20):  # more than its queue takes
        supervisor.saw("cycle.started")

    assert systemd.heard() == {"READY": "1"}


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"NOTIFY_SOCKET": "/nowhere/at/all"},
        {"WATCHDOG_USEC": "1000000"},
        {"WATCHDOG_USEC": "soon"},
    ],
)
def test_where_nobody_listens_the_daemon_goes_on(environment: dict[str, str]) -> None:
    supervisor = Supervisor(environment)
    with supervisor.watching(lambda: True):
        supervisor.saw("daemon.started")

    assert supervisor.pause is None
