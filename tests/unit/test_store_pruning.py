"""What goes by age, and what never goes: the last writes, the first cycles, what stands."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event, func, insert, select

from itsm_sync.model.cycles import Batch, Cycle
from itsm_sync.model.findings import Finding
from itsm_sync.model.keeping import Keep
from itsm_sync.model.plans import Override
from itsm_sync.model.tickets import FieldName
from itsm_sync.model.words import Message
from itsm_sync.settings import load
from itsm_sync.store import Room, Store
from itsm_sync.store.database import LITTLE
from itsm_sync.store.leases import DAEMON
from itsm_sync.store.prunes import _pruned
from itsm_sync.store.pruning import Shears
from itsm_sync.store.schema import facts, routings
from itsm_sync.store.turns import Turns
from tests.builders import NOON, item, routing, ticket
from tests.builds import build, job, pull
from tests.unit.test_store_ledger import result

ROOT = Path(__file__).parents[2]
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
TEAM, ROLE = FieldName.TEAM, FieldName.ROLE
A_WEEK = replace(Keep(), newest=2, **dict.fromkeys(Keep().ages, 7 * DAY))


def day(number: float) -> datetime:
    return NOON + number * DAY


def cycle(store: Store, number: int) -> str:
    """A cycle of that day, over."""
    name = f"c{number:03}"
    store.begin(Cycle(id=name, started_at=day(number), configuration="abc"))
    store.finish(name, day(number), {"edits": {}})
    return name


def prune(store: Store, number: float, keep: Keep = A_WEEK) -> dict[str, int]:
    """Prune; what was counted before, with nothing thrown away, is what then goes."""
    with store.exclusive():
        counted = dict(store.prune(keep, day(number), lasting=("job",), dry=True))
        gone = dict(store.prune(keep, day(number), lasting=("job",)))
        assert counted == gone
        return gone


def test_the_last_write_of_each_field_stays_and_so_does_what_an_undo_goes_back_to(
    store: Store,
) -> None:
    for number, value in enumerate(("하나", "둘", "셋"), 1):
        store.record(result(1, team=value, role=value), f"c{number}", day(number))
    store.record(result(1, team="넷"), "c20", day(20))
    before = store.written([1])
    assert prune(store, 21) == {"ledger": 4}
    assert store.written([1]) == before
    store.record_undo("c20", 1, [TEAM], "c21")
    assert store.written([1])[1][TEAM].value == "셋"


def test_a_ticket_of_which_all_was_undone_is_still_known_to_have_been_written(
    store: Store,
) -> None:
    closed = item(1, ticket=ticket(1, closed=True))
    store.keep("redmine", Batch(stream="issues", items=(closed,)), cycle(store, 1))
    for number in (1, 2):
        store.record(result(1, team="하나"), f"c{number}", day(number))
        store.record_undo(f"c{number}", 1, [TEAM], "c3")
    assert prune(store, 100)["ledger"] == 1
    assert list(store.closed_unwritten(day(200))) == []


def test_the_decision_that_stood_then_stays_with_its_facts(store: Store) -> None:
    store.keep("redmine", Batch(stream="issues", items=(item(1),)), cycle(store, 1))
    for number, process in enumerate(("incident", "change", "problem", "incident"), 1):
        made = [(item(1, f"제목 {number}"), routing(1, process=process))]
        store.keep_configuration(f"k{number}", {"rules": str(number)}, day(number))
        store.keep_routings(made, f"c{number}", f"k{number}", day(number))
    history = store.routing_history("redmine:issue/1")
    gone = prune(store, 10.5)  # the age is the middle of the third day
    assert (gone["routings"], gone["facts"], gone["configurations"]) == (2, 2, 2)
    left = store.routing_history("redmine:issue/1")
    assert left == history[2:]
    assert set(store.facts([one.facts for one in history])) == {one.facts for one in left}
    assert store.configuration("k1") is None
    assert store.configuration("k4") == {"rules": "4"}


def test_the_first_cycles_stay_and_those_that_tell_a_time_go_on_without_summary(
    store: Store,
) -> None:
    thing = job("abc/nightly")
    for number in range(1, 60):
        name = cycle(store, number)
        if number == 5:
            store.keep("jenkins", Batch(stream="jobs", items=(thing,)), name)
    begun, finished = store.first_begun(), store.first_finished()
    assert prune(store, 60) == {"cycles": 37}
    assert (store.first_begun(), store.first_finished()) == (begun, finished)
    kept = {one.id: one for one in store.last_cycles(100)}
    assert kept.keys() == {"c001", "c005", *(f"c{number:03}" for number in range(40, 60))}
    assert kept["c005"].summary == {}
    assert [one.first_seen for one in store.sightings(["job"])] == [day(5)]


def test_old_builds_go_but_not_the_newest_nor_what_tells_of_an_open_ticket(store: Store) -> None:
    name = cycle(store, 1)
    numbers = range(1, 9)
    facts = {1: {"references": ("redmine:issue/1",)}, 2: {"references": ("redmine:issue/2",)},
             3: {"sha": "a" * 40}, 4: {"building": True}}  # fmt: skip
    made = [build(n, "running" if n == 4 else "SUCCESS", at=day(n / 24), **facts.get(n, {}))
            for n in numbers]  # fmt: skip
    change = pull(77, sha="a" * 40, references=("redmine:issue/1",))
    tickets = (item(1), item(2, ticket=ticket(2, closed=True)))
    store.keep("jenkins", Batch(stream="builds", items=(*made, change)), name)
    store.keep("redmine", Batch(stream="issues", items=tickets), name)
    store.keep_routings([(made[4], routing(5, key=made[4].key))], name, "abc", day(1))
    gone = prune(store, 200)
    assert gone["items"] == 3
    assert gone["facts"] == gone["routings"] == 1  # which follow a build that goes
    left = {int(one.facts["number"]) for one in store.items(kind="build")}  # type: ignore[arg-type]
    assert left == {1, 3, 4, 7, 8}
    assert store.latest_routings([made[4].key]).get(made[4].key) is None
    assert {one.key for one in store.items(kind="issue")} == {one.key for one in tickets}


def test_a_deleted_tickets_number_starts_anew_after_it_was_let_go(store: Store) -> None:
    store.keep("redmine", Batch(stream="issues", items=(item(1),)), cycle(store, 1))
    store.record(result(1, team="하나"), "c1", day(1))
    given = Override(ticket=1, field=ROLE, value="둘", by="강수아", at=day(1), chosen="")
    store.keep_overrides([given], [1], "c1", day(1))
    store.link("builds/x", 1)
    gone = Batch(stream="vanished", gone=("redmine:issue/1",))
    store.keep("redmine", gone, cycle(store, 2))
    assert prune(store, 5, keep=A_WEEK) == {}
    found = prune(store, 100)
    assert {"items", "ledger", "overrides"} <= found.keys()
    assert store.written(None) == {}
    assert store.overrides() == ()
    assert store.ticket_numbers() == {}


def test_closed_findings_and_resolved_letters_go_and_what_stands_stays(store: Store) -> None:
    both = [Finding(key=key, kind="cycle.x", message=Message("x")) for key in ("a", "b")]
    store.keep_findings(both, day(1), whole_kind="cycle.")
    store.keep_findings(both[:1], day(2), whole_kind="cycle.")
    assert prune(store, 100) == {"findings": 1}
    assert [one.finding.key for one in store.open_findings()] == ["a"]


def test_ages_are_never_below_what_signals_look_back_to() -> None:
    raised = A_WEEK.at_least(80 * DAY)
    assert (raised.observations, raised.builds, raised.cycles) == (80 * DAY, 80 * DAY, 7 * DAY)
    assert Keep().at_least(80 * DAY) == Keep()


def _seconds(file: Path) -> list[int]:
    """Answer how long the leases last, as everybody else reads it."""
    with closing(sqlite3.connect(file)) as theirs:
        return [row[0] for row in theirs.execute("SELECT seconds FROM leases")]


def test_the_room_that_was_freed_is_given_back(tmp_path: Path) -> None:
    file, text = tmp_path / "itsm-sync.db", "한글 " * 2000
    with Store.open(f"sqlite:///{file}") as store:
        name = cycle(store, 1)
        for start in range(0, 3200, 400):
            many = tuple(
                build(n, "SUCCESS", at=day(n / 10_000), body=text)
                for n in range(start, start + 400)
            )
            store.keep("jenkins", Batch(stream="builds", items=many), name)
        assert store.give_back_space() == Room()
        assert prune(store, 100)["items"] == 3198
        before = file.stat().st_size
        told: list[tuple[bool, str]] = []

        @event.listens_for(store._database._engine, "before_cursor_execute")
        def _asked(_1: Any, _2: Any, statement: str, *_: Any) -> None:
            seconds = "" if "VACUUM" not in statement else str(_seconds(file))
            told.append((store.occupied, seconds))

        with store.exclusive():
            given = store.give_back_space().given
        assert [one for one in told if one[1]] == [(True, "[3600]")]
        assert not store.occupied
        assert given > LITTLE
        assert file.stat().st_size == before - given
        assert len(list(store.items(kind="build"))) == 2


def _aged(store: Store, number: int) -> None:
    """So many decisions of long ago that others replaced, with the facts that they alone name."""
    old, text = datetime.now(UTC) - 1000 * DAY, "한글 " * 800
    with store._database.writing() as connection:
        some = [{"digest": f"{n:032}", "content": text} for n in range(number)]
        connection.execute(insert(facts), some)
        made = [
            {"key": f"redmine:issue/{n % 7}", "cycle": "c", "at": old + n * SECOND,
             "facts": f"{n:032}", "configuration": "x", "content": "{}"}
            for n in range(number)
        ]  # fmt: skip
        connection.execute(insert(routings), made)


def _pruning(directory: Path) -> "subprocess.Popen[str]":
    """The command itself, in a process of its own."""
    command = [sys.executable, "-m", "itsm_sync", "prune", "--json", "--config", str(directory)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True)


def test_who_prunes_beside_the_daemon_takes_neither_its_lease_nor_its_turn(
    configuration: Callable[..., Path],
) -> None:
    directory = configuration()
    url = load(directory, {}, secrets=False).database
    with Store.open(url, lease=5 * SECOND) as store:
        _aged(store, 5_000)
        with store.exclusive(DAEMON), _pruning(directory) as process:
            while process.poll() is None:
                store.heed("a clock", NOON)  # which fails where the lease is lost
                store.assure()
                Event().wait(0.02)
            assert process.stdout is not None
            pruned = json.loads(process.stdout.read())
        assert pruned["rows"] == {"facts": 4_993, "routings": 4_993}
        assert pruned["bytes"] == 0
        assert pruned["bytes_left"] > LITTLE  # nobody makes the file anew beside a daemon
        assert store.give_back_space().given > LITTLE


def test_who_only_counts_keeps_nobody_from_writing(tmp_path: Path) -> None:
    file = tmp_path / "itsm-sync.db"
    url = f"sqlite:///{file}"
    with Store.open(url) as store, Store.open(url) as theirs:
        _aged(store, 500)
        with store._database.rehearsing() as rehearsal:
            theirs.heed("a clock", NOON)
            rows = dict(_pruned(Shears(database=rehearsal, keep=A_WEEK, now=NOON), ()))
            (folder,) = [one for one in tmp_path.iterdir() if one.is_dir()]
            assert folder.stat().st_mode & 0o077 == 0
        assert rows == {"facts": 493, "routings": 493}
        assert not folder.exists()
        with store._database.reading() as connection:
            assert connection.scalar(select(func.count()).select_from(facts)) == 500
        assert store.heeded() == {"a clock": NOON}


def test_who_writes_for_long_rests_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    rests: list[float] = []
    clock = count(0, 0.2)
    monkeypatch.setattr("itsm_sync.store.turns.monotonic", lambda: next(clock))
    rest = SimpleNamespace(wait=rests.append)
    monkeypatch.setattr("itsm_sync.store.turns.Event", lambda: rest)
    turns = Turns(_since=0.0)
    for _ in range(9):
        turns.over()
    assert 2 <= len(rests) <= 4
    assert min(rests) > 0.1  # as long as the longest pause between two looks for SQLite's lock
