"""One cycle at a time; a crash is told as such."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from itsm_sync.model.cycles import Cycle
from itsm_sync.store import Busy, Store
from itsm_sync.store.records import State
from tests.builders import NOON

ROOT = Path(__file__).parents[2]
HOUR = timedelta(hours=1)
_HOLD = """
import sys
from itsm_sync.store import Store

with Store.open(sys.argv[1]) as store, store.exclusive():
    print("held", flush=True)
    sys.stdin.read()
"""


def begin(store: Store, name: str, hours: int = 0) -> None:
    store.begin(Cycle(id=name, started_at=NOON + hours * HOUR, configuration="abc"))


def test_a_second_process_is_told_that_a_cycle_is_running_until_the_first_is_killed(
    store: Store, url: str
) -> None:
    command = [sys.executable, "-c", _HOLD, url]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=ROOT) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(Busy, match=f"process {other.pid}"), store.exclusive():
            pass
        begin(store, "theirs")
        assert store.last_cycles()[0].state is State.RUNNING
        other.kill()
    assert store.last_cycles()[0].state is State.CRASHED
    with store.exclusive():
        pass


def test_threads_of_one_process_are_kept_apart_as_well(store: Store, url: str) -> None:
    refused = []

    def second() -> None:
        try:
            with Store.open(url) as other, other.exclusive():
                pass
        except Busy as error:
            refused.append(error)

    with store.exclusive():
        thread = Thread(target=second)
        thread.start()
        thread.join()
    assert len(refused) == 1
    second()
    assert len(refused) == 1


def test_cycles_are_remembered_with_what_they_did(store: Store) -> None:
    assert (store.first_begun(), store.first_finished()) == (None, None)
    begin(store, "c1")
    store.finish("c1", NOON + HOUR, {"edits": {"applied": 3}, "items": 7})
    begin(store, "c2", 2)
    store.finish("c2", NOON + 3 * HOUR, {})
    newest, oldest = store.last_cycles()
    assert (newest.id, oldest.id) == ("c2", "c1")
    assert (oldest.started_at, oldest.finished_at) == (NOON, NOON + HOUR)
    assert oldest.summary == {"edits": {"applied": 3}, "items": 7}
    assert oldest.state is State.FINISHED
    assert store.last_cycles(1) == (newest,)
    assert (store.first_begun(), store.first_finished()) == (NOON, NOON + HOUR)


def test_a_cycle_left_unfinished_is_told_as_crashed(store: Store) -> None:
    with store.exclusive():
        begin(store, "c1")
        assert store.last_cycles()[0].state is State.RUNNING
        begin(store, "c2", 1)
        assert [c.state for c in store.last_cycles()] == [State.RUNNING, State.CRASHED]
    assert [c.state for c in store.last_cycles()] == [State.CRASHED, State.CRASHED]
