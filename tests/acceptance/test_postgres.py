"""The whole program over a PostgreSQL, and its state on the way from one database to another."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sandbox.postgres import PASSWORD

from itsm_sync.model.tickets import FieldName
from tests.acceptance.conftest import Program
from tests.databases import Server

_SUBJECTS = ("로그인 오류가 납니다", "결제 화면 문구 변경 요청", "서버 디스크 용량 부족")


@pytest.fixture
def served(program: Program, server: Server) -> Iterator[Program]:
    """The program over an empty database of a server that asks for a password."""
    with server.empty():
        program.environment |= {
            "ITSM_SYNC_DATABASE": server.postgres.address("bare") + "?sslmode=require",
            "ITSM_SYNC_DATABASE_PASSWORD": PASSWORD,
        }
        yield program


def writes(program: Program) -> int:
    return sum(program.proxy.asked(method) for method in ("POST", "PUT", "DELETE"))


def is_quiet(program: Program, overrides: int = 0) -> None:
    """The next cycle plans and writes nothing, and knows what people decided."""
    said = program.sync()
    assert (said.status, said.json["edits"]["planned"]) == (0, 0), said.err[-3000:]
    assert said.json["overrides"] == overrides
    assert writes(program) == 0


def test_all_commands_work_over_a_server(served: Program) -> None:
    program, office = served, served.office
    first, second, _ = (office.create("yujin", subject) for subject in _SUBJECTS)
    synced = program.sync()
    assert (synced.status, synced.json["edits"]["applied"]) == (0, 3), synced.err[-3000:]
    assert PASSWORD not in synced.err + synced.out
    is_quiet(program)

    office.update("haeun", first, fields={FieldName.TEAM: "신사업팀"})
    assert program.sync().json["overrides"] == 1
    planned = program.run("plan", "--json")
    assert (planned.status, planned.json["plan"]) == (0, [])
    assert program.run("explain", str(second), "--json").json["row"]
    shown = program.run("status", "--json")
    assert (shown.status, len(shown.json["cycles"])) == (0, 4)

    undone = program.run("undo", synced.json["cycle"], "--json")
    assert undone.status == 0, undone.err[-3000:]
    assert undone.json["put_back"] > 0
    assert program.sync().json["edits"]["applied"] > 0
    is_quiet(program, overrides=1)


def test_the_state_moves_to_a_file_and_back_and_nothing_is_written_again(
    served: Program, server: Server, tmp_path: Path
) -> None:
    program, office = served, served.office
    first, *_ = (office.create("yujin", subject) for subject in _SUBJECTS)
    assert program.sync().json["edits"]["applied"] == 3
    office.update("haeun", first, fields={FieldName.TEAM: "신사업팀"})
    assert program.sync().status == 0

    file, served_at = str(tmp_path / "state.backup"), program.environment["ITSM_SYNC_DATABASE"]
    assert program.run("backup", file).status == 0
    program.environment["ITSM_SYNC_DATABASE"] = f"sqlite:///{tmp_path}/moved.db"
    restored = program.run("restore", file, "--json")
    assert (restored.status, restored.json["tables"]["items"]) == (0, 3), restored.err[-3000:]
    is_quiet(program, overrides=1)

    assert program.run("backup", file, "--force").status == 0
    program.environment["ITSM_SYNC_DATABASE"] = served_at
    assert program.run("restore", file, "--force").status == 0
    is_quiet(program, overrides=1)

    server.postgres.execute(b"DROP SCHEMA public CASCADE; CREATE SCHEMA public", "bare")
    adopted = program.run("adopt", "--json")
    assert (adopted.status, adopted.json["to_do"], adopted.json["overrides"]) == (0, 0, 1)
    is_quiet(program, overrides=1)
