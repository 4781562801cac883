"""The one door to a mail server: one message to one address at a time, over TLS."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any, Self

from itsm_sync.clients import mail_refusals as refusals
from itsm_sync.clients.deadline import Watch
from itsm_sync.clients.errors import Invalid, Unauthorised
from itsm_sync.clients.mail_refusals import SYSTEM, Unsettled
from itsm_sync.settings.schema import Mail

__all__ = ["MailClient", "Unsettled"]

_FINE = 2  # the digit that an answer begins with; more of it need not be known (RFC 5321, 4.3.2)
_WHOLE = 4  # times the timeout: a message from its first word to its last, as a request has
_DIGITS = 20  # of a size that is one


class _Line:
    """The connection in hand, from its first word on."""

    smtp: smtplib.SMTP | None = None

    def shutdown(self, how: int) -> None:
        """Hang up, whoever is reading."""
        if self.smtp is not None and self.smtp.sock is not None:
            self.smtp.sock.shutdown(how)


class _Plain(smtplib.SMTP):
    def __init__(self, line: _Line, *about: Any, **more: Any) -> None:
        line.smtp = self
        super().__init__(*about, **more)


class _Secure(smtplib.SMTP_SSL):
    def __init__(self, line: _Line, *about: Any, **more: Any) -> None:
        line.smtp = self
        super().__init__(*about, **more)


class MailClient:
    """Sends over one connection, which the first message opens. The constructor opens nothing.

    Args:
        settings: server, sender, password, timeout, CA file.
    """

    def __init__(self, settings: Mail) -> None:
        self._settings = settings
        self._connection: smtplib.SMTP | None = None
        self._line = _Line()
        self._watch = Watch(0.0)

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
            Unreachable: no connection, no TLS, a wrong certificate, silence, or too many words in
                the place of an answer; nothing was sent.
            Unauthorised: the server takes the password for nobody's, or it can't be sent.
            Broken: refused for now (4xx).
            Invalid: refused for good (5xx), or larger than the server takes.
            Unsettled: silence after the message went.
        """
        raw = message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
        with self._watched():
            self._send(raw, recipient, handing_over)

    def _send(self, raw: bytes, recipient: str, handing_over: Callable[[], None]) -> None:
        with self._told():
            smtp = self._open()
            smtp.ehlo_or_helo_if_needed()
        self._see_size(smtp, len(raw))
        size = [f"size={len(raw)}"] if smtp.has_extn("size") else []  # RFC 1870
        sender = parseaddr(self.sender)[1]
        with self._told(refusals.sender(sender, len(raw))):
            self._expect(*smtp.mail(sender, size))
        with self._told(refusals.recipient(recipient)):
            self._expect(*smtp.rcpt(recipient))
        handing_over()
        with self._told(refusals.message(len(raw)), handed_over=True):
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
        with self._told(refusals.GREETING):
            smtp = self._greeted(tls)
        self._connection = smtp  # from here on `close` takes leave, whatever follows
        if said.security == "starttls":
            smtp.starttls(context=tls)
        if said.user:
            self._log_in(smtp, said.user, said.password.get_secret_value())
        return smtp

    def _greeted(self, tls: ssl.SSLContext) -> smtplib.SMTP:
        said = self._settings
        if said.security == "tls":
            return _Secure(self._line, said.host, said.door, timeout=said.timeout, context=tls)
        return _Plain(self._line, said.host, said.door, timeout=said.timeout)

    def _log_in(self, smtp: smtplib.SMTP, user: str, password: str) -> None:
        for name, value in (("user", user), ("password", password)):
            if not value.isascii():  # smtplib encodes both as ASCII
                self._drop()
                raise Unauthorised(refusals.unspeakable(name), system=SYSTEM)
        smtp.login(user, password)

    def _see_size(self, smtp: smtplib.SMTP, size: int) -> None:
        """Raise Invalid where the server says beforehand that it takes no message as large."""
        most = smtp.esmtp_features.get("size", "")
        if most.isdecimal() and len(most) < _DIGITS and 0 < int(most) < size:
            raise Invalid(refusals.too_large(size, int(most)), system=SYSTEM)

    def _expect(self, code: int, said: bytes) -> None:
        if code // 100 != _FINE:
            raise smtplib.SMTPResponseException(code, said)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Hang up where a message takes too long: a server that says a word now and then is never
        silent."""
        self._watch = Watch(_WHOLE * self._settings.timeout)
        self._watch.over(self._line)
        try:
            yield
        finally:
            self._watch.cancel()

    @contextmanager
    def _told(
        self, step: refusals.Step = refusals.PLAIN, *, handed_over: bool = False
    ) -> Iterator[None]:
        """Turn the library's errors into ours; after one the connection is of no use."""
        try:
            yield
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self._drop()
            why = TimeoutError() if self._watch.expired else error
            where = f"{self._settings.host}:{self._settings.door}"
            raise refusals.meaning(why, step, where, handed_over=handed_over) from None

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
