"""One cycle at a time: a lock of the operating system, which goes when its process dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

from itsm_sync.model.words import Message
from itsm_sync.store.errors import Busy, StoreError

# `held` takes the lock for a moment to learn whether it is free: try again before saying busy.
_TRIES, _PAUSE = 3, 0.02


@contextmanager
def exclusive(database: Path) -> Iterator[None]:
    """Hold the lock beside a database file.

    Raises:
        Busy: another process or thread holds it.
    """
    lock = _opened(database)
    try:
        if not _taken(lock):
            holder = os.pread(lock, 20, 0).decode("ascii", "replace").strip() or "?"
            raise Busy(
                Message(
                    "another cycle is running over {database} (process {process})",
                    {"database": str(database), "process": holder},
                )
            )
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(lock)


def held(database: Path) -> bool:
    """Whether some process holds the lock now."""
    lock = _opened(database)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _opened(database: Path) -> int:
    try:
        return os.open(database.with_name(database.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        why = Message(
            "{database} can't be locked: {error}; check the folder and this user's rights",
            {"database": str(database), "error": error.strerror or ""},
        )
        raise StoreError(why) from error


def _taken(lock: int) -> bool:
    for left in reversed(range(_TRIES)):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if left:
                sleep(_PAUSE)
        else:
            return True
    return False
