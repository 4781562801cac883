"""Secrets: from the environment or from files, never from the configuration."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from itsm_sync.model.errors import Problem
from itsm_sync.model.words import Message
from itsm_sync.settings.documents import Document, ValuePath
from itsm_sync.settings.schema import VARIABLE, General, GitHub, Jenkins, Redmine


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
    ]
    for path, kind, part in parts:
        for name, about in kind.model_fields.items():
            if not name.endswith("_env") or not isinstance(part, dict):
                continue
            variable = str(part.get(name, about.default))
            if not re.fullmatch(VARIABLE, variable):
                continue  # told as such; perhaps it is the secret itself
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
    if "database_password" in value:
        yield ("database_password",)


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
    return general.model_copy(update={"redmine": redmine, "jenkins": jenkins, "github": github})


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
        params = {"name": name, "file": file, "error": getattr(error, "strerror", "") or str(error)}
        return "", Message("{name}_FILE can't be read: {file}: {error}", params)
    if not value:
        return "", Message("{name}_FILE is empty: {file}", {"name": name, "file": file})
    return value, None
