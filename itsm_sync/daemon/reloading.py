"""SIGHUP: the wish that the configuration be read again, and what came of it."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from itsm_sync.app.wiring import App
from itsm_sync.model.errors import ConfigurationError, joined, place
from itsm_sync.model.findings import CONFIGURATION, Finding
from itsm_sync.model.words import Message

_MOST_TOLD = 3  # problems that a finding names; the log has all of them


@dataclass(slots=True, kw_only=True)
class Reloading:
    """Takes the wish, and reads the configuration when the daemon has a moment.

    Args:
        wake: lets the daemon look up, once there is a wish.
    """

    wake: Callable[[], object]
    wanted: bool = False
    problems: tuple[Message, ...] = ()  # why what was read last is not in force

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take SIGHUP for the wish."""
        before = signal.signal(signal.SIGHUP, self._hung_up)
        try:
            yield
        finally:
            signal.signal(signal.SIGHUP, before)

    def _hung_up(self, _number: int, _frame: FrameType | None) -> None:
        self.wanted = True
        self.wake()

    def read(self, make: Callable[[], App], old: App) -> App | None:
        """Answer the app of the configuration as it is now; None: it is wrong, as `problems` says.

        Args:
            make: makes it; whatever it raises is a problem and no reason to end.
            old: the app that is in force.
        """
        self.wanted = False
        try:
            app = make()
            _check_same_database(app, old)
        except ConfigurationError as error:
            self.problems = tuple(one.told for one in error.problems)
        except Exception as error:  # noqa: BLE001 - a fault in reading is no reason to end
            self.problems = (Message("{error}", {"error": place(error)}),)
        else:
            self.problems = ()
            return app
        return None

    def finding(self) -> Finding | None:
        """Answer what a person must know: that the configuration as it is now is not in force."""
        if not self.problems:
            return None
        told = Message(
            "the configuration is wrong, the old one is used: {problems}",
            {"problems": joined(self.problems[:_MOST_TOLD])},
        )
        return Finding(key=CONFIGURATION, kind=CONFIGURATION, message=told)


def _check_same_database(app: App, old: App) -> None:
    """Raise ConfigurationError where a new configuration names another database."""
    if app.settings.database != old.settings.database:
        app.close()
        told = Message("another database needs a restart of the daemon")
        raise ConfigurationError([app.settings.problem(("database",), told)])
