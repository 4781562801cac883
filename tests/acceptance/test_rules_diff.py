"""`rules diff` tells exactly what the next cycle under another configuration does."""

import hashlib
import re
import shutil
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from itsm_sync.model.tickets import FieldName
from tests.acceptance.conftest import Program

MANY = 200
IT, BUSINESS = "IT기획팀", "신사업팀"
RULE = "    - {name: 이관 대상, when: {title: 이관대상}, then: business-training}\n"


def changed_rules(program: Program, directory: Path) -> Path:
    """Answer a copy of the configuration with one more rule."""
    other = Path(shutil.copytree(program.configuration, directory))
    rules = other / "rules.yaml"
    text = rules.read_text(encoding="utf-8")
    assert "  process:\n" in text
    rules.write_text(text.replace("  process:\n", "  process:\n" + RULE, 1), encoding="utf-8")
    return other


def take_over(program: Program, other: Path) -> None:
    """Make the other rules those of the configuration."""
    shutil.copy(other / "rules.yaml", program.configuration / "rules.yaml")


def without_caps(program: Program) -> None:
    """Let a cycle write as much as it likes."""
    settings = program.configuration / "settings.yaml"
    values = YAML().load(settings.read_text(encoding="utf-8"))
    values["caps"] = dict.fromkeys(
        ("rule", "team", "cycle", "share", "mails", "new", "incidents"), 0
    )
    with settings.open("w", encoding="utf-8") as out:
        YAML().dump(values, out)


def stored(program: Program) -> str:
    """Answer a hash of all that stands in the tables."""
    file = program.environment["ITSM_SYNC_DATABASE"].removeprefix("sqlite:///")
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
        return hashlib.sha256("\n".join(database.iterdump()).encode()).hexdigest()


def writes(program: Program) -> list[str]:
    return [r.path for r in program.proxy.requests if r.method != "GET"]


def fields(plan: list[dict[str, Any]]) -> dict[int, dict[str, tuple[str, str]]]:
    """Ticket -> field -> old and new value."""
    return {
        line["ticket"]: {name: (f["old"], f["new"]) for name, f in line["fields"].items()}
        for line in plan
    }


def values(program: Program, number: int) -> list[str]:
    """Answer all values that a ticket was ever given; a private note is a journal of its own."""
    journals = program.office.journals(number)
    changes = [detail for journal in journals for detail in journal["details"]]
    return [str(change["new_value"]) for change in changes]


@pytest.fixture
def routed(program: Program) -> tuple[Program, list[int]]:
    """Two hundred tickets that are routed already; a person took one, another one is pinned."""
    without_caps(program)
    office = program.office
    office.redmine.runner("Setting.notified_events = []")  # 400 writes, three times as quick
    numbers = office.fill("yujin", [f"이관대상 {n} 로그인이 안 됩니다" for n in range(MANY)])
    first = program.sync()
    assert first.json["edits"]["applied"] == MANY, first.err
    office.update("sua", numbers[3], fields={FieldName.TEAM: BUSINESS})
    office.update("sua", numbers[7], fields={FieldName.PIN: "1"})
    settled = program.sync()
    assert settled.status == 0, settled.err
    return program, numbers


@pytest.mark.timeout(900)  # four hundred writes, each read back
def test_two_hundred_tickets_move_as_the_diff_told_and_it_changed_nothing(
    routed: tuple[Program, list[int]], tmp_path: Path
) -> None:
    program, numbers = routed
    other = changed_rules(program, tmp_path / "other")
    before = stored(program)
    said = program.run("rules", "diff", str(other), "--json")
    assert said.status == 0, said.err
    assert stored(program) == before
    assert writes(program) == []
    assert program.proxy.asked("GET", "/issues.json") == 0, "the sources were read"
    told = fields(said.json["plan"])
    moved = set(numbers) - {numbers[3], numbers[7]}
    assert {n for n, changes in told.items() if "team" in changes} == moved
    assert said.json["moves"] == [{"from": IT, "to": BUSINESS, "number": len(moved)}]
    assert (said.json["pinned"], said.json["caps"]) == (1, [])
    assert said.json["mails"] >= len(told)
    assert numbers[7] not in told

    take_over(program, other)
    planned = program.run("plan", "--json")
    assert fields(planned.json["plan"]) == told
    sample = (numbers[0], numbers[3], numbers[-1])
    known = {number: Counter(values(program, number)) for number in sample}
    done = program.sync()
    assert done.status == 0, done.err
    assert done.json["edits"]["applied"] == len(told)
    assert Counter(writes(program)) == Counter(f"/issues/{n}.json" for n in told)
    for number in sample:
        shown = Counter(values(program, number)) - known[number]
        assert shown == Counter(new for _, new in told[number].values())
    again = program.run("rules", "diff", str(other), "--json")
    assert again.json["plan"] == []
    assert program.sync().json["edits"]["planned"] == 0
    assert writes(program) == []


def test_the_same_configuration_changes_nothing(program: Program) -> None:
    program.office.create("yujin", "로그인이 안 됩니다")
    program.sync()
    said = program.run("rules", "diff", str(program.configuration), "--json")
    assert said.status == 0
    assert (said.json["tickets"], said.json["items"]) == (0, {})
    assert said.json["configuration"]["now"] == said.json["configuration"]["other"]


def test_people_see_a_small_matrix_of_teams(program: Program, tmp_path: Path) -> None:
    for n in range(3):
        program.office.create("yujin", f"이관대상 {n} 로그인이 안 됩니다")
    program.sync()
    other = changed_rules(program, tmp_path / "other")
    said = program.run("rules", "diff", str(other), COLUMNS="100")
    assert said.status == 0, said.err
    for part in ("팀별 일감", IT, BUSINESS, "팀이 바뀝니다"):
        assert part in said.out


def test_another_configuration_that_is_wrong_is_told_with_file_and_line(
    program: Program, tmp_path: Path
) -> None:
    other = changed_rules(program, tmp_path / "other")
    rules = other / "rules.yaml"
    text = rules.read_text(encoding="utf-8").replace("then: business-training}", "then: nothing}")
    rules.write_text(text, encoding="utf-8")
    said = program.run("rules", "diff", str(other), "--json")
    assert said.status == 2
    (problem,) = said.json["problems"]
    assert problem["file"] == str(rules)
    assert problem["line"]
    assert program.proxy.requests == []
    assert program.run("rules", "diff", str(tmp_path / "nowhere")).status == 2


def test_without_redmine_the_diff_is_status_3(program: Program, tmp_path: Path) -> None:
    other = changed_rules(program, tmp_path / "other")
    program.proxy.misbehave(match="/", kind="drop")
    assert program.run("rules", "diff", str(other)).status == 3


def test_changed_rules_take_effect_without_reading_the_sources_again(
    program: Program, tmp_path: Path
) -> None:
    without_caps(program)  # that of mails asks for watchers
    numbers = [program.office.create("yujin", f"이관대상 {n} 로그인이 안 됩니다") for n in range(3)]
    program.sync()
    program.sync()
    idle = Counter((r.method, r.path) for r in program.proxy.requests)
    take_over(program, changed_rules(program, tmp_path / "other"))
    planned = program.run("plan", "--json")
    asked = Counter((r.method, r.path) for r in program.proxy.requests)
    assert sorted(fields(planned.json["plan"])) == numbers
    # The history of a ticket of which a decision is to be replaced, who can be assigned there, and
    # whether the note may be private: that is planning, no reading of a source.
    more = Counter(re.sub(r"\d+", "N", path) for _, path in (asked - idle).elements())
    assert more == {
        "/issues/N.json": len(numbers),
        "/projects/N/memberships.json": 1,
        "/users/current.json": 1,
        "/roles/N.json": 1,
    }
    program.sync()
    moved = program.office.value(numbers[0], FieldName.TEAM)
    assert moved == BUSINESS
