"""`rules diff`: what another configuration would do with what is stored, told in counts."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from itsm_sync.app.wiring import deciders, objections
from itsm_sync.cycle.pulling import Requests
from itsm_sync.cycle.rehearsing import rehearse
from itsm_sync.cycle.road import Road
from itsm_sync.desk.approvals import Meanings
from itsm_sync.desk.backfill import Backfill, Which
from itsm_sync.model.caps import Caps
from itsm_sync.model.cycles import Batch, Cycle
from itsm_sync.operations.cycles import deciding_files
from itsm_sync.operations.rules import diff as rules_diff
from itsm_sync.settings import Settings, load
from itsm_sync.store import Store
from tests import small
from tests.builders import BOT, NOON, SUA, item, policy, ticket
from tests.shelf import Deaf

BUILDS = 7


@dataclass(slots=True, kw_only=True)
class Place:
    """A store, and roads over it under one configuration or another."""

    store: Store
    configuration: Callable[..., Path]
    caps: Caps = field(default_factory=Caps)

    def settings(self, name: str, change: Callable[[dict[str, Any]], object]) -> Settings:
        values = small.files()
        change(values)
        directory = self.configuration(name)
        small.write(directory, values)
        return load(directory, {}, secrets=False, inspect=objections)

    def road(self, settings: Settings) -> Road:
        """A road whose desk knows nothing that is not stored."""
        router, catalogue = deciders(settings)
        desk: Any = SimpleNamespace(
            open=lambda: BOT,
            account=BOT,
            histories=lambda _: {},
            statuses=dict,
            groups=lambda *_: {},
            members=lambda _: None,
            watchers=lambda _: {SUA.id: SUA.name},
            allowed=lambda edit: edit,
        )
        return Road(
            sources=(),
            store=self.store,
            router=router,
            catalogue=catalogue,
            matrix=settings.matrix,
            policy=policy(assign=False, configuration=settings.hash),
            meanings=Meanings.of(settings.redmine.approvals),
            desk=desk,
            clock=lambda: NOON,
            observer=Deaf(),
            requests=Requests(),
            caps=self.caps,
            backfill=Backfill(which=Which.OPEN),
            held_plan="",
        )

    def decide(self, settings: Settings) -> None:
        """Decide all that is stored, and keep it."""
        cycle = Cycle(id="c1", started_at=NOON, configuration=settings.hash)
        self.store.keep_configuration(settings.hash, deciding_files(settings), NOON)
        rehearse(self.road(settings), cycle)

    def diff(self, settings: Settings) -> rules_diff.Diff:
        cycle = Cycle(id="c2", started_at=NOON, configuration=settings.hash)
        return rules_diff.diff(self.road(settings), self.store, cycle, "now")


def as_it_is(_: dict[str, Any]) -> None:
    """Leave the configuration as it is."""


def changes_are_business(values: dict[str, Any]) -> None:
    """Give changes to the other team."""
    values["matrix"]["ownership"].insert(0, {"process": "change", "row": "managers"})


@pytest.fixture
def place(store: Store, configuration: Callable[..., Path]) -> Place:
    """Builds, an open ticket and a closed one, all of them changes, and an incident."""
    build = replace(item(1, title="변경 배포"), source="jenkins", kind="build", ticket=None)
    builds = tuple(replace(build, key=f"jenkins:ci:a#{n}") for n in range(BUILDS))
    found = Place(store=store, configuration=configuration)
    closed = item(2, title="닫힌 변경", ticket=ticket(2, closed=True))
    tickets = (item(1, title="변경 요청"), closed, item(3, title="안 됩니다"))
    store.keep("redmine", Batch(stream="s", items=(*builds, *tickets)), "c0")
    found.decide(found.settings("now", as_it_is))
    return found


def test_items_of_other_systems_are_counted_by_source_and_team(place: Place) -> None:
    found = place.diff(place.settings("other", changes_are_business))
    assert found.items == {"jenkins": BUILDS, "redmine": 1}, "a closed ticket is in no plan"
    assert found.item_moves == {("it", "business"): BUILDS + 1}
    assert found.moves == {("", "신사업팀"): 1, ("", "IT기획팀"): 1}, "nothing was written yet"


def test_nothing_moves_under_the_same_configuration(place: Place) -> None:
    found = place.diff(place.settings("same", as_it_is))
    assert (found.items, found.item_moves) == ({}, {})


def test_mails_and_caps_are_told_of_the_edits_that_would_be_sent(place: Place) -> None:
    place.caps = Caps(new=1)
    told = rules_diff.as_json(place.diff(place.settings("other", changes_are_business)), "en")
    # The author and a watcher of each of the two tickets.
    assert (told["tickets"], told["mails"]) == (2, 4)
    assert told["caps"] == [{"cap": "new", "of": "", "number": 2, "most": 1}]
    assert [line["kept"] for line in told["plan"]] == ["", "waiting"]


def test_json_names_from_and_to(place: Place) -> None:
    told = rules_diff.as_json(place.diff(place.settings("other", changes_are_business)), "en")
    assert told["item_moves"] == [{"from": "it", "to": "business", "number": BUILDS + 1}]
    assert told["configuration"]["now"] == "now"
    assert told["tickets"] == len(told["plan"]) == 2


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", ("팀별 다른 항목", "신사업팀", "아무것도 쓰지 않았습니다", "(팀 없음)")),
        ("en", ("Other items by team", "New business", "nothing was written", "(no team)")),
    ],
)
def test_people_see_a_small_matrix(place: Place, language: str, words: tuple[str, ...]) -> None:
    settings = place.settings("other", changes_are_business)
    out = StringIO()
    console = Console(file=out, width=100)
    rules_diff.show(place.diff(settings), settings, console, language, limit=50)
    for word in words:
        assert word in out.getvalue()
    assert str(BUILDS + 1) in out.getvalue()
    tables = [line for line in out.getvalue().splitlines() if "─" in line or "━" in line]
    assert max(map(cell_len, tables)) <= 100
