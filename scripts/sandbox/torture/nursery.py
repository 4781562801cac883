"""Where processes of the program are forked, all its modules loaded: a second less for each.

A line of JSON asks for one: its clock, arguments, environment, and where its output goes. It is
answered by the process's number, and by its status once it has ended.
"""

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import time_machine

from itsm_sync.cli import run


@dataclass(frozen=True, slots=True, kw_only=True)
class Nursery:
    """The door to a nursery."""

    process: "subprocess.Popen[str]"

    @classmethod
    def open(cls, environment: Mapping[str, str]) -> Self:
        """Start one."""
        return cls(
            process=subprocess.Popen(
                [sys.executable, "-m", "sandbox.torture.nursery"],
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


def serve() -> None:
    """Fork one process after the other."""
    for line in sys.stdin:
        number = os.fork()
        if number == 0:
            os._exit(_live(json.loads(line)))
        print(number, flush=True)
        _, status = os.waitpid(number, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _live(asked: Mapping[str, Any]) -> int:
    """Be the program."""
    os.environ.clear()
    os.environ.update(asked["environment"])
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, name in ((1, asked["out"]), (2, asked["err"])):
        os.dup2(os.open(name, flags, 0o600), number)
    try:
        then = datetime.now(UTC) + timedelta(seconds=asked["offset"])
        with time_machine.travel(then, tick=True):
            status = run(asked["arguments"])
    except SystemExit as ended:
        status = int(ended.code or 0)
    except BaseException:  # noqa: BLE001 - what Python itself does at the end
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return status


if __name__ == "__main__":
    serve()
