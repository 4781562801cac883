"""How the world is disturbed, by a seed: kills, and servers that misbehave."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sandbox.torture.killing import PHASES, Aim, Run
from sandbox.torture.script import Step
from sandbox.torture.stage import TIMEOUT, Stage

LONG = TIMEOUT + 1.0
MOST = 3.0  # seconds that a daemon lives at most that is killed at any moment
SOON = 0.3  # seconds in which no daemon has ended its first cycle
_READS: tuple[dict[str, Any], ...] = (
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 502},
    {"kind": "html", "status": 503},
    {"kind": "json"},
    {"kind": "cut"},
    {"kind": "drop"},
)
# Of Redmine's writes: refused by a server that is ill, done although the answer was lost, or done
# only once nobody waits for it any more.
_WRITES: tuple[dict[str, Any], ...] = (
    {"method": "POST", "match": r"/issues\.json", "kind": "drop"},
    {"method": "POST", "match": r"/issues\.json", "kind": "cut"},
    {"method": "POST", "match": r"/issues\.json", "kind": "status", "status": 500},
    {"method": "POST", "match": r"/issues\.json", "kind": "slow", "seconds": LONG},
    {"method": "POST", "match": r"/relations\.json", "kind": "drop"},
    {"method": "POST", "match": r"/relations\.json", "kind": "status", "status": 500},
    {"method": "PUT", "match": r"/issues/", "kind": "drop"},
    {"method": "PUT", "match": r"/issues/", "kind": "status", "status": 500},
    {"method": "PUT", "match": r"/issues/", "kind": "slow", "seconds": LONG},
    {"method": "PUT", "match": r"/journals/", "kind": "drop"},
)


@dataclass(slots=True, kw_only=True)
class Chaos:
    """Disturbs one run; counts what it did."""

    random: Random
    wanted: int = 0  # kills that there shall be at least; then it goes on by chance
    moments: bool = False  # every other kill falls at any moment
    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    log: list[tuple[int, str, str]] = field(default_factory=list)  # step, phase, last seen
    _ill: set[str] = field(default_factory=set)  # systems that were ill in the last whole cycle

    def begin(self, step: Step, stage: Stage) -> None:
        """Have servers misbehave in this step."""
        if step.calm:
            return
        if self.random.random() < 0.35:
            self._misbehave(stage, "redmine", self.random.choice(_WRITES), times=1)
        if self.random.random() < 0.15:
            self._misbehave(stage, "redmine", self._read(), times=self.random.randint(1, 4))
        # What can't be read twice in a row is an incident of its own; and a node that stands as
        # before is only known by looking.
        for system in ("jenkins", "github"):
            if not step.looked and system not in self._ill and self.random.random() < 0.15:
                self._misbehave(stage, system, self._read(), times=self.random.randint(1, 9))

    def aim(self, step: Step) -> Aim | None:
        """Answer where the next run is to be killed; the rarer a phase, the more likely,
        and the first of it above all."""
        spares = self.random.random() < (0.05 if self.kills.total() < self.wanted else 0.25)
        if step.calm or spares:
            return None
        able = [p for p in PHASES if not (step.looked and p.name in ("pull", "observe"))]
        missed = [p for p in able if not self.kills[p.name]]
        if missed and self.random.random() < 0.7:
            return Aim(phase=self.random.choice(missed), served=self.random.random() < 0.7)
        if self.moments and not step.looked and self.random.random() < 0.5:
            return Aim(seconds=self.random.uniform(0.0, MOST))
        weights = [1.0 / (1 + self.kills[phase.name]) for phase in able]
        phase = self.random.choices(able, weights)[0]
        most = {"pull": 8, "plan": 2, "create": 2, "record": 2}.get(phase.name, 3)
        return Aim(
            phase=phase,
            nth=self.random.randint(1, most),
            served=self.random.random() < 0.7,
        )

    def behind(self, share: float) -> bool:
        """Whether the kills are fewer than they should be after this share of the steps."""
        return self.kills.total() < self.wanted * share

    def soon(self) -> Aim:
        """Answer a moment at which a daemon is still at its first cycle."""
        return Aim(seconds=self.random.uniform(0.0, SOON))

    def cycles(self) -> int:
        """Answer for how many cycles a daemon shall live that is not killed."""
        return self.random.randint(1, 2) if self.moments else 1

    def end(self, step: Step, run: Run, stage: Stage) -> None:
        """Note what became of a run; the servers are well again after it."""
        if run.kill is not None:
            self.kills[run.kill.phase] += 1
            self.log.append((step.number, run.kill.phase, run.kill.last))
        used = {
            name: [f for f in server.faults if f.used] for name, server in stage.servers.items()
        }
        for system, faults in used.items():
            for fault in faults:
                what = f"{fault.kind} {fault.status or ''}".strip()
                self.faults[f"{system} {fault.method or 'GET'} {what}"] += fault.used
        if run.complete:
            self._ill = {system for system, faults in used.items() if faults}
        for server in stage.servers.values():
            server.behave()

    def _read(self) -> dict[str, Any]:
        return {"method": "GET", **self.random.choice(_READS)}

    def _misbehave(self, stage: Stage, system: str, how: dict[str, Any], times: int) -> None:
        stage.servers[system].misbehave(**{"match": "", **how}, times=times)
