"""Why a request brought no whole answer, in plain words."""

import errno
import socket
import ssl
from collections.abc import Iterator
from http.client import HTTPException

from requests.exceptions import (
    ChunkedEncodingError,
    ConnectTimeout,
    ContentDecodingError,
    ProxyError,
    ReadTimeout,
)
from urllib3.exceptions import ReadTimeoutError

from itsm_sync.clients.errors import Broken, ClientError, Unreachable
from itsm_sync.clients.refusals import at
from itsm_sync.model.words import Message

# What the libraries raise where a body ends before its length or can't be unpacked.
_CUT = (ChunkedEncodingError, ContentDecodingError)
_SILENT = (ReadTimeout, ReadTimeoutError)
_AWAY = "{system} can't be reached at {path}: {reason}"
_ODD = (
    "{system} can't be reached at {path} ({kind}): does it run, and is its address in the settings"
    " right?"
)
_LATE = "{system} did not answer in time at {path}: is it busy, or `timeout` too short?"
# By the outermost that fits: a library wraps what it met.
_REASONS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (ProxyError, "the proxy does not lead there (HTTPS_PROXY, HTTP_PROXY, NO_PROXY)"),
    (
        (ConnectTimeout, TimeoutError),
        "no connection in time: is it busy, a firewall between, or the address another machine's?",
    ),
    (socket.gaierror, "the name can't be resolved: is it spelt right, and known to this machine?"),
    (ConnectionRefusedError, "the connection was refused: does it run, and is the port right?"),
    ((ConnectionError, ssl.SSLEOFError), "the connection was cut off"),
    (
        (ssl.SSLError, HTTPException),
        "another protocol is spoken there: is http:// or https:// right, and the port?",
    ),
)
_NO_WAY = "no way leads there: is this machine's network up, and the address right?"
_UNTRUSTED = (
    "its TLS certificate is not trusted: `ca_file` in the settings names the CA of a server of"
    " one's own"
)
# By OpenSSL's `X509_V_ERR_...`; whatever else is wrong with a certificate, it is not trusted.
_CERTIFICATES = {
    9: "its TLS certificate is not valid yet: is this machine's clock right?",
    10: "its TLS certificate has expired",
    62: "its TLS certificate is for another host: is the name in the address right?",
    64: "its TLS certificate is for another host: is the name in the address right?",
}


def unanswered(error: BaseException, system: str, url: str, path: str) -> ClientError:
    """Answer the error for a request that brought no whole answer. Nothing of the library's text
    is taken over: it may quote a header with the key.

    Args:
        url: the server's address, as the settings say it: without user, password and query.
        path: what was asked for there, without its query.
    """
    met = tuple(causes(error))
    end = next((cause for cause in met if isinstance(cause, (*_CUT, *_SILENT))), None)
    if isinstance(end, _CUT):
        told = Message("the answer of {system} at {path} was cut short", at(system, path))
        return Broken(told, system=system)
    where = at(system, f"{url}{path}")
    reason = next(filter(None, map(_reason, met)), None)
    if end is not None:
        told = Message(_LATE, where)
    elif reason is not None:
        told = Message(_AWAY, where | {"reason": Message(reason)})
    else:
        told = Message(_ODD, where | {"kind": type(error).__name__})
    return Unreachable(told, system=system, address=url)


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """Answer an error and what is behind it, the outermost first."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _reason(error: BaseException) -> str | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CERTIFICATES.get(error.verify_code, _UNTRUSTED)
    if isinstance(error, OSError) and error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        return _NO_WAY
    return next((told for kinds, told in _REASONS if isinstance(error, kinds)), None)
