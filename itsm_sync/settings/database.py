"""The database's address: where it leads, and what of it is secret."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.words import Message
from itsm_sync.settings.credentials import read_secret
from itsm_sync.settings.documents import Document, read
from itsm_sync.settings.schema import General

DEFAULT: str = General.model_fields["database"].default
PASSWORD = "ITSM_SYNC_DATABASE_PASSWORD"  # noqa: S105 - the name of a variable


def address(directory: Path, environment: Mapping[str, str], *, sure: bool = False) -> str:
    """Answer the database's address with its password, whatever else of the configuration is wrong.

    Args:
        directory: has `settings.yaml`.
        environment: may name the database, and has its password.
        sure: not the usual address where an unknown key may be a misspelt `database`.

    Raises:
        ConfigurationError: it can't be told.
    """
    file = directory / "settings.yaml"
    url: object = environment.get("ITSM_SYNC_DATABASE")
    if not url:
        document = read(file)
        if isinstance(document, Problem):
            raise ConfigurationError([document])
        misspelt = sure and not document.value.keys() <= General.model_fields.keys()
        url = document.value.get("database", None if misspelt else DEFAULT)
    password, trouble = password_of(environment)
    if trouble is None and isinstance(url, str):
        return with_password(located(url, directory), password)
    told = trouble or Message("not an address of a database (`sqlite:////absolute/path` is one)")
    raise ConfigurationError([Problem(file=str(file), path=("database",), text=told)])


def located(url: str, directory: Path) -> str:
    """Answer an address whose file, where it is one, does not depend on where we stand."""
    in_memory = url.startswith(("sqlite:///:memory:", "sqlite:///file:"))  # the store says no
    if url.startswith("sqlite:///") and not url.startswith("sqlite:////") and not in_memory:
        return f"sqlite:///{(directory / url.removeprefix('sqlite:///')).resolve()}"
    return url


def with_password(url: str, password: str) -> str:
    """Answer a server's address with the password, unless it has one."""
    scheme, separator, rest = url.partition("://")
    if not password or not scheme.startswith("postgres") or written(url):
        return url
    place, slash, path = rest.partition("/")
    user, at, host = place.rpartition("@")
    secret = f"{user.removesuffix(':')}:{quote(password, safe='')}@{host if at else place}"
    return f"{scheme}{separator}{secret}{slash}{path}"


def written(url: str) -> str:
    """Answer the password that stands in an address, as it is written there; "" for none."""
    try:
        parts = urlsplit(url)
    except ValueError:  # no address: the store says so
        return ""
    return parts.password or ""


def secrets(url: str, password: str) -> tuple[str, ...]:
    """Answer what no log may show of an address and its password, in all their forms."""
    found = {password, quote(password, safe=""), written(url), unquote(written(url))}
    return tuple(sorted(found - {""}))


def password_of(environment: Mapping[str, str]) -> tuple[str, Message | None]:
    """Answer the password that the environment gives, if any, and what is wrong with it."""
    if not environment.get(PASSWORD) and not environment.get(f"{PASSWORD}_FILE"):
        return "", None  # a server may know its users by other means
    return read_secret(PASSWORD, environment)


def odd(document: Document, environment: Mapping[str, str]) -> list[Problem]:
    """Answer what is wrong with the address in the settings, and with the password."""
    found = []
    url = document.value.get("database")
    if isinstance(url, str) and written(url):
        told = Message(
            "an address has no password in it: set {name}, or {name}_FILE to a file that has it",
            {"name": PASSWORD},
        )
        found.append(document.problem(("database",), told))
    _, trouble = password_of(environment)
    if trouble is not None:
        found.append(document.problem(("database",), trouble))
    return found
