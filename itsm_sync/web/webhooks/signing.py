"""Whether a webhook comes from who knows the secret; compared in constant time."""

import binascii
import hashlib
import hmac
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Final

# What a request must carry at all; the names are compared without regard to case.
CARRIES: Final = {
    "github": "x-hub-signature-256",
    "jenkins": "authorization",
    "redmine": "x-redmine-signature-256",
}
_PREFIX = "sha256="


def signed(system: str, secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Answer whether the request was made by who knows the secret; nobody knows an empty one."""
    given = headers.get(CARRIES[system], "")
    return bool(secret) and _WAYS[system](secret.encode(), given, body)


def signature(secret: bytes, body: bytes) -> str:
    """Answer a body's HMAC as GitHub and Redmine write it."""
    return _PREFIX + hmac.new(secret, body, hashlib.sha256).hexdigest()


def _hmac(secret: bytes, given: str, body: bytes) -> bool:
    return hmac.compare_digest(signature(secret, body).encode(), given.encode())


def _token(secret: bytes, given: str, _body: bytes) -> bool:
    """Jenkins signs nothing: its plugins send a password, or a token in a header."""
    scheme, _, value = given.partition(" ")
    told = value.strip().encode()
    if scheme.casefold() == "basic":
        try:
            told = b64decode(told, validate=True).partition(b":")[2]
        except binascii.Error:
            return False
    elif scheme.casefold() != "bearer":
        return False
    return hmac.compare_digest(secret, told)


_WAYS: Final[Mapping[str, Callable[[bytes, str, bytes], bool]]] = {
    "github": _hmac,
    "jenkins": _token,
    "redmine": _hmac,
}
