"""The one door to a mail server: one message to one address at a time, over TLS."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Self

from itsm_sync.clients.errors import Broken, ClientError, Invalid, Unauthorised, Unreachable
from itsm_sync.model.text import clean, one_line
from itsm_sync.model.words import Message
from itsm_sync.settings.schema import Mail

SYSTEM = "mail"
_TOLD = 300  # characters of what a server says
_FINE = (250, 251)  # 251: it is passed on (RFC 5321, 4.2.3)
# What breaks a connection, or never makes one; a certificate that is wrong is one of them.
_SILENCE = (OSError, smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError)


class Unsettled(ClientError):
    """The message was handed over, and nobody said what became of it."""


class MailClient:
    """Sends over one connection, which the first message opens. The constructor opens nothing.

    Args:
        settings: server, sender, password, timeout, CA file.
    """

    def __init__(self, settings: Mail) -> None:
        self._settings = settings
        self._connection: smtplib.SMTP | None = None

    def __repr__(self) -> str:
        return f"MailClient({self._settings.host})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def sender(self) -> str:
        """Answer who sends, as mails name it."""
        return self._settings.sender

    def send(self, message: EmailMessage, recipient: str, handing_over: Callable[[], None]) -> None:
        """Send a message.

        Args:
            message: whole, with its headers.
            recipient: an address.
            handing_over: called once the server has taken sender and recipient, right before the
                message goes: from here on it may arrive though we never learn so.

        Raises:
            Unreachable: no connection, no TLS, a wrong certificate, or silence; nothing was sent.
            Unauthorised: the server takes the password for nobody's.
            Broken: refused for now (4xx).
            Invalid: refused for good (5xx).
            Unsettled: silence after the message went.
        """
        raw = message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
        with self._told():
            smtp = self._open()
            smtp.ehlo_or_helo_if_needed()
            size = [f"size={len(raw)}"] if smtp.has_extn("size") else []  # RFC 1870
            self._expect(*smtp.mail(parseaddr(self.sender)[1], size))
            self._expect(*smtp.rcpt(recipient))
        handing_over()
        with self._told(handed_over=True):
            self._expect(*smtp.data(raw))

    def close(self) -> None:
        """Take leave of the server."""
        if self._connection is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._connection.quit()
            self._connection = None

    def _open(self) -> smtplib.SMTP:
        if self._connection is not None:
            return self._connection
        said = self._settings
        tls = ssl.create_default_context(cafile=said.ca_file)
        smtp: smtplib.SMTP
        if said.security == "tls":
            smtp = smtplib.SMTP_SSL(said.host, said.door, timeout=said.timeout, context=tls)
        else:
            smtp = smtplib.SMTP(said.host, said.door, timeout=said.timeout)
        self._connection = smtp  # from here on `close` takes leave, whatever follows
        if said.security == "starttls":
            smtp.starttls(context=tls)
        if said.user:
            smtp.login(said.user, said.password.get_secret_value())
        return smtp

    def _expect(self, code: int, said: bytes) -> None:
        if code in _FINE:
            return
        raise smtplib.SMTPResponseException(code, said)

    @contextmanager
    def _told(self, *, handed_over: bool = False) -> Iterator[None]:
        """Turn the library's errors into ours; after one the connection is of no use."""
        try:
            yield
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise _meaning(error, handed_over=handed_over) from None

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _meaning(error: Exception, *, handed_over: bool) -> ClientError:
    """Answer the error of ours. What a server says of a password is not passed on."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        told = Message(
            "the mail server rejects user or password ({code})", {"code": error.smtp_code}
        )
        return Unauthorised(told, system=SYSTEM, status=error.smtp_code)
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 400:
        said = error.smtp_error
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        words = one_line(clean(text), _TOLD)
        told = Message(
            "the mail server refuses it: {code} {words}", {"code": error.smtp_code, "words": words}
        )
        kind = Invalid if error.smtp_code >= 500 else Broken
        return kind(told, system=SYSTEM, status=error.smtp_code, details=(words,))
    name = {"kind": type(error).__name__}
    if handed_over:
        told = Message("the mail server did not say whether it took the message ({kind})", name)
        return Unsettled(told, system=SYSTEM)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        told = Message("the mail server has no TLS or no log-in ({kind})", name)
        return Unreachable(told, system=SYSTEM)
    if isinstance(error, ssl.SSLCertVerificationError):
        told = Message(
            "the mail server's certificate is not right: `ca_file` names who vouches for it"
        )
        return Unreachable(told, system=SYSTEM)
    told = Message("the mail server can't be reached ({kind})", name)
    return Unreachable(told, system=SYSTEM)
