"""Files that only their owner can read."""

import os
from pathlib import Path

from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.os_errors import why
from itsm_sync.model.words import Message


def write_private(path: Path, text: str) -> None:
    """Write `text` to `path` with mode 0600, whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def write_report(path: Path, text: str) -> None:
    """Write what a person asked for to a private file; raises ConfigurationError."""
    try:
        write_private(path, text)
    except OSError as error:
        told = Message("can't be written: {error}", {"error": why(error)})
        raise ConfigurationError([Problem(file=str(path), path=(), text=told)]) from error
