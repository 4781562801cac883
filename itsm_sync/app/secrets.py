"""All secrets that the program holds, so that its log can hide them."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import BaseModel, SecretStr

from itsm_sync.app.redacting import is_telltale

# Shorter parts of an address, and shorter values of unknown variables, are words.
_TOKEN = 8


def secrets_of(value: object) -> Iterator[str]:
    """Answer every secret within settings, at any depth, and in addresses among them.

    An address that is a secret is told in parts by libraries: its path, or what is behind the `?`.
    """
    if isinstance(value, SecretStr):
        yield from _told_in_parts(value.get_secret_value())
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from secrets_of(getattr(value, name))
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from secrets_of(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from secrets_of(part)
    elif isinstance(value, str):
        yield from passwords_in(value)


def secrets_around(environment: Mapping[str, str]) -> Iterator[str]:
    """Answer what an environment holds that is named like a secret, or is an address with a
    password: what is known before the settings are.
    """
    for name, value in environment.items():
        if is_telltale(name) and len(value) >= _TOKEN:
            yield value
        yield from passwords_in(value)


def passwords_in(address: str) -> Iterator[str]:
    """Answer the password in an address, as it stands there and as it is meant."""
    try:
        password = urlsplit(address).password if "@" in address else None
    except ValueError:
        return
    if password:
        yield password
        yield unquote(password)


def _told_in_parts(secret: str) -> Iterator[str]:
    yield secret
    if not secret.startswith(("http://", "https://")):
        return
    yield from passwords_in(secret)
    try:
        parts: Any = urlsplit(secret)
    except ValueError:
        return
    tokens = [*parts.path.split("/"), *(value for _, value in parse_qsl(parts.query))]
    yield from (token for token in tokens if len(token) >= _TOKEN)
    yield from (text for text in (parts.path, parts.query) if len(text) >= _TOKEN)
