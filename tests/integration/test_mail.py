"""The door to a mail server, against a real one: TLS, log-in, refusals, silence."""

import socket
from collections.abc import Iterator
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
        with MailClient(mail) as door, pytest.raises(Unreachable):
            door.send(message(), "b@abc.example", lambda: handed.append(True))
    assert handed == []


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
