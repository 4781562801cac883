"""The daemon's HTTP port: opened, moved, opened later where it can't be now, closed."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from itsm_sync.model.errors import ConfigurationError, joined
from itsm_sync.model.findings import PORT, Finding
from itsm_sync.model.words import Message
from itsm_sync.web.metrics import Metrics
from itsm_sync.web.premises import Premises
from itsm_sync.web.server import Server


@dataclass(slots=True)
class Port:
    """Open where the settings want one; `metrics` listens to everything all the same.

    Where it can't be opened, it stays where it was, if it was open, and `trouble` says why. Who
    waits for its turn tells nobody: the daemon that works has the port, as a rule.
    """

    metrics: Metrics = field(default_factory=Metrics)
    trouble: ConfigurationError | None = None
    _told: str = ""  # the trouble that was told last, while it stands
    _server: Server | None = None
    _opened: Premises | None = None  # whose settings name the address at which it is open

    def show(self, premises: Premises, *, tell: bool = True) -> None:
        """Show these premises from now on, at the address that their settings name."""
        if self._server is not None:
            self._server.renew(premises)
        self._try(premises, self._move, tell=tell)

    def insist(self, premises: Premises, *, tell: bool = True) -> None:
        """Try again to open what could not be opened; what is open stays so meanwhile."""
        if self.trouble is not None:
            self._try(premises, self._open, tell=tell)

    def finding(self) -> Finding | None:
        """Answer what a person must know of it, if anything."""
        if self.trouble is None:
            return None
        told = Message(
            "the HTTP port is not open where the settings say: {problems}",
            {"problems": joined(one.told for one in self.trouble.problems)},
        )
        return Finding(key=PORT, kind=PORT, message=told)

    def close(self) -> None:
        """Close it; a second call does nothing."""
        if self._server is not None:
            self._server.stop()
        self._server = self._opened = None

    def _try(self, premises: Premises, deed: Callable[[Premises], None], *, tell: bool) -> None:
        """Do it, and take note of how it went; a trouble is told once (`daemon.failed`)."""
        self.trouble = None
        try:
            deed(premises)
        except ConfigurationError as error:
            self.trouble = error
        trouble = str(self.trouble or "")
        if trouble and tell and trouble != self._told:
            premises.observer.saw("daemon.failed", what="http", error=trouble)
        if tell or not trouble:
            self._told = trouble

    def _move(self, premises: Premises) -> None:
        """Be open where the settings say; raises ConfigurationError where that can't be."""
        wanted, opened = _address(premises), self._opened
        now = None if opened is None else _address(opened)
        if wanted == now:
            return
        if wanted is None:
            self.close()
            return
        try:
            self._open(premises)
        except ConfigurationError:
            if opened is None or now is None or now[1] != wanted[1]:
                raise
            self._open_instead(premises, opened)

    def _open(self, premises: Premises) -> None:
        """Open it where the settings say, and only then close it where it was."""
        server = Server(premises, self.metrics)
        server.start()
        self.close()
        self._server, self._opened = server, premises

    def _open_instead(self, premises: Premises, opened: Premises) -> None:
        """Open it at another address of the same port, which is ours perhaps as long as it is open
        where it was (`0.0.0.0` takes all of them); else again where it was.
        """
        self.close()
        try:
            self._open(premises)
        except ConfigurationError:
            with suppress(ConfigurationError):
                self._open(opened)
            if self._server is not None:
                self._server.renew(premises)
            raise


def _address(premises: Premises) -> tuple[str, int] | None:
    """Answer where the settings want it; None: nowhere."""
    http = premises.settings.general.http
    return (http.host, http.port) if http.enabled else None
