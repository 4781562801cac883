"""SQLite's file: made for nobody else to read, and known again."""

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from itsm_sync.model.os_errors import why
from itsm_sync.model.words import Message
from itsm_sync.store.errors import StoreError

_HEADER = b"SQLite format 3\0"  # sqlite.org/fileformat2.html, "The Database Header"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFile:
    """A file that was opened by its address `path`.

    Whoever has it open reads and writes it wherever it is moved to, and after it was removed; all
    who come later open what is at the address by then.
    """

    path: Path
    device: int
    inode: int

    @property
    def moved(self) -> bool:
        """Whether it is not what stands at its address, perhaps through a link."""
        try:
            there = self.path.stat()
        except FileNotFoundError:
            return True
        except OSError:  # not known: who uses it tells what is wrong
            return False
        return (there.st_dev, there.st_ino) != (self.device, self.inode)

    @property
    def replaced(self) -> bool:
        """Whether another one stands at its address."""
        return self.moved and self.path.exists()


def prepare(file: Path) -> HeldFile:
    """Make the file with mode 0600, which SQLite gives to the files beside it as well.

    What is there and no database of SQLite's (a device, somebody's text) is left as it is.

    Raises:
        StoreError: it can't be made or opened, or is no database.
    """
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        reason = Message(
            "{database} can't be opened: {error}; check the folder and this user's rights",
            {"database": str(file), "error": why(error)},
        )
        raise StoreError(reason) from error
    try:
        found = os.fstat(descriptor)
        ordinary = stat.S_ISREG(found.st_mode)
        head = os.read(descriptor, len(_HEADER)) if ordinary else b""
    finally:
        os.close(descriptor)
    if not ordinary or head not in (b"", _HEADER):
        told = "{database} is no database: name another file, or move it away"
        raise StoreError(Message(told, {"database": str(file)}))
    with suppress(PermissionError):  # another user's file that this one may write
        for name in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
            if name.exists():
                name.chmod(0o600)
    return HeldFile(path=file, device=found.st_dev, inode=found.st_ino)
