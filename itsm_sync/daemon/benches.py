"""Folders in which reports are made, each for as long as somebody is at it.

Whoever is killed can't clear up. So each folder is locked by its maker and by the process that
fills it: one whose lock nobody holds is a dead one's, and goes when a daemon starts, or makes the
next.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_PREFIX = "itsm-sync-report-"
_LOCK = ".lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A folder (0700) and its lock, a file descriptor that whoever fills the folder inherits."""

    folder: Path
    lock: int

    def clear(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)
        with suppress(OSError):
            os.close(self.lock)


def take() -> Bench:
    """Make a folder, and remove those of the dead; raises OSError."""
    sweep()
    # It has its name once it is locked: nobody who sweeps takes it for a dead one's before.
    raw = Path(tempfile.mkdtemp(prefix=f".{_PREFIX}"))
    try:
        lock = os.open(raw / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        folder = raw.rename(raw.with_name(raw.name.removeprefix(".")))
    except BaseException:
        shutil.rmtree(raw, ignore_errors=True)
        raise
    return Bench(folder=folder, lock=lock)


def sweep() -> int:
    """Remove the folders of ours that nobody is at; answer how many."""
    removed = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError), _dead(folder):
            shutil.rmtree(folder)
            removed += 1
    return removed


@contextmanager
def _dead(folder: Path) -> Iterator[None]:
    """Hold a folder's lock; raises OSError where it is not ours, or somebody is at it."""
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise PermissionError(folder)
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(lock)
