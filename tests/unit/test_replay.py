"""`rules replay`: each decision of the history comes out again, or is told."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console
from sqlalchemy import delete, func, select, update

from itsm_sync.app.wiring import deciders, objections
from itsm_sync.cycle.deciding import DECISIONS
from itsm_sync.model.cycles import Batch
from itsm_sync.model.items import Item
from itsm_sync.operations.cycles import deciding_files
from itsm_sync.operations.rules import replay
from itsm_sync.settings import load
from itsm_sync.store import Store
from itsm_sync.store.schema import configurations, facts, routings
from tests import small
from tests.builders import NOON, item
from tests.shelf import Deaf

Change = Callable[[dict[str, Any]], object]

# Each moves at least one decision; by what of the configuration it changes.
CHANGES: dict[str, Change] = {
    "a rule's words": lambda c: c["rules"]["process"][0].update(when={"title": "로그인"}),
    "a rule's name": lambda c: c["rules"]["process"][0].update(name="로그인 장애"),
    "a rule's answer": lambda c: c["rules"]["process"][1].update(then="incident"),
    "a new rule": lambda c: c["rules"]["process"].insert(
        0, {"name": "결제", "when": {"title": "결제"}, "then": "change"}
    ),
    "the order of rules": lambda c: c["rules"]["process"].insert(
        0, c["rules"]["process"].pop(1)
    ),
    "a service": lambda c: c["services"][0].update(domain="business"),
    "a person": lambda c: c["people"][0].update(team="business"),
    "the matrix": lambda c: c["matrix"]["ownership"].insert(
        0, {"process": "incident", "row": "desk"}
    ),
    "the letters": lambda c: c["matrix"]["raci"][0].update(informed=["managers"]),
}  # fmt: skip
TITLES = (
    "로그인이 안 됩니다",
    "로그인과 결제가 안 됩니다",
    "방화벽 변경을 요청합니다",
    "문의드립니다",
)


@dataclass(slots=True, kw_only=True)
class Past:
    """A store with decisions made under one configuration after another."""

    store: Store
    url: str
    directory: Path
    cycles: int = 0

    def decide(self) -> None:
        """Decide whatever moved, or all under another configuration, as a cycle does."""
        self.cycles += 1
        settings = load(self.directory, {}, secrets=False, inspect=objections)
        router, catalogue = deciders(settings)
        at = NOON + timedelta(hours=self.cycles)
        self.store.keep_configuration(settings.hash, deciding_files(settings), at)
        made = [(i, router.route(catalogue.enriched(i))) for i in self._asked(settings.hash)]
        self.store.keep_routings(made, f"c{self.cycles}", settings.hash, at)
        self.store.keep_look([DECISIONS], settings.hash, self.store.moves())

    def _asked(self, configuration: str) -> Iterator[Item]:
        """Of every second item is asked with a fact that a cycle adds."""
        for n, one in enumerate(self.store.unseen(DECISIONS, configuration)):
            added = {"linked": ("pull:merged",)} if n % 2 else {}
            yield replace(one, facts={**one.facts, **added})

    def replay(self) -> replay.Replayed:
        return replay.replay(self.store, objections, Deaf())


@pytest.fixture
def past(url: str, configuration: Callable[..., Path]) -> Iterator[Past]:
    """A history over all changes, and one of an item."""
    directory = configuration()
    values = small.files()
    small.write(directory, values)
    facts_of = {"project": "abc", "projects": ("abc",), "author": "김서준"}
    items = tuple(item(n, title=t, facts=facts_of) for n, t in enumerate(TITLES, start=1))
    with Store.open(url) as store:
        made = Past(store=store, url=url, directory=directory)
        store.keep("redmine", Batch(stream="issues", items=items), "c0")
        made.decide()
        for change in CHANGES.values():
            change(values)
            small.write(directory, values)
            made.decide()
        later = replace(items[3], title="로그인 화면이 이상합니다")
        store.keep("redmine", Batch(stream="issues", items=(later,)), "c0")
        made.decide()
        yield made


def test_a_history_over_many_changes_comes_out_again_in_a_fresh_process(past: Past) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "itsm_sync", "rules", "replay", "--json"],
        env={
            "PATH": os.environ["PATH"],
            "ITSM_SYNC_CONFIG": str(past.directory),
            "ITSM_SYNC_DATABASE": past.url,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with past.store._database.reading() as connection:
        rows = connection.execute(select(routings.c.cycle, routings.c.configuration)).all()
    assert {row.cycle for row in rows} == {f"c{n}" for n in range(1, past.cycles + 1)}, (
        "a change that moved no decision proves nothing"
    )
    assert json.loads(done.stdout) == {
        "decisions": len(rows),
        "configurations": len(CHANGES) + 1,
        "equal": len(rows),
        "not_kept": 0,
        "different": [],
        "unreadable": [],
    }


def tamper(past: Past, column: Any, old: str, new: str) -> int:
    """Replace text in a column, behind the store's back; answer in how many rows."""
    changed = update(column.table).where(column.contains(old))
    with past.store._database.writing() as connection:
        return connection.execute(
            changed.values({column.name: func.replace(column, old, new)})
        ).rowcount


def test_facts_changed_in_the_database_are_told(past: Past) -> None:
    assert tamper(past, facts.c.content, "문의드립니다", "문의합니다") == 1
    found = past.replay()
    assert {one.kept.routing.key for one in found.differing} == {"redmine:issue/4"}
    assert "facts kept with it were changed" in str(found.differing[0].why)
    assert not found.good


def test_a_decision_changed_in_the_database_is_told_with_both_values(past: Past) -> None:
    assert tamper(past, routings.c.content, '"process":"incident"', '"process":"request"')
    found = past.replay()
    assert {tuple(one.values.items()) for one in found.differing} == {
        (("process", ("request", "incident")),)
    }
    assert found.equal + len(found.differing) == found.decisions


def test_a_configuration_changed_in_the_database_is_told_with_what_was_decided_by_it(
    past: Past,
) -> None:
    assert tamper(past, configurations.c.files, "방화벽", "") == 0
    first = past.store.decided_under()[0]
    with past.store._database.writing() as connection:
        mine = update(configurations).where(configurations.c.hash == first)
        kept = past.store.configuration(first) or {}
        people = kept["people"].replace("seojun", "somebody")
        connection.execute(mine.values(files={**kept, "people": people}))
    found = past.replay()
    (broken,) = found.unreadable
    assert (broken.configuration, broken.decisions) == (first, len(TITLES))
    assert "not what was" in str(broken.error)
    assert found.differing == ()


@pytest.mark.parametrize("lost", ["row", "text"])
def test_a_lost_configuration_is_told(past: Past, lost: str) -> None:
    first = past.store.decided_under()[0]
    mine = configurations.c.hash == first
    with past.store._database.writing() as connection:
        if lost == "row":
            connection.execute(delete(configurations).where(mine))
        else:
            connection.execute(update(configurations).where(mine).values(files={}))
    assert [one.configuration for one in past.replay().unreadable] == [first]


def test_decisions_without_facts_are_no_fault(past: Past) -> None:
    """An installation that was upgraded has them."""
    with past.store._database.writing() as connection:
        connection.execute(delete(facts).where(facts.c.content.contains("문의드립니다")))
    found = past.replay()
    assert found.good
    assert 0 < found.not_kept < found.decisions == found.not_kept + found.equal


def test_an_empty_history_is_replayed(store: Store) -> None:
    found = replay.replay(store, objections, Deaf())
    assert found.good
    assert found.decisions == 0


def test_each_configuration_is_made_once_and_a_page_of_decisions_is_in_memory(
    past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    pages: list[int] = []
    configuration, kept_facts = past.store.configuration, past.store.facts

    def counted(names: Iterator[str]) -> Any:
        found = list(names)
        pages.append(len(found))
        return kept_facts(found)

    monkeypatch.setattr(replay, "PAGE", 2)
    monkeypatch.setattr(past.store, "configuration", lambda n: asked.append(n) or configuration(n))
    monkeypatch.setattr(past.store, "facts", counted)
    past.replay()
    assert sorted(asked) == sorted(set(asked))
    assert max(pages) == 2


@pytest.mark.parametrize(("language", "word"), [("ko", "다시 나오지"), ("en", "do not")])
def test_people_see_what_differs(past: Past, language: str, word: str) -> None:
    tamper(past, routings.c.content, '"process":"incident"', '"process":"request"')
    tamper(past, configurations.c.files, "결제", "지불")
    out = StringIO()
    console = Console(file=out, width=100)
    replay.show(past.replay(), console, language, ZoneInfo("Asia/Seoul"), limit=1)
    text = out.getvalue()
    for part in (word, "redmine:issue/", "request", "incident", "2026-03-02 22:00"):
        assert part in text
    assert max(map(len, text.splitlines())) <= 100
