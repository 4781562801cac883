"""The daemon outlives what happens to it, and loses nothing that was due."""

import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from itertools import count
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from itsm_sync.cycle.due import Due
from itsm_sync.daemon.agenda import Work
from itsm_sync.daemon.pulse import Pulse
from itsm_sync.daemon.service import Daemon
from itsm_sync.daemon.worker import Worker
from itsm_sync.model.errors import ConfigurationError, Problem
from itsm_sync.model.reporting import Reporting
from itsm_sync.model.schedules import Schedules
from itsm_sync.model.words import Message
from itsm_sync.store import LeaseLost, Store, StoreError
from itsm_sync.store.fence import uptime
from itsm_sync.store.leases import DAEMON, LENGTH
from itsm_sync.web.server import Server
from tests.builders import NOON

HOUR = timedelta(hours=1)


_GENERAL = SimpleNamespace(
    http=SimpleNamespace(enabled=False), timezone="UTC", jenkins=(), github=None, sources=()
)


class Told:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def saw(self, event: str, /, **_details: object) -> None:
        self.events.append(event)


def _lost(_: Daemon) -> None:
    raise LeaseLost


@pytest.fixture
def told() -> Told:
    return Told()


def _app(told: Told) -> Any:
    """What of an app a task needs, and its end."""
    settings = SimpleNamespace(
        schedules=Schedules(),
        general=_GENERAL,
        database="",
        hash="x",
        hash_reported="x+y",
        reporting=Reporting(),
    )
    return SimpleNamespace(
        observer=told,
        settings=settings,
        watch=lambda: None,
        use=lambda _: None,
        close=lambda: told.saw("closed"),
    )


def _making(made: Any) -> Any:
    """Answer what makes this, or raises it."""

    def make(*_: object) -> Any:
        if isinstance(made, Exception):
            raise made
        return made

    return make


@pytest.fixture
def daemon(store: Store, told: Told) -> Iterator[Daemon]:
    """A daemon at work, over what of an app a task needs."""
    app = _app(told)
    made = Daemon(make=lambda *_: app, clock=lambda: NOON)
    made._app, made._store = app, store
    yield made
    made.clocks.stop()


def test_a_task_that_a_cycle_keeps_away_is_put_off_and_the_daemon_goes_on(
    daemon: Daemon, told: Told, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("itsm_sync.daemon.worker._AGAIN", 0.0)
    worker = Worker(
        app=daemon._app, store=daemon._store, agenda=daemon.agenda, workshop=daemon.workshop
    )
    with Store.open(url) as theirs, theirs.exclusive():
        worker.task("prune")
    assert told.events == ["task.started", "daemon.busy"]
    assert daemon.agenda.take(30) == Work(tasks=("prune",))
    worker.task("prune")
    assert told.events[2:] == ["task.started", "task.finished"]


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process of the tests goes on after a signal: nobody ends it."""
    monkeypatch.setattr("itsm_sync.daemon.service.PATIENCE", 86_400.0)


@pytest.mark.usefixtures("patient")
def test_a_signal_while_the_configuration_is_read_ends_it_in_peace() -> None:
    def reads(*_: object) -> Any:
        signal.raise_signal(signal.SIGTERM)

    ended: list[int] = []
    Daemon(make=reads, clock=lambda: NOON, end=ended.append).run()
    assert ended == []


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(("number", "cut"), [(signal.SIGTERM, []), (signal.SIGINT, [0])])
def test_a_second_signal_while_it_closes_is_no_failure_and_ctrl_c_hastens_it(
    told: Told, number: signal.Signals, cut: list[int]
) -> None:
    def reads(*_: object) -> Any:
        signal.raise_signal(signal.SIGTERM)

    ended: list[int] = []
    daemon = Daemon(make=reads, clock=lambda: NOON, end=ended.append)
    daemon._stack.callback(lambda: told.saw("closed"))
    daemon._stack.callback(lambda: signal.raise_signal(number))
    daemon.run()
    assert (ended, told.events) == (cut, ["closed"])


def test_it_ends_in_time_though_whoever_is_told_of_it_hangs(daemon: Daemon) -> None:
    over, heard, ended = Event(), list[bool](), list[bool]()
    stuck: Any = SimpleNamespace(saw=lambda *_: heard.append(over.wait(10)))
    daemon._app = SimpleNamespace(observer=stuck)  # type: ignore[assignment]
    daemon.end = lambda _: ended.append(not heard)
    daemon._cut()
    over.set()
    assert ended == [True]


def test_what_is_due_does_not_wait_for_a_time_that_was_put_back(
    daemon: Daemon, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr(Daemon, "_start_clocks", lambda _: started.append("anew"))
    times = iter([NOON, NOON + HOUR, NOON - 9 * HOUR, NOON - 8 * HOUR])
    daemon.clock = lambda: next(times)
    for _ in range(4):
        daemon._see_time()
    assert (started, told.events) == (["anew"], ["daemon.time_put_back"])


def test_what_goes_wrong_at_reading_again_leaves_the_old_in_force_until_a_restart(
    daemon: Daemon, told: Told, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> Any:
        raise RecursionError

    daemon.make = crash
    daemon.works = daemon.reloading.wanted = True
    daemon._heed()
    assert told.events == ["daemon.reload_failed"]
    assert [one.finding.key for one in store.open_findings()] == ["daemon.configuration"]
    monkeypatch.setattr(Daemon, "_start_clocks", _lost)
    daemon._succeed()
    assert len(store.open_findings()) == 1
    anew = Daemon(make=crash, clock=daemon.clock)
    anew._app, anew._store = daemon._app, daemon._store
    anew._succeed()
    assert store.open_findings() == ()


def test_who_waits_heeds_a_hangup_and_tells_what_is_wrong_when_its_turn_comes(
    daemon: Daemon, told: Told, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hung_up(self: Store, name: str, pause: Any) -> Any:
        with Store.open(url) as theirs, theirs.exclusive(DAEMON):
            for made in (ConfigurationError([]), RecursionError(), _app(told), ValueError()):
                monkeypatch.setattr(daemon, "make", _making(made))
                signal.raise_signal(signal.SIGHUP)
                pause(0.0)
            assert self.open_findings() == ()
        return waited(self, name, pause)

    waited = Store.succession
    monkeypatch.setattr(Store, "succession", hung_up)
    monkeypatch.setattr(Daemon, "_start_clocks", _lost)
    with daemon.reloading.listening():
        daemon._succeed()
    assert told.events == [
        "daemon.standby",
        *["daemon.reload_failed"] * 2,
        "closed",
        "daemon.reloaded",
        "daemon.reload_failed",
        "daemon.working",
        "daemon.lease_lost",
    ]
    (stands,) = daemon._store.open_findings()
    assert stands.finding.key == "daemon.configuration"
    assert "ValueError" in str(stands.finding.message)


def test_a_hangup_changes_how_long_the_lease_lasts(
    daemon: Daemon, told: Told, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Daemon, "_start_clocks", lambda _: None)
    changed = _app(told)
    changed.settings.schedules = Schedules(lease=timedelta(seconds=50))
    daemon.make = _making(changed)
    with store.exclusive(DAEMON) as lease:
        daemon.works = daemon.reloading.wanted = True
        daemon._heed()
        assert lease.length == 50
        assert lease.until - uptime() > LENGTH.total_seconds()


class Doors:
    """HTTP ports that are other programs' until they are free."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened: list[Server] = []
        self.taken = True
        self.meanwhile: Callable[[], object] = lambda: None
        monkeypatch.setattr(_GENERAL, "http", SimpleNamespace(enabled=True, host="h", port=1))
        monkeypatch.setattr("itsm_sync.daemon.service._LOOK", 0.0)
        monkeypatch.setattr(Server, "start", self._start)
        monkeypatch.setattr(Server, "stop", lambda *_: None)

    def _start(self) -> None:
        self.meanwhile()
        if self.taken:
            raise ConfigurationError([Problem(file="f", path=(), text=Message("it is taken"))])
        self.opened.append(self)  # type: ignore[arg-type]


@pytest.fixture
def doors(monkeypatch: pytest.MonkeyPatch) -> Doors:
    return Doors(monkeypatch)


def test_a_port_that_the_working_daemon_has_is_waited_for(
    daemon: Daemon, told: Told, url: str, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(url) as theirs, theirs.exclusive(DAEMON):
        daemon._open_port()
    assert (told.events, doors.opened) == ([], [])  # a standby as it should be
    doors.taken = False
    monkeypatch.setattr(Daemon, "_start_clocks", _lost)
    daemon._succeed()
    assert len(doors.opened) == 1
    daemon.port.close()


def test_a_port_of_a_daemon_that_was_started_at_the_same_time_is_waited_for(
    daemon: Daemon, told: Told, url: str, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as theirs:
        looks = count()

        def begin_to_work() -> None:
            if next(looks) == 2:
                store = theirs.enter_context(Store.open(url))
                theirs.enter_context(store.exclusive(DAEMON))

        doors.meanwhile = begin_to_work
        daemon._open_port()
    assert (told.events, doors.opened) == ([], [])
    for known, who in ((False, ""), (True, "an itsm-sync over another database")):
        monkeypatch.setattr("itsm_sync.daemon.service.is_itsm_sync", lambda *_, k=known: k)
        with pytest.raises(ConfigurationError, match=f"it is taken.*{who}"):
            daemon._open_port()


def test_a_port_that_was_freed_while_waiting_is_opened_then(
    daemon: Daemon, url: str, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    def freed(self: Store, name: str, pause: Any) -> Any:
        with Store.open(url) as theirs, theirs.exclusive(DAEMON):
            pause(0.0)
            doors.taken = False
            pause(0.0)
            pause(0.0)
            assert len(doors.opened) == 1
        return waited(self, name, pause)

    daemon.port.show(daemon._premises(), tell=False)
    waited = Store.succession
    monkeypatch.setattr(Store, "succession", freed)
    monkeypatch.setattr(Daemon, "_start_clocks", _lost)
    daemon._succeed()
    assert len(doors.opened) == 1
    daemon.port.close()


def test_who_takes_over_and_still_has_no_port_says_so(
    daemon: Daemon, told: Told, url: str, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(url) as theirs, theirs.exclusive(DAEMON):
        daemon._open_port()
    monkeypatch.setattr(Daemon, "_start_clocks", _lost)
    for _ in range(2):
        daemon._succeed()
    assert told.events.count("daemon.failed") == 1
    assert [one.finding.key for one in daemon._store.open_findings()] == ["daemon.port"]
    doors.taken = False
    daemon._succeed()
    daemon.port.close()
    assert daemon._store.open_findings() == ()


def test_a_daemon_at_work_without_its_port_says_so_until_it_can_open_it(
    daemon: Daemon, told: Told, doors: Doors
) -> None:
    daemon.works = daemon.reloading.wanted = True
    daemon._heed()
    assert told.events == ["daemon.failed", "closed", "daemon.reloaded"]
    daemon._see_port()
    (stands,) = daemon._store.open_findings()
    assert stands.finding.key == "daemon.port"
    doors.taken = False
    daemon._see_port()
    assert (daemon._store.open_findings(), len(doors.opened)) == ((), 1)
    daemon._see_port()
    assert len(doors.opened) == 1
    daemon.port.close()


def test_a_long_statement_is_a_reason_for_silence_and_has_an_end(
    monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    pulse = Pulse()
    pulse.excused = lambda: store.occupied
    monkeypatch.setattr("itsm_sync.daemon.pulse.SILENCE", 0.0)
    assert not pulse.alive
    monkeypatch.setattr("itsm_sync.daemon.pulse.SILENCE", 1e-9)
    with store.held_long():
        assert pulse.alive
        store.occupied_until = uptime()  # so long it may take, and no longer
        assert not pulse.alive


def test_a_database_that_keeps_failing_is_asked_less_and_less_often(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Daemon) -> None:
        raise StoreError(Message("no room is left"))

    rests: list[float] = []

    class Rest:
        def wait(self, seconds: float) -> None:
            rests.append(seconds)

    monkeypatch.setattr(Daemon, "_start_clocks", full)
    monkeypatch.setattr("itsm_sync.daemon.service.Event", Rest)
    for _ in range(6):
        daemon._succeed()
    assert rests == [5, 10, 20, 40, 60, 60]
    monkeypatch.setattr("itsm_sync.operations.cycles.sync", lambda *_: None)
    daemon._app = SimpleNamespace(  # type: ignore[assignment]
        observer=daemon.observer,
        settings=daemon._app.settings,
        road=lambda *_: None,
        cycle=lambda: None,
    )
    daemon._do(Work(due=Due()))
    daemon._succeed()
    assert rests[6:] == [5]


@pytest.mark.parametrize("replaced", [False, True])
def test_a_daemon_whose_database_was_moved_away_waits_for_it_and_opens_no_other(
    daemon: Daemon,
    told: Told,
    made_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    replaced: bool,
) -> None:
    address, aside = tmp_path / "daemon.db", tmp_path / "aside.db"
    shutil.copy(made_file, address)
    daemon._store = Store.open(f"sqlite:///{address}")
    monkeypatch.setattr("itsm_sync.daemon.service.Event", _Restless)

    def moved(_: Daemon) -> None:
        address.rename(aside)
        if replaced:
            shutil.copy(made_file, address)

    monkeypatch.setattr(Daemon, "_start_clocks", moved)
    daemon._succeed()
    assert told.events == ["daemon.working", "daemon.database_failed"]
    assert not daemon.works
    daemon._succeed()
    assert told.events[2:] == ["daemon.database_failed"]
    assert address.exists() is replaced  # none is made: what is known is somewhere else
    aside.rename(address)
    monkeypatch.setattr(Daemon, "_start_clocks", _lost)
    daemon._succeed()
    assert told.events[3:] == ["daemon.working", "daemon.lease_lost"]
    daemon._store.close()
    with Store.open(f"sqlite:///{address}") as kept:  # whole, with the daemon's start in it
        assert kept.last_daemon() is not None


class _Restless:
    """An event that nobody waits for."""

    def wait(self, _seconds: float) -> None:
        """Go on at once."""
