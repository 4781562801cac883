"""A lost database costs no ticket and no value: with `adopt` before the next cycle, and without."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sandbox.torture.script import Built
from sandbox.torture.world import happen

from itsm_sync.model.tickets import FieldName
from tests.acceptance.conftest import Program, Town

JOB = "abc/build/portal"
TIMES = (60, 50, 40, 30)  # minutes ago


def fails(watched: Town, error: str, *minutes: int, job: str = JOB) -> None:
    for before in minutes:
        at = datetime.now(UTC) - timedelta(minutes=before)
        happen(Built(job=job, at=at, error=error), watched.jenkins, watched.github)


def lived(watched: Town) -> None:
    """An override, a pin, a won't-fix and scheduled tickets, made by cycles and people."""
    program, office = watched.program, watched.program.office
    overruled, pinned = (office.create("yujin", f"로그인 오류 {n}") for n in range(2))
    assert program.sync().status == 0
    office.update("haeun", overruled, fields={FieldName.TEAM: "신사업팀"})
    office.update("admin", pinned, subject="결제 화면 문구 변경 요청", fields={FieldName.PIN: "1"})
    fails(watched, "AssertionError: expected 200", 60, 50, 40)
    fails(watched, "OutOfMemoryError", 38, 36, 34, job="abc/build/api")
    assert program.sync().json["tickets"]["opened"] == 2
    unwanted = number(program, "abc/build/api")
    office.update("admin", unwanted, status_id=office.number("issue_statuses", "거절"))
    office.copy("admin", number(program, JOB))
    for _ in range(3):
        program.sync()
    assert writes(program) == 0


def number(program: Program, job: str) -> int:
    path = "/issues.json?status_id=*&sort=id&limit=100"
    found = program.office.ask("admin", "GET", path)["issues"]
    return next(int(one["id"]) for one in found if job in one["subject"])


def writes(program: Program) -> int:
    return sum(program.proxy.asked(method) for method in ("POST", "PUT", "DELETE"))


def lose(program: Program) -> None:
    """Delete the database, and all that belongs to it."""
    file = Path(program.environment["ITSM_SYNC_DATABASE"].removeprefix("sqlite:///"))
    for part in file.parent.glob(f"{file.name}*"):
        part.unlink()


def adopted(program: Program) -> None:
    """Rebuild it; it says what it found, and writes nothing."""
    said = program.run("adopt", "--json")
    assert said.status == 0, said.err[-3000:]
    assert writes(program) == 0
    found = said.json
    assert found["signal_tickets"]["builds"] == 2
    assert found["scheduled"] == found["signal_tickets"]["schedules"] > 0
    assert (found["wont_fix"], found["overrides"], found["pinned"]) == (1, 1, 1)
    assert found["copies"] == 1
    assert found["to_do"] == 0


def asked_nothing(program: Program) -> None:
    """The next cycle finds all as it was."""


@pytest.mark.parametrize("rebuild", [adopted, asked_nothing])
def test_nothing_is_opened_or_written_again(
    rebuild: Callable[[Program], None], watched: Town
) -> None:
    program = watched.program
    lived(watched)
    lose(program)
    rebuild(program)
    said = program.sync()
    assert said.status == 0
    assert said.json["tickets"]["opened"] == said.json["edits"]["planned"] == 0
    assert said.json["overrides"] == 1
    assert writes(program) == 0

    # What people will not have mended stays quiet, what goes on is kept up in the note there was.
    fails(watched, "OutOfMemoryError", 1, job="abc/build/api")
    fails(watched, "AssertionError: expected 200", 1)
    assert program.sync().json["tickets"]["opened"] == 0
    live = [j for j in program.office.journals(number(program, JOB))
            if "itsm-sync: live" in (j["notes"] or "")]  # fmt: skip
    assert len(live) == 1
    assert "실패 횟수: 4" in live[0]["notes"]
    program.sync()
    assert writes(program) == 0
