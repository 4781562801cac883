"""Folders for a while: each is somebody's at work, and goes with them.

Whoever is killed can't clear up. So each folder is locked by its maker, and by a process that it is
handed on to: one whose lock nobody holds is a dead one's, and goes when the next is made.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from glob import escape
from pathlib import Path

_LOCK = ".lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder (0700) and its lock, a file descriptor that whoever fills the folder inherits."""

    path: Path
    lock: int

    def clear(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.path, ignore_errors=True)
        with suppress(OSError):
            os.close(self.lock)


def take(parent: Path, prefix: str) -> Folder:
    """Make a folder, and remove those of the dead; raises OSError."""
    sweep(parent, prefix)
    # It has its name once it is locked: nobody who sweeps takes it for a dead one's before.
    raw = Path(tempfile.mkdtemp(dir=parent, prefix=f".{prefix}"))
    try:
        lock = os.open(raw / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path = raw.rename(raw.with_name(raw.name.removeprefix(".")))
    except BaseException:
        shutil.rmtree(raw, ignore_errors=True)
        raise
    return Folder(path=path, lock=lock)


def sweep(parent: Path, prefix: str) -> int:
    """Remove the folders of that beginning that nobody is at; answer how many."""
    removed = 0
    for path in parent.glob(f"{escape(prefix)}*"):
        with suppress(OSError), _dead(path):
            shutil.rmtree(path)
            removed += 1
    return removed


@contextmanager
def _dead(path: Path) -> Iterator[None]:
    """Hold a folder's lock; raises OSError where it is not ours, or somebody is at it."""
    if path.is_symlink() or path.stat().st_uid != os.getuid():
        raise PermissionError(path)
    lock = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(lock)
