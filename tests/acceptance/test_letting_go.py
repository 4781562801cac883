"""Read again on command, or pruned by age: the real Redmine sees nothing of it, with signals on."""

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sandbox.office import Office

from itsm_sync.app.wiring import start
from itsm_sync.model.keeping import Keep
from itsm_sync.operations.prune import prune
from itsm_sync.store import Store
from tests.acceptance.cities import City, standing
from tests.acceptance.conftest import Program
from tests.acceptance.test_signals_of_the_world import people_s_tickets

SOURCES = ("redmine", "jenkins", "github")
NOTHING_KEPT = replace(Keep(), newest=1, **dict.fromkeys(Keep().ages, timedelta()))


@pytest.fixture
def city(program: Program, office: Office) -> Iterator[City]:
    """The ABC world as it stands now, watched; what was to be opened is opened."""
    with standing(program, office) as found:
        people_s_tickets(found)
        yield found


@pytest.mark.timeout(1200)  # some thirty runs of the program
def test_what_is_read_again_or_let_go_changes_nothing_in_redmine(city: City) -> None:
    office, program = city.program.office, city.program
    theirs, doomed = (office.create("sua", text, tracker="사건") for text in ("하나", "둘"))
    city.sync()
    city.sync()
    # A relation moves only the ticket that it was made on: of its other end nobody was told.
    assert program.run("resync", "--source", "redmine", "--json").json["changed"] > 0
    assert city.quiet()
    before = seen(city)

    # All of each source again: nothing is written, nothing is told twice.
    for source in SOURCES:
        said = program.run("resync", "--source", source, "--json")
        assert said.status == 0, said.out + said.err
        assert said.json["items"] > 0
        assert said.json["changed"] == 0
        assert {r.method for r in program.proxy.requests} <= {"GET"}
    for source in SOURCES:
        said = program.run("resync", "--source", source, "--since", "2026-01-01", "--json")
        assert (said.status, said.json["changed"]) == (0, 0)
    assert city.quiet()
    assert seen(city) == before

    # What was spoilt in the store is put right, and what was deleted is gone.
    spoil(city, f"redmine:issue/{theirs}", "jenkins:%#%", "github:%/pull/%")
    office.ask("admin", "DELETE", f"/issues/{doomed}.json")
    told = {s: program.run("resync", "--source", s, "--json").json for s in SOURCES}
    assert [(told[s]["changed"], told[s]["gone"]) for s in SOURCES] == [(1, 1), (1, 0), (1, 0)]
    city.sync()  # a release counts the incidents that are open: one less
    assert city.quiet()
    before = seen(city)

    # Five hundred days later all of it is old; what the tickets need stays.
    environment = {**program.environment, "REDMINE_URL": program.proxy.url}
    with (
        start(program.configuration, environment, stream=sys.stderr) as app,
        Store.open(program.environment["ITSM_SYNC_DATABASE"]) as store,
    ):
        watch = app.watch()
        assert watch is not None
        later = datetime.now(UTC) + timedelta(days=500)
        rows = prune(store, watch.registry, NOTHING_KEPT, later).rows
    assert rows["items"] > 100
    assert rows["observations"] > 10
    assert city.quiet()
    assert seen(city) == before


_SHOWN = """
puts Issue.order(:id).map { |i|
  values = i.custom_field_values.map { |v| [v.custom_field.id, v.value.to_s] }.sort
  [i.id, i.subject, i.description, i.status.name, values, i.journals.count, i.updated_on.to_f]
}.to_json
"""


def seen(city: City) -> dict[int, list[object]]:
    """Answer what Redmine has of each ticket: words, fields, how many notes, when it moved."""
    found = json.loads(city.program.office.redmine.runner(_SHOWN))
    return {number: told for number, *told in found}


def spoil(city: City, *patterns: str) -> None:
    """Change one item of each pattern in the store, behind the program's back."""
    file = city.program.environment["ITSM_SYNC_DATABASE"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(file)) as database:
        for pattern in patterns:
            newest = "SELECT key FROM items WHERE key LIKE ? AND gone_cycle IS NULL ORDER BY"
            row = database.execute(f"{newest} updated_at DESC LIMIT 1", [pattern]).fetchone()
            database.execute("UPDATE items SET digest = 'spoilt' WHERE key = ?", row)
        database.commit()
