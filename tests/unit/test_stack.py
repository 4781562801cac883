"""The scripts' own parts: what they print for a shell, whom they end, what they point at."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len
from sandbox.configuration import copy, publish_in
from sandbox.processes import alive, end, spawn
from sandbox.stack import Stack, assignments
from sandbox.tour import Shown, farewell, worth_seeing
from sandbox.world.organisation import MANAGERS, PROJECTS

from itsm_sync.desk.provisioning import publishing_rights
from itsm_sync.settings import load

SCRIPTS = Path(__file__).parents[2] / "scripts"


def _sleeper(folder: Path) -> Path:
    pid_file = folder / "pid"
    spawn(
        [sys.executable, "-c", "import signal; signal.pause()"],
        pid_file=pid_file,
        log=folder / "log",
        lifetime=60,
        environment=os.environ,
        directory=folder,
    )
    return pid_file


def test_a_shell_reads_back_the_assignments_and_hands_them_on(tmp_path: Path) -> None:
    values = {"ONE": 'it\'s a "$HOME" `path`', "TWO": str(tmp_path / "with blank"), "THREE": ""}
    printed = f"{sys.executable} -c 'import os, json; print(json.dumps(dict(os.environ)))'"

    done = subprocess.run(
        ["bash", "-c", f'eval "$ASSIGNMENTS"; {printed}'],
        env={"ASSIGNMENTS": assignments(values), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )

    seen = json.loads(done.stdout)
    assert {name: seen[name] for name in values} == values


def test_a_server_is_ended_by_its_own_number(tmp_path: Path) -> None:
    pid_file = _sleeper(tmp_path)

    assert alive(pid_file)
    assert end(pid_file)
    assert not alive(pid_file)
    assert not end(pid_file)


def test_a_number_that_went_to_another_process_is_left_alone(tmp_path: Path) -> None:
    pid_file = _sleeper(tmp_path)
    number, started = pid_file.read_text().split()
    stale = tmp_path / "stale"
    stale.write_text(f"{number} {int(started) - 1}\n")

    assert not end(stale)
    assert alive(pid_file)
    end(pid_file)


def _shown(number: int, **values: str) -> Shown:
    texts = {
        "subject": "",
        "process": "",
        "stage": "",
        "team": "",
        "reason": "",
        "key": "",
    } | values
    return Shown(number=number, **texts)


def test_three_different_tickets_are_pointed_at() -> None:
    tickets = [
        _shown(1, process="변경 관리", stage="승인", team="신사업팀"),
        _shown(2, process="사건 관리", team="IT기획팀", reason="확인 필요: 규칙"),
        _shown(3, process="사건 관리", team="IT기획팀"),
        _shown(4),
    ]
    built = _shown(5, process="사건 관리", key="builds/0123456789/20260601T030000Z")

    assert [ticket.number for ticket in worth_seeing(tickets)] == [1, 3, 2]
    assert [ticket.number for ticket in worth_seeing([*tickets, built])] == [1, 3, 5, 2]
    assert [ticket.number for ticket in worth_seeing(tickets[3:])] == [4]
    assert len(worth_seeing([_shown(n) for n in range(9)])) == 3


def test_the_last_words_count_what_is_stored_also_where_nothing_new_was_read(
    tmp_path: Path,
) -> None:
    (tmp_path / "ports.json").write_text(json.dumps({"redmine": 1, "jenkins": 2, "github": 3}))

    said = farewell(
        stack=Stack(home=tmp_path),
        tickets=[_shown(7, subject="로그인", team="IT기획팀")],
        stored={"redmine": 300, "jenkins": 1200, "github": 500},
        first={"items": 0, "edits": {"planned": 0, "applied": 0}},
        second={"items": 0, "edits": {"planned": 0, "applied": 0}},
        report=tmp_path / "monthly.html",
        seconds=12.3,
    )

    assert "항목 2000개" in said
    assert "2000 items" in said
    assert "#7  로그인" in said
    assert "http://127.0.0.1:1/issues/7" in said
    assert "두 sync가 쓴 것이 없습니다" in said
    assert "12초 걸렸습니다 / this took 12 s" in said


def test_the_last_words_fit_a_terminal_and_give_the_environment_before_any_command(
    tmp_path: Path,
) -> None:
    (tmp_path / "ports.json").write_text(json.dumps({"redmine": 1, "jenkins": 2, "github": 3}))
    kinds = ("builds", "failures", "problems", "nodes", "releases", "security", "capacity")
    tickets = [_shown(n, key=f"{kinds[n % 7]}{n % 14}/x/y", team="a") for n in range(40)]

    said = farewell(
        stack=Stack(home=tmp_path),
        tickets=tickets,
        stored={"redmine": 300},
        first={"items": 9, "edits": {"planned": 170, "applied": 170}},
        second={"items": 0, "edits": {"planned": 2, "applied": 2}},
        report=Path("monthly.html"),
        seconds=12.3,
    )

    assert max(map(cell_len, said.splitlines())) <= 100
    commands = [line for line in said.splitlines() if "itsm-sync " in line]
    assert "eval" in said
    assert all(said.index("eval") < said.index(command) for command in commands)


def test_the_stands_reports_have_places_that_only_the_teams_read(tmp_path: Path) -> None:
    directory = copy(tmp_path / "config", levels=True)
    shipped = load(directory, {}, secrets=False).reporting
    publish_in(directory, MANAGERS)

    reporting = load(directory, {}, secrets=False).reporting

    assert set(reporting.targets) - set(shipped.targets) == {"wiki", "news", "ticket"}
    assert all(target.is_private for target in reporting.targets.values() if target.leaves)
    assert publishing_rights(reporting) == ["edit_wiki_pages", "manage_news"]
    assert [one.identifier for one in PROJECTS if one.inner] == [MANAGERS]


def test_a_reset_says_what_it_throws_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stop", "start"):
        monkeypatch.setattr(Stack, name, lambda _: None)
    (tmp_path / "config").mkdir()
    for file in ("itsm-sync.db", "ports.json"):
        (tmp_path / file).touch()
    said: list[str] = []
    stack = Stack(home=tmp_path, say=said.append)

    stack.reset()
    stack.reset()

    (told,) = said  # the second time there was nothing to lose
    assert told.endswith("throwing away tickets, reports, configuration and database: config, "
                         "itsm-sync.db")  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["ports.json"]


@pytest.mark.parametrize("script", ["stack", "test", "check", "quickstart", "lib.sh", "steps.sh"])
def test_what_the_scripts_say_is_in_both_languages(script: str) -> None:
    lines = (SCRIPTS / script).read_text(encoding="utf-8").splitlines()
    spoken = [line for line in lines if re.match(r"\s*(?:say|step) [\"'][^$]", line)]
    korean = [bool(re.search("[가-힣]", line)) for line in spoken]
    told_alone = "Python 3.11 or newer"  # its Korean is the line before
    assert [line for line, is_told in zip(spoken, korean, strict=True)
            if not is_told and told_alone not in line] == []  # fmt: skip


@pytest.mark.parametrize("module", ["stack", "tour", "redmine"])
def test_what_the_stack_says_is_in_both_languages(module: str) -> None:
    tree = ast.parse((SCRIPTS / "sandbox" / f"{module}.py").read_text(encoding="utf-8"))
    names = ("say", "RedmineTrouble")
    texts = [
        "".join(str(part.value) for part in ast.walk(call) if isinstance(part, ast.Constant))
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and getattr(call.func, "attr", getattr(call.func, "id", "")) in names
    ]
    commands = re.compile(r"itsm-sync [-a-z ]+$")
    words = [text for text in texts if re.search("[a-z]{3} [a-z]{3}", text)]
    assert [text for text in words if not re.search("[가-힣]", text)
            and not commands.match(text)] == []  # fmt: skip
