"""Drift as findings: opened once, closed by what is seen, untouched where nothing was."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from itsm_sync.cycle.inventory import gather, note_drift, remembered, reported
from itsm_sync.model.catalogue import Service
from itsm_sync.model.cycles import Batch, Cycle, Health, SourceReport
from itsm_sync.model.findings import Finding
from itsm_sync.model.inventory import Controller, KnownProject, Reading
from itsm_sync.model.words import Message
from itsm_sync.routing import Catalogue
from itsm_sync.store import Store
from tests.builders import MATRIX, NOON
from tests.inventory_builders import PORTAL, SCOPE, build, job, node, repository

HOUR = timedelta(hours=1)
UNNAMED = "drift/job/ci:abc/x/no-service"
PROJECTS = {
    "read": NOON.isoformat(),
    "projects": [
        {"id": 1, "identifier": "abc", "name": "ABC시스템", "parent": None, "closed": False,
         "modules": []},
        {"id": 2, "identifier": "abc-app", "name": "앱", "parent": 1, "closed": True,
         "public": False, "modules": ["wiki"]},
        {"id": 3, "identifier": "other", "name": "남", "parent": None, "closed": False,
         "modules": []},
    ],
}  # fmt: skip


def reports(**healths: Health) -> Mapping[str, SourceReport]:
    """How the three systems answered; all well unless said."""
    streams = {
        "redmine": ("projects",),
        "jenkins": ("jobs", "nodes"),
        "github": ("abc/portal/repository", "abc/portal/runs"),
    }
    return {
        name: SourceReport(
            health=healths.get(name, Health.OK),
            streams=dict.fromkeys(names, healths.get(name, Health.OK)),
        )
        for name, names in streams.items()
    }


@pytest.fixture
def world(store: Store) -> Store:
    """A portal that is built and named, and a job that nobody names."""
    store.begin(Cycle(id="c1", started_at=NOON, configuration="abc"))
    built = build(repository="abc/portal")
    jobs = (job(), job("abc/deploy/portal-prod"), job("abc/x"), node(), built)
    store.keep("jenkins", Batch(stream="jobs", items=jobs), "c1")
    store.keep("github", Batch(stream="abc/portal/repository", items=(repository(),)), "c1")
    store.keep("redmine", Batch(stream="projects", cursor=PROJECTS), "c1")
    return store


def cycle(store: Store, hour: int = 0, *services: Service, **healths: Health) -> dict[str, int]:
    """Note drift at an hour; answer what stands, with the hour since when."""
    catalogue = Catalogue(services or (PORTAL,), ())
    at, seen = NOON + hour * HOUR, reports(**healths)
    note_drift(store, catalogue, MATRIX, scope=SCOPE, sources=seen,
               configuration="abc", now=at)  # fmt: skip
    return {
        found.finding.key: int((found.first_at - NOON) / HOUR)
        for found in store.open_findings()
        if found.finding.kind.startswith("drift.")
    }


def test_drift_is_found_once_and_stands_since_then(world: Store) -> None:
    assert cycle(world) == {UNNAMED: 0}
    assert cycle(world, 1) == {UNNAMED: 0}


def test_a_cycle_that_sees_it_right_closes_it(world: Store) -> None:
    cycle(world)
    named = replace(PORTAL, jobs=(*PORTAL.jobs, replace(PORTAL.jobs[0], job="abc/x")))
    assert cycle(world, 1, named) == {}
    assert cycle(world, 2) == {UNNAMED: 2}, "it is wrong anew since then"


@pytest.mark.parametrize("health", [Health.FAILED, Health.PARTLY, Health.OFF])
def test_a_source_that_is_not_well_opens_and_closes_nothing(world: Store, health: Health) -> None:
    assert cycle(world, jenkins=health) == {}
    assert cycle(world, 1) == {UNNAMED: 1}
    named = replace(PORTAL, jobs=(*PORTAL.jobs, replace(PORTAL.jobs[0], job="abc/x")))
    assert cycle(world, 2, named, jenkins=health) == {UNNAMED: 1}
    assert cycle(world, 3, named) == {}


def test_a_source_that_was_not_asked_opens_and_closes_nothing(world: Store) -> None:
    cycle(world)
    catalogue, seen = Catalogue((PORTAL,), ()), {"redmine": reports()["redmine"]}
    note_drift(world, catalogue, MATRIX, scope=SCOPE, sources=seen,
               configuration="abc", now=NOON + HOUR)  # fmt: skip
    assert [found.finding.key for found in world.open_findings()] == [UNNAMED]


def test_another_source_s_trouble_hides_no_drift(world: Store) -> None:
    assert cycle(world, github=Health.FAILED) == {UNNAMED: 0}


def test_what_the_settings_read_no_more_closes_its_drift(world: Store) -> None:
    cycle(world)
    catalogue = Catalogue((PORTAL,), ())
    narrowed = {"ci": Controller(reader="jenkins", jobs=("abc/build", "abc/deploy"))}
    for controllers in (narrowed, {}):
        scope = replace(SCOPE, controllers=controllers)
        note_drift(world, catalogue, MATRIX, scope=scope, sources=reports(),
                   configuration="abc", now=NOON + HOUR)  # fmt: skip
        assert world.open_findings() == ()


def test_findings_of_other_kinds_are_left_alone(world: Store) -> None:
    other = Finding(key="source/jenkins", kind="cycle.source", message=Message("it is tired"))
    world.keep_findings([other], NOON)
    cycle(world)
    assert "source/jenkins" in {found.finding.key for found in world.open_findings()}


def test_a_job_that_vanished_is_told_and_one_that_came_back_is_not(world: Store) -> None:
    world.begin(Cycle(id="c2", started_at=NOON + HOUR, configuration="abc"))
    world.keep("jenkins", Batch(stream="jobs", gone=(job("abc/x").key,)), "c2")
    assert cycle(world, 1) == {"drift/job/ci:abc/x/vanished": 1}
    world.begin(Cycle(id="c3", started_at=NOON + 2 * HOUR, configuration="abc"))
    world.keep("jenkins", Batch(stream="jobs", items=(job("abc/x"),)), "c3")
    assert cycle(world, 2) == {UNNAMED: 2}


def test_projects_are_those_of_the_settings_and_all_below(world: Store) -> None:
    known = gather(world, SCOPE, {}, "abc")
    assert known.projects == (
        KnownProject(name="ABC시스템", path=("abc",)),
        KnownProject(name="앱", path=("abc", "abc-app"), closed=True, public=False),
    )


def test_where_nothing_was_pulled_nothing_is_known(store: Store) -> None:
    known = gather(store, SCOPE, {}, "abc")
    assert (known.sightings, known.projects, known.relations) == ((), (), ())
    assert cycle(store)["drift/project/abc-app/missing"] == 0


def test_readings_of_a_cycle_and_those_remembered_agree(store: Store) -> None:
    store.begin(Cycle(id="c1", started_at=NOON, configuration="abc"))
    store.keep("jenkins", Batch(stream="jobs"), "c1")
    store.keep("jenkins", Batch(stream="nodes", health=Health.FAILED), "c1")
    store.keep("github", Batch(stream="abc/portal/runs", health=Health.OFF), "c1")
    store.keep("github", Batch(stream="abc/portal/repository"), "c1")
    seen = {
        "jenkins": SourceReport(
            health=Health.PARTLY, streams={"jobs": Health.OK, "nodes": Health.FAILED}
        ),
        "github": SourceReport(
            health=Health.OK,
            streams={"abc/portal/runs": Health.OFF, "abc/portal/repository": Health.OK},
        ),
    }
    now = {key: reading.full for key, reading in reported(seen).items()}
    later = remembered(store.stream_health())
    assert {key: reading.full for key, reading in later.items()} == now
    assert later["jenkins", "jobs"] == Reading(full=True, at=NOON)


def test_a_list_of_projects_older_than_their_names_proves_nothing(world: Store) -> None:
    missing = "drift/project/abc-new/missing"
    service = replace(PORTAL, projects=("abc-app", "abc-new"))
    world.keep_configuration("abc", {}, NOON + HOUR)
    assert missing not in cycle(world, 1, service)
    read = {**PROJECTS, "read": (NOON + 2 * HOUR).isoformat()}
    world.keep("redmine", Batch(stream="projects", cursor=read), "c1")
    assert cycle(world, 2, service)[missing] == 2
