"""The door to a mail server, against a real one: TLS, log-in, refusals, silence."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from threading import Thread

import pytest
from pydantic import SecretStr

from itsm_sync.clients.errors import Broken, ClientError, Invalid, Unauthorised, Unreachable
from itsm_sync.clients.mail import MailClient, Unsettled
from itsm_sync.settings import Mail
from tests.mailbox import PASSWORD, Mailbox, serving


@pytest.fixture(params=["starttls", "tls"])
def mailbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Mailbox]:
    with serving(tmp_path / "mail", request.param) as served:
        served.refuse["security"] = request.param
        yield served


def client(mailbox: Mailbox, **more: object) -> MailClient:
    said = mailbox.settings(mailbox.refuse.get("security", "starttls"), **more)
    mail = Mail.model_validate(said)
    if mail.user:
        mail = mail.model_copy(update={"password": SecretStr(PASSWORD)})
    return MailClient(mail)


def message(subject: str = "월간 보고") -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["Subject"], mail["From"], mail["To"] = subject, "a@abc.example", "b@abc.example"
    mail.set_content("안녕하세요\n.\n점 하나", cte="base64")
    return mail


def test_mail_arrives_over_tls_with_its_korean_and_its_lone_dot(mailbox: Mailbox) -> None:
    handed: list[int] = []
    with client(mailbox) as door:
        for number in range(2):
            door.send(
                message(f"보고 {number}"),
                "b@abc.example",
                lambda: handed.append(len(mailbox.messages)),
            )
    assert handed == [0, 1]  # told before each went
    assert [m["Subject"] for m in mailbox.messages] == ["보고 0", "보고 1"]
    assert mailbox.messages[0].get_content().splitlines() == ["안녕하세요", ".", "점 하나"]
    assert mailbox.envelopes[0].mail_from == "itsm-sync@abc.example"


@pytest.mark.parametrize(
    ("where", "answer", "error"),
    [
        ("rcpt", "450 try later", Broken),
        ("rcpt", "550 no such user", Invalid),
        ("data", "452 full", Broken),
        ("data", "554 spam", Invalid),
    ],
)
def test_what_is_refused_is_told_and_the_next_message_goes(
    mailbox: Mailbox, where: str, answer: str, error: type[ClientError]
) -> None:
    mailbox.refuse[where] = answer
    with client(mailbox) as door:
        with pytest.raises(error, match=answer) as raised:
            door.send(message(), "b@abc.example", lambda: None)
        assert raised.value.retryable is (error is Broken)
        del mailbox.refuse[where]
        door.send(message(), "b@abc.example", lambda: None)
    assert len(mailbox.messages) == 1


def test_a_password_that_is_nobodys_is_told_without_a_word_of_it(mailbox: Mailbox) -> None:
    said = Mail.model_validate(mailbox.settings(mailbox.refuse["security"]))
    wrong = said.model_copy(update={"password": SecretStr("canary-wrong-4Hw")})
    with MailClient(wrong) as door, pytest.raises(Unauthorised) as raised:
        door.send(message(), "b@abc.example", lambda: None)
    assert "canary" not in str(raised.value)
    assert mailbox.messages == []


@pytest.mark.parametrize("wrong", [{"user": "보고"}, {"password": "비밀번호-canary"}])
def test_what_smtp_can_not_say_is_told_by_its_setting(
    mailbox: Mailbox, wrong: dict[str, str]
) -> None:
    said = Mail.model_validate(mailbox.settings(mailbox.refuse["security"]))
    ((setting, value),) = wrong.items()
    held = SecretStr(value) if setting == "password" else value
    told = f"`{setting}` of `mail` has characters"
    door = MailClient(said.model_copy(update={setting: held}))
    with door, pytest.raises(Unauthorised, match=told) as raised:
        door.send(message(), "b@abc.example", lambda: None)
    assert value not in str(raised.value)


def test_who_is_refused_is_named_with_what_to_do(mailbox: Mailbox) -> None:
    mailbox.refuse["rcpt"] = "550 no such user"
    told = "550 no such user - it does not take b@abc.example as a recipient: see"
    with client(mailbox) as door, pytest.raises(Invalid, match=told):
        door.send(message(), "b@abc.example", lambda: None)


@pytest.mark.parametrize("answer", ["251 passed on", "252 nobody can tell, but taken"])
def test_a_recipient_of_whom_the_server_is_not_sure_is_taken(mailbox: Mailbox, answer: str) -> None:
    mailbox.refuse["rcpt"] = answer
    with client(mailbox) as door:
        door.send(message(), "b@abc.example", lambda: None)
    assert len(mailbox.messages) == 1


def test_a_message_that_is_too_large_is_told_with_its_size(tmp_path: Path) -> None:
    large, handed = message(), list[bool]()
    large.add_attachment(b"\0" * 2**20, "application", "pdf", filename="a.pdf")
    told = "too large: 1.4 MiB, and the mail server takes 1.0; let the target `attach` fewer"
    with serving(tmp_path / "small", most=2**20) as small, client(small) as door:
        with pytest.raises(Invalid, match=told):
            door.send(large, "b@abc.example", lambda: handed.append(True))
        assert (handed, small.messages) == ([], [])
        small.refuse["data"] = "552 quota"
        with pytest.raises(Invalid, match="552 quota - the message is too large for"):
            door.send(message(), "b@abc.example", lambda: None)


def test_a_door_that_is_none_is_told_with_its_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:
        port = plain.getsockname()[1]
        thread = Thread(target=lambda: _greet(plain))
        thread.start()
        mail = Mail.model_validate(
            {"host": "127.0.0.1", "port": port, "sender": "a@b.example", "security": "tls"}
        )
        with MailClient(mail) as door, pytest.raises(Unreachable, match="see `security` and"):
            door.send(message(), "b@abc.example", lambda: None)
        thread.join()
    for host, told in (("127.0.0.1", f"127.0.0.1:{port} "), ("a..b", "see `host` of `mail`")):
        gone = mail.model_copy(update={"host": host})
        with MailClient(gone) as door, pytest.raises(Unreachable, match=told):
            door.send(message(), "b@abc.example", lambda: None)


def _greet(served: socket.socket) -> None:
    peer, _ = served.accept()
    with peer, suppress(ConnectionError):
        peer.sendall(b"220 here\r\n")
        while peer.recv(1000):
            pass


def test_a_certificate_that_nobody_vouches_for_gets_no_password(tmp_path: Path) -> None:
    with serving(tmp_path / "one") as stranger, serving(tmp_path / "two") as ours:
        door = client(stranger, ca_file=str(ours.certificate))
        with door, pytest.raises(Unreachable, match="certificate is not right"):
            door.send(message(), "b@abc.example", lambda: None)
    with (
        serving(tmp_path / "three", name="127.0.0.9") as other,  # of another address
        client(other) as door,
        pytest.raises(Unreachable, match="certificate is not right"),
    ):
        door.send(message(), "b@abc.example", lambda: None)


def test_silence_after_the_message_leaves_it_open_whether_it_arrived(mailbox: Mailbox) -> None:
    mailbox.silent = True
    with client(mailbox, timeout=1) as door, pytest.raises(Unsettled):
        door.send(message(), "b@abc.example", lambda: None)
    assert len(mailbox.messages) == 1


def test_silence_before_it_says_that_nothing_was_sent() -> None:
    handed: list[bool] = []
    with socket.create_server(("127.0.0.1", 0)) as mute:
        mail = Mail.model_validate(
            {"host": "127.0.0.1", "port": mute.getsockname()[1], "sender": "a@b.example",
             "timeout": 1}
        )  # fmt: skip
        with MailClient(mail) as door, pytest.raises(Unreachable, match="does not greet as a mail"):
            door.send(message(), "b@abc.example", lambda: handed.append(True))
    assert handed == []


@pytest.mark.parametrize("words", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-here\r\n"])
def test_what_is_no_mail_server_is_told_as_none(words: bytes) -> None:
    def talk(served: socket.socket) -> None:
        peer, _ = served.accept()
        with peer:
            peer.sendall(words)

    with socket.create_server(("127.0.0.1", 0)) as served:
        thread = Thread(target=talk, args=(served,))
        thread.start()
        port = served.getsockname()[1]
        mail = Mail.model_validate({"host": "127.0.0.1", "port": port, "sender": "a@b.example"})
        told = f"what answers at 127.0.0.1:{port} is no mail server: see `host`"
        with MailClient(mail) as door, pytest.raises(Unreachable, match=told):
            door.send(message(), "b@abc.example", lambda: None)
        thread.join()


@pytest.mark.parametrize(("words", "error"), [(1, Unreachable), (4, Unsettled)])
def test_a_server_that_never_stops_talking_is_hung_up_on(
    words: int, error: type[ClientError]
) -> None:
    """Each answer but one is whole; that one has a line more every tenth of a second."""

    def talk(served: socket.socket) -> None:
        peer, _ = served.accept()
        answers = [b"220 here", b"250 fine", b"250 fine", b"250 fine", b"354 go on", b"250 fine"]
        with peer, suppress(OSError):
            for number, answer in enumerate(answers):
                if number and not peer.recv(65_536):
                    return
                while number == words:
                    peer.sendall(answer[:3] + b"-" + answer[4:] + b"\r\n")
                    time.sleep(0.1)
                peer.sendall(answer + b"\r\n")

    with socket.create_server(("127.0.0.1", 0)) as served:
        thread = Thread(target=talk, args=(served,))
        thread.start()
        mail = Mail.model_validate(
            {"host": "127.0.0.1", "port": served.getsockname()[1], "sender": "a@b.example",
             "security": "none", "timeout": 1}
        )  # fmt: skip
        with MailClient(mail) as door, pytest.raises(error, match="TimeoutError"):
            door.send(message(), "b@abc.example", lambda: None)
        thread.join()


def test_a_server_without_tls_gets_nothing() -> None:
    heard: list[bytes] = []

    def talk(served: socket.socket) -> None:
        peer, _ = served.accept()
        with peer:
            peer.sendall(b"220 here\r\n")
            while said := peer.recv(1000):
                heard.append(said)
                peer.sendall(b"250 fine\r\n")

    with socket.create_server(("127.0.0.1", 0)) as plain:
        thread = Thread(target=talk, args=(plain,))
        thread.start()
        mail = Mail.model_validate(
            {"host": "127.0.0.1", "port": plain.getsockname()[1], "sender": "a@b.example"}
        )
        with MailClient(mail) as door, pytest.raises(Unreachable, match="no TLS"):
            door.send(message(), "b@abc.example", lambda: None)
        thread.join()
    assert all(said.lower().startswith((b"ehlo", b"quit")) for said in heard)


def test_a_server_that_knows_no_sizes_is_told_none() -> None:
    heard: list[bytes] = []

    def talk(served: socket.socket) -> None:
        peer, _ = served.accept()
        with peer, peer.makefile("rb") as lines:
            peer.sendall(b"220 here\r\n")
            text = False
            for said in lines:
                if text and said != b".\r\n":
                    continue
                heard.append(said.rstrip())
                text = said == b"data\r\n"
                refused = said.startswith(b"mail") and b"size" in said
                answer = b"555 no such parameter" if refused else b"250 fine"
                peer.sendall((b"354 go on" if text else answer) + b"\r\n")

    with socket.create_server(("127.0.0.1", 0)) as plain:
        thread = Thread(target=talk, args=(plain,))
        thread.start()
        mail = Mail.model_validate(
            {"host": "127.0.0.1", "port": plain.getsockname()[1], "sender": "a@b.example",
             "security": "none"}
        )  # fmt: skip
        with MailClient(mail) as door:
            door.send(message(), "b@abc.example", lambda: None)
        thread.join()
    assert b"mail FROM:<a@b.example>" in heard
    assert b"." in heard
