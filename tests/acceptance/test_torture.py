"""The same changing world twice, undisturbed and with kills and ill servers: the same tickets."""

from pathlib import Path

import pytest
from sandbox.torture.killing import PHASES
from sandbox.torture.runs import Way, torture

SEED, STEPS, KILLS = 3, 18, 20


@pytest.mark.timeout(1200)
def test_kills_and_ill_servers_change_no_ticket(template: Path, tmp_path: Path) -> None:
    told: list[str] = []
    way = Way(daemon=True)
    verdict = torture(
        tmp_path / "torture", template, SEED, STEPS, told.append, kills=KILLS, way=way
    )
    assert verdict.wrong == [], "\n".join(told)
    assert sum(verdict.chaos.kills.values()) >= KILLS
    assert {phase.name for phase in PHASES} <= set(verdict.chaos.kills)
    assert verdict.chaos.faults
    assert len(verdict.calm.seen.tickets) > STEPS // 2
