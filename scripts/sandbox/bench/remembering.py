"""The most memory in use: where all is read for the first time, and where nothing happened."""

import subprocess
import sys
from collections.abc import Iterator

from sandbox.bench.lone import peak
from sandbox.bench.program import Program
from sandbox.bench.rows import MEBIBYTES, Curve, Row, Said, Told
from sandbox.bench.stage import Stage
from sandbox.bench.towns import BOT, settled, town

_IDLE = 3  # cycles
_EVERY = "5s"  # the daemon's
_GOAL = 120
_KINDS = {
    "cold": Said("a first cycle", "첫 주기"),
    "idle": Said("idle cycles", "할 일 없는 주기"),
    "daemon": Said("idle cycles of the daemon", "데몬의 할 일 없는 주기"),
}
_GITHUB = Said("more where GitHub is read: its library", "GitHub를 읽을 때 더: 그 라이브러리")
_LOADING = r"""
import re
from pathlib import Path
import itsm_sync.app.wiring

def resident():
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)[1]) / 1024

before = resident()
import itsm_sync.sources.github.source
print(resident() - before)
"""


def rows(stage: Stage) -> Iterator[Told]:
    """Measure; yield the rows."""
    sizes = (stage.sizes.grown[0], stage.sizes.grown[-1])
    points: dict[str, list[tuple[float, float]]] = {name: [] for name in _KINDS}
    library = _of_github()
    for tickets in sizes:
        for name, most in _measured(stage, tickets):
            points[name].append((tickets, most))
            said = _KINDS[name]
            yield Row(
                name=f"memory-{name}-{tickets}",
                title=Said(
                    f"memory, {tickets:,} stored items, {said.en}",
                    f"메모리, 저장된 항목 {tickets:,}개, {said.ko}",
                ),
                measured=most,
                goal=_GOAL,
                unit=MEBIBYTES,
                known=Said("29 streaming", "스트리밍 29"),
                beside=((_GITHUB, library),),
                note=Said(
                    "the most resident memory of a process of its own; Redmine alone",
                    "별도 프로세스의 최대 상주 메모리. Redmine만",
                ),
            )
    for name, said in _KINDS.items():
        yield Curve(
            name=f"memory-{name}",
            title=Said(f"memory of {said.en}, MiB", f"메모리, {said.ko}, MiB"),
            points=tuple(points[name]),
            goal=_GOAL,
        )


def _of_github() -> float:
    """Answer the MiB that a process takes more once it reads GitHub."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADING], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def _measured(stage: Stage, tickets: int) -> Iterator[tuple[str, float]]:
    yield "cold", _cold(stage, tickets)
    with settled(stage, tickets) as place:
        yield "idle", place.program.alone(cycles=_IDLE).peak
        yield "daemon", _daemon(place.program)


def _cold(stage: Stage, tickets: int) -> float:
    with town(stage, tickets, stage.sizes.opened) as office:
        addresses = {"redmine": office.redmine.url}
        program = Program.over(stage.fresh("state"), addresses, office.keys[BOT])
        return program.alone(cycles=1).peak


def _daemon(program: Program) -> float:
    with program.daemon(every=_EVERY) as daemon:
        seen = 0
        for _ in range(_IDLE):
            seen = daemon.heard("cycle.finished", after=seen)
        return peak(daemon.process.pid)
