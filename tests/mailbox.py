"""A mail server on loopback with a certificate of its own, and what it received."""

import ssl
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import IPv4Address
from pathlib import Path
from threading import Event
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sandbox.processes import free_port

USER, PASSWORD = "reports", "canary-mail-8Kd2/Vq+Zt"


@dataclass(slots=True)
class Mailbox:
    """Takes mail; `refuse` answers a recipient or a message, by "rcpt" or "data"; a recipient that
    it answers with 2.. is taken."""

    port: int = 0
    certificate: Path = Path()
    envelopes: list[Envelope] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    silent: bool = False  # after a message came
    came: Event = field(default_factory=Event)
    over: Event = field(default_factory=Event)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.refuse.get(address) or self.refuse.get("rcpt") or "250 fine"
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if answer := self.refuse.get("data"):
            return answer
        self.envelopes.append(envelope)
        self.came.set()
        if self.silent:
            await server.loop.run_in_executor(None, self.over.wait)
        return "250 taken"

    @property
    def messages(self) -> list[EmailMessage]:
        """Answer what came."""
        found = []
        for envelope in self.envelopes:
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            found.append(message)
        return found

    def settings(self, security: str = "starttls", **more: Any) -> dict[str, Any]:
        """Answer what the settings say of it."""
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "security": security,
            "sender": "ITSM <itsm-sync@abc.example>",
            "user": USER,
            "timeout": 20,
            "ca_file": str(self.certificate),
            **more,
        }


def certificate(
    folder: Path, *, name: str = "127.0.0.1", valid: tuple[int, int] = (-1, 2)
) -> tuple[Path, Path]:
    """Make a certificate that vouches for itself; answer its file and that of its key.

    `valid` are the days from today between which it is.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=valid[0]))
        .not_valid_after(now + timedelta(days=valid[1]))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(name))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    file, secret = folder / "mail.pem", folder / "mail.key"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file, secret


def _knows(server: SMTP, session: Session, envelope: Envelope, how: str, said: Any) -> AuthResult:
    assert isinstance(said, LoginPassword)
    known = (said.login, said.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


@contextmanager
def serving(
    folder: Path, security: str = "starttls", *, name: str = "127.0.0.1", most: int = 2**25
) -> Iterator[Mailbox]:
    """Serve with STARTTLS or TLS from the first byte on; who sends must log in.

    `most` is how many bytes of a message it takes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file, secret = certificate(folder, name=name)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file, secret)
    mailbox = Mailbox(certificate=file)
    how: dict[str, Any] = {"authenticator": _knows, "auth_required": True,
                           "data_size_limit": most}  # fmt: skip
    if security == "tls":
        how |= {"ssl_context": tls, "auth_require_tls": False}
    else:
        how |= {"tls_context": tls, "require_starttls": True}
    mailbox.port = free_port()
    controller = Controller(
        mailbox, hostname="127.0.0.1", port=mailbox.port, ready_timeout=30, **how
    )
    with warnings.catch_warnings():
        # It does not count TLS from the first byte on as TLS.
        warnings.filterwarnings("ignore", message="Requiring AUTH while not requiring TLS")
        controller.start()
        try:
            yield mailbox
        finally:
            mailbox.over.set()
            controller.stop()
