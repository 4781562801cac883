"""Runs the program once, and kills it at a moment of its road."""

import json
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Timer
from typing import Any

from sandbox.standins.server import Request
from sandbox.torture.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of the road: the events of the log that lie in it, or the requests to Redmine."""

    name: str
    events: tuple[str, ...] = ()
    method: str = ""
    path: str = ""

    def asks(self, request: Request) -> bool:
        """Whether a request lies in it."""
        return self.method == request.method and request.path.endswith(self.path)


PHASES = (
    Phase(name="pull", events=("source.started", "source.read", "source.done")),
    Phase(name="observe", events=("signal.observed", "signals.attended")),
    Phase(name="plan", events=("routing.done", "plan.made")),
    Phase(name="create", method="POST", path="/issues.json"),
    Phase(name="edit", method="PUT", path=".json"),
    Phase(name="record", events=("ticket.opened", "edit.applied", "edit.partly")),
)
MOMENT = "moment"  # the name of what lies in no phase: any moment
_MILESTONES = {event: phase.name for phase in PHASES for event in phase.events}


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """Where a kill shall fall: at the nth event or request of a phase; of a request before it
    reaches Redmine, or once it was served and its answer is not sent yet. Without a phase: so many
    seconds after it said its first word.
    """

    phase: Phase | None = None
    nth: int = 1
    served: bool = True
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """Where a kill fell: the phase, as log or proxy show it, and the last that was seen."""

    phase: str
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run of the program came to; `told` is its answer, where it gave one."""

    status: int
    kill: Kill | None = None
    told: Mapping[str, Any] = field(default_factory=dict)
    said: str = ""

    @property
    def complete(self) -> bool:
        return self.kill is None and self.status in (0, 1) and "cycle" in self.told


def sync(stage: Stage, aim: Aim | None = None) -> Run:
    """Run one cycle, and kill it where it is aimed at, if it gets there."""
    return run(stage, "--verbose", "sync", aim=aim)


def live(stage: Stage, aim: Aim | None = None, cycles: int = 1) -> Run:
    """Let the daemon live for so many cycles, and kill it where it is aimed at, if it gets there;
    else it is asked to end.
    """
    return run(stage, "--verbose", "run", aim=aim, cycles=cycles)


def run(stage: Stage, *arguments: str, aim: Aim | None = None, cycles: int = 0) -> Run:
    """Run a command of the program; one that does not end by itself, for so many cycles."""
    out, err = stage.home / "out", stage.home / "err"
    err.unlink(missing_ok=True)
    os.mkfifo(err)
    number = stage.nursery.bear(
        ["--json", *arguments], stage.environment, offset=stage.clock.offset, out=out, err=err
    )
    hunter = _Hunter(stage=stage, number=number, aim=aim, cycles=cycles)
    said = hunter.follow(err)
    status = stage.nursery.status()
    text = out.read_text(encoding="utf-8")
    kill = hunter.kill if status < 0 else None
    told = hunter.finished if cycles else _document(text)
    return Run(status=status, kill=kill, told=told, said="".join(said))


@dataclass(slots=True, kw_only=True)
class _Hunter:
    """Reads what the program says, and kills it."""

    stage: Stage
    number: int  # the process's
    aim: Aim | None
    cycles: int = 0  # after which it is asked to end; 0: it ends by itself
    finished: dict[str, Any] = field(default_factory=dict)  # what it said of its last cycle
    last: str = ""
    seen: int = 0
    at: str = ""  # the request at which it was killed
    done: Event = field(default_factory=Event)
    timer: Timer | None = None

    def follow(self, pipe: Path) -> list[str]:
        """Read on to the end; answer the lines."""
        said: list[str] = []
        self._lie_in_wait()
        try:
            with pipe.open(encoding="utf-8") as lines:
                for line in lines:
                    if not said:
                        self._wait()
                    said.append(line)
                    document = _document(line)
                    self._heed(document.get("event", ""))
                    self._count(document)
        finally:
            if self.timer is not None:
                self.timer.cancel()
            self.stage.redmine.before = self.stage.redmine.after = None
        return said

    @property
    def kill(self) -> Kill:
        """Answer where it fell, as the last that was said shows it."""
        if self.at and self.aim is not None and self.aim.phase is not None:
            return Kill(phase=self.aim.phase.name, last=self.at)
        if self.aim is not None and self.aim.phase is None:
            return Kill(phase=MOMENT, last=self.last or "-")
        return Kill(phase=_MILESTONES.get(self.last, self.last), last=self.last)

    def _lie_in_wait(self) -> None:
        if self.aim is None or self.aim.phase is None or not self.aim.phase.method:
            return
        if self.aim.served:
            self.stage.redmine.after = self._meet
        else:
            self.stage.redmine.before = self._meet

    def _meet(self, request: Request) -> None:
        aim = self.aim
        if aim is None or aim.phase is None or not aim.phase.asks(request) or self.done.is_set():
            return
        self.seen += 1
        if self.seen == aim.nth:
            when = "served" if aim.served else "not sent on"
            self.at = f"{request.method} {request.path}, {when}"
            self._shoot()

    def _heed(self, event: str) -> None:
        if event in _MILESTONES:
            self.last = event
        aim = self.aim
        if aim is None or aim.phase is None or event not in aim.phase.events:
            return
        self.seen += not self.done.is_set()
        if self.seen == aim.nth and not self.done.is_set():
            self._shoot()

    def _wait(self) -> None:
        if self.aim is not None and self.aim.phase is None:
            self.timer = Timer(self.aim.seconds, self._shoot)
            self.timer.start()

    def _count(self, document: dict[str, Any]) -> None:
        """Ask the daemon to end once it has lived for long enough."""
        ends = document.get("event") in ("cycle.finished", "cycle.failed", "cycle.interrupted")
        if not self.cycles or not ends or self.done.is_set():
            return
        self.cycles -= 1
        self.finished = document if document["event"] == "cycle.finished" else {}
        if self.cycles == 0:
            self.done.set()
            os.kill(self.number, signal.SIGTERM)

    def _shoot(self) -> None:
        self.done.set()
        os.kill(self.number, signal.SIGKILL)


def _document(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
