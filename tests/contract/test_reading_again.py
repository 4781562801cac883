"""Jenkins and GitHub read again on command: single things, and whole streams."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sandbox.standins.github import GitHubStandIn, new_repository, rows
from sandbox.standins.jenkins import JenkinsStandIn
from sandbox.world.github import TOKEN

from itsm_sync.clients.jenkins import JenkinsClient
from itsm_sync.model.cycles import Batch
from itsm_sync.sources.jenkins import JenkinsSource
from tests.contract.test_github_source import APP, Pulling, ago, fill
from tests.jenkins_builders import MINUTE, PORTAL, START, Puller, builds, documents, ended, node
from tests.shelf import Deaf, Shelf

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture
def jenkins() -> Iterator[JenkinsStandIn]:
    with JenkinsStandIn(documents()) as server:
        for number, result in enumerate(("SUCCESS", "FAILURE", "SUCCESS", "FAILURE")):
            ended(server, PORTAL, at=START + number * MINUTE, result=result)
        yield server


@pytest.fixture
def puller(jenkins: JenkinsStandIn) -> Puller:
    puller = Puller(jenkins, Shelf())
    puller.pull()
    return puller


def source(puller: Puller) -> JenkinsSource:
    client = JenkinsClient(puller.settings, Deaf())
    return JenkinsSource(client, puller.settings, "jenkins")


def reread(puller: Puller, *keys: str) -> list[Batch]:
    found = list(source(puller).reread(puller.store, keys))
    assert all(batch.cursor is None for batch in found)
    return puller.store.keep(found)


def rewind(puller: Puller, since: datetime | None = None) -> None:
    asked, cursors = source(puller), puller.store.cursors
    for stream in list(cursors):
        cursor = asked.rewound(puller.store, stream, since)
        if cursor is None:
            del cursors[stream]
        else:
            cursors[stream] = cursor


def test_single_builds_are_read_again_with_what_they_tell(
    jenkins: JenkinsStandIn, puller: Puller
) -> None:
    good, bad = builds(puller.store)[3], builds(puller.store)[4]
    jenkins.discard_build(PORTAL, 1)
    puller.store.items.clear()
    discarded = f"jenkins:ci:{PORTAL}#1@{START}"
    batches = reread(puller, good.key, f"{bad.key}/console", discarded, "jenkins:ci:lost#1@2")
    assert [item.key for batch in batches for item in batch.items] == [good.key, bad.key]
    assert {key for batch in batches for key in batch.gone} == {
        f"{bad.key}/console",
        discarded,
        "jenkins:ci:lost#1@2",
    }
    assert puller.store.items[good.key] == good


def test_jobs_nodes_and_what_waits_are_read_again_or_are_gone(puller: Puller) -> None:
    here = ("jenkins:ci:abc/nightly", "jenkins:ci:node/agent-01")
    away = ("jenkins:ci:abc/gone", "jenkins:ci:node/agent-99", "jenkins:ci:queue/7")
    batches = reread(puller, *here, *away, f"jenkins:ci:{PORTAL}#?@?")
    assert {item.key for batch in batches for item in batch.items} == set(here)
    assert {key for batch in batches for key in batch.gone} == set(away)


def test_a_controller_read_again_tells_all_and_looks_into_no_failure_twice(
    jenkins: JenkinsStandIn, puller: Puller
) -> None:
    before = dict(puller.store.items)
    jenkins.world["computer"]["computer"] = [node("agent-02")]
    rewind(puller)
    batches = puller.pull()
    told = {item.key: item for batch in batches for item in batch.items}
    lost = "jenkins:ci:node/agent-01"
    assert told.keys() >= before.keys() - {lost}
    assert all(told[key] == item for key, item in before.items() if key != lost)
    assert [key for batch in batches for key in batch.gone] == [lost]
    assert not [path for path in puller.asked if "console" in path or "wfapi" in path]
    assert [batch.items for batch in puller.pull()] == [(), (), ()]


def test_builds_since_a_time_alone_are_read_again(puller: Puller) -> None:
    rewind(puller, EPOCH + timedelta(milliseconds=START + 2 * MINUTE))
    told = {item.key for batch in puller.pull() for item in batch.items if item.kind == "build"}
    assert told == {builds(puller.store)[3].key, builds(puller.store)[4].key}


@pytest.fixture
def pulling() -> Iterator[Pulling]:
    world = {
        "tokens": {TOKEN: "itsm-sync-bot"},
        "repositories": {APP: new_repository(APP, at=ago(days=900))},
        "moved": {},
    }
    with GitHubStandIn(world) as server:
        fill(server)
        found = Pulling(server)
        found.pull()
        yield found


SINGLE = ("issue/1", "pull/2", "release/10", "deployment/20", "run/30", "dependabot/1",
          "code-scanning/1", "secret-scanning/1")  # fmt: skip


def test_each_thing_of_a_repository_is_read_again_by_itself(pulling: Pulling) -> None:
    before = dict(pulling.store.items)
    pulling.server.forget_requests()
    keys = [f"github:{APP}/{rest}" for rest in (*SINGLE, "issue/99", "wiki/4", "issue/?")]
    found = list(pulling.source.reread(pulling.store, keys))
    told = {item.key: item for batch in found for item in batch.items}
    assert told == {key: before[key] for key in keys[: len(SINGLE)]}
    assert [key for batch in found for key in batch.gone] == [f"github:{APP}/issue/99"]
    assert all(batch.cursor is None for batch in found)
    # The secret itself stays at GitHub.
    (asked,) = [r for r in pulling.server.requests if "secret-scanning" in r.path]
    assert "hide_secret=true" in asked.query


def test_a_row_that_is_set_aside_is_known_by_the_key_of_its_item(pulling: Pulling) -> None:
    bad = rows.deployment(APP, 21, at=ago(hours=1))
    bad["created_at"] = None
    pulling.server.add(APP, "deployments", bad)
    rejected = [one.key for batch in pulling.pull() for one in batch.rejected]
    assert rejected == [f"github:{APP}/deployment/21"]
    (batch,) = pulling.source.reread(pulling.store, rejected)
    assert [one.key for one in batch.rejected] == rejected
    pulling.server.change(APP, "deployments", 21, created_at=ago(hours=1))
    (batch,) = pulling.source.reread(pulling.store, rejected)
    assert [item.key for item in batch.items] == rejected


@pytest.mark.parametrize("since", [None, datetime(2020, 1, 1, tzinfo=UTC)])
def test_a_repository_read_again_puts_right_what_was_spoilt(
    pulling: Pulling, since: datetime | None
) -> None:
    before = dict(pulling.store.items)
    for key, item in before.items():
        pulling.store.items[key] = replace(item, title="손상")
    cursors = pulling.store.cursors
    for stream in list(cursors):
        cursor = pulling.source.rewound(pulling.store, stream, since)
        if cursor is None:
            del cursors[stream]
        else:
            cursors[stream] = cursor
    batches = pulling.pull()
    told = {item.key for batch in batches for item in batch.items}
    assert told == before.keys()
    assert pulling.store.items == before
    assert [batch.items for batch in pulling.pull() if batch.items] == []
