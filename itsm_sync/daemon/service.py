"""The daemon itself: waits for its turn on the database, then does what is due, one by one.

A cycle or task that fails is told and stops nothing. A signal ends the program between two edits,
and in `PATIENCE` seconds whatever happens: what was cut off, the next cycle makes good.
"""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Thread, Timer
from types import FrameType
from zoneinfo import ZoneInfo

import structlog

from itsm_sync.app.logs import LogObserver
from itsm_sync.app.scope import readers
from itsm_sync.app.signals import Signals
from itsm_sync.app.wiring import App
from itsm_sync.clients.errors import ClientError
from itsm_sync.cycle.due import Due
from itsm_sync.daemon.agenda import Agenda, Work
from itsm_sync.daemon.clocks import Clocks
from itsm_sync.daemon.port import Port
from itsm_sync.daemon.pulse import Pulse
from itsm_sync.daemon.tasks import Tasks
from itsm_sync.daemon.workshop import Workshop
from itsm_sync.model.errors import ConfigurationError, place
from itsm_sync.model.findings import CONFIGURATION, Finding
from itsm_sync.model.ports import Clock, Observer
from itsm_sync.model.words import Message
from itsm_sync.operations import cycles
from itsm_sync.store import Busy, LeaseLost, Store, StoreError
from itsm_sync.store.leases import DAEMON
from itsm_sync.web.premises import Premises, Role, Waiting

PATIENCE = 8.0  # seconds from a signal to the end, of the ten that are promised
_LAST_WORD = 0.5  # seconds, then, to tell that it was cut short
_TURN = 5.0  # seconds: the longest wait of the loop
_AGAIN = 5.0  # seconds until what another cycle kept away is tried again
# After trouble with the database everything is read again: not every few seconds, where its disk
# is full for hours. So long at most, and so often twice as long.
_LONGEST, _MOST_TROUBLES = 60.0, 4

# Reads the configuration, and lets these listen to all rooms; raises ConfigurationError.
Make = Callable[[Signals, tuple[Observer, ...]], App]


# No repr: `signal.signal` asks for one of a handler, also before all of this is there.
@dataclass(slots=True, kw_only=True, repr=False)
class Daemon:
    """Works until a signal ends it.

    Args:
        make: makes the app of the configuration as it is now.
        clock: the time.
        end: ends the process at once, where a signal's patience is over.
    """

    make: Make
    clock: Clock
    end: Callable[[int], object] = os._exit
    agenda: Agenda = field(default_factory=Agenda)
    pulse: Pulse = field(default_factory=Pulse)
    port: Port = field(default_factory=Port)
    clocks: Clocks = field(init=False)
    signals: Signals = field(init=False)
    workshop: Workshop = field(init=False)
    works: bool = False
    _app: App = field(init=False)
    _store: Store = field(init=False)
    _stack: ExitStack = field(default_factory=ExitStack)
    _reload: bool = False
    _broken: bool = False
    _troubles: int = 0
    _now: datetime | None = None

    def __post_init__(self) -> None:
        """Make what needs itself."""
        self.clocks = Clocks(self.agenda)
        self.signals = Signals(self._countdown)
        self.workshop = Workshop(ready=lambda: self.agenda.task(Tasks.REPORTS))

    def run(self) -> None:
        """Work until SIGTERM or SIGINT.

        Raises:
            ConfigurationError: the configuration is wrong at the start.
            StoreError: the database can't be used at the start.
        """
        with self.signals.listening(), self._hanging_up(), self._stack:
            try:
                self._begin()
                while True:
                    self._succeed()
            except KeyboardInterrupt:
                self.observer.saw("daemon.stopping")
            finally:
                self.clocks.stop()
        self.observer.saw("daemon.stopped")

    # -- beginning and ending -----------------------------------------------------------------

    def _begin(self) -> None:
        self._app = self._made()
        self._stack.callback(self._close)
        settings = self._app.settings
        lease = settings.schedules.lease
        self._store = self._stack.enter_context(Store.open(settings.database, lease=lease))
        self._app.use(self._store)
        self._stack.callback(self.port.close)
        self._open_port()
        self.observer.saw("daemon.started", process=os.getpid(), write=settings.general.write)

    def _open_port(self) -> None:
        """Open the HTTP port. Where a daemon is at work, it may be the one that has it: this one
        waits without, and opens it when its turn comes.
        """
        try:
            self.port.open(self._premises())
        except ConfigurationError as error:
            if not self._holder():
                raise
            self.observer.saw("daemon.failed", what="http", error=str(error))

    def _made(self) -> App:
        return self.make(self.signals, (self.pulse, self.port.metrics))

    def _close(self) -> None:
        self._app.close()

    def _premises(self) -> Premises:
        return Premises(
            settings=self._app.settings,
            store=self._store,
            hints=self.agenda,
            observer=self._app.observer,
            clock=self.clock,
            role=lambda: Role.WORKING if self.works else Role.STANDBY,
            silent_for=lambda: self.pulse.silence,
            upcoming=self.clocks.next_runs,
            waiting=lambda: Waiting(length=len(self.agenda), dropped=self.agenda.dropped),
        )

    def _succeed(self) -> None:
        """Wait until nobody else works on the database, then work until the lease is lost."""
        waited = False

        def rest(seconds: float) -> bool:
            nonlocal waited
            if not waited:
                waited = True
                self.observer.saw("daemon.standby", holder=self._holder())
            self.pulse.beat()
            Event().wait(seconds)
            return False

        try:
            with self._store.succession(DAEMON, rest):
                self.works = True
                self.observer.saw("daemon.working")
                self.port.renew(self._premises(), elsewhere=False)
                if not self._broken:  # what the one before found may be mended by now
                    self._store.close_findings([CONFIGURATION], self.clock())
                self._start_clocks()
                self._work()
        except LeaseLost:
            self.observer.saw("daemon.lease_lost")
        except StoreError as error:
            self.observer.saw("daemon.database_failed", error=str(error))
            self.pulse.beat()
            Event().wait(min(_AGAIN * 2**self._troubles, _LONGEST))
            self._troubles = min(self._troubles + 1, _MOST_TROUBLES)
        finally:
            self.works = False
            self.clocks.stop()
            self.workshop.close()

    def _holder(self) -> str:
        return next((one.holder for one in self._store.leases() if one.name == DAEMON), "")

    def _countdown(self) -> None:
        """See that the process ends in time, once a signal has come."""
        timer = Timer(PATIENCE, self._cut)
        timer.daemon = True
        timer.start()

    def _cut(self) -> None:
        """End; who is told of it may be what hangs, or fail."""
        telling = Thread(target=lambda: self.observer.saw("daemon.cut_short"), daemon=True)
        telling.start()
        telling.join(_LAST_WORD)
        self.end(0)

    # -- working ------------------------------------------------------------------------------

    def _work(self) -> None:
        """Do what is due, turn by turn."""
        while True:
            self.pulse.beat()
            self._store.assure()
            if self._reload:
                self._read_again()
            self._see_time()
            work = self.agenda.take(_TURN)
            if work.due is not None:
                self._cycle(work.due)
            for name in work.tasks:
                self._task(name)

    def _see_time(self) -> None:
        """Start the clocks anew where the time was put back: what is due at times that are far
        again, as when a machine that starts has a wrong clock, would wait as long.
        """
        before, self._now = self._now, self.clock()
        if before is not None and self._now < before:
            self.observer.saw("daemon.time_put_back", seconds=(before - self._now).total_seconds())
            self._start_clocks()

    def _cycle(self, due: Due) -> None:
        with self._guarded("cycle"), self._free(Work(due=due)):
            cycles.sync(self._app.road(self._store, due), self._app.settings, self._app.cycle())
            self._troubles = 0

    def _task(self, name: str) -> None:
        with self._guarded(name), self._free(Work(tasks=(name,))):
            self.observer.saw("task.started", task=name)
            Tasks(app=self._app, store=self._store, workshop=self.workshop).run(name)
            self.observer.saw("task.finished", task=name)

    @contextmanager
    def _free(self, work: Work) -> Iterator[None]:
        """Put work off that somebody's `itsm-sync sync` keeps away."""
        try:
            yield
        except LeaseLost:
            raise
        except Busy as error:
            self.observer.saw("daemon.busy", error=str(error))
            timer = Timer(_AGAIN, self.agenda.again, (work,))
            timer.daemon = True
            timer.start()

    @contextmanager
    def _guarded(self, what: str) -> Iterator[None]:
        """Let nothing that fails stop the daemon, but the loss of its lease or of its database."""
        try:
            yield
        except StoreError:
            raise
        except (ClientError, ConfigurationError) as error:
            self.observer.saw("daemon.failed", what=what, error=str(error))
        except Exception as error:  # noqa: BLE001 - the daemon outlives its own faults
            structlog.get_logger().error(
                "daemon.crashed", what=what, error=place(error), exc_info=error
            )
        finally:
            structlog.contextvars.clear_contextvars()

    # -- the configuration --------------------------------------------------------------------

    def _start_clocks(self) -> None:
        settings = self._app.settings
        zone = ZoneInfo(settings.schedules.timezone or settings.general.timezone)
        sources = readers(settings)
        self.clocks.start(settings.schedules, sources, zone, Tasks.times(settings))
        self.agenda.due(*sources)
        for name in Tasks.at_start(settings):
            self.agenda.task(name)

    @contextmanager
    def _hanging_up(self) -> Iterator[None]:
        """Take SIGHUP for the wish to read the configuration again."""
        before = signal.signal(signal.SIGHUP, self._hung_up)
        try:
            yield
        finally:
            signal.signal(signal.SIGHUP, before)

    def _hung_up(self, _number: int, _frame: FrameType | None) -> None:
        self._reload = True
        self.agenda.wake()

    def _read_again(self) -> None:
        """Go on with the configuration as it is now; where it is wrong, with the old one."""
        self._reload = False
        try:
            app = self._made()
            self._fits(app)
        except ConfigurationError as error:
            self._keep_old([str(one) for one in error.problems])
            return
        except Exception as error:  # noqa: BLE001 - a fault in reading is no reason to end
            self._keep_old([place(error)])
            return
        self._broken = False
        old, self._app = self._app, app
        app.use(self._store)
        elsewhere = old.settings.general.http != app.settings.general.http
        self.port.renew(self._premises(), elsewhere=elsewhere)
        old.close()
        self._store.close_findings([CONFIGURATION], self.clock())
        self._start_clocks()
        self.observer.saw("daemon.reloaded", configuration=app.settings.hash)

    def _keep_old(self, problems: list[str]) -> None:
        """Tell that the configuration as it is now is wrong."""
        self._broken = True
        self.observer.saw("daemon.reload_failed", problems=problems)
        told = Message(
            "the configuration is wrong, the old one is used: {problems}",
            {"problems": "; ".join(problems[:3])},
        )
        found = Finding(key=CONFIGURATION, kind=CONFIGURATION, message=told)
        self._store.keep_findings([found], self.clock())

    def _fits(self, app: App) -> None:
        """See that a new configuration is over the same database.

        Raises:
            ConfigurationError: it names another.
        """
        if app.settings.database != self._app.settings.database:
            app.close()
            told = Message("another database needs a restart of the daemon")
            settings = app.settings.documents["settings"]
            raise ConfigurationError([settings.problem(("database",), told)])

    # -- telling ------------------------------------------------------------------------------

    def next_runs(self) -> Mapping[str, datetime]:
        """Answer when each source and each task is due next, by name."""
        return self.clocks.next_runs()

    @property
    def observer(self) -> Observer:
        """Who listens to the rooms; until the configuration is read, the log."""
        return self._app.observer if hasattr(self, "_app") else LogObserver()
