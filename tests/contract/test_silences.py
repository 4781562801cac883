"""What keeps a request from being answered is told in plain words, in both languages."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import responses
from pydantic import SecretStr
from sandbox.processes import free_port

from itsm_sync.clients import silences
from itsm_sync.clients.errors import Unreachable
from itsm_sync.clients.github import GitHubClient
from itsm_sync.clients.heartbeat import HeartbeatClient
from itsm_sync.clients.jenkins import JenkinsClient
from itsm_sync.clients.redmine import RedmineClient
from itsm_sync.clients.waiting import Pace
from itsm_sync.locale import catalogue, say
from itsm_sync.settings import Heartbeat, Jenkins
from itsm_sync.settings.schema import GitHub
from tests.mailbox import certificate
from tests.redmine_builders import KEY, settings

QUICK = Pace(pause=lambda seconds: None)
HERE = "127.0.0.1"
Place = Callable[[Path], AbstractContextManager[str]]


class Nobody:
    def saw(self, event: str, /, **details: object) -> None:
        """Listen to nothing."""


@contextmanager
def listening(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """Listen on a port, and talk with each who comes."""
    with socket.create_server((HERE, 0)) as door:

        def serve() -> None:
            while True:
                try:
                    peer, _ = door.accept()
                except OSError:
                    return
                with peer:
                    talk(peer)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)
        thread.join()


@contextmanager
def nothing(_: Path) -> Iterator[str]:
    yield f"http://{HERE}:{free_port()}"


@contextmanager
def hanging_up(_: Path) -> Iterator[str]:
    with listening(lambda peer: None) as port:
        yield f"http://{HERE}:{port}"


@contextmanager
def of_another_protocol(_: Path) -> Iterator[str]:
    with listening(lambda peer: peer.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")) as port:
        yield f"http://{HERE}:{port}"


@contextmanager
def without_tls(_: Path) -> Iterator[str]:
    with listening(lambda peer: peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        yield f"https://{HERE}:{port}"


def secure(**made: Any) -> Place:
    @contextmanager
    def served(folder: Path) -> Iterator[str]:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*certificate(folder, **made))

        def shake_hands(peer: socket.socket) -> None:
            try:
                tls.wrap_socket(peer, server_side=True).close()
            except OSError:
                return

        with listening(shake_hands) as port:
            yield f"https://{HERE}:{port}"

    return served


PLACES = [
    (nothing, False, "was refused", "거부되었습니다"),
    (hanging_up, False, "was cut off", "도중에 끊겼습니다"),
    (of_another_protocol, False, "another protocol", "다른 프로토콜"),
    (without_tls, False, "another protocol", "다른 프로토콜"),
    (secure(), False, "is not trusted: `ca_file`", "신뢰할 수 없습니다"),
    (secure(valid=(-9, -1)), True, "has expired", "만료되었습니다"),
    (secure(valid=(1, 2)), True, "not valid yet", "아직 시작되지"),
    (secure(name="127.0.0.9"), True, "for another host", "다른 호스트의 것"),
]
NAMES = [
    *("nothing there", "hangs up", "no HTTP", "no TLS"),
    *("unknown CA", "expired", "not yet valid", "another host"),
]


@pytest.mark.parametrize(("place", "known", "english", "korean"), PLACES, ids=NAMES)
def test_why_nothing_was_answered_is_told_with_the_whole_address(
    place: Place,
    known: bool,
    english: str,
    korean: str,
    tmp_path: Path,
) -> None:
    with place(tmp_path) as url:
        ca_file = str(tmp_path / "mail.pem") if known else None
        door = RedmineClient(settings(url=url, ca_file=ca_file), Nobody(), pace=QUICK)
        with pytest.raises(Unreachable) as caught:
            door.get("/issues.json", key="canary")
        door.close()
    told = str(caught.value)
    assert told.startswith(f"Redmine can't be reached at {url}/issues.json: ")
    assert english in told
    assert korean in say(caught.value.message, "ko")
    assert caught.value.address == url
    assert "canary" not in told
    assert KEY not in told


@responses.activate
def test_the_ca_file_of_a_server_wins_over_the_environments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/elsewhere.pem")
    own = tmp_path / "own.pem"
    own.touch()
    there = {"ca_file": str(own), "token": SecretStr("s3cret")}
    hub = GitHub.model_validate({"url": "https://hub.invalid", "repositories": ("a/b",), **there})
    ci = Jenkins.model_validate({"url": "https://ci.invalid", "user": "bot", **there})
    beat = Heartbeat(url=SecretStr("https://beat.invalid/x"), ca_file=str(own))
    for url in ("https://hub.invalid:443/r", "https://ci.invalid/api/json"):
        responses.get(url, json={"id": 1})
    responses.get("https://rm.invalid/x.json", json={})
    responses.get("https://beat.invalid/x")

    GitHubClient(hub, Nobody()).object("/r")
    JenkinsClient(ci, Nobody()).version()
    RedmineClient(settings(url="https://rm.invalid", ca_file=str(own)), Nobody()).get("/x.json")
    HeartbeatClient(beat).ask("success")

    kept = [call.request.req_kwargs["verify"] for call in responses.calls]  # type: ignore[attr-defined]
    assert kept == [str(own)] * 4


def test_a_name_that_nobody_knows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    jenkins = JenkinsClient(
        Jenkins(url="https://ci.invalid/ci", user="bot", token=SecretStr("s3cret")),
        Nobody(),
        pace=QUICK,
    )
    github = GitHubClient(
        GitHub(url="https://hub.invalid/api/v3", token=SecretStr("s3cret"), repositories=("a/b",)),
        Nobody(),
        pace=QUICK,
    )
    with pytest.raises(Unreachable) as of_jenkins:
        jenkins.version()
    with pytest.raises(Unreachable) as of_github:
        github.page("https://hub.invalid/api/v3/repos/a/b/issues?page=2")
    unresolved = "the name can't be resolved: is it spelt right, and known to this machine?"
    away = "can't be reached at https://"
    assert str(of_jenkins.value) == f"Jenkins {away}ci.invalid/ci/api/json: {unresolved}"
    where = "hub.invalid/api/v3/repos/a/b/issues"
    assert str(of_github.value) == f"GitHub {away}{where}: {unresolved}"
    assert "찾을 수 없습니다" in say(of_jenkins.value.message, "ko")


def test_a_server_that_takes_a_connection_and_says_nothing_is_late() -> None:
    with socket.create_server((HERE, 0)) as door:
        url = f"http://{HERE}:{door.getsockname()[1]}"
        client = RedmineClient(settings(url=url, timeout=1, deadline=1), Nobody(), pace=QUICK)
        with pytest.raises(Unreachable) as caught:
            client.get("/x.json")
        client.close()
    assert str(caught.value).startswith(f"Redmine did not answer in time at {url}/x.json: ")


def test_every_reason_has_a_korean_sentence() -> None:
    told = {text for _, text in silences._REASONS} | set(silences._CERTIFICATES.values())
    assert {*told, silences._NO_WAY, silences._UNTRUSTED} <= set(catalogue("ko"))
