"""Cycles in a process that does nothing else: what they take, and the most memory.

    python -m sandbox.bench.lone CONFIGURATION CYCLES

Prints a JSON document. The cycles look and write nothing.
"""

import io
import json
import os
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter, process_time

from itsm_sync.app.wiring import start
from itsm_sync.operations.cycles import plan

_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


def peak(process: int | str = "self") -> float:
    """Answer the most memory that a process had resident so far, in MiB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    (kibibytes,) = _PEAK.findall(status)
    return int(kibibytes) / 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Lone:
    """What each cycle took, in seconds (on the clock, of CPU), and the most memory in use, MiB."""

    wall: list[float]
    cpu: list[float]
    peak: float


def main() -> int:
    """Let them pass."""
    directory, cycles = Path(sys.argv[1]), int(sys.argv[2])
    walls, cpus = [], []
    with start(directory, os.environ, stream=io.StringIO()) as app:
        store = app.store()
        for _ in range(cycles):
            wall, cpu = perf_counter(), process_time()
            plan(app.road(store), app.settings, app.cycle())
            walls.append(perf_counter() - wall)
            cpus.append(process_time() - cpu)
    print(json.dumps(asdict(Lone(wall=walls, cpu=cpus, peak=peak()))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
