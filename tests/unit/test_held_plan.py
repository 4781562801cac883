"""The file of what the caps hold: one, replaced, removed, and never somebody's other file."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from itsm_sync.cycle.capping import held
from itsm_sync.desk.caps import Measure, check
from itsm_sync.locale import say
from itsm_sync.model.caps import Caps
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.plans import Plan
from itsm_sync.model.words import Words
from itsm_sync.operations import summary
from itsm_sync.operations.cycles import keep_held, read_plan, sync
from itsm_sync.settings import load
from tests.unit.test_caps import edits
from tests.unit.test_documents import MADE

FIVE = Plan(edits=(*edits(5), *edits(2, 10, routed=False)))
TEAMS = {"it": Words(ko="IT기획팀", en="IT planning")}


def made(caps: Caps) -> summary.Summary:
    plan = check(FIVE, caps, Measure(routed=9, mails=0, teams=TEAMS))
    return replace(MADE, plan=plan, results=())


HELD, FREE = made(Caps(rule=3, team=4)), made(Caps())


def test_it_holds_the_held_edits_alone_and_is_its_owners(tmp_path: Path) -> None:
    file = tmp_path / "held-plan.json"
    keep_held(HELD, "ko", file)
    assert set(read_plan(file)) == {1, 2, 3, 4, 5}
    assert file.stat().st_mode & 0o777 == 0o600


def test_it_is_replaced_and_removed_when_nothing_is_held(tmp_path: Path) -> None:
    file = tmp_path / "held-plan.json"
    keep_held(HELD, "ko", file)
    keep_held(replace(HELD, plan=replace(HELD.plan, held=frozenset({2}))), "ko", file)
    assert set(read_plan(file)) == {2}
    assert [f.name for f in tmp_path.iterdir()] == ["held-plan.json"]
    keep_held(FREE, "ko", file)
    keep_held(FREE, "ko", file)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("cycle", [HELD, FREE], ids=["held", "free"])
def test_a_file_that_is_no_plan_is_left_and_named(tmp_path: Path, cycle: summary.Summary) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigurationError) as told:
        keep_held(cycle, "ko", file)
    assert told.value.problems[0].file == str(file)
    assert file.read_text(encoding="utf-8") == "mine"


def test_a_file_that_is_no_plan_keeps_a_cycle_from_beginning(
    configuration: Callable[..., Path], tmp_path: Path
) -> None:
    """It is told as a wrong configuration is, with which nothing is done."""
    settings = load(configuration(), {"REDMINE_API_KEY": "k" * 40})
    settings.held_plan.write_text("mine", encoding="utf-8")
    never: Any = None
    with pytest.raises(ConfigurationError):
        sync(never, settings, never)
    assert settings.held_plan.is_relative_to(tmp_path)


def test_one_finding_says_which_caps_hold_how_much_and_what_to_do() -> None:
    (finding,) = held(HELD.plan, "/var/lib/held-plan.json")
    assert finding.kind == "cycle.held"
    assert str(finding.message) == (
        "5 edits are held (5 edits by the rule «r», at most 3 in a cycle; 5 edits for the team"
        " IT planning, at most 4 in a cycle). `itsm-sync apply /var/lib/held-plan.json` lets them"
        " go"
    )
    assert "IT기획팀 담당이 되는 수정 5건" in say(finding.message, "ko")
    waiting = made(Caps(new=1)).plan
    assert waiting.waiting == {11}
    assert list(held(waiting, "x")) == []
    assert list(held(FREE.plan, "x")) == []


def test_json_counts_what_is_kept_back_and_says_which_caps_it_is_over() -> None:
    told = summary.as_json(made(Caps(rule=3, new=1)))
    assert (told["edits"]["planned"], told["edits"]["held"]) == (7, 6)
    assert json.loads(json.dumps(told["caps"])) == [
        {"cap": "rule", "of": "r", "number": 5, "most": 3},
        {"cap": "new", "of": "", "number": 2, "most": 1},
    ]
    kept = [line["kept"] for line in summary.plan_json(made(Caps(rule=3, new=1)).plan, "ko")]
    assert kept == ["held"] * 5 + ["", "waiting"]
    assert summary.exit_status(replace(HELD, sources={})) == 1
    assert summary.exit_status(replace(FREE, sources={})) == 0
