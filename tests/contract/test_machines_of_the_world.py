"""What signals make of the machines of the ABC world, and of many failures in it at once."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sandbox.standins.github import GitHubStandIn
from sandbox.standins.jenkins import JenkinsStandIn
from sandbox.world import github, jenkins, slowing
from sandbox.world.spine import build

from itsm_sync.locale import say
from itsm_sync.model.cycles import Batch
from itsm_sync.model.signals import Episode, Telling
from itsm_sync.settings.load import load
from itsm_sync.store import Store
from tests.contract.test_signals_of_the_world import CONFIG, NOW, Office, of
from tests.prose import words
from tests.signalled import build as failed_build

Told = Mapping[str, tuple[Episode, Telling]]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    spine = build(now=NOW)
    with (
        Store.open(f"sqlite:///{tmp_path / 'itsm.db'}") as store,
        GitHubStandIn(github.documents(spine)) as code,
        JenkinsStandIn(jenkins.documents(spine)) as ci,
    ):
        settings = load(CONFIG, {}, secrets=False)
        made = Office(spine=spine, settings=settings, store=store, github=code.url, jenkins=ci.url)
        made.pull()
        yield made


def test_the_machines_of_the_world_have_their_tickets(office: Office) -> None:
    told = office.attend(minutes=66)
    [(node, says)] = of(told, "nodes")
    assert (node.facts["node"], node.live) == ("agent-03", True)
    assert node.began == NOW - timedelta(hours=3, minutes=15)
    assert "Connection was broken" in words(says.live)
    assert [e.facts["node"] for e, _ in of(told, "disk")] == ["agent-04"]
    queue = {e.facts["job"]: says for e, says in of(told, "queue")}
    says = queue["abc/test/performance"]
    assert "‘agent-03’ is offline" in words(says.live)
    [(outage, says)] = of(told, "outages")
    assert outage.facts["error"] == "curl: (<n>) Could not resolve host: nexus.abc.example"
    assert "curl: (6) Could not resolve host: nexus" in say(says.subject, "en")  # as it was said
    assert "3 of 3 still failing" in words(says.live)
    assert "ci:abc/build/mobile" in words(says.description)
    assert [e.facts["node"] for e, _ in of(told, "memory")] == ["agent-02"]
    assert [e.facts["job"] for e, _ in of(told, "slower")] == [slowing.JOB]
    assert of(told, "controllers", "storms") == []


def test_five_hundred_failures_at_once_in_the_world_are_one_storm(office: Office) -> None:
    before = office.attend(minutes=66)
    failed, ours = NOW + timedelta(minutes=70), {"service": "portal", "tracked": True}
    items = tuple(
        failed_build(
            f"abc/build/portal/{n}",
            number,
            facts={"finished_at": failed + timedelta(seconds=number), **ours},
            updated_at=failed,
        )
        for n in range(500)
        for number in (1, 2)
    )
    office.store.keep("jenkins", Batch(stream="builds:x", items=items), "c1")
    after = office.attend(minutes=80)
    new = [after[key] for key in after.keys() - before.keys()]
    [(storm, says)] = new
    assert (storm.signal, storm.count) == ("storms", 500)
    assert "500 of 500 still failing" in words(says.live)
    assert office.attend(minutes=85) == after
