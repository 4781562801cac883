"""Who holds a lease: a process, known again on its own machine."""

import os
import socket
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

_PROC = Path("/proc")
_GONE = ("Z", "X")  # proc(5): a zombie, dead


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A process: its host's name, the machine's boot and name space of processes, its number and
    when it started (clock ticks after the boot). What a machine does not tell is "".
    """

    host: str
    boot: str
    space: str
    process: int
    started: str

    @classmethod
    def here(cls) -> Self:
        """Answer this process."""
        return cls(process=os.getpid(), started=_started(os.getpid()), **_machine())

    @classmethod
    def read(cls, value: Any) -> Self:
        """Read one as `written` wrote it."""
        return cls(**value)

    def written(self) -> dict[str, Any]:
        """Answer it as a JSON value."""
        return asdict(self)

    @property
    def gone(self) -> bool:
        """Whether the process surely lives no more: it was on this machine, and is not there."""
        here = _machine()
        told = all(here.values()) and bool(self.started)
        if not told or self.host != here["host"]:
            return False
        if self.boot != here["boot"]:
            return True  # the machine was started anew
        return self.space == here["space"] and _started(self.process) != self.started

    def __str__(self) -> str:
        return f"{self.host}, process {self.process}"


@cache
def _machine() -> dict[str, str]:
    return {
        "host": socket.gethostname(),
        "boot": _said(_PROC / "sys/kernel/random/boot_id"),
        "space": _link(_PROC / "self/ns/pid"),
    }


def _started(process: int) -> str:
    """Answer when a process started; "" where there is none that lives."""
    # proc(5), stat: the name in brackets may have anything in it; state is the third field,
    # starttime the twenty-second.
    _, _, rest = _said(_PROC / str(process) / "stat").rpartition(")")
    fields = rest.split()
    return "" if len(fields) < 20 or fields[0] in _GONE else fields[19]


def _said(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _link(file: Path) -> str:
    try:
        return str(file.readlink())
    except OSError:
        return ""
