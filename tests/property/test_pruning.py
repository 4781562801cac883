"""Letting go of what is old changes nothing that is told later: two worlds, one of them pruned."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from itsm_sync.app.wiring import App
from itsm_sync.cycle.pulling import Requests
from itsm_sync.model.items import Item
from itsm_sync.model.keeping import Keep
from itsm_sync.operations.prune import Pruned, prune
from itsm_sync.store.schema import metadata
from tests.builds import build, pull
from tests.fake_redmine import FakeOffice
from tests.property.bot import WATCHING, Bot, Clock, configuration
from tests.shelf import Deaf
from tests.systems import Systems, writes

DAY = timedelta(days=1)
NONE = timedelta()
NOTHING_KEPT = replace(Keep(), newest=1, **dict.fromkeys(Keep().ages, NONE))
# The calendar opens tickets of its own as time goes by; they bear on nothing here.
RULES = "watching builds"
WATCHING[RULES] = {"signals.yaml": lambda watched: watched["schedules"].update(enabled=False)}
JOBS = ("abc/build/portal", "abc/build/api")
STATES = {".": "SUCCESS", "x": "FAILURE", "y": "FAILURE"}
DEEDS = ("완료", "거절", "진행")
Step = tuple[str, Any]
STEP: st.SearchStrategy[Step] = st.one_of(
    st.tuples(
        st.just("build"),
        st.tuples(st.sampled_from(JOBS), st.sampled_from(["xx", "yy", "x.", "..", "xx.", "x"])),
    ),
    st.tuples(st.just("wait"), st.sampled_from([1, 20, 200])),
    st.tuples(st.just("deed"), st.tuples(st.integers(0, 5), st.sampled_from(DEEDS))),
    st.tuples(st.just("prune"), st.none()),
)


class World:
    """The program, a fake Redmine, and a Jenkins that builds."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.office = FakeOffice(configuration(RULES)[0], self.clock)
        self.systems = Systems(name="jenkins")
        self.bot = Bot(self.office, self.clock)
        self.bot.rules, self.bot.others = RULES, (self.systems,)
        self.number = 0
        self.sync()

    def sync(self) -> None:
        """Let cycles pass until nothing is left to be done."""
        before = -1
        while before != (before := writes(self.office)):
            self.clock.wait(3600)
            assert self.bot.sync() is not None
            self.systems.news = []

    def take(self, step: Step) -> None:
        what, how = step
        if what == "build":
            self.systems.news = list(self._builds(*how))
        elif what == "wait":
            self.clock.wait(how * 86400)
        elif what == "deed":
            self._do(*how)
        self.sync()

    def _builds(self, job: str, states: str) -> Iterable[Item]:
        for state in states:
            self.number += 1
            self.clock.wait(600)
            sha, named = f"{self.number:040x}", ("redmine:issue/1",) * (self.number % 3 == 0)
            yield pull(self.number, repository="abc/portal", sha=sha, updated_at=self.clock(),
                       merged_at=self.clock(), references=named)  # fmt: skip
            yield build(self.number, STATES[state], job=job, at=self.clock(), error=state,
                        error_line=state, sha=sha)  # fmt: skip

    def _do(self, which: int, status: str) -> None:
        tickets = sorted(self.office.world.issues)
        if tickets:
            number = self.office.number("issue_statuses", status)
            ticket = tickets[which % len(tickets)]
            self.office.update("admin", ticket, status_id=number, notes="사람이 했습니다.")

    def prune(self, later: timedelta = NONE) -> Pruned:
        """Let go of all that is older than signals look back."""
        found, router, catalogue = configuration(RULES)
        app = App(settings=found, router=router, catalogue=catalogue, observer=Deaf(),
                  requests=Requests())  # fmt: skip
        app.doors.redmine = self.office.client(Deaf())
        watch = app.watch()
        assert watch is not None
        now = self.clock() + later
        return prune(self.bot.store, watch.registry, NOTHING_KEPT, now)

    def shown(self) -> list[dict[str, Any]]:
        """Answer what an administrator sees of each ticket."""
        asked = "/issues.json?status_id=*&limit=100&sort=id"
        found = self.office.ask("admin", "GET", asked)["issues"]
        return [self.office.read(one["id"], "admin") for one in found]


@settings(max_examples=max(4, settings.default.max_examples // 15))
@given(st.lists(STEP, min_size=4, max_size=8))
def test_a_pruned_database_tells_the_same_as_a_whole_one(steps: list[Step]) -> None:
    whole, pruned = World(), World()
    try:
        for step in (*steps, ("prune", None)):
            for world in (whole, pruned):
                world.take(step)
            if step[0] == "prune":
                pruned.prune()
                before = writes(pruned.office)
                pruned.sync()
                whole.sync()
                assert writes(pruned.office) == before
            assert pruned.shown() == whole.shown()
    finally:
        whole.bot.close()
        pruned.bot.close()


def test_pruning_throws_away_much_and_the_next_cycles_write_nothing() -> None:
    world = World()
    world.office.create("yujin", "결제가 안 됩니다", tracker="사건")
    for states in ("xx.", "....", "yy.", "x."):
        for job in JOBS:
            world.take(("build", (job, states)))
        world.take(("wait", 30))
    world.take(("build", (JOBS[0], "xx")))
    world.take(("wait", 300))
    before, sent, rows = world.shown(), writes(world.office), counted(world)
    gone = world.prune().rows
    assert {"items", "observations", "routings", "facts", "cycles"} <= gone.keys()
    assert all(rows[name] > counted(world)[name] for name in gone)
    world.sync()
    world.sync()
    assert writes(world.office) == sent
    assert world.shown() == before

    # What still fails, of the same cause, is told on the ticket that there is.
    tickets = len(before)
    world.take(("build", (JOBS[0], "x")))
    assert len(world.shown()) == tickets
    world.take(("build", (JOBS[0], ".")))
    assert world.shown()[-1]["status"]["is_closed"]
    again = world.prune(DAY)
    assert again.rows.get("episodes", 0) == 0
    world.bot.close()


def test_a_dry_run_throws_nothing_away_and_tells_about_what_would_go() -> None:
    world = World()
    for states in ("xx.", "....", "yy."):
        world.take(("build", (JOBS[0], states)))
        world.take(("wait", 100))
    rows = counted(world)
    found, router, catalogue = configuration(RULES)
    app = App(settings=found, router=router, catalogue=catalogue, observer=Deaf(),
              requests=Requests())  # fmt: skip
    app.doors.redmine = world.office.client(Deaf())
    watch = app.watch()
    registry = watch.registry if watch else None
    told = prune(world.bot.store, registry, NOTHING_KEPT, world.clock(), dry=True)
    assert counted(world) == rows
    done = world.prune()
    # What only follows from other rows is not all known before these are gone.
    follows = {"facts", "configurations", "cycles"}
    assert {n: k for n, k in told.rows.items() if n not in follows} == {
        n: k for n, k in done.rows.items() if n not in follows
    }
    world.bot.close()


def counted(world: World) -> dict[str, int]:
    """Answer how many rows each table has."""
    with world.bot.store._database.reading() as connection:
        return {
            name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()
            for name in metadata.tables
        }
