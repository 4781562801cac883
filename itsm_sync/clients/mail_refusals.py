"""What a mail server's refusals mean, and what to do about each."""

import smtplib
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

from itsm_sync.clients.errors import Broken, ClientError, Invalid, Unauthorised, Unreachable
from itsm_sync.model.text import clean, one_line
from itsm_sync.model.words import Message

SYSTEM = "mail"
_TOLD = 300  # characters of what a server says
_TOO_LARGE = 552  # RFC 1870, 6.1
_NO_CODE = -1  # smtplib's, of an answer that begins with no number
_MEBI = 1024 * 1024


class Unsettled(ClientError):
    """The message was handed over, and nobody said what became of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is being done, for whoever reads of its end.

    `refused` says what the server refuses and what to do; None: nothing more is known than its own
    words. `size` is the message's, in bytes. `greeting`: the server has said nothing yet.
    """

    refused: Message | None = None
    size: int = 0
    greeting: bool = False


PLAIN = Step()
GREETING = Step(greeting=True)


def sender(address: str, size: int) -> Step:
    """Answer the step in which the server is told who sends."""
    told = "it does not take {address} as the sender: see `sender` and `user` of `mail`"
    return Step(refused=Message(told, {"address": address}), size=size)


def recipient(address: str) -> Step:
    """Answer the step in which the server is told who gets it."""
    told = "it does not take {address} as a recipient: see the target's addresses in reports.yaml"
    return Step(refused=Message(told, {"address": address}))


def message(size: int) -> Step:
    """Answer the step in which the message goes."""
    return Step(size=size)


def unspeakable(setting: str) -> Message:
    """Answer that what a setting holds can't be sent."""
    told = (
        "`{setting}` of `mail` has characters that are not ASCII, and logging in by SMTP knows no"
        " others: give the account another one"
    )
    return Message(told, {"setting": setting})


def too_large(size: int, most: int = 0) -> Message:
    """Answer that a message is too large, and for what, as far as the server tells it."""
    params = {"size": _mebi(size)}
    if most:
        told = (
            "the message is too large: {size} MiB, and the mail server takes {most}; let the target"
            " `attach` fewer forms"
        )
        return Message(told, {**params, "most": _mebi(most)})
    told = (
        "the message is too large for the mail server: {size} MiB; let the target `attach` fewer"
        " forms"
    )
    return Message(told, params)


def meaning(error: Exception, step: Step, where: str, *, handed_over: bool) -> ClientError:
    """Answer the error of ours. What a server says of a password is not passed on.

    Args:
        error: the library's.
        step: what was being done.
        where: host and port.
        handed_over: whether the message went.
    """
    if isinstance(error, smtplib.SMTPAuthenticationError):
        told = Message(
            "the mail server rejects user or password ({code}): see `user` of `mail` and its"
            " password; many providers want a password made for programs",
            {"code": error.smtp_code},
        )
        return Unauthorised(told, system=SYSTEM, status=error.smtp_code)
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 400:
        return _refused(error, step)
    kind = {"kind": type(error).__name__, "where": where}
    if handed_over:
        told = Message("the mail server did not say whether it took the message ({kind})", kind)
        return Unsettled(told, system=SYSTEM)
    return Unreachable(_unreached(error, step, kind), system=SYSTEM)


def _refused(error: smtplib.SMTPResponseException, step: Step) -> ClientError:
    said = error.smtp_error
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    words = one_line(clean(text), _TOLD)
    params: dict[str, object] = {"code": error.smtp_code, "words": words}
    told = Message("the mail server refuses it: {code} {words}", params)
    why = too_large(step.size) if error.smtp_code == _TOO_LARGE and step.size else step.refused
    if why is not None:
        told = Message("the mail server refuses it: {code} {words} - {why}", {**params, "why": why})
    kind = Invalid if error.smtp_code >= 500 else Broken
    return kind(told, system=SYSTEM, status=error.smtp_code)


def _unreached(error: Exception, step: Step, params: Mapping[str, object]) -> Message:
    """Answer why nothing was sent."""
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code == _NO_CODE:
        told = "what answers at {where} is no mail server: see `host` and `port` of `mail`"
        return Message(told, params)
    if step.greeting and isinstance(error, smtplib.SMTPServerDisconnected):
        told = (
            "what answers at {where} does not greet as a mail server does ({kind}): see `host`,"
            " `port` and `security` of `mail`"
        )
        return Message(told, params)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        told = (
            "the mail server has no TLS or no log-in ({kind}): see `security` and `user` of `mail`"
        )
        return Message(told, params)
    if isinstance(error, ssl.SSLCertVerificationError):
        told = (
            "the mail server's certificate is not right ({why}): `host` must be the name in it, and"
            " `ca_file` names who vouches for it"
        )
        return Message(told, {"why": one_line(clean(error.verify_message), _TOLD)})
    if isinstance(error, ssl.SSLError):
        told = (
            "no TLS with the mail server at {where} ({kind}): see `security` and `port` of `mail`"
        )
        return Message(told, params)
    if isinstance(error, socket.gaierror | UnicodeError):  # UnicodeError: no name can be so
        return Message("no mail server has the name of {where}: see `host` of `mail`", params)
    told = "the mail server can't be reached at {where} ({kind}): see `host` and `port` of `mail`"
    return Message(told, params)


def _mebi(size: int) -> str:
    return f"{size / _MEBI:.1f}"
