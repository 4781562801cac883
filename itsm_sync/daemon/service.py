"""The daemon itself: waits for its turn on the database, then does what is due, one by one.

A cycle or task that fails is told and stops nothing. A signal ends the program between two edits,
and in `PATIENCE` seconds whatever happens: what was cut off, the next cycle makes good.
"""

import os
import socket
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Event, Thread, Timer
from zoneinfo import ZoneInfo

from itsm_sync.app.logs import LogObserver
from itsm_sync.app.scope import readers
from itsm_sync.app.signals import Signals
from itsm_sync.app.wiring import App
from itsm_sync.daemon import workshop
from itsm_sync.daemon.agenda import Agenda, Work
from itsm_sync.daemon.clocks import Clocks
from itsm_sync.daemon.port import Port
from itsm_sync.daemon.pulse import Pulse
from itsm_sync.daemon.reloading import Reloading
from itsm_sync.daemon.tasks import Tasks
from itsm_sync.daemon.worker import Worker
from itsm_sync.daemon.workshop import Workshop
from itsm_sync.model.errors import ConfigurationError
from itsm_sync.model.findings import OWN
from itsm_sync.model.ports import Clock, Observer
from itsm_sync.model.words import Message
from itsm_sync.store import Displaced, LeaseLost, Store, StoreError
from itsm_sync.store.leases import DAEMON
from itsm_sync.web.neighbour import is_itsm_sync
from itsm_sync.web.premises import Premises, Role, Waiting

PATIENCE = 8.0  # seconds from a signal to the end, of the ten that are promised
_LAST_WORD = 0.5  # seconds, then, to tell that it was cut short
_TURN = 5.0  # seconds: the longest wait of the loop
# Seconds between looks whether the daemon that has our port begins to work, and how many: from the
# port to its lease it has milliseconds.
_LOOK, _LOOKS = 0.25, 20
# After trouble with the database everything is read again: not every few seconds, where its disk
# is full for hours. So long at first, so long at most, and so often twice as long.
_AGAIN, _LONGEST, _MOST_TROUBLES = 5.0, 60.0, 4

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
    reloading: Reloading = field(init=False)
    signals: Signals = field(init=False)
    workshop: Workshop = field(init=False)
    works: bool = False
    _app: App = field(init=False)
    _store: Store = field(init=False)
    _stack: ExitStack = field(default_factory=ExitStack)
    _troubles: int = 0
    _now: datetime | None = None

    def __post_init__(self) -> None:
        """Make what needs itself."""
        self.clocks = Clocks(self.agenda)
        self.reloading = Reloading(wake=self.agenda.wake)
        self.signals = Signals(self._countdown)
        self.workshop = Workshop(ready=lambda: self.agenda.task(Tasks.REPORTS))

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; another SIGINT cuts the end short.

        Raises:
            ConfigurationError: the configuration is wrong at the start.
            StoreError: the database can't be used at the start.
        """
        try:
            with self.signals.listening(), self.reloading.listening():
                self._live()
                self.observer.saw("daemon.stopped")
        except KeyboardInterrupt:
            self._cut()

    def _live(self) -> None:
        with self._stack:
            try:
                self._begin()
                while True:
                    self._succeed()
            except KeyboardInterrupt:
                self.observer.saw("daemon.stopping")
            finally:
                self.clocks.stop()

    # -- beginning and ending -----------------------------------------------------------------

    def _begin(self) -> None:
        self._app = self._made()
        self._stack.callback(self._close)
        settings = self._app.settings
        lease = settings.schedules.lease
        self._store = self._stack.enter_context(Store.open(settings.database, lease=lease))
        self._app.use(self._store)
        self.pulse.excused = lambda: self._store.occupied
        self._stack.callback(self.port.close)
        self._open_port()
        if left := workshop.sweep():
            self.observer.saw("report.swept", folders=left)
        self.observer.saw("daemon.started", process=os.getpid(), write=settings.general.write)

    def _open_port(self) -> None:
        """Open the HTTP port. Where another daemon over this database has it, perhaps one that was
        started just now and is not at work yet, this one waits for its turn without.

        Raises:
            ConfigurationError: something else has it.
        """
        self.port.show(self._premises(), tell=False)
        looks = 0
        while self.port.trouble is not None and not self._holder():
            if looks >= _LOOKS:
                raise self._taken(self.port.trouble)
            looks += 1
            Event().wait(_LOOK)
            self.port.insist(self._premises(), tell=False)

    def _taken(self, trouble: ConfigurationError) -> ConfigurationError:
        """Answer a trouble with the port, with who has it where that can be told."""
        http = self._app.settings.general.http
        if not is_itsm_sync(http.host, http.port):
            return trouble
        text = "{error} (an itsm-sync over another database answers there)"
        return ConfigurationError(
            [replace(one, text=Message(text, {"error": one.text})) for one in trouble.problems]
        )

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
                self._tell_standby()
            self.pulse.beat()
            self._heed()
            self.port.insist(self._premises(), tell=False)
            Event().wait(seconds)
            return False

        try:
            with self._store.succession(DAEMON, rest):
                self.works = True
                self._store.daemon_started(socket.gethostname(), self.clock())
                self.observer.saw("daemon.working")
                self.port.insist(self._premises())
                self._keep_findings()  # what the one before found may be mended by now
                self._start_clocks()
                self._work()
        except LeaseLost:
            self.observer.saw("daemon.lease_lost")
        except StoreError as error:
            self.observer.saw("daemon.database_failed", error=str(error))
            if isinstance(error, Displaced):
                self._store.close()  # it goes on with the same file, if that is put back
            self.pulse.beat()
            Event().wait(min(_AGAIN * 2**self._troubles, _LONGEST))
            self._troubles = min(self._troubles + 1, _MOST_TROUBLES)
        finally:
            self.works = False
            self.clocks.stop()
            self.workshop.close()

    def _tell_standby(self) -> None:
        """Tell who works, since when, and after how many seconds of silence this one takes over."""
        before = self._store.last_daemon()
        self.observer.saw(
            "daemon.standby",
            holder=self._holder(),
            since=before.at.isoformat() if before is not None else None,
            lease=self._app.settings.schedules.lease.total_seconds(),
            port=self.port.trouble is None,
        )

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
            self._heed()
            self._see_port()
            self._see_time()
            self._do(self.agenda.take(_TURN))

    def _do(self, work: Work) -> None:
        worker = Worker(
            app=self._app, store=self._store, agenda=self.agenda, workshop=self.workshop
        )
        if work.due is not None and worker.cycle(work.due):
            self._troubles = 0
        for name in work.tasks:
            worker.task(name)

    def _see_port(self) -> None:
        """Open the HTTP port where that failed and can be done by now."""
        if self.port.trouble is not None:
            self.port.insist(self._premises())
            self._keep_findings()

    def _see_time(self) -> None:
        """Start the clocks anew where the time was put back: what is due at times that are far
        again, as when a machine that starts has a wrong clock, would wait as long.
        """
        before, self._now = self._now, self.clock()
        if before is not None and self._now < before:
            self.observer.saw("daemon.time_put_back", seconds=(before - self._now).total_seconds())
            self._start_clocks()

    # -- the configuration --------------------------------------------------------------------

    def _start_clocks(self) -> None:
        settings = self._app.settings
        zone = ZoneInfo(settings.schedules.timezone or settings.general.timezone)
        sources = readers(settings)
        self.clocks.start(settings.schedules, sources, zone, Tasks.times(settings))
        self.agenda.due(*sources)
        for name in Tasks.at_start(settings):
            self.agenda.task(name)

    def _heed(self) -> None:
        """Go on with the configuration as it is now, where that is wished; if wrong, with the old.

        The working daemon alone keeps findings: one that waits tells its log, and tells of what
        is still wrong with its configuration when its turn comes.
        """
        if not self.reloading.wanted:
            return
        app = self.reloading.read(self._made, self._app)
        if app is None:
            self.observer.saw("daemon.reload_failed", problems=[*map(str, self.reloading.problems)])
        else:
            self._change_to(app)
            self.observer.saw("daemon.reloaded", configuration=app.settings.hash_reported)
        if self.works:
            self._keep_findings()

    def _change_to(self, app: App) -> None:
        old, self._app = self._app, app
        app.use(self._store)
        self._store.last(app.settings.schedules.lease)
        self.port.show(self._premises(), tell=self.works)
        old.close()
        if self.works:
            self._start_clocks()

    def _keep_findings(self) -> None:
        """Let findings say what is wrong with the daemon itself, and that nothing is any more."""
        found = (self.reloading.finding(), self.port.finding())
        told = [one for one in found if one is not None]
        self._store.keep_findings(told, self.clock(), whole_kind=OWN)

    # -- telling ------------------------------------------------------------------------------

    def next_runs(self) -> Mapping[str, datetime]:
        """Answer when each source and each task is due next, by name."""
        return self.clocks.next_runs()

    @property
    def observer(self) -> Observer:
        """Who listens to the rooms; until the configuration is read, the log."""
        return self._app.observer if hasattr(self, "_app") else LogObserver()
