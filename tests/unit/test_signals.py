"""Ctrl-C and SIGTERM end a cycle after the edit in hand is recorded."""

import os
import signal
import sqlite3
from dataclasses import replace
from pathlib import Path
from threading import Timer
from types import SimpleNamespace
from typing import Any

import pytest

from itsm_sync.app.signals import Signals
from itsm_sync.cycle import write_edits
from itsm_sync.model.cycles import Cycle
from itsm_sync.model.markup import Rendering
from itsm_sync.model.plans import Result
from tests.builders import BOT, NOON, policy, ticket
from tests.shelf import Deaf
from tests.unit.test_writer import Redmine, edit

CYCLE = Cycle(id="c1", started_at=NOON, configuration="x")


def road(redmine: Redmine, signals: Signals) -> Any:
    """What writing needs of a road."""
    desk = SimpleNamespace(
        account=SimpleNamespace(id=BOT.id),
        look=redmine.look,
        put=redmine.put,
        read_back=redmine.read_back,
        rendering=lambda _: Rendering(),
    )
    return SimpleNamespace(
        desk=desk,
        policy=policy(),
        clock=lambda: NOON,
        observer=Deaf(),
        undisturbed=signals.held_back,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_during_a_write_waits_until_the_edit_is_recorded(number: signal.Signals) -> None:
    tickets = {n: ticket(n) for n in range(1, 5)}
    redmine = Redmine(dict(tickets))
    redmine.after_put = lambda ticket: signal.raise_signal(number) if ticket == 2 else None
    recorded: list[Result] = []
    signals = Signals()
    edits = [edit(now, team="IT기획팀") for now in tickets.values()]
    with signals.listening(), pytest.raises(KeyboardInterrupt):
        write_edits(road(redmine, signals), CYCLE, edits, recorded.append)
    assert [result.edit.ticket.id for result in recorded] == [1, 2]
    assert all(result.written for result in recorded)
    assert redmine.log[-1] == "read 2"


@pytest.mark.parametrize(
    ("first", "second", "written"),
    [
        (signal.SIGTERM, signal.SIGTERM, 1),
        (signal.SIGINT, signal.SIGTERM, 1),
        (signal.SIGTERM, signal.SIGINT, 0),
        (signal.SIGINT, signal.SIGINT, 0),
    ],
)
def test_a_second_ctrl_c_does_not_wait_for_the_edit_and_a_second_sigterm_does(
    first: signal.Signals, second: signal.Signals, written: int
) -> None:
    redmine = Redmine({1: replace(ticket())})

    def twice(_: int) -> None:
        signal.raise_signal(first)
        signal.raise_signal(second)

    redmine.after_put = twice
    recorded: list[Result] = []
    signals = Signals()
    with signals.listening(), pytest.raises(KeyboardInterrupt):
        write_edits(
            road(redmine, signals), CYCLE, [edit(ticket(), team="IT기획팀")], recorded.append
        )
    assert len(recorded) == written


def test_elsewhere_a_signal_interrupts_at_once_and_the_handlers_come_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Signals().listening(), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_signal_is_heard_while_a_database_keeps_the_program(tmp_path: Path) -> None:
    file = tmp_path / "some.db"
    theirs = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    theirs.execute("CREATE TABLE waited (n)")
    theirs.execute("BEGIN IMMEDIATE")
    ours = sqlite3.connect(file, isolation_level=None, timeout=20)
    signals = Signals(lambda: theirs.execute("COMMIT"))
    later = Timer(1, os.kill, (os.getpid(), signal.SIGTERM))  # nothing tells that it waits
    later.start()
    with signals.listening(), pytest.raises(KeyboardInterrupt):
        ours.execute("INSERT INTO waited VALUES (1)")
    assert theirs.execute("SELECT count(*) FROM waited").fetchone() == (1,)
    ours.close()
    theirs.close()
