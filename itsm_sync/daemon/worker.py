"""What is due is done: a cycle or a task; one that fails is told, and stops nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer

import structlog

from itsm_sync.app.wiring import App
from itsm_sync.clients.errors import ClientError
from itsm_sync.cycle.due import Due
from itsm_sync.daemon.agenda import Agenda, Work
from itsm_sync.daemon.tasks import Tasks
from itsm_sync.daemon.workshop import Workshop
from itsm_sync.model.errors import ConfigurationError, place
from itsm_sync.operations import cycles
from itsm_sync.store import Busy, LeaseLost, Store, StoreError

_AGAIN = 5.0  # seconds until what another cycle kept away is tried again


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Works over one configuration.

    Each deed raises StoreError where the lease or the database is lost.

    Args:
        agenda: gets back what could not be done now.
        workshop: where reports are made.
    """

    app: App
    store: Store
    agenda: Agenda
    workshop: Workshop

    def cycle(self, due: Due) -> bool:
        """Run a cycle; answer whether it came through."""
        with self._guarded("cycle"), self._free(Work(due=due)):
            cycles.sync(self.app.road(self.store, due), self.app.settings, self.app.cycle())
            return True
        return False

    def task(self, name: str) -> None:
        """Run a task."""
        with self._guarded(name), self._free(Work(tasks=(name,))):
            self.app.observer.saw("task.started", task=name)
            Tasks(app=self.app, store=self.store, workshop=self.workshop).run(name)
            self.app.observer.saw("task.finished", task=name)

    @contextmanager
    def _free(self, work: Work) -> Iterator[None]:
        """Put work off that somebody's `itsm-sync sync` keeps away."""
        try:
            yield
        except LeaseLost:
            raise
        except Busy as error:
            self.app.observer.saw("daemon.busy", error=str(error))
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
            self.app.observer.saw("daemon.failed", what=what, error=str(error))
        except Exception as error:  # noqa: BLE001 - the daemon outlives its own faults
            structlog.get_logger().error(
                "daemon.crashed", what=what, error=place(error), exc_info=error
            )
        finally:
            structlog.contextvars.clear_contextvars()
