"""Where processes of the program are forked, all its modules loaded: a second less for each.

A line of JSON asks for one: its clock, arguments, environment, and where its output goes. It is
answered by the process's number, and by its status once it has ended.
"""

import gc
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any, Self

import time_machine

from itsm_sync.cli import run
from itsm_sync.cli.call import prepare
from itsm_sync.settings import load
from sandbox.configuration import SHIPPED
from sandbox.remembering import remember

_SCRIPTS = str(Path(__file__).parents[1])
# Python heeds these when it starts: a process with one of them is started, not forked.
_HEEDED = ("PYTHON", "LANG", "LC_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Nursery:
    """The door to a nursery."""

    process: "subprocess.Popen[str]"

    @classmethod
    def open(cls, environment: Mapping[str, str]) -> Self:
        """Start one."""
        return cls(
            process=subprocess.Popen(
                [sys.executable, "-m", "sandbox.nursery"],
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )

    def close(self) -> None:
        """End it."""
        if self.process.stdin is not None and self.process.stdout is not None:
            self.process.stdin.close()
            self.process.wait(30)
            self.process.stdout.close()

    def bear(
        self, arguments: Sequence[str], environment: Mapping[str, str], *, offset: float,
        out: Path, err: Path,
    ) -> int:  # fmt: skip
        """Start the program; answer its process's number.

        Args:
            arguments: of its command line.
            environment: its own, all of it.
            offset: seconds by which its clock is before the real one.
            out: the file that its answer goes to.
            err: what it says goes there, line by line.
        """
        asked = {"arguments": list(arguments), "environment": dict(environment), "offset": offset,
                 "out": str(out), "err": str(err)}  # fmt: skip
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def status(self) -> int:
        """Wait for its end; answer its exit status, or the signal that ended it, negative."""
        return self._answer()

    def _answer(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A process of the program that has ended, and what it said."""

    status: int
    out: str
    err: str


@dataclass(slots=True, kw_only=True)
class Twins:
    """Two nurseries that take turns, so that no two runs in a row share Python's random order of
    sets: what depends on it is found out. They are opened when they are first needed.
    """

    nurseries: list[Nursery] = field(default_factory=list)
    folder: Path | None = None
    alone: Lock = field(default_factory=Lock)

    def run(
        self, arguments: Sequence[str], environment: Mapping[str, str], *, offset: float = 0
    ) -> Ended:
        """Run the program to its end.

        While one runs, another is started as people do; that one's clock can't be moved.

        Args:
            arguments: of its command line.
            environment: all that it has.
            offset: seconds by which its clock is before the real one.
        """
        heeded = any(name.startswith(_HEEDED) for name in environment)
        if heeded or not self.alone.acquire(blocking=bool(offset)):
            return started(arguments, environment)
        try:
            return self._forked(arguments, environment, offset)
        finally:
            self.alone.release()

    def close(self) -> None:
        """End the nurseries."""
        for nursery in self.nurseries:
            nursery.close()
        self.nurseries.clear()

    def _forked(
        self, arguments: Sequence[str], environment: Mapping[str, str], offset: float
    ) -> Ended:
        while len(self.nurseries) < 2:
            bare = {"PATH": os.environ["PATH"], "PYTHONPATH": _SCRIPTS}
            self.nurseries.append(Nursery.open(bare))
        self.nurseries.reverse()
        with tempfile.TemporaryDirectory(prefix="itsm-sync-said-") as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            number = self.nurseries[0].bear(arguments, environment, offset=offset, out=out, err=err)
            try:
                status = self.nurseries[0].status()
            except BaseException:  # a test's time is over: its answer may not be another's
                os.kill(number, signal.SIGKILL)
                self.close()
                raise
            said = (file.read_text(encoding="utf-8") for file in (out, err))
            return Ended(status=status, out=next(said), err=next(said))


def started(arguments: Sequence[str], environment: Mapping[str, str]) -> Ended:
    """Start a process of the program as people do, and wait for its end."""
    done = subprocess.run(
        [sys.executable, "-m", "itsm_sync", *arguments],
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return Ended(status=done.returncode, out=done.stdout, err=done.stderr)


def serve() -> int:
    """Fork one process after the other; answer a forked one's exit status within it."""
    remember()
    load(SHIPPED, {}, secrets=False)
    gc.freeze()  # what is never freed is never copied
    for line in sys.stdin:
        number = os.fork()
        if number == 0:
            return _live(json.loads(line))
        print(number, flush=True)
        _, status = os.waitpid(number, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
    return 0


def _live(asked: Mapping[str, Any]) -> int:
    """Be the program, to its end as Python ends it."""
    os.environ.clear()
    os.environ.update(asked["environment"])
    time.tzset()
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in ((1, asked["out"]), (2, asked["err"])):
        os.dup2(os.open(name, flags, 0o600), number)
    # made anew: the old ones hold whether what they were opened on can be sought in
    out, err = (io.BufferedWriter(io.FileIO(number, "w", closefd=False)) for number in (1, 2))
    sys.stdout = io.TextIOWrapper(out, "utf-8")
    sys.stderr = io.TextIOWrapper(err, "utf-8", "backslashreplace", line_buffering=True)
    then = datetime.now(UTC) + timedelta(seconds=asked["offset"])
    with time_machine.travel(then, tick=True) if asked["offset"] else nullcontext():
        prepare()
        return run(asked["arguments"])


if __name__ == "__main__":
    sys.exit(serve())
