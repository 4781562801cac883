"""Who writes for long, transaction after transaction, lets others have their turn in between."""

from dataclasses import dataclass, field
from threading import Event
from time import monotonic

# Who waits for SQLite's lock looks for it every tenth of a second in the end (`main.c`,
# `sqliteDefaultBusyCallback`), and would hardly ever hit the moment between two transactions. A
# rest is longer than that, and there is one as often as leases need it, which last 5 s at least.
_REST, _WORK = 0.15, 0.5


@dataclass(slots=True)
class Turns:
    """Rests of so many seconds, after `_WORK` seconds of work each."""

    rest: float = _REST
    _since: float = field(default_factory=monotonic)

    def over(self) -> None:
        """Take note that a transaction is over, and rest where it is time."""
        if monotonic() - self._since >= _WORK:
            Event().wait(self.rest)
            self._since = monotonic()
