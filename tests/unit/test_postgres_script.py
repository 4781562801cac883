"""The tests' own PostgreSQL leaves nothing behind, however its user ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from sandbox.postgres import Postgres
from sandbox.processes import wait

SCRIPTS = Path(__file__).parents[2] / "scripts"
_SERVE = """
import sys
from sandbox.postgres import Postgres
with Postgres.serving() as postgres:
    print(postgres.folder, flush=True)
    sys.stdin.read()
"""


def gone(folder: Path) -> bool:
    """Whether the server ended and its folder went with it."""
    return wait(lambda: not folder.exists(), 30)


def test_a_server_goes_with_the_process_that_started_it() -> None:
    pipe = subprocess.PIPE
    environment = {**os.environ, "PYTHONPATH": str(SCRIPTS)}
    with subprocess.Popen(
        [sys.executable, "-c", _SERVE], stdin=pipe, stdout=pipe, env=environment, text=True
    ) as user:
        assert user.stdout is not None
        folder = Path(user.stdout.readline().strip())
        number = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(number, 0)
        user.send_signal(signal.SIGKILL)
    assert gone(folder)
    assert wait(lambda: not Path(f"/proc/{number}").exists(), 30)


def test_a_server_ends_by_itself_when_its_time_is_over() -> None:
    with Postgres.serving(lifetime=1) as postgres:
        assert gone(postgres.folder)
