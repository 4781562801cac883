"""Servers in the background: started in a session of their own, ended by their own number."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_PATIENCE = 10  # seconds a server is given to end by itself


def free_port() -> int:
    """Answer a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether nobody listens on the port of the loopback interface."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def spawn(
    command: Sequence[str],
    *,
    pid_file: Path,
    log: Path,
    lifetime: float,
    environment: Mapping[str, str],
    directory: Path,
) -> None:
    """Start `command` in the background; it ends by itself after `lifetime` seconds.

    `pid_file` gets its number and the moment it was started, so that a number that the system
    gave to another process since is never signalled.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(
            ["timeout", "--kill-after=10", str(int(lifetime)), *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=dict(environment),
            cwd=directory,
            start_new_session=True,
        )
    process.returncode = 0  # it is meant to outlive this object: no warning about that
    adopt(process.pid, pid_file)


def adopt(number: int, pid_file: Path) -> None:
    """Note a process, the leader of a group of its own, as `spawn` does."""
    pid_file.write_text(f"{number} {_started(number)}\n", encoding="ascii")


def alive(pid_file: Path) -> bool:
    """Whether the process that `pid_file` names runs."""
    return _number(pid_file) is not None


def end(pid_file: Path) -> bool:
    """End the process that `pid_file` names, and what it started; answer whether it ran."""
    number = _number(pid_file)
    if number is not None:
        _signal(number, signal.SIGTERM)
        if not wait(lambda: not _runs(number), _PATIENCE):
            _signal(number, signal.SIGKILL)
            wait(lambda: not _runs(number), _PATIENCE)
    pid_file.unlink(missing_ok=True)
    return number is not None


def wait(done: Callable[[], bool], seconds: float) -> bool:
    """Ask `done` until it says yes or `seconds` are over; answer its last word."""
    over = time.monotonic() + seconds
    while not (said := done()) and time.monotonic() < over:
        time.sleep(0.05)
    return said


def _number(pid_file: Path) -> int | None:
    try:
        number, started = pid_file.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return None
    return int(number) if _started(int(number)) == started else None


def _started(number: int) -> str:
    """Answer when a process was started, in the kernel's ticks; "" where it is no more."""
    try:
        fields = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]  # a zombie has ended


def _runs(number: int) -> bool:
    _reap(number)
    return bool(_started(number))


def _reap(number: int) -> None:
    try:
        os.waitpid(number, os.WNOHANG)
    except ChildProcessError:
        return  # started by an earlier process: the system reaps it


def _signal(number: int, what: signal.Signals) -> None:
    try:
        os.killpg(number, what)  # spawn made it the leader of a group of its own
    except ProcessLookupError:
        return
