"""Secrets: from the environment or from files, never from the configuration."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr

from itsm_sync.model.errors import Problem
from itsm_sync.model.os_errors import why
from itsm_sync.model.words import Message
from itsm_sync.settings.documents import Document, ValuePath
from itsm_sync.settings.schema import (
    VARIABLE,
    General,
    GitHub,
    Heartbeat,
    Jenkins,
    Mail,
    Redmine,
    Webhooks,
)


def lacking(document: Document, environment: Mapping[str, str]) -> Iterator[Problem]:
    """Answer the secrets that are missing, as far as settings that may be wrong name them."""
    value = document.value
    controllers = value.get("jenkins")
    parts: list[tuple[ValuePath, type[BaseModel], Any]] = [
        (("redmine",), Redmine, value.get("redmine")),
        *(
            (("jenkins", n), Jenkins, controller)
            for n, controller in enumerate(controllers if isinstance(controllers, list) else ())
        ),
        (("github",), GitHub, value.get("github")),
        (("heartbeat",), Heartbeat, value.get("heartbeat")),
    ]
    mail = value.get("mail")
    if isinstance(mail, dict) and mail.get("user"):
        parts.append((("mail",), Mail, mail))
    for path, kind, part in parts:
        for name, about in kind.model_fields.items():
            if not name.endswith("_env") or not isinstance(part, dict):
                continue
            variable = str(part.get(name, about.default))
            if not re.fullmatch(VARIABLE, variable):
                continue  # told as such; perhaps it is the secret itself
            found, trouble = read_secret(variable, environment)
            if trouble is None and kind is Heartbeat:
                trouble = _no_address(variable, found)
            if trouble is not None:
                yield document.problem(path, trouble)
    yield from _unreadable(document, environment)


def _unreadable(document: Document, environment: Mapping[str, str]) -> Iterator[Problem]:
    """Answer the webhooks' secrets that are in a file and can't be read; none need be there."""
    path: ValuePath = ("http", "webhooks")
    written = document.value.get("http")
    part = written.get("webhooks") if isinstance(written, dict) else None
    for name, about in Webhooks.model_fields.items():
        variable = str((part if isinstance(part, dict) else {}).get(name, about.default))
        file = environment.get(f"{variable}_FILE")
        if not name.endswith("_env") or not file or not Path(file).exists():
            continue
        _, trouble = read_secret(variable, environment)
        if trouble is not None:
            yield document.problem(path, trouble)


def secrets_written(value: Mapping[str, Any]) -> Iterator[ValuePath]:
    """Answer where a secret stands in the settings."""
    controllers = value.get("jenkins")
    parts: list[tuple[ValuePath, Any]] = [
        (("redmine",), value.get("redmine")),
        (("github",), value.get("github")),
        *(
            (("jenkins", n), controller)
            for n, controller in enumerate(controllers if isinstance(controllers, list) else ())
        ),
    ]
    for path, part in parts:
        for name in ("api_key", "user", "token"):
            if isinstance(part, Mapping) and name in part:
                yield *path, name
    if isinstance(part := value.get("heartbeat"), Mapping) and "url" in part:
        yield "heartbeat", "url"
    if isinstance(part := value.get("mail"), Mapping) and "password" in part:
        yield "mail", "password"
    if "database_password" in value:
        yield ("database_password",)
    http = value.get("http")
    webhooks = http.get("webhooks") if isinstance(http, Mapping) else None
    if isinstance(webhooks, Mapping) and "secrets" in webhooks:
        yield "http", "webhooks", "secrets"


def with_secrets(general: General, environment: Mapping[str, str]) -> General:
    """Answer the settings with their secrets; "" stands for a missing one."""

    def secret(name: str) -> str:
        return read_secret(name, environment)[0]

    redmine = general.redmine
    redmine = redmine.model_copy(update={"api_key": SecretStr(secret(redmine.key_env))})
    jenkins = tuple(
        controller.model_copy(
            update={
                "user": secret(controller.user_env),
                "token": SecretStr(secret(controller.token_env)),
            }
        )
        for controller in general.jenkins
    )
    github = general.github
    if github is not None:
        github = github.model_copy(update={"token": SecretStr(secret(github.token_env))})
    webhooks = general.http.webhooks
    found = {
        system: SecretStr(secret(getattr(webhooks, f"{system}_env")))
        for system in ("github", "jenkins", "redmine")
    }
    http = general.http.model_copy(
        update={"webhooks": webhooks.model_copy(update={"secrets": found})}
    )
    heartbeat = general.heartbeat
    if heartbeat is not None:
        heartbeat = heartbeat.model_copy(update={"url": SecretStr(secret(heartbeat.url_env))})
    mail = general.mail
    if mail is not None and mail.user:
        mail = mail.model_copy(update={"password": SecretStr(secret(mail.password_env))})
    parts = {"mail": mail, "redmine": redmine, "jenkins": jenkins, "github": github,
             "heartbeat": heartbeat, "http": http}  # fmt: skip
    return general.model_copy(update=parts)


def _no_address(name: str, url: str) -> Message | None:
    """Answer what is wrong with an address that is a secret, without a word of it."""
    try:
        parts = urlsplit(url)
        fit = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        fit = False
    fit = fit and url.isascii() and url.isprintable() and " " not in url
    told = Message("{name} holds no address: it begins with https://", {"name": name})
    return None if fit else told


def read_secret(name: str, environment: Mapping[str, str]) -> tuple[str, Message | None]:
    """Answer the secret `name` from the environment or its file, and what is wrong with it."""
    if value := environment.get(name):
        return value.strip(), None
    file = environment.get(f"{name}_FILE")
    if not file:
        return "", Message(
            "the secret {name} is missing: set {name}, or {name}_FILE to a file that has it",
            {"name": name},
        )
    try:
        value = Path(file).read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        params = {"name": name, "file": file, "error": why(error)}
        return "", Message("{name}_FILE can't be read: {file}: {error}", params)
    if not value:
        return "", Message("{name}_FILE is empty: {file}", {"name": name, "file": file})
    return value, None
