"""The daemon of the tests: its end is noticed at once, whoever keeps its pipe open."""

import os
import sys
from time import monotonic

import pytest
from sandbox.daemon import Daemon

_DIES = """
import sys
for n in range(40):
    print(f"line {n}", file=sys.stderr)
print('{"event": "last"}', file=sys.stderr)
sys.exit(3)
"""
_LEAVES_A_CHILD = "import subprocess\nsubprocess.Popen(['sleep', '6'], stdout=-3)\n" + _DIES


@pytest.mark.parametrize("code", [_DIES, _LEAVES_A_CHILD], ids=["dies", "leaves a child"])
def test_one_that_ended_is_not_waited_for(code: str) -> None:
    with Daemon.started(os.environ, by=(sys.executable, "-c", code)) as daemon:
        daemon.heard("last")  # what it said before counts
        started = monotonic()
        with pytest.raises(AssertionError) as caught:
            daemon.heard("web.started")
        assert monotonic() - started < 5  # before the child lets go
    told = str(caught.value)
    assert "never heard: web.started" in told
    assert "it ended with 3" in told
    assert told.endswith('line 39\n{"event": "last"}')
    assert "line 5\n" not in told  # the last lines only
