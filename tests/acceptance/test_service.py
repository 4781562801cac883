"""The program as servers run it: never twice at once, from cron, and locked in as the unit says."""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path
from threading import Event, Thread

import pytest
from sandbox.daemon import Daemon, schedule
from sandbox.processes import wait
from sandbox.standins.server import Request

from tests.acceptance.conftest import Program, Town

UNIT = Path(__file__).parents[2] / "config" / "server" / "itsm-sync.service"
# What cron gives to a command: no locale, no terminal, little else.
CRON = {"HOME": "/root", "LOGNAME": "root", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"}
KOREAN = "포털 로그인이 안 됩니다"


def started(program: Program, *arguments: str) -> "subprocess.Popen[str]":
    """The command, started and not waited for."""
    return subprocess.Popen(
        [sys.executable, "-m", "itsm_sync", *arguments],
        env=program.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_of_two_cycles_at_once_the_second_writes_nothing_and_says_so(program: Program) -> None:
    tickets = [program.office.create("yujin", f"{KOREAN} {n}") for n in range(3)]
    writing, go_on = Event(), Event()

    def hold(request: Request) -> None:
        if request.method == "PUT":
            writing.set()
            go_on.wait(120)

    program.proxy.before = hold
    first = started(program, "sync", "--json")
    try:
        assert writing.wait(120)
        # The proxy lets nobody else through meanwhile: the second asks it for nothing.
        second = started(program, "sync", "--json")
        out, err = second.communicate(timeout=120)
    finally:
        go_on.set()
    said, told = first.communicate(timeout=120)

    assert second.returncode == 1, err
    assert "another cycle is running" in json.loads(out)["error"]
    assert first.returncode == 0, told
    assert json.loads(said)["edits"]["applied"] == len(tickets)
    assert program.proxy.asked("PUT") == len(tickets)
    program.proxy.before = None
    assert program.sync().json["edits"]["planned"] == 0


def as_cron_does(
    program: Program, *arguments: str, **locale: str
) -> "subprocess.CompletedProcess[bytes]":
    ours = {name: value for name, value in program.environment.items() if name != "PATH"}
    return subprocess.run(
        [sys.executable, "-m", "itsm_sync", *arguments],
        env=CRON | ours | locale,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    "locale",
    [
        {},
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
)
def test_cron_gets_korean_in_utf_8_without_any_locale(
    program: Program, locale: dict[str, str]
) -> None:
    program.office.create("yujin", KOREAN)
    for arguments in (("plan",), ("sync", "--json")):
        done = as_cron_does(program, *arguments, **locale)
        assert done.returncode == 0, done.stderr.decode()
        assert ("사건 관리" in done.stdout.decode("utf-8")) == (arguments == ("plan",))


def test_what_is_wrong_is_told_in_korean_without_any_locale(program: Program) -> None:
    program.environment["REDMINE_API_KEY"] = ""
    done = as_cron_does(program, "sync", PYTHONIOENCODING="ascii")

    assert done.returncode == 2
    assert "비밀 값" in done.stderr.decode("utf-8")


# ------------------------------------------------------------------------------ the unit's locks


@cache
def group(name: str) -> frozenset[str]:
    """The system calls of one of systemd's groups."""
    told = subprocess.run(
        ["systemd-analyze", "syscall-filter", "--no-pager", name],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    words = re.findall(r"^ {4}(@?[\w-]+)$", told, re.MULTILINE)
    return frozenset().union(*(group(word) if word[0] == "@" else {word} for word in words))


def allowed() -> frozenset[str]:
    """The system calls that the unit lets the program do."""
    found: frozenset[str] = frozenset()
    for value in re.findall(r"^SystemCallFilter=(.*)$", UNIT.read_text("utf-8"), re.MULTILINE):
        named = frozenset().union(*(group(word) for word in value.removeprefix("~").split()))
        found = found - named if value.startswith("~") else found | named
    return found


LOCKED = """
import ctypes, runpy, sys
# What MemoryDenyWriteExecute does: no memory is ever both written and run (prctl(2), PR_SET_MDWE).
assert ctypes.CDLL(None, use_errno=True).prctl(65, 1, 0, 0, 0) == 0
sys.argv[0] = "itsm-sync"
runpy.run_module("itsm_sync", run_name="__main__", alter_sys=True)
"""


class Systemd:
    """The end of the socket that systemd would have; it reads at once, as systemd does."""

    def __init__(self, address: Path) -> None:
        self.address = str(address)
        self.heard: list[str] = []
        self._end = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._end.bind(self.address)
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while not self.heard or "STOPPING=1" not in self.heard[-1]:
            self.heard.append(self._end.recv(4096).decode())

    def close(self) -> None:
        """Wait until it has heard the last."""
        self._thread.join(60)
        assert not self._thread.is_alive(), self.heard
        self._end.close()


def test_the_daemon_does_nothing_that_the_unit_forbids_and_tells_systemd_how_it_is(
    watched: Town, tmp_path: Path
) -> None:
    program, calls = watched.program, tmp_path / "calls"
    program.office.create("yujin", KOREAN)
    schedule(program.configuration, cycle={"every": "1s"}, lease="5s")
    # What systemd itself gives to a service of Type=notify with a watchdog.
    systemd = Systemd(tmp_path / "notify")
    asked = {"NOTIFY_SOCKET": systemd.address, "WATCHDOG_USEC": "1000000"}
    # -D: the program is our child, and strace is its own
    strace = ("strace", "-D", "-f", "-c", "-U", "name", "-o", str(calls))
    locked = (*strace, sys.executable, "-c", LOCKED)
    with Daemon.started(program.environment | asked, by=locked) as daemon:
        heard = daemon.heard("cycle.finished", applied=1)
        daemon.send(signal.SIGHUP)
        daemon.heard("daemon.reloaded", after=heard)
        daemon.send(signal.SIGTERM)
        assert daemon.ended() == 0
    assert wait(lambda: calls.exists() and "total" in calls.read_text(), 60)

    systemd.close()
    said = systemd.heard
    assert "READY=1" in next(one for one in said if not one.startswith("WATCHDOG"))
    assert "WATCHDOG=1" in said
    used = set(re.findall(r"^([a-z]\w+)$", calls.read_text(), re.MULTILINE)) - {"syscall", "total"}
    assert {"openat", "connect", "sendto"} <= used
    # SQLite gives files to the owner of the database where root runs it: here, not there
    assert used - allowed() - {"fchown"} == set()


def test_the_tools_that_look_at_the_unit_are_there() -> None:
    assert shutil.which("strace")
    assert shutil.which("systemd-analyze")
