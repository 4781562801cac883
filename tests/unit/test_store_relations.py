"""How configuration items hang together is kept from what builds, runs and deployments show."""

from datetime import timedelta

from sqlalchemy import create_engine, insert

from itsm_sync.model.cycles import Batch, Cycle
from itsm_sync.model.inventory import Relation, RelationKind
from itsm_sync.store import Store
from itsm_sync.store.items import row_of
from itsm_sync.store.schema import items
from itsm_sync.store.upgrade import upgrade
from tests.builders import NOON
from tests.databases import address
from tests.inventory_builders import build, deployment, job, node, workflow_run

DAY = timedelta(days=1)


def kept(store: Store) -> set[tuple[str, str, str]]:
    return {(r.origin, r.target, r.kind.value) for r in store.observed_relations()}


def test_a_build_shows_what_its_job_builds_and_where_it_runs(store: Store) -> None:
    items = (build(repository="abc/portal", node="agent-01"), build("abc/ops/backup"))
    store.keep("jenkins", Batch(stream="builds", items=items), "c1")
    assert kept(store) == {
        ("jenkins:ci:abc/build/portal", "github:abc/portal", "builds"),
        ("jenkins:ci:abc/build/portal", "jenkins:ci:node/agent-01", "runs_on"),
    }


def test_runs_and_deployments_show_theirs(store: Store) -> None:
    store.keep("github", Batch(stream="a", items=(workflow_run(), deployment())), "c1")
    assert kept(store) == {
        ("github:abc/docs/workflow/Pages", "github:abc/docs", "builds"),
        ("github:abc/portal", "github:abc/portal/environment/production", "deploys_to"),
    }


def test_a_relation_remembers_the_newest_build_that_showed_it(store: Store) -> None:
    for at in (NOON, NOON + DAY, NOON - DAY):
        batch = Batch(stream="builds", items=(build(at=at, repository="abc/portal"),))
        store.keep("jenkins", batch, "c1")
    (relation,) = store.observed_relations()
    assert relation == Relation(
        origin="jenkins:ci:abc/build/portal",
        target="github:abc/portal",
        kind=RelationKind.BUILDS,
        seen_at=NOON + DAY,
    )


def test_a_discarded_build_takes_no_relation_with_it(store: Store) -> None:
    one = build(repository="abc/portal")
    store.keep("jenkins", Batch(stream="builds", items=(one,)), "c1")
    store.keep("jenkins", Batch(stream="builds", gone=(one.key,)), "c2")
    assert len(kept(store)) == 1


def test_sightings_say_since_when_and_until_when(store: Store) -> None:
    for day in range(2):
        name = f"c{day}"
        store.begin(Cycle(id=name, started_at=NOON + day * DAY, configuration="abc"))
    batch = Batch(stream="jobs", items=(job(), node(), build()))
    store.keep("jenkins", batch, "c0")
    store.keep("jenkins", Batch(stream="jobs", gone=(node().key,)), "c1")
    found = store.sightings(("job", "node"))
    assert [(s.item.kind, s.reader, s.first_seen, s.gone_at) for s in found] == [
        ("job", "jenkins", NOON, None),
        ("node", "jenkins", NOON, NOON + DAY),
    ]


def test_an_older_database_gets_the_relations_of_what_it_has(url: str) -> None:
    engine = create_engine(address(url))
    with engine.begin() as connection:
        upgrade(connection, "0002")
    engine.dispose()
    shown = (
        build(repository="abc/portal"),
        build("abc/ops/backup"),
        workflow_run(),
        deployment(),
    )
    rows = [row_of(item, item.source, "c1") | {"facts": "x"} for item in shown]
    for row in rows:
        del row["carries"]  # a later revision brings it
    engine = create_engine(address(url))
    with engine.begin() as connection:
        connection.execute(insert(items), rows)
    engine.dispose()
    with Store.open(url) as store:
        assert len(kept(store)) == 3
        assert {relation.seen_at for relation in store.observed_relations()} == {NOON}
