"""A peer: bugwarrior 2.1, in an environment of its own, which knows nothing of ours.

It stops at the first hundred tickets without a word, so that its pages are asked for by hand.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.bench.program import NotWell
from sandbox.bench.towns import CHECKOUT

_HERE = Path(__file__)
_PINS = _HERE.with_name("bugwarrior.txt")  # it, and all that it needs
_VENV = CHECKOUT / ".test" / "bugwarrior"


@dataclass(frozen=True, slots=True)
class Bugwarrior:
    """A process that reads all tickets as often as it is told to."""

    process: "subprocess.Popen[str]"

    def pull(self) -> None:
        """Let it read them. Raises NotWell."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        if not self.process.stdout.readline().strip().isdecimal():
            raise NotWell("bugwarrior could not read the tickets")


def is_there() -> bool:
    """Install it where it is missing; answer whether it is there."""
    if (_VENV / "ready").exists():
        return True
    made = [sys.executable, "-m", "venv", "--clear", str(_VENV)]
    filled = [str(_VENV / "bin/python"), "-m", "pip", "install", "-qq", "-r", str(_PINS)]
    if any(subprocess.run(step, check=False).returncode for step in (made, filled)):
        print("bugwarrior can't be installed here: it is left out", file=sys.stderr)
        return False
    (_VENV / "ready").touch()
    return True


@contextmanager
def bugwarrior(url: str, key: str, home: Path) -> Iterator[Bugwarrior]:
    """Start one, until the block is left."""
    home.mkdir(parents=True)
    (home / ".taskrc").touch()
    # -P: nothing beside the script is taken for a module of its own
    command = [str(_VENV / "bin/python"), "-P", str(_HERE.with_name("bugwarrior_alone.py")), url]
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "REDMINE_API_KEY": key}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Bugwarrior(process)
        finally:
            process.communicate("")  # it ends with its standard input
