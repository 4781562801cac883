"""Tickets that were there before the first start."""

import pytest

from itsm_sync.model.tickets import FieldName
from tests.acceptance.conftest import Program, grow_old
from tests.acceptance.test_caps import settle

TEAM = FieldName.TEAM


@pytest.fixture
def old(program: Program) -> dict[str, int]:
    """Tickets made before the first cycle: open, closed, and in a project that is closed."""
    office = program.office
    numbers = {
        name: office.create("yujin", f"프린터가 필요합니다 ({name})") for name in ("open", "closed")
    }
    for n in range(4):
        numbers[f"shut {n}"] = office.create(
            "yujin", f"프린터가 필요합니다 ({n})", project="abc-legacy"
        )
    done = office.number("issue_statuses", "완료")
    for name in ("closed", "shut 0", "shut 1"):
        office.update("admin", numbers[name], status_id=done)
    office.redmine.runner("Project.find('abc-legacy').close")
    grow_old(office, numbers.values())
    return numbers


def written(program: Program, old: dict[str, int]) -> set[str]:
    return {name for name, number in old.items() if program.office.value(number, TEAM)}


def test_closed_tickets_are_written_once_where_all_are_wanted_and_told_of_to_nobody(
    program: Program, old: dict[str, int]
) -> None:
    settle(program, lambda s: s.update(backfill="all"))
    program.sync()
    assert written(program, old) == {"open", "closed"}
    issue = program.office.read(old["closed"])
    assert "assigned_to" not in issue
    assert [journal["notes"] for journal in issue["journals"][1:]] == [""]
    program.office.update("sua", old["closed"], fields={TEAM: ""})
    said = program.sync()  # closed and routed once: left alone from now on
    assert (said.json["edits"]["planned"], program.proxy.asked("PUT")) == (0, 0)
    assert written(program, old) == {"open"}


def test_an_open_ticket_in_a_closed_project_is_refused_once_and_stops_no_other(
    program: Program, old: dict[str, int]
) -> None:
    more = [program.office.create("yujin", f"프린터 {n}호기가 필요합니다") for n in range(3)]
    said = program.sync()
    assert said.status == 1
    assert (said.json["edits"]["applied"], said.json["edits"]["refused"]) == (4, 2)
    assert all(program.office.value(number, TEAM) for number in more)
    program.sync()
    assert program.proxy.asked("PUT") == 0


def test_no_old_ticket_is_written_until_somebody_changes_it_where_none_is_wanted(
    program: Program, old: dict[str, int]
) -> None:
    settle(program, lambda s: s.update(backfill="none"))
    said = program.sync()
    assert (said.json["edits"]["planned"], program.proxy.asked("PUT")) == (0, 0)
    new = program.office.create("yujin", "프린터가 필요합니다 (새 것)")
    program.office.update("sua", old["open"], notes="아직 필요합니다")
    assert program.sync().json["edits"]["applied"] == 2
    assert written(program, {**old, "new": new}) == {"open", "new"}
    assert program.sync().json["edits"]["planned"] == 0
