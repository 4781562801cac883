"""The same changing world twice, undisturbed and with kills and ill servers: the same tickets."""

from pathlib import Path

import pytest
from sandbox.torture.runs import Way, torture

SEED, KILLS = 3, 20


@pytest.mark.timeout(1500)
@pytest.mark.parametrize(("database", "steps"), [("sqlite", 18), ("postgresql", 18)])
def test_kills_and_ill_servers_change_no_ticket(
    template: Path, tmp_path: Path, request: pytest.FixtureRequest, database: str, steps: int
) -> None:
    way = Way(daemon=True)
    if database == "postgresql":
        server = request.getfixturevalue("server").postgres
        way = Way(daemon=True, databases=(server.create("calm"), server.create("disturbed")))
    told: list[str] = []
    verdict = torture(
        tmp_path / "torture", template, SEED, steps, told.append, kills=KILLS, way=way
    )
    assert verdict.wrong == [], "\n".join(told)
    assert sum(verdict.chaos.kills.values()) >= KILLS
    assert {"moment", "edit"} <= set(verdict.chaos.kills)
    assert verdict.chaos.faults
    assert len(verdict.calm.seen.tickets) > steps // 2
