"""Large private files: written beside, then put in their place, so that none is ever half there."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.os_errors import why
from itsm_sync.model.words import Message

_THERE = Message("is there already: name another file, or say --force")
_BUSY = Message("another program is writing it just now")
# What a file system says that gives a file no second name.
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS)


@contextmanager
def drafted(path: Path, *, over: bool) -> Iterator[IO[bytes]]:
    """Open a file of mode 0600 that stands at `path` once the block is left; `over` what is there.

    The draft of a program that died is written over by the next one.

    Raises:
        ConfigurationError: it can't be written, or something is there already.
    """
    try:
        if path.exists() and not over:
            raise _wrong(path, _THERE)
        draft = path.with_name(f".{path.name}.part")
        with _alone(draft, path) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            _place(draft, path, over=over)
    except OSError as error:
        told = Message("can't be written: {error}", {"error": why(error)})
        raise _wrong(path, told) from error


@contextmanager
def _alone(draft: Path, path: Path) -> Iterator[IO[bytes]]:
    """Open a draft that nobody else writes, empty; it is gone at the end, by this name."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
    with os.fdopen(os.open(draft, flags, 0o600), "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _wrong(path, _BUSY) from None
        if not draft.exists() or not os.path.samestat(draft.stat(), os.fstat(file.fileno())):
            raise _wrong(path, _BUSY)  # it got its name while we opened it
        try:
            os.fchmod(file.fileno(), 0o600)
            file.truncate(0)
            yield file
        finally:
            draft.unlink(missing_ok=True)


def _place(draft: Path, path: Path, *, over: bool) -> None:
    """Give a draft its name, for good."""
    if over or not _named(draft, path):
        draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _named(draft: Path, path: Path) -> bool:
    """Give a draft a name that nobody took meanwhile; False: the file system knows no way."""
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        raise _wrong(path, _THERE) from None
    except OSError as error:
        if error.errno in _NO_LINKS:
            return False
        raise
    return True


def _wrong(path: Path, text: Message) -> ConfigurationError:
    return ConfigurationError([Problem(file=str(path), path=(), text=text)])
