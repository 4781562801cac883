"""However a job's history is cut into pulls, and whatever fails meanwhile, the same is learnt."""

from random import Random
from typing import Any

import pytest
from sandbox.standins.jenkins import JenkinsStandIn

from itsm_sync.model.items import Item
from tests.jenkins_builders import MINUTE, PORTAL, START, Puller, builds, documents, ended
from tests.shelf import Shelf

CONSOLES = (
    "ssh: connect to host api-prod-02 port 22: Connection timed out\n",
    "오류: 컬럼 'amount'가 이미 있습니다\n",
    "all is well\nERROR: script returned exit code 1\n",
    "ERROR: boom\n" + "x" * 200_000 + "\nERROR: late boom\n",
)
RESULTS = ("FAILURE", "FAILURE", "FAILURE", "SUCCESS", "ABORTED", "running")
FAULTS = (
    {"match": "describe", "kind": "status", "status": 500},
    {"match": "progressiveText", "kind": "json"},
    {"match": "progressiveText.start=[1-9]", "kind": "status", "status": 500},
    {"match": "describe|progressiveText", "kind": "cut"},
    {"match": "/portal/api", "kind": "status", "status": 500},
)


def happens(server: JenkinsStandIn, chance: Random, minute: int) -> None:
    """One build more, or the end of one that ran."""
    running = [build for build in server.job(PORTAL)["allBuilds"] if build["building"]]
    if running and chance.random() < 0.5:
        number = running[-1]["number"]
        server.world["logs"][f"{PORTAL}#{number}"] = chance.choice(CONSOLES)
        server.finish_build(PORTAL, number, result="FAILURE", duration=MINUTE)
        return
    at, result = START + minute * MINUTE, chance.choice(RESULTS)
    if result == "FAILURE":
        server.fail_build(PORTAL, at=at, log=chance.choice(CONSOLES), stage="Deploy")
    elif result == "running":
        server.start_build(PORTAL, at=at)
    else:
        ended(server, PORTAL, at=at, result=result)


def said(store: Shelf) -> dict[int, Any]:
    """What each build says; facts that are empty are none."""
    found: dict[int, Item] = builds(store)
    return {number: (item.state, dict(item.facts)) for number, item in found.items()}


@pytest.mark.parametrize("seed", range(16))
def test_any_cut_and_any_fault_comes_to_the_same(seed: int) -> None:
    chance = Random(seed)
    with JenkinsStandIn(documents() | {"logs": {}, "stages": {}}) as server:
        calm, shaken = Puller(server, Shelf()), Puller(server, Shelf())
        ended(server, PORTAL, at=START)
        for puller in (calm, shaken):
            puller.pull()
        pulls = 0
        for minute in range(1, 25):
            happens(server, chance, minute)
            calm.pull()
            if chance.random() < 0.4 and pulls < 8:  # fewer than a part is asked for
                server.misbehave(**chance.choice(FAULTS))
                shaken.pull()
                server.behave()
                pulls += 1
        shaken.pull()
        shaken.pull()
        assert said(shaken.store) == said(calm.store)
        assert any("error" in facts for _, facts in said(calm.store).values())
        for puller in (calm, shaken):
            puller.pull()
            assert not any(path.rpartition("/")[2] == "progressiveText" for path in puller.asked)
