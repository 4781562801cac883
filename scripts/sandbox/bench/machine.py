"""On what was measured, and what."""

import os
import platform
import re
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

from sandbox.bench.fleets import now

_MODEL = re.compile(r"^model name\s*: (.+)$", re.MULTILINE)
_MEMORY = re.compile(r"^MemTotal:\s+(\d+) kB$", re.MULTILINE)
_VERSION = re.compile(r"MAJOR = (\d+).*?MINOR = (\d+).*?TINY\s+= (\d+)", re.DOTALL)
_REDMINE = Path("/usr/share/redmine/lib/redmine/version.rb")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The machine, the versions, the commit ("+" behind it: with changes) and the load before."""

    day: str
    commit: str
    processor: str
    cores: int
    memory: int  # GiB
    system: str
    python: str
    redmine: str
    load: float  # running processes in the minute before

    @classmethod
    def this(cls, checkout: Path) -> "Machine":
        """Look at this one."""
        return cls(
            day=f"{now():%Y-%m-%d}",
            commit=_commit(checkout),
            processor=_found(_MODEL, Path("/proc/cpuinfo")) or platform.machine(),
            cores=os.cpu_count() or 1,
            memory=round(int(_found(_MEMORY, Path("/proc/meminfo")) or 0) / 2**20),
            system=platform.freedesktop_os_release()["PRETTY_NAME"],
            python=platform.python_version(),
            redmine=_found(_VERSION, _REDMINE),
            load=round(os.getloadavg()[0], 1),
        )

    def as_json(self) -> dict[str, object]:
        """Answer it as `performance.json` has it."""
        return asdict(self)


def _found(pattern: re.Pattern[str], file: Path) -> str:
    """Answer what a file says, its parts with dots between; "" where it doesn't."""
    found = pattern.search(file.read_text(encoding="utf-8")) if file.exists() else None
    return ".".join(found.groups()) if found else ""


def _commit(checkout: Path) -> str:
    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=checkout, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    return git("rev-parse", "--short=12", "HEAD") + ("+" if git("status", "--porcelain") else "")
