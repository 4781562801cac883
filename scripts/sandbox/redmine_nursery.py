"""Where servers of Redmine, and scripts within it, are forked: all its code is loaded once.

Loading takes most of the seconds that a server needs to start, or a script to run.
"""

import json
import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class RedmineNursery:
    """The door to a nursery."""

    process: "subprocess.Popen[str]"
    log: Path
    alone: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def open(cls, environment: Mapping[str, str], log: Path) -> Self:
        """Start one; `environment` names an instance that it never serves."""
        with log.open("ab") as output:
            process = subprocess.Popen(
                ["ruby", str(Path(__file__).with_name("redmine_nursery.rb"))],
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
                start_new_session=True,
            )
        return cls(process=process, log=log)

    def close(self) -> None:
        """End it; the servers go on."""
        self.process.communicate(timeout=30)

    @property
    def lives(self) -> bool:
        return self.process.poll() is None

    def serve(
        self, puma: Sequence[str], environment: Mapping[str, str], *, lifetime: float, log: Path
    ) -> int:
        """Start a server with puma's arguments; answer its process's number."""
        return self._ask(
            serve=list(puma), lifetime=int(lifetime), environment=dict(environment),
            out=str(log), err=str(log),
        )  # fmt: skip

    def run(self, script: Path, environment: Mapping[str, str], out: Path, err: Path) -> int:
        """Run a file of Ruby within Redmine to its end; answer its exit status."""
        return self._ask(
            script=str(script.resolve()), environment=dict(environment),
            out=str(out), err=str(err),
        )  # fmt: skip

    def _ask(self, **asked: Any) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self.alone:
            try:
                self.process.stdin.write(json.dumps(asked) + os.linesep)
                self.process.stdin.flush()
                return int(self.process.stdout.readline())
            except (OSError, ValueError) as error:
                raise RuntimeError(f"Redmine's nursery has ended; see {self.log}") from error
            except BaseException:  # a test's time is over: its answer may not be another's
                self.process.kill()
                raise
