"""Into a folder: files that only their owner can read, each whole or not at all."""

import os
from collections.abc import Iterable
from pathlib import Path

from itsm_sync.reports.document import File


def lay(folder: Path, files: Iterable[File]) -> tuple[Path, ...]:
    """Write files into a folder (0700 where it is made here); those of these names are replaced.

    Raises:
        OSError: it can't be made or written to.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return tuple(_write(folder / file.name, file.content) for file in files)


def _write(path: Path, content: bytes) -> Path:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)  # of a process of this number that was killed
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return path
