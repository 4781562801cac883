"""Drift over random histories: what fails hides nothing and invents nothing."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from itsm_sync.cycle.inventory import note_drift
from itsm_sync.model.catalogue import Job
from itsm_sync.model.cycles import Batch, Cycle, Health, SourceReport
from itsm_sync.routing import Catalogue
from itsm_sync.store import Store
from tests.builders import MATRIX, NOON
from tests.inventory_builders import PORTAL, SCOPE, job

JOBS = ("abc/a", "abc/b", "abc/c")
HOUR = timedelta(hours=1)
# A cycle: whether Jenkins answers, the jobs that are there, and those that the services name.
CYCLES = st.lists(
    st.tuples(st.booleans(), st.sets(st.sampled_from(JOBS)), st.sets(st.sampled_from(JOBS))),
    min_size=1,
    max_size=6,
)


class World:
    """A Jenkins, a services.yaml, and the store between them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.listed: set[str] = set()
        self.ever: set[str] = set()
        self.hour = 0

    def cycle(self, there: set[str], named: set[str], *, answers: bool) -> dict[str, object]:
        """Travel once; answer what stands, with since when."""
        self.hour += 1
        name, at = f"c{self.hour}", NOON + self.hour * HOUR
        self.store.begin(Cycle(id=name, started_at=at, configuration="abc"))
        if answers:
            gone = tuple(job(n).key for n in self.listed - there)
            batch = Batch(stream="jobs", items=tuple(map(job, sorted(there))), gone=gone)
            self.store.keep("jenkins", batch, name)
            self.listed, self.ever = there, self.ever | there
        health = Health.OK if answers else Health.FAILED
        report = SourceReport(health=health, streams={"jobs": health} if answers else {})
        service = replace(PORTAL, repositories=(), projects=(),
                          jobs=tuple(Job(job=n) for n in sorted(named)))  # fmt: skip
        note_drift(self.store, Catalogue((service,), ()), MATRIX, scope=SCOPE,
                   sources={"jenkins": report}, configuration="abc", now=at)  # fmt: skip
        return {found.finding.key: found.first_at for found in self.store.open_findings()}

    def drift(self, named: set[str]) -> set[str]:
        """Answer what is wrong by what Jenkins last listed."""
        unnamed = {f"drift/job/ci:{n}/no-service" for n in self.listed - named}
        missing = {f"drift/job/*:{n}/missing" for n in named - self.listed}
        vanished = {f"drift/job/ci:{n}/vanished" for n in self.ever - self.listed - named}
        return unnamed | missing | vanished


@settings(max_examples=25, deadline=None)
@given(CYCLES)
def test_what_stands_is_what_the_last_full_reading_saw(
    cycles: list[tuple[bool, set[str], set[str]]],
) -> None:
    with TemporaryDirectory() as folder, Store.open(f"sqlite:///{Path(folder)}/s.db") as store:
        world, stood = World(store), dict[str, object]()
        for answers, there, named in cycles:
            now = world.cycle(there, named, answers=answers)
            if answers:
                assert now.keys() == world.drift(named)
                assert all(now[key] == stood[key] for key in now.keys() & stood.keys())
                assert world.cycle(there, named, answers=True) == now, "seen twice, found once"
            else:
                # Who failed opens and closes nothing; a line that was taken away can't be wrong.
                asked = {f"drift/job/*:{name}/missing" for name in set(JOBS) - named}
                assert now == {key: at for key, at in stood.items() if key not in asked}
            stood = now
