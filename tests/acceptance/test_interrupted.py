"""A cycle that is stopped in the middle of its writing."""

import json
import signal
import subprocess
import sys

import pytest
from sandbox.standins.server import Request

from itsm_sync.store import Store
from tests.acceptance.conftest import Program


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopped_in_mid_write_it_records_the_edit_in_hand_and_exits_1(
    program: Program, number: signal.Signals
) -> None:
    tickets = [program.office.create("yujin", f"로그인이 안 됩니다 {n}") for n in range(5)]
    process = subprocess.Popen(
        [sys.executable, "-m", "itsm_sync", "sync", "--json"],
        env=program.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

    def stop(request: Request) -> None:
        if request.method == "PUT":
            process.send_signal(number)

    program.proxy.before = stop
    out, err = process.communicate(timeout=120)
    assert process.returncode == 1, err
    assert "Traceback" not in err
    assert "interrupted" in json.loads(out)["error"]
    assert program.proxy.asked("PUT") == 1
    with Store.open(program.environment["ITSM_SYNC_DATABASE"]) as store:
        assert list(store.written()) == [tickets[0]]
        (cycle,) = store.last_cycles()
        assert cycle.summary == {"error": "interrupted"}
    program.proxy.before = None
    after = program.sync()
    assert (after.status, after.json["edits"]["applied"]) == (0, 4)
    assert program.proxy.asked("PUT", f"/{tickets[0]}.") == 0
