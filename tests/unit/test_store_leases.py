"""One works at a time; who was silent for too long writes nothing more."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import insert

from itsm_sync.store import Busy, LeaseLost, Store
from itsm_sync.store.fence import uptime
from itsm_sync.store.holders import Holder
from itsm_sync.store.leases import CYCLE, DAEMON, LENGTH, _now
from itsm_sync.store.schema import leases
from tests.builders import NOON

ROOT = Path(__file__).parents[2]
SHORT = timedelta(seconds=1)
# Holds a lease; for each line it is sent it says whether it may write to Redmine, and to its store.
_HOLD = """
import sys
from datetime import datetime, timedelta, UTC
from itsm_sync.store import LeaseLost, Store

def tried(deed):
    try:
        deed()
        return "yes"
    except LeaseLost:
        return "no"

with Store.open(sys.argv[1], lease=timedelta(seconds=1)) as store, store.exclusive():
    print("held", flush=True)
    for line in sys.stdin:
        may = tried(store.assure)
        did = tried(lambda: store.pause("them", line, datetime.now(UTC)))
        print(may, did, flush=True)
"""


class Other:
    """Another process, that holds the lease of a cycle."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.id = process.pid
        assert self._answer() == "held"

    def tries(self) -> str:
        """Answer whether it may write to Redmine, and whether it could write to the store."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def other(url: str) -> Iterator[Other]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", _HOLD, url]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=ROOT, text=True) as process:
        yield Other(process)
        process.kill()


@pytest.fixture
def hasty(url: str) -> Iterator[Store]:
    """A store whose leases are short."""
    with Store.open(url, lease=SHORT) as store:
        yield store


def test_a_lease_is_kept_for_longer_than_its_length(hasty: Store, url: str) -> None:
    with other(url) as them:
        looks = iter(range(40))  # of 50 ms: two lengths
        with hasty.succession("cycle", lambda seconds: _waited(seconds, next(looks, None))) as won:
            assert won is None
        assert them.tries() == "yes yes"


def test_who_keeps_the_database_for_one_long_statement_keeps_its_lease(
    hasty: Store, url: str
) -> None:
    held, won = Event(), list[bool]()

    def waits() -> None:
        looks = iter(range(40))
        with (
            Store.open(url, lease=SHORT) as theirs,
            theirs.succession(DAEMON, lambda s: held.set() or _waited(s, next(looks, None))) as one,
        ):
            won.append(one is not None)

    with hasty.exclusive(DAEMON) as lease:
        other = Thread(target=waits)
        with hasty.held_long(), hasty._database._turn:  # which a renewal waits for
            other.start()
            other.join()
            assert held.is_set()
        hasty.assure()
        assert lease.until - uptime() <= lease.length
        assert not hasty.occupied
    assert won == [False]


def test_a_lease_that_is_held_lasts_as_long_as_is_said_anew(
    store: Store, hasty: Store, url: str
) -> None:
    with store.exclusive(DAEMON) as lease:
        store.last(SHORT)  # it was long, and its next renewal far
        looks = iter(range(40))
        with hasty.succession(DAEMON, lambda s: _waited(s, next(looks, None))) as won:
            assert won is None  # it is renewed as often as a short one must be
        store.assure()
        assert lease.until - uptime() <= SHORT.total_seconds()
        store.last(LENGTH)
        assert lease.until - uptime() > SHORT.total_seconds()
        assert lease.length == LENGTH.total_seconds()
    with store.exclusive(DAEMON) as lease:
        assert lease.length == LENGTH.total_seconds()


def _waited(seconds: float, look: int | None) -> bool:
    Event().wait(seconds)
    return look is None


def test_the_lease_of_a_killed_process_is_taken_at_once(store: Store, url: str) -> None:
    with other(url) as them:
        os.kill(them.id, signal.SIGKILL)
        os.waitid(os.P_PID, them.id, os.WEXITED | os.WNOWAIT)
        with store.succession("cycle", _never) as won:
            assert won is not None
            store.assure()


def _never(_seconds: float) -> bool:
    raise AssertionError("it was waited for")


def test_a_process_that_was_stopped_past_its_lease_writes_nothing_more(
    hasty: Store, url: str
) -> None:
    with other(url) as them:
        assert them.tries() == "yes yes"
        os.kill(them.id, signal.SIGSTOP)
        with hasty.succession("cycle", lambda seconds: _waited(seconds, 0)) as won:
            assert won is not None
            hasty.resume()
            os.kill(them.id, signal.SIGCONT)
            assert them.tries() == "no no"
            assert hasty.paused() is None
            hasty.assure()
        assert them.tries() == "no no"


def test_one_call_waits_for_no_more_than_a_lease_that_nobody_renews(hasty: Store, url: str) -> None:
    with other(url) as them:
        with pytest.raises(Busy, match=f"process {them.id}"), hasty.exclusive():
            pass
        os.kill(them.id, signal.SIGSTOP)
        while True:
            try:
                with hasty.exclusive():
                    break
            except Busy:
                continue
        os.kill(them.id, signal.SIGCONT)


def test_a_lease_of_another_machine_that_was_kept_before_the_last_boot_is_soon_over(
    hasty: Store,
) -> None:
    away = Holder.here().written() | {"host": "another"}
    row = {"name": CYCLE, "token": "old", "holder": away, "renewals": 3, "seconds": 1}
    with hasty._database.writing() as connection:
        later = _now(connection) + timedelta(days=10)  # so long the machine had been up
        connection.execute(insert(leases).values(row | {"renewed_at": later}))
    with hasty.exclusive():
        hasty.assure()


def test_who_sees_a_lease_renewed_waits_no_longer_whatever_the_clock_says(
    hasty: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago = datetime(1970, 1, 1, tzinfo=UTC)
    with other(url) as them:
        monkeypatch.setattr("itsm_sync.store.leases._now", lambda _: long_ago)
        with pytest.raises(Busy, match=f"process {them.id}"), hasty.exclusive():
            pass


def test_two_leases_are_held_side_by_side_and_the_loss_of_either_is_told(hasty: Store) -> None:
    with hasty.exclusive(DAEMON), hasty.exclusive():
        assert {lease.name for lease in hasty.leases()} == {"daemon", "cycle"}
        hasty.pause("we", "both are held", NOON)
        mine = hasty._database.fence.leases
        mine[0].lost = True
        with pytest.raises(LeaseLost):
            hasty.assure()
        mine[0].lost = False
    assert hasty.leases() == ()


def test_a_holder_on_another_machine_is_not_taken_for_dead() -> None:
    here = Holder.here()
    away = Holder.read(here.written() | {"host": "another", "process": 1})
    ended = Holder.read(here.written() | {"started": "1"})
    rebooted = Holder.read(here.written() | {"boot": "an earlier one"})
    elsewhere = Holder.read(here.written() | {"space": "pid:[1]", "started": "1"})
    gone = [one.gone for one in (here, away, ended, rebooted, elsewhere)]
    assert gone == [False, False, True, True, False]
